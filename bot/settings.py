"""What is needed to boot, from the environment; everything else lives in the database."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.people import ChatUser, Platform
from bot.services.waits import Waits


class HttpSettings(BaseModel):
    """Where `/healthz` answers. Port 0 switches it off."""

    model_config = ConfigDict(frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8642


class SlackSettings(BaseModel):
    """Both tokens, or Slack is not used. `api_url` is changed for the simulator only."""

    model_config = ConfigDict(frozen=True)

    bot_token: SecretStr = SecretStr("")
    app_token: SecretStr = SecretStr("")
    api_url: str = "https://slack.com/api/"

    @property
    def configured(self) -> bool:
        return bool(self.bot_token.get_secret_value() and self.app_token.get_secret_value())


class WalmartSettings(BaseModel):
    model_config = ConfigDict(frozen=True)

    api_url: str = "https://marketplace.walmartapis.com"


class WorkerSettings(BaseModel):
    """How many jobs of each lane run at a time in this process."""

    model_config = ConfigDict(frozen=True)

    replies: Annotated[int, Field(ge=1, le=64)] = 4
    interactions: Annotated[int, Field(ge=1, le=64)] = 2
    mail: Annotated[int, Field(ge=1, le=64)] = 4
    cards: Annotated[int, Field(ge=1, le=64)] = 4


class Settings(BaseSettings):
    """Environment variables with the prefix `RELAYDESK_`; nested names are joined by two underscores.

    `secret_keys` are Fernet keys, newest first; without any, a key file is made in `data_dir`. `admins` are chat
    users, `slack:U…` or `feishu:ou_…`, joined by commas. `database_url` is SQLite in `data_dir` unless it is set.
    """

    model_config = SettingsConfigDict(
        env_prefix="RELAYDESK_", env_nested_delimiter="__", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    data_dir: Path = Path("data")
    database_url: str = ""
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    admins: Annotated[tuple[ChatUser, ...], NoDecode] = ()
    log_level: str = "INFO"
    language: str = "en"
    http: HttpSettings = HttpSettings()
    slack: SlackSettings = SlackSettings()
    walmart: WalmartSettings = WalmartSettings()
    workers: WorkerSettings = WorkerSettings()
    waits: Waits = Waits()

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: str | Sequence[SecretStr]) -> Sequence[SecretStr]:
        if not isinstance(value, str):
            return value
        return tuple(SecretStr(key.strip()) for key in value.split(",") if key.strip())

    @field_validator("admins", mode="before")
    @classmethod
    def _split_admins(cls, value: str | Sequence[ChatUser]) -> Sequence[ChatUser]:
        if not isinstance(value, str):
            return value
        return tuple(_chat_user(name.strip()) for name in value.split(",") if name.strip())

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("is one of DEBUG, INFO, WARNING, ERROR")
        return value.upper()

    @field_validator("waits")
    @classmethod
    def _lease_outlasts_conversation(cls, value: Waits) -> Waits:
        if value.reply_lease <= value.reply_conversation:
            raise ValueError(
                "reply_lease must be longer than reply_conversation: a reply might otherwise be taken over "
                "while it is still being sent"
            )
        return value


def _chat_user(name: str) -> ChatUser:
    platform, separator, user = name.partition(":")
    if not separator or platform not in list(Platform) or not user:
        raise ValueError(f"{name!r} is not a chat user: write slack:U0123 or feishu:ou_0123")
    return ChatUser(Platform(platform), user)

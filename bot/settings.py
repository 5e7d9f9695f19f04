"""What is needed to boot, from the environment; everything else lives in the database."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from babel import Locale, UnknownLocaleError
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from bot.domain.people import ChatUser, Platform
from bot.services.waits import Waits

# Without these pauses the program does at once what it would do later; without any other it would never rest.
_MAY_BE_NOTHING = {"card_for_order", "card_rest", "slot_in_place", "settle", "chat_settle"}
_PREFIX = "RELAYDESK_"


class NotSet(Exception):
    """The environment does not say what is needed to boot: `problems` name the variables, never their values."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


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

    @field_validator("bot_token", "app_token")
    @classmethod
    def _trimmed(cls, value: SecretStr) -> SecretStr:
        return SecretStr(value.get_secret_value().strip())

    @model_validator(mode="after")
    def _both_or_none(self) -> "SlackSettings":
        tokens = (self.bot_token.get_secret_value(), self.app_token.get_secret_value())
        if any(tokens) and not all(tokens):
            raise ValueError(
                "one of RELAYDESK_SLACK__BOT_TOKEN and RELAYDESK_SLACK__APP_TOKEN is missing; Slack needs both"
            )
        if tokens[0].startswith("xapp-") or tokens[1].startswith("xoxb-"):
            raise ValueError(
                "the tokens are exchanged: RELAYDESK_SLACK__BOT_TOKEN begins with xoxb- and "
                "RELAYDESK_SLACK__APP_TOKEN with xapp-"
            )
        return self


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
        env_prefix=_PREFIX, env_nested_delimiter="__", frozen=True, extra="ignore", hide_input_in_errors=True
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

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str) -> str:
        try:
            return str(Locale.parse(value))
        except (UnknownLocaleError, ValueError):
            raise ValueError("is no language that is known here; write en or zh_Hans") from None

    @field_validator("waits")
    @classmethod
    def _waits_fit_together(cls, value: Waits) -> Waits:
        for name, seconds in asdict(value).items():
            if not math.isfinite(seconds) or seconds < 0 or (seconds == 0 and name not in _MAY_BE_NOTHING):
                raise ValueError(f"{_PREFIX}WAITS__{name.upper()} must be a number of seconds above 0")
        if value.reply_lease <= value.reply_conversation:
            raise ValueError(
                f"{_PREFIX}WAITS__REPLY_LEASE must be longer than {_PREFIX}WAITS__REPLY_CONVERSATION: a reply might "
                "otherwise be taken over while it is still being sent"
            )
        return value


def load() -> Settings:
    """Read the environment. Raises `NotSet`, which names what cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        raise NotSet([_problem(each["loc"], each["msg"]) for each in error.errors(include_input=False)]) from None
    except SettingsError as error:
        # A group was set as a whole, like RELAYDESK_SLACK; the library's text names it as `field "slack"`.
        group = _PREFIX + str(error).partition('field "')[2].partition('"')[0].upper()
        raise NotSet([f"{group} is a group: set its parts, whose names begin with {group}__"]) from None


def _problem(location: Iterable[str | int], message: str) -> str:
    name = "__".join(str(part) for part in location).upper()
    return f"{_PREFIX}{name}: {message.removeprefix('Value error, ')}"


def unread(environment: Iterable[str]) -> list[str]:
    """The variables with our prefix that no setting reads: mostly a name that is spelled wrongly."""
    known = set(_names(Settings()))
    ours = {name for name in environment if name.upper().startswith(_PREFIX)}
    return sorted(name for name in ours if name.upper() not in known)


def _names(settings: Settings) -> Iterable[str]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        yield f"{_PREFIX}{name.upper()}"
        if isinstance(value, BaseModel):
            yield from (f"{_PREFIX}{name}__{inner}".upper() for inner in type(value).model_fields)
        elif isinstance(value, Waits):
            yield from (f"{_PREFIX}{name}__{inner}".upper() for inner in asdict(value))


def _chat_user(name: str) -> ChatUser:
    platform, separator, user = name.partition(":")
    if not separator or platform not in list(Platform) or not user:
        raise ValueError(f"{name!r} is not a chat user: write slack:U0123 or feishu:ou_0123")
    return ChatUser(Platform(platform), user)

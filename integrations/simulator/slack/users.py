"""People and bots of the workspace, and of others that share a channel with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from integrations.simulator.slack.json_values import JsonObject


class UserKind(StrEnum):
    MEMBER = "member"
    MULTI_CHANNEL_GUEST = "multi-channel guest"
    SINGLE_CHANNEL_GUEST = "single-channel guest"
    STRANGER = "stranger"  # from another workspace, met in a shared channel
    BOT = "bot"


@dataclass(slots=True)
class User:
    id: str
    name: str
    real_name: str
    team_id: str
    kind: UserKind = UserKind.MEMBER
    email: str = ""
    tz: str = "America/New_York"
    locale: str = "en-US"
    deleted: bool = False
    is_admin: bool = False
    bot_id: str = ""

    def as_json(self, at: datetime, *, with_email: bool, with_locale: bool) -> JsonObject:
        offset = at.astimezone(ZoneInfo(self.tz)).utcoffset()
        profile: JsonObject = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.real_name,
            "display_name_normalized": self.real_name,
            "first_name": self.real_name.split(" ")[0],
            "team": self.team_id,
        }
        if with_email and self.email:
            profile["email"] = self.email
        if self.bot_id:
            profile["bot_id"] = self.bot_id
        shown: JsonObject = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": self.kind is UserKind.BOT,
            "is_app_user": False,
            "updated": 1_760_000_000,
        }
        if self.deleted:
            # Slack leaves these out for a deactivated account; code that reads them must not fall over.
            return shown
        shown |= {
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.kind in {UserKind.MULTI_CHANNEL_GUEST, UserKind.SINGLE_CHANNEL_GUEST},
            "is_ultra_restricted": self.kind is UserKind.SINGLE_CHANNEL_GUEST,
        }
        if self.kind is UserKind.STRANGER:
            shown["is_stranger"] = True
        if with_locale:
            shown["locale"] = self.locale
        return shown

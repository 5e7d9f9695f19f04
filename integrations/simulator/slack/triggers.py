"""Short-lived rights that an interaction carries: to open a view once, to answer through a URL a few times."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from integrations.simulator.clock import MovableClock
from integrations.simulator.slack.errors import SlackError

RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5
_FORM = re.compile(r"\d+\.\d+\.[0-9a-f]+")


@dataclass(slots=True)
class Trigger:
    user: str
    view: str  # the id of the view that it was pressed in, or empty
    until: datetime
    used: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """`ts` and `ephemeral` name the message that `replace_original` and `delete_original` mean."""

    channel: str
    user: str
    until: datetime
    ts: str = ""
    ephemeral: bool = False
    thread_ts: str = ""
    uses: int = 0


@dataclass(slots=True)
class Rights:
    clock: MovableClock
    trigger_life: timedelta = timedelta(seconds=3)
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def new_trigger(self, user: str, *, view: str = "") -> str:
        now = self.clock.now()
        name = f"{int(now.timestamp() * 1000)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._triggers[name] = Trigger(user, view, now + self.trigger_life)
        return name

    def look_at(self, name: str) -> Trigger:
        """Return the trigger without using it; raises Slack's three refusals."""
        trigger = self._triggers.get(name)
        if trigger is None or not _FORM.fullmatch(name):
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.now() > trigger.until:
            raise SlackError("expired_trigger_id")
        return trigger

    def new_url(self, channel: str, user: str, *, ts: str = "", ephemeral: bool = False, thread_ts: str = "") -> str:
        """Return the secret end of a response URL."""
        name = f"{secrets.randbelow(10**12)}/{secrets.token_hex(12)}"
        until = self.clock.now() + RESPONSE_LIFE
        self._urls[name] = ResponseUrl(channel, user, until, ts, ephemeral, thread_ts)
        return name

    def use_url(self, name: str) -> ResponseUrl:
        """Use a response URL once more; raises `expired_url` or `used_url`."""
        url = self._urls.get(name)
        if url is None or self.clock.now() > url.until:
            raise SlackError("expired_url")
        if url.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        url.uses += 1
        return url

"""What is working and what is not, kept by the parts that know; read by `/healthz` and the status command."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.people import Platform
from bot.domain.sites import Channel, MailAccountId
from bot.ports.failures import Failure

_CHANNEL = "channel:"
# The reason of a failure that only the log can explain.
DEFECT = "RelayDesk has a defect here, and its log says more."


@dataclass(frozen=True, slots=True)
class PartHealth:
    """`problem` is empty while the part works; `since` is when it began to work or to fail."""

    problem: str
    since: datetime


@dataclass(slots=True)
class Health:
    """Of this process only; a part that was never tried is not listed."""

    _parts: dict[str, PartHealth] = field(default_factory=dict)

    def mailbox_served(self, mailbox: MailAccountId, now: datetime) -> None:
        self._note(f"mailbox:{mailbox}", "", now)

    def mailbox_failed(self, mailbox: MailAccountId, failure: Failure, now: datetime) -> None:
        self._note(f"mailbox:{mailbox}", failure.reason, now)

    def mailbox_failing_since(self, mailbox: MailAccountId) -> datetime | None:
        state = self._parts.get(f"mailbox:{mailbox}")
        return state.since if state is not None and state.problem else None

    def mailbox_is_served(self, mailbox: MailAccountId) -> bool:
        """False too while this process has not tried it yet."""
        state = self._parts.get(f"mailbox:{mailbox}")
        return state is not None and not state.problem

    def mailbox_problem(self, mailbox: MailAccountId) -> str:
        state = self._parts.get(f"mailbox:{mailbox}")
        return state.problem if state is not None else ""

    def chat_connected(self, platform: Platform, now: datetime) -> None:
        self._note(f"chat:{platform}", "", now)

    def chat_failed(self, platform: Platform, failure: Failure, now: datetime) -> None:
        self._note(f"chat:{platform}", failure.reason, now)

    def channel_served(self, channel: Channel, now: datetime) -> None:
        self._note(_channel(channel), "", now)

    def channel_failed(self, channel: Channel, failure: Failure, now: datetime) -> None:
        self._note(_channel(channel), failure.reason, now)

    def only_channels(self, channels: Collection[Channel]) -> None:
        """Forget those that no site uses any more: whatever was the matter with them does not matter now."""
        used = {_channel(channel) for channel in channels}
        for part in [part for part in self._parts if part.startswith(_CHANNEL) and part not in used]:
            del self._parts[part]

    @property
    def parts(self) -> dict[str, PartHealth]:
        return dict(self._parts)

    @property
    def well(self) -> bool:
        return not any(state.problem for state in self._parts.values())

    def _note(self, part: str, problem: str, now: datetime) -> None:
        known = self._parts.get(part)
        if known is not None and bool(known.problem) is bool(problem):
            # The reason may change while a part stays down; it has been down since it first was.
            now = known.since
        self._parts[part] = PartHealth(problem, now)


def _channel(channel: Channel) -> str:
    return f"{_CHANNEL}{channel.platform}:{channel.id}"

"""What is working and what is not, kept by the parts that know; read by `/healthz`, doctor and the status command."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.people import Platform
from bot.domain.sites import MailAccountId
from bot.ports.failures import Failure


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

    def chat_connected(self, platform: Platform, now: datetime) -> None:
        self._note(f"chat:{platform}", "", now)

    def chat_failed(self, platform: Platform, failure: Failure, now: datetime) -> None:
        self._note(f"chat:{platform}", failure.reason, now)

    @property
    def parts(self) -> dict[str, PartHealth]:
        return dict(self._parts)

    def _note(self, part: str, problem: str, now: datetime) -> None:
        known = self._parts.get(part)
        if known is None or known.problem != problem:
            self._parts[part] = PartHealth(problem, now)

"""What sites have received: the tickets that are open, when their mail came, and the letters that opened no ticket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.events import TicketId
from bot.domain.sites import MailAccountId, SiteId
from bot.ports.mail_records import InboundId


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A buyer's letter that opened no ticket, because its site was switched off or deleted.

    `site` is None where nothing told which site it was for. `about` is what the letter shows of itself in one line:
    the buyer's words are in it.
    """

    inbound: InboundId
    site: SiteId | None
    received_at: datetime
    about: str
    reason: str


class SiteMailReading(Protocol):
    def open_tickets(self, site: SiteId) -> tuple[TicketId, ...]:
        """Those that are not solved, oldest first."""
        ...

    def receipts(self, site: SiteId, *, most: int) -> tuple[datetime, ...]:
        """When the newest buyer letters of this site came in, newest first. What was found in the junk folder does not
        count: whether mail arrives is asked of the inbox."""
        ...

    def dead_letters(self, *, most: int) -> tuple[DeadLetter, ...]:
        """The newest `most` of all sites, newest first."""
        ...

    def dead_letter_counts(self) -> Mapping[SiteId | None, int]: ...

    def handed_to(self, inbound: InboundId) -> SiteId | None:
        """The site that an admin gave this mail to."""
        ...


class SiteMail(SiteMailReading, Protocol):
    def set_aside(self, letter: DeadLetter) -> None: ...

    def hand_over(self, of: SiteId | None, to: SiteId, now: datetime) -> Mapping[MailAccountId, int]:
        """Mark all dead letters of one site as unread and as meant for another, or for the same one that is served
        again. Returns how many there were, by the mailbox that they lie in."""
        ...

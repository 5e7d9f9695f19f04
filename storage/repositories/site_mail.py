"""What sites have received, and the letters that opened no ticket."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from bot.domain.events import TicketId
from bot.domain.sites import MailAccountId, SiteId
from bot.domain.tickets import Status
from bot.ports.mail import Folder
from bot.ports.mail_records import InboundId, InboundState
from bot.ports.site_records import DeadLetter
from storage.records import put
from storage.schema import docking, mail, sites, tickets

_DEAD = sites.dead_letter.c
_MAIL = mail.inbound_mail.c
_LETTER = mail.letter.c
_TICKET = tickets.ticket.c

_OPEN = (
    select(_TICKET.id).where(_TICKET.site == bindparam("site"), _TICKET.status != Status.SOLVED).order_by(_TICKET.id)
)
# Through the mailbox's index by receipt: an index of the letters' own would be one more to keep for every mail.
_RECEIPTS = (
    select(_MAIL.received_at)
    .select_from(mail.inbound_mail.join(mail.letter, _LETTER.inbound == _MAIL.id))
    .where(
        _MAIL.mailbox == select(docking.site.c.mailbox).where(docking.site.c.id == bindparam("site")).scalar_subquery(),
        _MAIL.folder == Folder.INBOX,
        _LETTER.site == bindparam("site"),
    )
    .order_by(_MAIL.received_at.desc())
    .limit(bindparam("most"))
)
# A mail that an earlier release set aside has no row of its own here.
_WITH_WORDS = mail.inbound_mail.outerjoin(sites.dead_letter, _DEAD.inbound == _MAIL.id)
_ALL_DEAD = (
    select(_MAIL.id, _DEAD.site, _MAIL.received_at, _DEAD.about, _DEAD.reason, _MAIL.outcome)
    .select_from(_WITH_WORDS)
    .where(_MAIL.state == InboundState.DEAD_LETTER)
    .order_by(_MAIL.id.desc())
    .limit(bindparam("most"))
)
_COUNTS = (
    select(_DEAD.site, func.count())
    .select_from(_WITH_WORDS)
    .where(_MAIL.state == InboundState.DEAD_LETTER)
    .group_by(_DEAD.site)
)
_OF_SITE = (
    select(_MAIL.id, _MAIL.mailbox, _MAIL.received_at)
    .select_from(_WITH_WORDS)
    .where(_MAIL.state == InboundState.DEAD_LETTER, _DEAD.site.is_not_distinct_from(bindparam("site")))
)
_HANDED = select(_DEAD.handed_to).where(_DEAD.inbound == bindparam("inbound"))
_PUT = put(sites.dead_letter)
_UNREAD = (
    update(mail.inbound_mail)
    .where(_MAIL.id == bindparam("this"))
    .values(state=InboundState.UNREAD, due_at=bindparam("now"), attempts=0, outcome="")
)
_GIVE = update(sites.dead_letter).where(_DEAD.inbound == bindparam("this")).values(handed_to=bindparam("to"))


class SqlSiteMail:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_tickets(self, site: SiteId) -> tuple[TicketId, ...]:
        return tuple(TicketId(row.id) for row in self._connection.execute(_OPEN, {"site": site}))

    def receipts(self, site: SiteId, *, most: int) -> tuple[datetime, ...]:
        return tuple(row.received_at for row in self._connection.execute(_RECEIPTS, {"site": site, "most": most}))

    def dead_letters(self, *, most: int) -> tuple[DeadLetter, ...]:
        return tuple(
            DeadLetter(InboundId(row.id), row.site, row.received_at, row.about or "", row.reason or row.outcome)
            for row in self._connection.execute(_ALL_DEAD, {"most": most})
        )

    def dead_letter_counts(self) -> Mapping[SiteId | None, int]:
        return {site: count for site, count in self._connection.execute(_COUNTS)}  # noqa: C416 -- a Row is no pair to mypy

    def handed_to(self, inbound: InboundId) -> SiteId | None:
        found: SiteId | None = self._connection.execute(_HANDED, {"inbound": inbound}).scalar_one_or_none()
        return found

    def set_aside(self, letter: DeadLetter) -> None:
        self._put(letter, None)

    def hand_over(self, of: SiteId | None, to: SiteId, now: datetime) -> Mapping[MailAccountId, int]:
        counts: dict[MailAccountId, int] = {}
        for row in self._connection.execute(_OF_SITE, {"site": of}).all():
            if self._connection.execute(_GIVE, {"this": row.id, "to": to}).rowcount == 0:
                self._put(DeadLetter(row.id, of, row.received_at, "", ""), to)
            self._connection.execute(_UNREAD, {"this": row.id, "now": now})
            counts[row.mailbox] = counts.get(row.mailbox, 0) + 1
        return counts

    def _put(self, letter: DeadLetter, to: SiteId | None) -> None:
        values = {
            "inbound": letter.inbound,
            "site": letter.site,
            "received_at": letter.received_at,
            "about": letter.about,
            "reason": letter.reason,
            "handed_to": to,
        }
        self._connection.execute(_PUT.on(self._connection), values)

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.events import TicketId
from bot.domain.sites import MailAccountId, SiteId
from bot.domain.tickets import Status
from bot.ports.mail import Folder
from bot.ports.mail_records import InboundId, InboundState
from bot.ports.site_records import DeadLetter
from tests.fakes.tables import Tables


class FakeSiteMail:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def open_tickets(self, site: SiteId) -> tuple[TicketId, ...]:
        here = (ticket for ticket in self._tables.tickets.values() if ticket.site == site)
        return tuple(ticket.id for ticket in here if ticket.status is not Status.SOLVED)

    def receipts(self, site: SiteId, *, most: int) -> tuple[datetime, ...]:
        mailbox = self._tables.sites[site].mailbox
        letters = (letter for letter in self._tables.letters.values() if letter.site == site)
        mails = (self._tables.inbound[letter.inbound].mail for letter in letters)
        came = (mail.received_at for mail in mails if mail.folder is Folder.INBOX and mail.mailbox == mailbox)
        return tuple(sorted(came, reverse=True)[:most])

    def dead_letters(self, *, most: int) -> tuple[DeadLetter, ...]:
        return tuple(reversed([self._dead(number) for number in self._numbers()]))[:most]

    def dead_letter_counts(self) -> Mapping[SiteId | None, int]:
        return dict(Counter(self._dead(number).site for number in self._numbers()))

    def handed_to(self, inbound: InboundId) -> SiteId | None:
        return self._tables.dead_letters.get(inbound, (None, None))[1]

    def set_aside(self, letter: DeadLetter) -> None:
        self._tables.dead_letters[letter.inbound] = (letter, None)

    def hand_over(self, of: SiteId | None, to: SiteId, now: datetime) -> Mapping[MailAccountId, int]:
        counts: Counter[MailAccountId] = Counter()
        for number in [number for number in self._numbers() if self._dead(number).site == of]:
            self._tables.dead_letters[number] = (self._dead(number), to)
            row = self._tables.inbound[number]
            mail = replace(row.mail, state=InboundState.UNREAD, attempts=0, outcome="")
            self._tables.inbound[number] = replace(row, mail=mail, due=now)
            counts[mail.mailbox] += 1
        return dict(counts)

    def _numbers(self) -> list[InboundId]:
        rows = self._tables.inbound.values()
        return [row.mail.id for row in rows if row.mail.state is InboundState.DEAD_LETTER]

    def _dead(self, number: InboundId) -> DeadLetter:
        mail = self._tables.inbound[number].mail
        letter, _ = self._tables.dead_letters.get(number, (None, None))
        return letter or DeadLetter(number, None, mail.received_at, "", mail.outcome)

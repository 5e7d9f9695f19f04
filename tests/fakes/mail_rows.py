from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.events import TicketId
from bot.domain.letters import LetterId
from bot.domain.mails import Attachment
from bot.domain.replies import ReplyId
from bot.domain.sites import MailAccountId
from bot.domain.tickets import Letter
from bot.ports.mail import Batch, Cursor, Folder
from bot.ports.mail_records import InboundId, InboundMail, InboundState
from tests.fakes.tables import InboundRow, Tables, got

MOST_BYTES = 25_000_000


class FakeInbound:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, inbound: InboundId) -> InboundMail:
        return got(self._tables.inbound, inbound).mail

    def cursor(self, mailbox: MailAccountId, folder: Folder) -> Cursor | None:
        return self._tables.cursors.get((mailbox, folder))

    def newest_receipt(self, mailbox: MailAccountId, folder: Folder) -> datetime | None:
        here = (mail for mail in self._mails() if (mail.mailbox, mail.folder) == (mailbox, folder))
        return max((mail.received_at for mail in here), default=None)

    def counts(self) -> dict[InboundState, int]:
        return dict(Counter(mail.state for mail in self._mails()))

    def in_state(self, state: InboundState, *, most: int) -> tuple[InboundMail, ...]:
        return tuple(mail for mail in reversed(self._mails()) if mail.state is state)[:most]

    def keep(self, mailbox: MailAccountId, folder: Folder, batch: Batch, now: datetime) -> int:
        known = {row.uid for row in self._tables.inbound.values()}
        new = 0
        for mail in batch.mails:
            uid = (mailbox, folder, batch.cursor.uid_validity, mail.uid)
            if uid in known:
                continue
            new += 1
            kept = InboundMail(
                InboundId(self._tables.number("inbound")),
                mailbox,
                folder,
                mail.received_at,
                now,
                mail.header if mail.raw is None else mail.raw,
                mail.problem,
                InboundState.UNREAD,
                0,
                answered=mail.answered,
            )
            self._tables.inbound[kept.id] = InboundRow(kept, uid, now)
        before = self.cursor(mailbox, folder)
        if before is None or before.uid_validity != batch.cursor.uid_validity or before.uid < batch.cursor.uid:
            self._tables.cursors[mailbox, folder] = batch.cursor
        return new

    def unread(self, mailbox: MailAccountId, now: datetime, *, most: int) -> tuple[InboundMail, ...]:
        rows = [row for row in self._tables.inbound.values() if row.mail.mailbox == mailbox and row.due is not None]
        due = [row.mail for row in rows if row.due is not None and row.due <= now][:most]
        total = 0
        for count, mail in enumerate(due):
            total += len(mail.raw)
            if count and total > MOST_BYTES:
                return tuple(due[:count])
        return tuple(due)

    def settle(self, inbound: InboundId, state: InboundState, outcome: str = "") -> None:
        row = got(self._tables.inbound, inbound)
        mail = replace(row.mail, state=state, outcome=outcome)
        self._tables.inbound[inbound] = replace(row, mail=mail, due=None)

    def again(self, inbound: InboundId, at: datetime, problem: str) -> None:
        row = got(self._tables.inbound, inbound)
        mail = replace(row.mail, state=InboundState.AGAIN, outcome=problem, attempts=row.mail.attempts + 1)
        self._tables.inbound[inbound] = replace(row, mail=mail, due=at)

    def forget_cursors(self) -> None:
        self._tables.cursors.clear()

    def read_again(self, states: Sequence[InboundState], since: datetime) -> int:
        marked = [mail for mail in self._mails() if mail.state in states and mail.received_at >= since]
        for mail in marked:
            row = self._tables.inbound[mail.id]
            unread = replace(mail, state=InboundState.UNREAD, attempts=0, outcome="")
            self._tables.inbound[mail.id] = replace(row, mail=unread, due=mail.fetched_at)
        return len(marked)

    def _mails(self) -> list[InboundMail]:
        return [row.mail for row in self._tables.inbound.values()]


class FakeLetters:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, letter: LetterId) -> Letter:
        return got(self._tables.letters, letter)

    def of_ticket(self, ticket: TicketId) -> tuple[Letter, ...]:
        letters = [letter for letter in self._tables.letters.values() if letter.ticket == ticket]
        return tuple(sorted(letters, key=lambda letter: (letter.received_at, letter.id)))

    def twins(self, mailbox: MailAccountId, letter: Letter) -> tuple[Letter, ...]:
        def alike(other: Letter) -> bool:
            stamps = (letter.date_header, letter.sender, letter.body_hash)
            return (
                (letter.ref_id != "" and letter.ref_id == other.ref_id)
                or (letter.message_id != "" and letter.message_id == other.message_id)
                or (letter.date_header != "" and stamps == (other.date_header, other.sender, other.body_hash))
            )

        return tuple(other for other in self._in(mailbox) if alike(other))

    def with_message_ids(self, mailbox: MailAccountId, message_ids: Sequence[str]) -> tuple[Letter, ...]:
        return tuple(letter for letter in self._in(mailbox) if letter.message_id in message_ids)

    def from_inbound(self, inbound: InboundId) -> Letter | None:
        return next((letter for letter in self._tables.letters.values() if letter.inbound == inbound), None)

    def files(self, letter: LetterId) -> tuple[Attachment, ...]:
        return self._tables.letter_files.get(letter, ())

    def add(self, letter: Letter, files: Sequence[Attachment]) -> Letter:
        kept = replace(letter, id=LetterId(self._tables.number("letter")))
        self._tables.letters[kept.id] = kept
        self._tables.letter_files[kept.id] = tuple(files)
        return kept

    def save(self, letter: Letter, files: Sequence[Attachment]) -> None:
        kept = self.get(letter.id)
        self._tables.letters[letter.id] = replace(letter, ticket=kept.ticket, site=kept.site, inbound=kept.inbound)
        self._tables.letter_files[letter.id] = tuple(files)

    def _in(self, mailbox: MailAccountId) -> list[Letter]:
        inbound = self._tables.inbound
        return [letter for letter in self._tables.letters.values() if inbound[letter.inbound].mail.mailbox == mailbox]


class FakeSentMails:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def raw(self, reply: ReplyId) -> bytes | None:
        return self._tables.sent_raw.get(reply)

    def files(self, reply: ReplyId) -> tuple[Attachment, ...]:
        return self._tables.sent_files.get(reply, ())

    def keep(self, reply: ReplyId, raw: bytes) -> None:
        self._tables.sent_raw[reply] = raw

    def keep_files(self, reply: ReplyId, files: Sequence[Attachment]) -> None:
        self._tables.sent_files[reply] = tuple(files)

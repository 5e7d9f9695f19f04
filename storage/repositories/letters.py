from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, and_, or_, select, update

from bot.domain.events import TicketId
from bot.domain.letters import LetterId
from bot.domain.mails import Attachment
from bot.domain.sites import MailAccountId
from bot.domain.tickets import Letter
from bot.ports.mail_records import InboundId
from storage import records
from storage.records import Shape
from storage.repositories.files import add_files, read_files
from storage.schema import mail as schema

LETTERS = Shape(schema.letter, Letter, beside=["mailbox"])

# What `save` leaves alone: who the letter is, and where it belongs.
_IDENTITY = {"id", "ticket", "site", "inbound"}


class SqlLetters:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, letter: LetterId) -> Letter:
        return LETTERS.get(self._connection, letter)

    def of_ticket(self, ticket: TicketId) -> tuple[Letter, ...]:
        query = (
            LETTERS.select()
            .where(schema.letter.c.ticket == ticket)
            .order_by(schema.letter.c.received_at, schema.letter.c.id)
        )
        return LETTERS.every(self._connection, query)

    def twins(self, mailbox: MailAccountId, letter: Letter) -> tuple[Letter, ...]:
        table = LETTERS.table
        alike = []
        # What a letter does not have, it shares with nobody.
        if letter.ref_id:
            alike.append(and_(table.c.mailbox == mailbox, table.c.ref_id == letter.ref_id))
        if letter.message_id:
            alike.append(and_(table.c.mailbox == mailbox, table.c.message_id == letter.message_id))
        if letter.date_header:
            alike.append(
                and_(
                    table.c.mailbox == mailbox,
                    table.c.body_hash == letter.body_hash,
                    table.c.date_header == letter.date_header,
                    table.c.sender == letter.sender,
                )
            )
        if not alike:
            return ()
        return LETTERS.every(self._connection, LETTERS.select().where(or_(*alike)).order_by(table.c.id))

    def with_message_ids(self, mailbox: MailAccountId, message_ids: Sequence[str]) -> tuple[Letter, ...]:
        wanted = (schema.letter.c.mailbox == mailbox, schema.letter.c.message_id.in_(message_ids))
        return LETTERS.every(self._connection, LETTERS.select().where(*wanted).order_by(schema.letter.c.id))

    def from_inbound(self, inbound: InboundId) -> Letter | None:
        return LETTERS.one(self._connection, LETTERS.select().where(schema.letter.c.inbound == inbound))

    def files(self, letter: LetterId) -> tuple[Attachment, ...]:
        return read_files(self._connection, schema.letter_file, "letter", letter)

    def add(self, letter: Letter, files: Sequence[Attachment]) -> Letter:
        mailbox = (
            select(schema.inbound_mail.c.mailbox).where(schema.inbound_mail.c.id == letter.inbound).scalar_subquery()
        )
        values = {**LETTERS.values(letter), "mailbox": mailbox}
        kept = replace(letter, id=LetterId(records.add_new(self._connection, LETTERS.table, values)))
        add_files(self._connection, schema.letter_file, "letter", kept.id, files)
        return kept

    def save(self, letter: Letter) -> None:
        values = {name: value for name, value in LETTERS.values(letter).items() if name not in _IDENTITY}
        changed = update(LETTERS.table).where(LETTERS.table.c.id == letter.id).values(values)
        if self._connection.execute(changed).rowcount == 0:
            records.found_or_raise(None, LETTERS.table, letter.id)

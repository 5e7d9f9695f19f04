from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, update

from bot.domain.events import TicketId
from bot.domain.letters import LetterId
from bot.domain.mails import Attachment
from bot.domain.sites import MailAccountId
from bot.domain.tickets import Letter
from bot.ports.mail_records import InboundId
from bot.ports.store import NotFound
from storage.records import Shape
from storage.repositories.files import add_files, read_files
from storage.schema import mail as schema

LETTERS = Shape(schema.letter, Letter, beside=["mailbox"])

_COLUMNS = schema.letter.c
_HERE = _COLUMNS.mailbox == bindparam("mailbox")
_OF_TICKET = LETTERS.select.where(_COLUMNS.ticket == bindparam("ticket")).order_by(_COLUMNS.received_at, _COLUMNS.id)
_TWINS = LETTERS.select.where(
    or_(
        and_(_HERE, _COLUMNS.ref_id == bindparam("ref_id")),
        and_(_HERE, _COLUMNS.message_id == bindparam("message_id")),
        and_(
            _HERE,
            _COLUMNS.body_hash == bindparam("body_hash"),
            _COLUMNS.date_header == bindparam("date_header"),
            _COLUMNS.sender == bindparam("sender"),
        ),
    )
).order_by(_COLUMNS.id)
_WITH_MESSAGE_IDS = LETTERS.select.where(
    _HERE, _COLUMNS.message_id.in_(bindparam("message_ids", expanding=True))
).order_by(_COLUMNS.id)
_FROM_INBOUND = LETTERS.select.where(_COLUMNS.inbound == bindparam("inbound"))
_MAILBOX = select(schema.inbound_mail.c.mailbox).where(schema.inbound_mail.c.id == bindparam("mail"))
_ADD = insert(schema.letter).values(mailbox=_MAILBOX.scalar_subquery()).returning(_COLUMNS.id)
_SAVE = update(schema.letter).where(_COLUMNS.id == bindparam("this"))

# What `save` leaves alone: who the letter is, and where it belongs.
_IDENTITY = {"id", "ticket", "site", "inbound"}


class SqlLetters:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, letter: LetterId) -> Letter:
        return LETTERS.get(self._connection, letter)

    def of_ticket(self, ticket: TicketId) -> tuple[Letter, ...]:
        return LETTERS.every(self._connection, _OF_TICKET, ticket=ticket)

    def twins(self, mailbox: MailAccountId, letter: Letter) -> tuple[Letter, ...]:
        return LETTERS.every(
            self._connection,
            _TWINS,
            mailbox=mailbox,
            # What a letter does not have, it shares with nobody: nothing is equal to NULL.
            ref_id=letter.ref_id or None,
            message_id=letter.message_id or None,
            date_header=letter.date_header or None,
            sender=letter.sender,
            body_hash=letter.body_hash,
        )

    def with_message_ids(self, mailbox: MailAccountId, message_ids: Sequence[str]) -> tuple[Letter, ...]:
        return LETTERS.every(self._connection, _WITH_MESSAGE_IDS, mailbox=mailbox, message_ids=list(message_ids))

    def from_inbound(self, inbound: InboundId) -> Letter | None:
        return LETTERS.one(self._connection, _FROM_INBOUND, inbound=inbound)

    def files(self, letter: LetterId) -> tuple[Attachment, ...]:
        return read_files(self._connection, schema.letter_file, "letter", letter)

    def add(self, letter: Letter, files: Sequence[Attachment]) -> Letter:
        values = {**LETTERS.values(letter), "mail": letter.inbound}
        del values["id"]
        kept = replace(letter, id=LetterId(self._connection.execute(_ADD, values).scalar_one()))
        if files:
            add_files(self._connection, schema.letter_file, "letter", kept.id, files)
        return kept

    def save(self, letter: Letter, files: Sequence[Attachment]) -> None:
        values = {name: value for name, value in LETTERS.values(letter).items() if name not in _IDENTITY}
        if self._connection.execute(_SAVE, {**values, "this": letter.id}).rowcount == 0:
            raise NotFound(f"there is no letter {letter.id}")
        add_files(self._connection, schema.letter_file, "letter", letter.id, files)

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.domain.events import TicketId
from bot.domain.replies import Reply, ReplyId, ReplyState
from bot.domain.sites import MailAccountId
from bot.ports.store import TokenTaken
from storage import records
from storage.records import Shape
from storage.schema import tickets as schema

REPLIES = Shape(schema.reply, Reply)
UNSETTLED = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCERTAIN)


class SqlReplies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, reply: ReplyId) -> Reply:
        return REPLIES.get(self._connection, reply)

    def of_ticket(self, ticket: TicketId) -> tuple[Reply, ...]:
        return REPLIES.every(
            self._connection, REPLIES.select().where(schema.reply.c.ticket == ticket).order_by(schema.reply.c.id)
        )

    def by_token(self, ticket: TicketId, token: str) -> Reply | None:
        return REPLIES.one(
            self._connection, REPLIES.select().where(schema.reply.c.ticket == ticket, schema.reply.c.token == token)
        )

    def by_message_ids(self, mailbox: MailAccountId, message_ids: Sequence[str]) -> tuple[Reply, ...]:
        wanted = (schema.reply.c.mailbox == mailbox, schema.reply.c.message_id.in_(message_ids))
        return REPLIES.every(self._connection, REPLIES.select().where(*wanted).order_by(schema.reply.c.id))

    def unsettled(self) -> tuple[Reply, ...]:
        query = REPLIES.select().where(schema.reply.c.state.in_(UNSETTLED)).order_by(schema.reply.c.id)
        return REPLIES.every(self._connection, query)

    def add(self, reply: Reply) -> Reply:
        identity = records.add(self._connection, REPLIES.table, REPLIES.values(reply))
        if identity is None:
            raise TokenTaken(reply.token)
        return replace(reply, id=ReplyId(identity))

    def save(self, reply: Reply) -> None:
        records.save(self._connection, REPLIES.table, reply.id, reply.version, REPLIES.values(reply))

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam

from bot.domain.events import TicketId
from bot.domain.replies import Reply, ReplyId, ReplyState
from bot.domain.sites import MailAccountId
from bot.ports.store import TokenTaken
from storage.records import Rows, Shape
from storage.schema import tickets as schema

REPLIES = Shape(schema.reply, Reply)
UNSETTLED = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCERTAIN)

_REPLY = schema.reply.c
_ROWS = Rows(schema.reply)
_IN_ORDER = REPLIES.select.order_by(_REPLY.id)
_OF_TICKET = _IN_ORDER.where(_REPLY.ticket == bindparam("ticket"))
_BY_TOKEN = _OF_TICKET.where(_REPLY.token == bindparam("token"))
_BY_MESSAGE_IDS = _IN_ORDER.where(
    _REPLY.mailbox == bindparam("mailbox"), _REPLY.message_id.in_(bindparam("message_ids", expanding=True))
)
_FAILED = _IN_ORDER.where(_REPLY.state == ReplyState.FAILED)
_UNSETTLED = _IN_ORDER.where(_REPLY.state.in_(UNSETTLED))


class SqlReplies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, reply: ReplyId) -> Reply:
        return REPLIES.get(self._connection, reply)

    def of_ticket(self, ticket: TicketId) -> tuple[Reply, ...]:
        return REPLIES.every(self._connection, _OF_TICKET, ticket=ticket)

    def by_token(self, ticket: TicketId, token: str) -> Reply | None:
        return REPLIES.one(self._connection, _BY_TOKEN, ticket=ticket, token=token)

    def by_message_ids(self, mailbox: MailAccountId, message_ids: Sequence[str]) -> tuple[Reply, ...]:
        return REPLIES.every(self._connection, _BY_MESSAGE_IDS, mailbox=mailbox, message_ids=list(message_ids))

    def unsettled(self) -> tuple[Reply, ...]:
        return REPLIES.every(self._connection, _UNSETTLED)

    def failed(self) -> tuple[Reply, ...]:
        return REPLIES.every(self._connection, _FAILED)

    def add(self, reply: Reply) -> Reply:
        identity = _ROWS.add(self._connection, REPLIES.values(reply))
        if identity is None:
            raise TokenTaken(reply.token)
        return replace(reply, id=ReplyId(identity))

    def save(self, reply: Reply) -> None:
        _ROWS.save(self._connection, reply.id, reply.version, REPLIES.values(reply))

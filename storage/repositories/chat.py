"""What stands in the chats: posts, open reply forms, and what agents wrote in threads."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.domain.events import TicketId
from bot.domain.people import ChatUser
from bot.domain.sites import Channel
from bot.ports.chat_records import Post, ReplyForm, ThreadText
from bot.ports.store import NotFound
from storage import records
from storage.records import Shape
from storage.schema import chat as schema

FORMS = Shape(schema.reply_form, ReplyForm)


class SqlPosts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_ticket(self, ticket: TicketId, channel: Channel) -> dict[str, Post]:
        query = select(schema.post).where(
            schema.post.c.ticket == ticket,
            schema.post.c.platform == channel.platform,
            schema.post.c.channel == channel.id,
        )
        return {row.item: _read_post(row) for row in self._connection.execute(query)}

    def channels(self, ticket: TicketId) -> tuple[Channel, ...]:
        query = select(schema.post.c.platform, schema.post.c.channel).where(schema.post.c.ticket == ticket).distinct()
        rows = self._connection.execute(query.order_by(schema.post.c.platform, schema.post.c.channel))
        return tuple(Channel(row.platform, row.channel) for row in rows)

    def ticket_of(self, channel: Channel, message: str) -> TicketId | None:
        query = select(schema.post.c.ticket).where(
            schema.post.c.platform == channel.platform,
            schema.post.c.channel == channel.id,
            schema.post.c.message == message,
        )
        # A post that is still being made has no message yet.
        return self._connection.execute(query.limit(1)).scalar_one_or_none() if message else None

    def put(self, post: Post) -> None:
        values: dict[str, object] = {
            "ticket": post.ticket,
            "platform": post.channel.platform,
            "channel": post.channel.id,
            "item": post.item,
            "state": post.state,
            "since": post.since,
            "message": post.message,
            "thread": post.thread,
            "fingerprint": post.fingerprint,
            "shown_at": post.shown_at,
        }
        records.put(self._connection, schema.post, values)

    def forget(self, post: Post) -> None:
        self._connection.execute(
            delete(schema.post).where(
                schema.post.c.ticket == post.ticket,
                schema.post.c.platform == post.channel.platform,
                schema.post.c.channel == post.channel.id,
                schema.post.c.item == post.item,
            )
        )


def _read_post(row: Row[*tuple[Any, ...]]) -> Post:
    values = row._asdict()
    return Post(channel=Channel(values.pop("platform"), values.pop("channel")), **values)


class SqlReplyForms:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, token: str) -> ReplyForm | None:
        return FORMS.one(self._connection, FORMS.select().where(schema.reply_form.c.token == token))

    def open_on(self, ticket: TicketId, since: datetime) -> tuple[ReplyForm, ...]:
        query = FORMS.select().where(
            schema.reply_form.c.ticket == ticket,
            schema.reply_form.c.opened_at >= since,
            schema.reply_form.c.closed_at.is_(None),
        )
        return FORMS.every(self._connection, query.order_by(schema.reply_form.c.opened_at, schema.reply_form.c.token))

    def add(self, form: ReplyForm) -> None:
        self._connection.execute(insert(schema.reply_form).values(FORMS.values(form)))

    def save(self, form: ReplyForm) -> None:
        values = {name: value for name, value in FORMS.values(form).items() if name != "token"}
        changed = update(schema.reply_form).where(schema.reply_form.c.token == form.token).values(values)
        if self._connection.execute(changed).rowcount == 0:
            raise NotFound("there is no such reply form")


class SqlThreadTexts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, channel: Channel, message: str) -> ThreadText | None:
        query = select(schema.thread_text).where(
            schema.thread_text.c.platform == channel.platform,
            schema.thread_text.c.channel == channel.id,
            schema.thread_text.c.message == message,
        )
        row = self._connection.execute(query).first()
        if row is None:
            return None
        user = ChatUser(row.platform, row.user)
        return ThreadText(channel, message, row.ticket, user, row.at, row.text, row.files)

    def put(self, text: ThreadText) -> None:
        values: dict[str, object] = {
            "platform": text.channel.platform,
            "channel": text.channel.id,
            "message": text.message,
            "ticket": text.ticket,
            "user": text.user.id,
            "at": text.at,
            "text": text.text,
            "files": text.files,
        }
        records.put(self._connection, schema.thread_text, values)

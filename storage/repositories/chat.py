"""What stands in the chats: posts, open reply forms, and what agents wrote in threads."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from bot.domain.events import TicketId
from bot.domain.people import ChatUser
from bot.domain.sites import Channel
from bot.ports.chat_records import Post, ReplyForm, ThreadText
from bot.ports.store import NotFound
from storage.dialects import Insertion
from storage.records import Shape, put
from storage.schema import chat as schema

FORMS = Shape(schema.reply_form, ReplyForm)

_POST = schema.post.c
_POSTS = select(schema.post).where(
    _POST.ticket == bindparam("ticket"), _POST.platform == bindparam("platform"), _POST.channel == bindparam("channel")
)
_SHOWN = schema.ticket_channel.c
_CHANNELS = (
    select(_POST.platform, _POST.channel)
    .where(_POST.ticket == bindparam("ticket"))
    .union(select(_SHOWN.platform, _SHOWN.channel).where(_SHOWN.ticket == bindparam("ticket")))
    .order_by("platform", "channel")
)
_SHOW_IN = Insertion(schema.ticket_channel, lambda insert: insert.on_conflict_do_nothing())
_TICKET_OF = (
    select(_POST.ticket)
    .where(
        _POST.platform == bindparam("platform"),
        _POST.channel == bindparam("channel"),
        _POST.message == bindparam("message"),
    )
    .limit(1)
)
_PUT_POST = put(schema.post)

_FORM = schema.reply_form.c
_GET_FORM = FORMS.select.where(_FORM.token == bindparam("this"))
_OPEN_ON = FORMS.select.where(
    _FORM.ticket == bindparam("ticket"), _FORM.opened_at >= bindparam("since"), _FORM.closed_at.is_(None)
).order_by(_FORM.opened_at, _FORM.token)
_PUT_TEXT = put(schema.thread_text)


class SqlPosts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_ticket(self, ticket: TicketId, channel: Channel) -> dict[str, Post]:
        given = {"ticket": ticket, "platform": channel.platform, "channel": channel.id}
        return {row.item: _read_post(row) for row in self._connection.execute(_POSTS, given)}

    def channels(self, ticket: TicketId) -> tuple[Channel, ...]:
        rows = self._connection.execute(_CHANNELS, {"ticket": ticket})
        return tuple(Channel(row.platform, row.channel) for row in rows)

    def show_in(self, ticket: TicketId, channel: Channel) -> None:
        given: dict[str, object] = {"ticket": ticket, "platform": channel.platform, "channel": channel.id}
        self._connection.execute(_SHOW_IN.on(self._connection), given)

    def ticket_of(self, channel: Channel, message: str) -> TicketId | None:
        # A post that is still being made has no message yet, and NULL is equal to nothing.
        given = {"platform": channel.platform, "channel": channel.id, "message": message or None}
        return self._connection.execute(_TICKET_OF, given).scalar_one_or_none()

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
        self._connection.execute(_PUT_POST.on(self._connection), values)

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
        return FORMS.one(self._connection, _GET_FORM, this=token)

    def open_on(self, ticket: TicketId, since: datetime) -> tuple[ReplyForm, ...]:
        return FORMS.every(self._connection, _OPEN_ON, ticket=ticket, since=since)

    def add(self, form: ReplyForm) -> None:
        self._connection.execute(insert(schema.reply_form), FORMS.values(form))

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
        self._connection.execute(_PUT_TEXT.on(self._connection), values)

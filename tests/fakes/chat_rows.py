from datetime import datetime

from bot.domain.events import TicketId
from bot.domain.people import ChatUser
from bot.domain.sites import Channel
from bot.ports.chat_records import Post, ReplyForm, ThreadText
from tests.fakes.tables import Tables, got


class FakePosts:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def of_ticket(self, ticket: TicketId, channel: Channel) -> dict[str, Post]:
        posts = self._tables.posts.values()
        return {post.item: post for post in posts if (post.ticket, post.channel) == (ticket, channel)}

    def channels(self, ticket: TicketId) -> tuple[Channel, ...]:
        found = {post.channel for post in self._tables.posts.values() if post.ticket == ticket}
        found |= {channel for shown, channel in self._tables.ticket_channels if shown == ticket}
        return tuple(sorted(found, key=lambda channel: (channel.platform, channel.id)))

    def show_in(self, ticket: TicketId, channel: Channel) -> None:
        self._tables.ticket_channels.add((ticket, channel))

    def ticket_of(self, channel: Channel, message: str) -> TicketId | None:
        posts = self._tables.posts.values()
        found = (post.ticket for post in posts if message and (post.channel, post.message) == (channel, message))
        return next(found, None)

    def put(self, post: Post) -> None:
        self._tables.posts[post.ticket, post.channel, post.item] = post

    def forget(self, post: Post) -> None:
        self._tables.posts.pop((post.ticket, post.channel, post.item), None)


class FakeReplyForms:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, token: str) -> ReplyForm | None:
        return self._tables.reply_forms.get(token)

    def open_on(self, ticket: TicketId, since: datetime) -> tuple[ReplyForm, ...]:
        forms = self._tables.reply_forms.values()
        found = [form for form in forms if form.ticket == ticket and form.opened_at >= since and not form.closed_at]
        return tuple(sorted(found, key=lambda form: (form.opened_at, form.token)))

    def add(self, form: ReplyForm) -> None:
        self._tables.reply_forms[form.token] = form

    def save(self, form: ReplyForm) -> None:
        got(self._tables.reply_forms, form.token)
        self._tables.reply_forms[form.token] = form


class FakeThreadTexts:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, channel: Channel, message: str) -> ThreadText | None:
        return self._tables.thread_texts.get((channel, message))

    def put(self, text: ThreadText) -> None:
        self._tables.thread_texts[text.channel, text.message] = text


class FakeInteractions:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def record(self, key: str, kind: str, user: ChatUser, at: datetime) -> bool:
        first = key not in self._tables.interactions
        self._tables.interactions.setdefault(key, at)
        return first

    def refuse(self, kind: str, user: ChatUser, reason: str, at: datetime) -> None:
        self._tables.refusals[self._tables.number("refusal")] = (user, kind, reason, at)

    def forget_before(self, at: datetime) -> int:
        acts = [key for key, done_at in self._tables.interactions.items() if done_at < at]
        for act in acts:
            del self._tables.interactions[act]
        return len(acts)


class FakeTicks:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def win(self, name: str, slot: datetime) -> bool:
        won = (name, slot) not in self._tables.ticks
        self._tables.ticks.add((name, slot))
        return won

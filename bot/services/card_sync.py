"""One run of bringing a ticket's card and thread in one channel up to date."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.domain.conversation import Conversation
from bot.domain.events import TicketId
from bot.domain.sites import Channel
from bot.i18n import Texts
from bot.ports.chat import Chat, ChatCall, Intent, MessageGone, MessageRef, Rendered
from bot.ports.chat_records import CARD, Post, PostState
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured, Permanent, Transient, Uncertain
from bot.ports.jobs import Pace
from bot.ports.store import Snapshot, Store, UnitOfWork
from bot.services.conversations import conversation
from bot.services.pacing import InLine, NotYet, Pacing
from bot.services.waits import Waits
from bot.views.card_of_ticket import ticket_card
from bot.views.thread_items import Filed, Spoken, refused_file, thread_items

T = TypeVar("T")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every sync works with. `texts` gives the language of a channel."""

    store: Store
    pacing: Pacing
    texts: Callable[[Channel], Texts]
    clock: Clock
    waits: Waits


@dataclass(frozen=True, slots=True)
class Shown:
    """A conversation, and what of it stands in one channel, by item."""

    talk: Conversation
    posts: Mapping[str, Post]


@dataclass(frozen=True, slots=True)
class CardSync:
    desk: Desk
    chat: Chat
    channel: Channel
    ticket: TicketId
    reserved: dict[str, datetime]

    async def run(self) -> None:
        # Where another run is in line for the same call, that one draws what is true then, this one's news with it.
        with contextlib.suppress(InLine):
            await self._bring_thread(*await self._bring_card())

    async def _bring_card(self) -> tuple[Shown, str]:
        """Return what was shown, and the message that the thread hangs on."""
        card, slot = await self._card_or_slot()
        if card is not None and slot is None:
            return await self._update_card(card), card.message
        if slot is not None:
            await self.desk.pacing.arrive(self._pace(ChatCall.POST), slot)
        # Drawn after the wait: a card that waited minutes for its slot shows what is true now.
        shown = await self._look()
        message = await self._post(CARD, self._draw(shown.talk), card, thread="")
        if card is None:
            return shown, message
        # What was found was drawn when it was first tried, and much may have happened since.
        return await self._update_card((await self._look()).posts[CARD]), message

    async def _card_or_slot(self) -> tuple[Post | None, datetime | None]:
        """What is known of the card, and a slot if it has to be posted."""
        async with self.desk.pacing.turn(self.channel.id):
            posts = await self.desk.store.read(lambda snapshot: snapshot.posts.of_ticket(self.ticket, self.channel))
            card = posts.get(CARD)
            if card is not None and card.state is not PostState.POSTING:
                return card, None
            return card, await self.desk.pacing.reserve(self._pace(ChatCall.POST), self.reserved, self._what)

    async def _look(self) -> Shown:
        return await self.desk.store.read(self._shown)

    def _shown(self, snapshot: Snapshot) -> Shown:
        return Shown(conversation(snapshot, self.ticket), snapshot.posts.of_ticket(self.ticket, self.channel))

    def _draw(self, talk: Conversation) -> Rendered:
        card = ticket_card(talk, self.desk.texts(self.channel), self.desk.clock.now())
        return self.chat.renderer.render(card)

    async def _update_card(self, card: Post) -> Shown:
        shown = await self._look()
        view = self._draw(shown.talk)
        if view.fingerprint == card.fingerprint:
            return shown
        rested = (card.shown_at or card.since) + timedelta(seconds=self.desk.waits.card_rest)
        if rested > self.desk.clock.now():
            raise NotYet(rested, self.reserved)
        await self._slot(ChatCall.UPDATE)
        message = MessageRef(self.channel.id, card.message)
        await self._paced(ChatCall.UPDATE, partial(self.chat.connection.update, message, view))
        await self._keep(replace(card, fingerprint=view.fingerprint, shown_at=self.desk.clock.now()))
        return shown

    async def _bring_thread(self, shown: Shown, root: str) -> None:
        held_back: Misconfigured | None = None
        for item in thread_items(shown.talk, self.desk.texts(self.channel)):
            known = shown.posts.get(item.item)
            if known is not None and known.state is not PostState.POSTING:
                continue
            if isinstance(item, Spoken):
                await self._post_message(item, known, root)
                continue
            try:
                await self._post_file(item, shown.talk, known, root)
            except Misconfigured as failure:
                # Often files are forbidden where words are not: the words must not wait for a workspace's admin.
                held_back = failure
        if held_back is not None:
            raise held_back

    async def _post_message(self, item: Spoken, known: Post | None, root: str) -> None:
        await self._slot(ChatCall.POST)
        await self._post(item.item, self.chat.renderer.render(item.message), known, thread=root)

    async def _post_file(self, item: Filed, talk: Conversation, known: Post | None, root: str) -> None:
        files = await self.desk.store.read(lambda snapshot: snapshot.letters.files(item.letter))
        file = files[item.place]
        await self._slot(ChatCall.FILE)
        intent = await self._intend(item.item, known, root)
        send = partial(self.chat.files.send, self.channel.id, root, file, intent)
        try:
            file_id = await self._tried(ChatCall.FILE, send, known)
        except Permanent as failure:
            # One file that the platform will not take must not hold up the thread; that there is one is said.
            _log.warning("file was not posted", ticket=self.ticket, item=item.item, reason=failure.reason)
            said = refused_file(file, talk, self.desk.texts(self.channel))
            # The words take the file's place, and begin with an intent of their own.
            await self._forget(item.item, root)
            await self._post_message(Spoken(item.item, said), None, root)
        else:
            await self._keep(self._posted(item.item, file_id, root))

    async def _post(self, item: str, view: Rendered, known: Post | None, *, thread: str) -> str:
        intent = await self._intend(item, known, thread)
        post = partial(self.chat.connection.post, self.channel.id, view, intent, thread=thread)
        try:
            message = await self._tried(ChatCall.POST, post, known)
        except Uncertain:
            raise
        except (Failure, MessageGone, NotYet):
            if known is None:
                # Nothing was posted, so the next run need not search for it first.
                await self._forget(item, thread)
            raise
        # Of a message that was searched for nobody knows which drawing it shows.
        fingerprint = view.fingerprint if known is None else ""
        return await self._stand(replace(self._posted(item, message.id, thread), fingerprint=fingerprint))

    async def _stand(self, post: Post) -> str:
        """Commit that it was posted, and return the message that stands: of two that were posted by processes of which
        each took the other for dead, the one that was committed first."""
        standing = await self.desk.store.run(partial(_stand, post=post))
        if standing != post.message:
            _log.warning("posted twice, and the later one is removed", ticket=self.ticket, item=post.item)
            try:
                await self.chat.connection.remove(MessageRef(self.channel.id, post.message, post.thread))
            except Failure as failure:
                _log.error("a message stands twice", ticket=self.ticket, item=post.item, reason=failure.reason)
        return standing

    async def _intend(self, item: str, known: Post | None, thread: str) -> Intent:
        """Commit that a post is about to be tried; a later run that finds this searches before it posts."""
        key = f"{self.ticket}:{item}"
        if known is not None:
            return Intent(key, known.since)
        now = self.desk.clock.now()
        intended = Post(self.ticket, self.channel, item, PostState.POSTING, now, thread=thread)
        if not await self.desk.store.run(partial(_intend, post=intended)):
            # This process stood still for so long that a peer was given its job. The next look shows what that one did.
            raise NotYet(now)
        return Intent(key)

    async def _forget(self, item: str, thread: str) -> None:
        await self.desk.store.run(partial(_forget_intent, post=self._posted(item, "", thread)))

    def _posted(self, item: str, message: str, thread: str) -> Post:
        now = self.desk.clock.now()
        return Post(self.ticket, self.channel, item, PostState.POSTED, now, message, thread, shown_at=now)

    async def _keep(self, post: Post) -> None:
        await self.desk.store.run(lambda uow: uow.posts.put(post))

    @property
    def _what(self) -> str:
        return f"{self.ticket} in {self.channel.id}"

    def _pace(self, call: ChatCall) -> Pace:
        return self.chat.renderer.pace(call, self.channel.id)

    async def _slot(self, call: ChatCall) -> None:
        await self.desk.pacing.wait(self._pace(call), self.reserved, self._what)

    async def _tried(self, call: ChatCall, act: Callable[[], Awaitable[T]], known: Post | None) -> T:
        if known is None:
            return await self._paced(call, act)
        try:
            return await act()
        except Transient as failure:
            if failure.retry_after is None:
                raise
            # An earlier attempt may still be landing: that is a reason for this message to wait, and for no other.
            raise NotYet(self.desk.clock.now() + timedelta(seconds=failure.retry_after)) from failure

    async def _paced(self, call: ChatCall, act: Callable[[], Awaitable[T]]) -> T:
        return await self.desk.pacing.call(self._pace(call), act)


def _intend(uow: UnitOfWork, post: Post) -> bool:
    """Commit the intent, unless somebody else has had the same since this run looked."""
    if post.item in uow.posts.of_ticket(post.ticket, post.channel):
        return False
    uow.posts.put(post)
    return True


def _forget_intent(uow: UnitOfWork, post: Post) -> None:
    """What somebody else has posted meanwhile is not forgotten with what was not."""
    present = uow.posts.of_ticket(post.ticket, post.channel).get(post.item)
    if present is not None and present.state is PostState.POSTING:
        uow.posts.forget(post)


def _stand(uow: UnitOfWork, post: Post) -> str:
    present = uow.posts.of_ticket(post.ticket, post.channel).get(post.item)
    if present is not None and present.state is PostState.POSTED and present.message:
        return present.message
    uow.posts.put(post)
    return post.message

"""Showing an agent who wrote in a thread, and nobody else, the *Send to buyer*."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.jobs import OfferToSend
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import Channel
from bot.i18n import Texts
from bot.ports.chat import Chat, ChatCall
from bot.ports.store import Store
from bot.services.pacing import Pacing
from bot.services.thread_sending import offer


class Offering:
    def __init__(
        self, *, store: Store, chats: Mapping[Platform, Chat], pacing: Pacing, texts: Callable[[Channel], Texts]
    ) -> None:
        self._store = store
        self._chats = chats
        self._pacing = pacing
        self._texts = texts

    async def offer(self, job: OfferToSend, reserved: Mapping[str, datetime]) -> None:
        chat = self._chats.get(job.platform)
        texts = self._texts(Channel(job.platform, job.channel))
        notice = await self._store.read(lambda snapshot: offer(snapshot, job, texts))
        if chat is None or notice is None:
            return
        pace = chat.renderer.pace(ChatCall.TELL, job.channel)
        await self._pacing.wait(pace, dict(reserved))
        user = ChatUser(job.platform, job.user)
        await self._pacing.call(pace, lambda: chat.connection.tell(job.channel, user, notice, thread=job.thread))

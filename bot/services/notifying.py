"""Telling one person that a trigger wants them to look at a ticket."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.jobs import NotifyAgent
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import Channel
from bot.i18n import Texts
from bot.ports.chat import Chat, ChatCall
from bot.ports.store import Store
from bot.services.conversations import conversation
from bot.services.pacing import Pacing
from bot.views.acts import Act, ActName, Button
from bot.views.notice import Notice
from bot.views.ticket_card import Tone
from bot.views.wording import ticket_title


class Notifying:
    def __init__(
        self, *, store: Store, chats: Mapping[Platform, Chat], pacing: Pacing, texts: Callable[[Channel], Texts]
    ) -> None:
        self._store = store
        self._chats = chats
        self._pacing = pacing
        self._texts = texts

    async def notify(self, job: NotifyAgent, reserved: Mapping[str, datetime]) -> None:
        chat = self._chats.get(job.platform)
        if chat is None:
            return
        talk = await self._store.read(lambda snapshot: conversation(snapshot, job.ticket))
        notice = _notice(talk, job.rule, self._texts(Channel(job.platform, job.channel)))
        pace = chat.renderer.pace(ChatCall.TELL, job.channel)
        await self._pacing.wait(pace, dict(reserved))
        user = ChatUser(job.platform, job.user)
        await self._pacing.call(pace, lambda: chat.connection.tell(job.channel, user, notice))


def _notice(talk: Conversation, rule: str, _: Texts) -> Notice:
    line = _.line(
        '{number} wants you: {title} (trigger "{rule}")',
        number=talk.ticket.number,
        title=ticket_title(talk, _),
        rule=rule,
    )
    take = Button(_("Take it"), Act(ActName.TAKE, talk.ticket.id))
    return Notice(Tone.INFO, (line,), buttons=(take,) if talk.ticket.assignee is None else ())

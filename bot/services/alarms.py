"""Telling a channel, unasked, what would otherwise be noticed when it is too late."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from bot.domain.jobs import WarnOfMailbox
from bot.domain.people import Platform
from bot.domain.sites import Channel, MailAccount, MailAccountId
from bot.i18n import Texts
from bot.i18n.pieces import When
from bot.ports.chat import Chat, ChatCall, Intent
from bot.ports.jobs import ClaimedJob
from bot.ports.store import Store, UnitOfWork
from bot.services.health import Health
from bot.services.pacing import Pacing
from bot.services.site_matching import is_served
from bot.views.notice import Notice
from bot.views.ticket_card import Tone


def warn_of_mailbox(uow: UnitOfWork, mailbox: MailAccountId, since: datetime, now: datetime) -> None:
    """Enqueue a warning for every channel that the mailbox serves, at most once a day whatever is restarted."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if not uow.ticks.win(f"mailbox:{mailbox}:unreachable", today):
        return
    served = [docked.site for docked in uow.sites.of_mailbox(mailbox) if is_served(docked)]
    for channel in dict.fromkeys(channel for site in served for channel in site.channels):
        uow.jobs.enqueue(WarnOfMailbox(mailbox, channel.platform, channel.id, since.isoformat()))


class Alarms:
    def __init__(
        self,
        *,
        store: Store,
        chats: Mapping[Platform, Chat],
        pacing: Pacing,
        texts: Callable[[Channel], Texts],
        health: Health,
    ) -> None:
        self._store = store
        self._chats = chats
        self._pacing = pacing
        self._texts = texts
        self._health = health

    async def warn(self, job: WarnOfMailbox, claimed: ClaimedJob) -> None:
        """Post the warning once; nothing if the mailbox has come back while the warning waited."""
        chat = self._chats.get(job.platform)
        if chat is None or self._health.mailbox_is_served(job.mailbox):
            return
        mailbox = await self._store.read(lambda snapshot: snapshot.mailboxes.get(job.mailbox))
        texts = self._texts(Channel(job.platform, job.channel))
        problem = self._health.mailbox_problem(job.mailbox) or texts("the log on the server says why.")
        view = chat.renderer.render(_warning(mailbox, datetime.fromisoformat(job.since), problem, texts))
        pace = chat.renderer.pace(ChatCall.POST, job.channel)
        await self._pacing.wait(pace, dict(claimed.reserved))
        tried = claimed.enqueued_at if claimed.attempt > 1 else None
        intent = Intent(f"mailbox:{job.mailbox}:{job.since}", tried)
        await self._pacing.call(pace, partial(chat.connection.post, job.channel, view, intent))


def _warning(mailbox: MailAccount, since: datetime, problem: str, _: Texts) -> Notice:
    return Notice(
        Tone.BAD,
        (
            _.line(
                "{address} has been out of reach since {at}: {problem}",
                address=mailbox.address,
                at=When(since),
                problem=problem,
            ),
            _.line(
                "Buyer messages that arrive there become no tickets until it is mended, and Walmart's 48 hours run."
            ),
            _.line(
                "Answer from Seller Center's Inbox meanwhile, and have `relaydesk doctor --online` run on the server."
            ),
        ),
    )

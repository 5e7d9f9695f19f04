"""Telling a channel, unasked, what would otherwise be noticed when it is too late."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from bot.domain.jobs import TellOwner, WarnOfKey, WarnOfMailbox
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import Account, AccountState, Channel, MailAccount, MailAccountId
from bot.i18n import Texts
from bot.i18n.pieces import Mention, When
from bot.ports.chat import Chat, ChatCall, Intent
from bot.ports.jobs import ClaimedJob
from bot.ports.store import Store, UnitOfWork
from bot.services.health import Health
from bot.services.pacing import Pacing
from bot.services.site_matching import is_served
from bot.views.acts import Button, Run, Style
from bot.views.docking_page import owner_lines
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
        notice = _warning(mailbox, datetime.fromisoformat(job.since), problem, texts)
        await self._post(chat, job.channel, notice, f"mailbox:{job.mailbox}:{job.since}", claimed)

    async def warn_of_key(self, job: WarnOfKey, claimed: ClaimedJob) -> None:
        """Tell the channel or the person; nothing if the account has a key that works by now."""
        chat = self._chats.get(job.platform)
        account = await self._store.read(lambda snapshot: snapshot.accounts.get(job.account))
        if chat is None or account.state is not AccountState.REAUTHORISE:
            return
        notice = _key_warning(
            account, datetime.fromisoformat(job.since), self._texts(Channel(job.platform, job.channel))
        )
        if job.channel:
            await self._post(chat, job.channel, notice, f"key:{job.account}:{job.since}", claimed)
            return
        await self._tell(chat, ChatUser(job.platform, job.user), notice, claimed)

    async def tell_owner(self, job: TellOwner, claimed: ClaimedJob) -> None:
        chat = self._chats.get(job.platform)
        if chat is not None:
            notice = _owner_letter(job.sender, self._texts(Channel(job.platform, "")))
            await self._tell(chat, ChatUser(job.platform, job.user), notice, claimed)

    async def _tell(self, chat: Chat, user: ChatUser, notice: Notice, claimed: ClaimedJob) -> None:
        """To one person, directly."""
        pace = chat.renderer.pace(ChatCall.TELL, user.id)
        await self._pacing.wait(pace, dict(claimed.reserved))
        await self._pacing.call(pace, partial(chat.connection.tell, "", user, notice))

    async def _post(self, chat: Chat, channel: str, notice: Notice, key: str, claimed: ClaimedJob) -> None:
        pace = chat.renderer.pace(ChatCall.POST, channel)
        await self._pacing.wait(pace, dict(claimed.reserved))
        intent = Intent(key, claimed.enqueued_at if claimed.attempt > 1 else None)
        view = chat.renderer.render(notice)
        await self._pacing.call(pace, partial(chat.connection.post, channel, view, intent))


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


def _key_warning(account: Account, since: datetime, _: Texts) -> Notice:
    return Notice(
        Tone.BAD,
        (
            _.line("Walmart refuses the key of account {account} since {at}.", account=account.name, at=When(since)),
            _.line("Buyer messages still become tickets and can be answered; their cards come without the order."),
            _.line("An admin must enter a key that works. Orders that are missing are then looked up by themselves."),
        ),
        buttons=(Button(_("Enter another key"), Run(f"reauthorise {account.id}"), Style.PRIMARY),),
    )


def _owner_letter(sender: str, _: Texts) -> Notice:
    asked = _.line(
        "{admin} is docking your Walmart account to RelayDesk and needs you for this:", admin=Mention(sender, sender)
    )
    return Notice(Tone.NEUTRAL, (asked, *owner_lines(_)))

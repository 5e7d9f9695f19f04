"""Looking for proof of a reply whose outcome is unknown; what proof does not settle, a person does."""

from datetime import timedelta
from functools import partial

from bot.domain import replies
from bot.domain.jobs import SettleReply
from bot.domain.replies import ReplyState
from bot.ports.clock import Clock
from bot.ports.failures import Transient
from bot.ports.mail import MailSource
from bot.ports.store import Store, UnitOfWork
from bot.ports.vault import Vault
from bot.services.delivery import left
from bot.services.mailbox_watch import credentials
from bot.services.waits import Waits

# The Date and the server's own clock may differ by so much.
_BEFORE = timedelta(days=1)


class Settling:
    def __init__(self, *, store: Store, source: MailSource, vault: Vault, clock: Clock, waits: Waits) -> None:
        self._store = store
        self._source = source
        self._vault = vault
        self._clock = clock
        self._waits = waits

    async def settle(self, job: SettleReply) -> None:
        """Search the Sent folder by Message-ID. Only a find settles anything: some servers keep no copy, and some
        keep it late, so this raises `Transient` to be asked again and at last leaves the choice to a person."""
        reply = await self._store.read(lambda snapshot: snapshot.replies.get(job.reply))
        if reply.state is not ReplyState.UNCERTAIN:
            return
        mailbox, password = await self._store.read(partial(credentials, vault=self._vault, mailbox_id=reply.mailbox))
        async with self._source.open(mailbox, password) as session:
            found = await session.sent(reply.message_id, since=reply.queued_at - _BEFORE)
        if not found:
            raise Transient("the reply is not in the Sent folder (yet).", retry_after=self._waits.settle)
        await self._store.run(partial(self._proved, job=job))

    def _proved(self, uow: UnitOfWork, job: SettleReply) -> None:
        reply = uow.replies.get(job.reply)
        if reply.state in {ReplyState.UNCERTAIN, ReplyState.QUEUED}:
            # Also one that a person has just queued again: it has left, so it does not leave twice.
            left(uow, replies.accepted(reply, self._clock.now()), self._clock.now(), self._waits)

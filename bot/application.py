"""The running application: what is started, in which order it stops, and what happens when a part of it fails."""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.jobs import Lane
from bot.domain.json import Json
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import Channel, MailAccountId
from bot.gateway import Gateway
from bot.i18n import Texts
from bot.in_hand import InHand
from bot.ports.chat import Chat
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Transient
from bot.ports.jobs import JobRunner
from bot.ports.leases import Leases
from bot.ports.mail import LetterReader, MailSource, Postman
from bot.ports.marketplace import Marketplace, ReplyRules
from bot.ports.store import Snapshot, Store
from bot.ports.vault import Vault
from bot.schedule import Schedule
from bot.services.acting import Surroundings
from bot.services.alarms import Alarms
from bot.services.answers_elsewhere import AnswersElsewhere
from bot.services.audit_export import EXPORT_AUDIT, AuditExport
from bot.services.card_sync import Desk
from bot.services.cards import Cards
from bot.services.channel_watch import ChannelWatch
from bot.services.chat_watch import ChatWatch
from bot.services.delivery import Delivery
from bot.services.docking_checks import DockingChecks
from bot.services.enrichment import Enrichment
from bot.services.errands import Errand, Errands
from bot.services.given_up import NEWS
from bot.services.health import DEFECT, Health
from bot.services.identity import Identity
from bot.services.intake import Intake
from bot.services.key_watch import KeyWatch
from bot.services.mailbox_watch import MailboxWatch
from bot.services.notifying import Notifying
from bot.services.offering import Offering
from bot.services.pacing import Pacing
from bot.services.settling import Settling
from bot.services.waits import Waits
from bot.worker import UseCases, Worker

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Adapters:
    """Every port's implementation; tests and the simulator put their own in their place."""

    store: Store
    runner: JobRunner
    leases: Leases
    vault: Vault
    source: MailSource
    postman: Postman
    reader: LetterReader
    marketplace: Marketplace
    rules: ReplyRules
    chats: Mapping[Platform, Chat]


class Application:
    def __init__(
        self,
        adapters: Adapters,
        *,
        admins: Collection[ChatUser],
        texts: Callable[[Channel], Texts],
        workers: Mapping[Lane, int],
        clock: Clock,
        waits: Waits,
        name: str,
    ) -> None:
        """`name` tells this process from its peers; it holds the leases."""
        self.health = Health()
        self._adapters = adapters
        self._workers = workers
        self._clock = clock
        self._waits = waits
        store = adapters.store
        self._watch = MailboxWatch(
            store=store,
            source=adapters.source,
            vault=adapters.vault,
            leases=adapters.leases,
            health=self.health,
            clock=clock,
            waits=waits,
            holder=name,
        )
        gateway = Gateway(
            store=store,
            identity=Identity(store, adapters.chats, clock, waits),
            rules=adapters.rules,
            desk=Surroundings(self.health, adapters.vault),
            texts=texts,
            admins=admins,
            clock=clock,
            waits=waits,
        )
        self._chat_watch = ChatWatch(gateway, self.health, clock, waits)
        self._channel_watch = ChannelWatch(store, adapters.chats, self.health, clock, waits)
        self._in_hand = InHand(
            Worker(_use_cases(adapters, self.health, texts, admins=admins, clock=clock, waits=waits), clock, waits)
        )
        self._schedule = Schedule(store, clock, waits)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then begin nothing more and let what has begun come to its end.

        Mail is taken in whatever the chats do: each part is looked after by itself and started again when it fails.
        """
        doors: list[asyncio.Task[None]] = [
            asyncio.create_task(self._chat_watch.watch(chat)) for chat in self._adapters.chats.values()
        ]
        doors.append(asyncio.create_task(self._watch_mailboxes()))
        doors.append(asyncio.create_task(self._channel_watch.watch()))
        jobs = asyncio.create_task(self._adapters.runner.run(self._in_hand, self._workers))
        stopping = asyncio.create_task(stop.wait())
        self._schedule.start()
        try:
            # The parts look after themselves; one that ends all the same is a defect that must not go unnoticed.
            ended, _going_on = await asyncio.wait([stopping, jobs, *doors], return_when=asyncio.FIRST_COMPLETED)
            for part in ended:
                part.result()
        finally:
            self._schedule.stop()
            _closed, all_ended = await asyncio.gather(
                _ended((stopping, *doors)), self._in_hand.wind_up(self._waits.stop)
            )
            if not all_ended:
                _log.warning("stopped in the middle of work", seconds=self._waits.stop)
            await _ended((jobs,))

    async def report(self) -> tuple[bool, Mapping[str, Json]]:
        """For `/healthz`: whether all that is set up works, and what does not since when."""
        parts: dict[str, Json] = {
            part: {"problem": state.problem, "since": state.since.isoformat()}
            for part, state in self.health.parts.items()
        }
        try:
            backlog = await self._adapters.runner.backlog()
        except Failure as failure:
            since = self._clock.now().isoformat()
            broken: dict[str, Json] = {"database": {"problem": failure.reason, "since": since}}
            return False, {"well": False, "parts": {**parts, **broken}, "jobs": None}
        jobs: dict[str, Json] = {
            "waiting": backlog.waiting,
            "running": backlog.running,
            "failed": backlog.failed,
            "oldest_due": backlog.oldest_due.isoformat() if backlog.oldest_due else None,
        }
        failed_lately = backlog.newest_failure is not None and self._clock.now() - backlog.newest_failure < NEWS
        well = self.health.well and not failed_lately
        return well, {"well": well, "parts": parts, "jobs": jobs}

    async def _watch_mailboxes(self) -> None:
        """One watch for each mailbox that a site receives in; sites may be added while the process runs."""
        async with asyncio.TaskGroup() as group:
            watched: dict[MailAccountId, asyncio.Task[None]] = {}
            while True:
                for mailbox in await self._receiving():
                    if mailbox not in watched:
                        watched[mailbox] = group.create_task(self._look_after(mailbox))
                await asyncio.sleep(min(self._waits.tick, self._waits.mail_poll))

    async def _look_after(self, mailbox: MailAccountId) -> None:
        while True:
            try:
                await self._watch.watch(mailbox)
            except Exception:  # noqa: BLE001  # a defect in one mailbox must not stop the others
                self.health.mailbox_failed(mailbox, Transient(DEFECT), self._clock.now())
                _log.exception("mailbox watch failed", mailbox=mailbox)
            await asyncio.sleep(self._waits.mail_retry)

    async def _receiving(self) -> list[MailAccountId]:
        def mailboxes(snapshot: Snapshot) -> list[MailAccountId]:
            return list(dict.fromkeys(site.mailbox for site in snapshot.sites.all()))

        with contextlib.suppress(Failure):
            return await self._adapters.store.read(mailboxes)
        return []


def _use_cases(
    adapters: Adapters,
    health: Health,
    texts: Callable[[Channel], Texts],
    *,
    admins: Collection[ChatUser],
    clock: Clock,
    waits: Waits,
) -> UseCases:
    store, vault, chats = adapters.store, adapters.vault, adapters.chats
    pacing = Pacing(store, clock, waits)
    return UseCases(
        intake=Intake(store, adapters.reader, clock, waits),
        enrichment=Enrichment(
            store=store, marketplace=adapters.marketplace, vault=vault, admins=admins, clock=clock, waits=waits
        ),
        cards=Cards(Desk(store, pacing, texts, clock, waits), chats),
        delivery=Delivery(
            store=store,
            postman=adapters.postman,
            rules=adapters.rules,
            vault=vault,
            chats=chats,
            clock=clock,
            waits=waits,
        ),
        settling=Settling(store=store, source=adapters.source, vault=vault, clock=clock, waits=waits),
        answers_elsewhere=AnswersElsewhere(store=store, source=adapters.source, vault=vault, clock=clock, waits=waits),
        offering=Offering(store=store, chats=chats, pacing=pacing, texts=texts),
        key_watch=KeyWatch(store, adapters.marketplace, vault, clock),
        docking_checks=DockingChecks(store=store, marketplace=adapters.marketplace, vault=vault, clock=clock),
        alarms=Alarms(store=store, chats=chats, pacing=pacing, texts=texts, health=health),
        notifying=Notifying(store=store, chats=chats, pacing=pacing, texts=texts),
        errands=Errands(_errands(adapters), chats=chats, texts=texts, clock=clock, waits=waits),
    )


def _errands(adapters: Adapters) -> Mapping[str, Errand]:
    """By the names under which commands send them."""
    return {EXPORT_AUDIT: AuditExport(adapters.store, adapters.chats)}


async def _ended(tasks: Sequence[asyncio.Task[None] | asyncio.Task[bool]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

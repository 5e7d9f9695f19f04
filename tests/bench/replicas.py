"""Replies a second with platforms that answer in 200 ms, at 8 workers in each replica, on PostgreSQL.

Eight workers that do nothing but wait for such a platform send 40 replies a second. Here every reply is started and
settled in the database, leaves through an SMTP server that takes 200 ms to accept it, and changes its card. All
replies are queued while the replicas stand ready; a rate is taken from the first that reached its buyer to the last.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from bot.domain.events import TicketId
from bot.domain.jobs import DeliverReply
from bot.domain.people import AgentId, ChatUser, Person, Platform, Standing
from bot.domain.replies import Reply, ReplyId
from bot.ports.store import UnitOfWork
from bot.settings import WorkerSettings
from integrations.simulator.faults import Fault, FaultKind, Faults
from storage.build import open_storage
from tests.bench.databases import PostgresDatabases
from tests.bench.filling import FIRST, fill_postgres
from tests.bench.goals import Figure
from tests.bench.processes import processor_time, running
from tests.bench.sizes import Sizes
from tests.bench.stocked import carded, database_of, new_directory, until_connected
from tests.bench.world import ADDRESS, World, environment, until, world

_WORKERS = 8
_SECONDS = 0.2
_AT_ONCE = 50


class Slow(Faults):
    """Every call of Slack's, and every mail at its end, is answered after 200 ms."""

    def take(self, place: str) -> Fault | None:
        if place == "smtp:END-OF-DATA" or (place.startswith("slack:") and place != "slack:socket"):
            return Fault(FaultKind.DELAY, seconds=_SECONDS)
        return super().take(place)


async def replicas(count: int, sizes: Sizes, databases: PostgresDatabases) -> Figure:
    with tempfile.TemporaryDirectory(prefix="relaydesk-bench-") as place:
        rounds = [
            await _round(databases, new_directory(Path(place), str(number)), count, count * sizes.replies)
            for number in range(sizes.reply_rounds)
        ]
    permitted = count * _WORKERS / _SECONDS
    ratios = tuple(each.rate / permitted for each in rounds)
    detail = (
        f"{median(each.rate for each in rounds):.1f} replies/s of {permitted:.0f}; "
        f"{median(each.processor for each in rounds) * 1000:.0f} ms of a core for each reply"
    )
    return Figure(f"replicas_{count}", median(ratios), detail, ratios)


@dataclass(frozen=True, slots=True)
class Round:
    """`rate` in replies a second; `processor` is what the replicas used of a core for each, in seconds."""

    rate: float
    processor: float


async def _round(databases: PostgresDatabases, directory: Path, count: int, replies: int) -> Round:
    async with world(faults=Slow()) as shop, AsyncExitStack() as stack:
        settings = shop.settings(directory, database_url=databases.for_product(directory)).model_copy(
            update={"workers": WorkerSettings(replies=_WORKERS)}
        )
        await carded(shop, settings, directory)
        fill_postgres(database_of(databases, settings), replies)
        log, given = directory / "log", environment(settings)
        desks = [
            await stack.enter_async_context(running("bot", "run", log=log, given=given, gracefully=True))
            for _replica in range(count)
        ]
        await until_connected(shop, 2 * count)
        used = sum(map(processor_time, desks))
        await _queue(shop, settings.database_url, replies)
        await until(lambda: len(shop.mail.records.replies) >= replies, f"{replies} replies", within=240, every=0.1)
        reached = shop.mail.records.replies
        took = (reached[-1].at - reached[0].at).total_seconds()
        used = sum(map(processor_time, desks)) - used
        return Round((len(reached) - 1) / took, used / len(reached))


async def _queue(shop: World, database_url: str, replies: int) -> None:
    storage = await asyncio.to_thread(open_storage, database_url, Path("unused"), shop.clock, alone=False)
    try:
        user = ChatUser(Platform.SLACK, shop.ana.user.id)
        person = Person(user, "Ana Ruiz", Standing.MEMBER, "UTC", "en", shop.clock.now())
        agent = await storage.store.run(partial(_agent, person=person))
        for first in range(FIRST, FIRST + replies, _AT_ONCE):
            tickets = [TicketId(number) for number in range(first, min(first + _AT_ONCE, FIRST + replies))]
            await storage.store.run(partial(_queue_some, tickets=tickets, author=agent))
    finally:
        await storage.close()


def _agent(uow: UnitOfWork, person: Person) -> AgentId:
    uow.people.put(person)
    return uow.people.make_agent(person).id


def _queue_some(uow: UnitOfWork, tickets: Sequence[TicketId], author: AgentId) -> None:
    """What Send writes for a reply, but for the agent's form."""
    mailbox = uow.mailboxes.all()[0]
    for ticket in tickets:
        letter = uow.letters.of_ticket(ticket)[0]
        reply = uow.replies.add(
            Reply(
                ReplyId(0),
                ticket,
                f"token-{ticket}",
                author,
                "It is on its way, and will be with you on Thursday.",
                (),
                mailbox.id,
                ADDRESS,
                letter.reply_address,
                f"<reply-{ticket}@acme.example>",
                "RE: When will it arrive?",
                letter.message_id,
                (letter.message_id,),
                letter.id,
                datetime.now(UTC),
            )
        )
        uow.jobs.enqueue(DeliverReply(reply.id, ticket))

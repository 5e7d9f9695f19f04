"""A key that Walmart refuses is told once, waited for, and everything that waited catches up."""

from dataclasses import dataclass

import pytest

from bot.domain.events import TicketId
from bot.domain.jobs import CheckKey, EnrichTicket, WarnOfKey
from bot.domain.keys import KeyFault
from bot.domain.letters import Topic
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import Account, AccountId, AccountState, Market, SiteId
from bot.domain.tickets import OrderKnowledge, Ticket
from bot.ports.failures import Transient
from bot.ports.marketplace import Credentials
from bot.ports.store import UnitOfWork
from bot.ports.vault import Secret
from bot.schedule import ticks
from bot.services.enrichment import Enrichment
from bot.services.invalid import Invalid
from bot.services.key_watch import KeyWatch
from bot.services.keys import look_at_key
from bot.services.waits import Waits
from tests.unit.fake_desk import START, FakeDesk

ADMIN = ChatUser(Platform.SLACK, "U0ADMIN")
RENEWED = Credentials(AccountId(1), "client-1", Secret("secret-2"))


@dataclass
class AtWork:
    desk: FakeDesk
    ticket: TicketId

    def __post_init__(self) -> None:
        desk = self.desk
        self.enrichment = Enrichment(
            store=desk.store,
            marketplace=desk.marketplace,
            vault=desk.vault,
            admins=[ADMIN],
            clock=desk.clock,
            waits=Waits(),
        )
        self.watch = KeyWatch(desk.store, desk.marketplace, desk.vault, desk.clock)

    async def account(self) -> Account:
        return await self.desk.store.read(lambda snapshot: snapshot.accounts.get(AccountId(1)))

    def jobs(self, kind: type) -> list[object]:
        return [row.job for row in self.desk.store.tables.jobs.values() if isinstance(row.job, kind)]

    async def knowledge(self) -> OrderKnowledge:
        return await self.desk.store.read(lambda snapshot: snapshot.tickets.get(self.ticket).order_knowledge)


@pytest.fixture
async def work() -> AtWork:
    desk = FakeDesk()
    await desk.set_up()

    def open_ticket(uow: UnitOfWork) -> TicketId:
        waiting = Ticket(
            TicketId(0),
            SiteId(1),
            "order:200011419029999",
            "Where is it?",
            Topic.TRACK_ORDER,
            START,
            order_id="200011419029999",
            order_knowledge=OrderKnowledge.PENDING,
        )
        return uow.tickets.add(waiting).id

    return AtWork(desk, await desk.store.run(open_ticket))


async def test_a_refused_key_is_told_once_to_the_channel_and_to_the_admins(work: AtWork) -> None:
    work.desk.marketplace.revoke("client-1")
    for _time in range(3):
        await work.enrichment.enrich(work.ticket)
    assert (await work.account()).state is AccountState.REAUTHORISE
    told = [(job.channel, job.user) for job in work.jobs(WarnOfKey) if isinstance(job, WarnOfKey)]
    assert told == [("C1", ""), ("", "U0ADMIN")]
    assert await work.knowledge() is OrderKnowledge.PENDING
    asked = [asked for asked in work.desk.marketplace.asked if asked.method == "order"]
    assert len(asked) == 1, "a refused key is not tried for every ticket"


async def test_an_outage_blames_no_key(work: AtWork) -> None:
    work.desk.marketplace.fail("order", Transient("Walmart could not answer (503)."))
    with pytest.raises(Transient):
        await work.enrichment.enrich(work.ticket)
    assert (await work.account()).state is AccountState.ACTIVE
    assert work.jobs(WarnOfKey) == []


async def test_a_key_that_works_lets_everything_catch_up(work: AtWork) -> None:
    work.desk.marketplace.revoke("client-1")
    await work.enrichment.enrich(work.ticket)
    work.desk.marketplace.accept(RENEWED)
    await work.desk.setting_up.change_client_secret("Acme NA", RENEWED.client_secret)
    assert (await work.account()).state is AccountState.ACTIVE
    assert work.jobs(EnrichTicket) == [EnrichTicket(work.ticket)]
    await work.enrichment.enrich(work.ticket)
    assert await work.knowledge() is OrderKnowledge.UNKNOWN, "Walmart was asked again, with the new key"


async def test_a_key_refused_by_accident_is_found_to_work_again(work: AtWork) -> None:
    work.desk.marketplace.revoke("client-1")
    await work.enrichment.enrich(work.ticket)
    (tick,) = [tick for tick in ticks(Waits()) if tick.name == "look at refused keys"]
    await work.desk.store.run(lambda uow: tick.work(uow, START))
    assert work.jobs(CheckKey) == [CheckKey(AccountId(1))]
    await work.watch.look(AccountId(1))
    assert (await work.account()).state is AccountState.REAUTHORISE
    work.desk.marketplace.accept(Credentials(AccountId(1), "client-1", Secret("secret-1")))
    await work.watch.look(AccountId(1))
    assert (await work.account()).state is AccountState.ACTIVE
    assert work.jobs(EnrichTicket) == [EnrichTicket(work.ticket)]


async def test_a_refusal_of_the_key_before_does_not_blame_the_new_one(work: AtWork) -> None:
    """Somebody enters another key while Walmart is asked with the old one."""
    work.desk.marketplace.revoke("client-1")

    async def meanwhile(seconds: float) -> None:
        work.desk.marketplace.delay = 0.0
        work.desk.clock.sleep = sleep  # type: ignore[method-assign]
        work.desk.marketplace.accept(RENEWED)
        await work.desk.setting_up.change_client_secret("Acme NA", RENEWED.client_secret)

    sleep = work.desk.clock.sleep
    work.desk.clock.sleep = meanwhile  # type: ignore[method-assign]
    await work.enrichment.enrich(work.ticket)
    assert (await work.account()).state is AccountState.ACTIVE
    assert work.jobs(WarnOfKey) == []
    assert work.jobs(EnrichTicket) == [EnrichTicket(work.ticket)]


# --- what is wrong with a key ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("permissions", "markets", "fault"),
    [
        ({"orders": "no_access"}, (Market.US,), KeyFault.NO_ORDERS),
        ({"returns": "full_access"}, (Market.US,), KeyFault.NO_ORDERS),
        ({"orders": "view_only"}, (), KeyFault.NO_MARKET),
        ({"orders": "view_only"}, (Market.CA,), None),
    ],
)
async def test_each_fault_of_a_key_has_its_name(
    permissions: dict[str, str], markets: tuple[Market, ...], fault: KeyFault | None
) -> None:
    desk = FakeDesk()
    key = Credentials(AccountId(0), "client-9", Secret("secret-9"))
    assert (await look_at_key(desk.marketplace, key, desk.clock)).fault is KeyFault.WRONG
    desk.marketplace.accept(key, permissions, markets)
    assert (await look_at_key(desk.marketplace, key, desk.clock)).fault is fault
    desk.marketplace.revoke("client-9")
    assert (await look_at_key(desk.marketplace, key, desk.clock)).fault is KeyFault.REVOKED


async def test_view_only_is_enough_and_missing_returns_are_named() -> None:
    desk = FakeDesk()
    key = Credentials(AccountId(0), "client-9", Secret("secret-9"))
    desk.marketplace.accept(key, {"orders": "view_only", "returns": "no_access"})
    report = await look_at_key(desk.marketplace, key, desk.clock)
    assert report.fault is None
    assert report.missing == ("returns",)


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["acme na", " ACME  NA ", "x" * 81, " "])
async def test_a_name_that_would_not_tell_accounts_apart_is_refused(name: str) -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.marketplace.accept(Credentials(AccountId(0), "client-2", Secret("secret-2")))
    with pytest.raises(Invalid) as refused:
        await desk.setting_up.add_account(name, "client-2", Secret("secret-2"))
    assert refused.value.field == "name"


async def test_a_secret_is_sealed_for_the_accounts_number_and_not_for_its_name() -> None:
    desk = FakeDesk()
    await desk.set_up()
    context, _sealed = await desk.store.read(
        lambda snapshot: snapshot.secrets.sealed(snapshot.accounts.get(AccountId(1)).client_secret)
    )
    assert context == "account:1:client_secret"

"""Docking step by step, renaming and deleting: what is refused, what is kept, and what a delete stops."""

from datetime import timedelta

import pytest

from bot.domain.docking import DockingDraft, Purpose, Step
from bot.domain.keys import KeyFault, KeyReport
from bot.domain.people import AgentId
from bot.domain.sites import AccountId, AccountState, Market, SiteId, SiteState
from bot.ports.marketplace import Credentials
from bot.ports.store import Snapshot, UnitOfWork
from bot.ports.vault import Secret
from bot.services import account_changes, docking
from bot.services.invalid import Invalid
from tests.unit.fake_desk import START, FakeDesk

ANN = AgentId(1)
GOOD = KeyReport(START, None, {"orders": "view_only"}, (Market.US,))


def begun(uow: UnitOfWork) -> DockingDraft:
    return docking.resume(uow, ANN, START)


async def with_key(desk: FakeDesk) -> DockingDraft:
    def work(uow: UnitOfWork) -> DockingDraft:
        draft = docking.name_account(uow, begun(uow), " Acme  NA ", "na")
        return docking.enter_key(uow, desk.vault, draft, " client-1 ", Secret(" typed-secret\n"))

    return await desk.store.run(work)


async def key_in(desk: FakeDesk, draft: DockingDraft) -> Credentials:
    key = await desk.store.read(lambda snapshot: docking.entered_key(snapshot, desk.vault, draft))
    assert key is not None
    return key


async def test_who_leaves_half_way_finds_everything_again() -> None:
    desk = FakeDesk()
    left = await with_key(desk)
    assert (left.step, left.account_name, left.client_id) == (Step.CHECKING, "Acme NA", "client-1")
    assert await desk.store.run(begun) == left
    assert (await key_in(desk, left)).client_secret.reveal() == "typed-secret"


async def test_discarding_forgets_the_key() -> None:
    desk = FakeDesk()
    left = await with_key(desk)
    await desk.store.run(lambda uow: docking.discard(uow, left))
    assert desk.store.tables.secrets == {}
    assert (await desk.store.run(begun)).step is Step.OWNER


async def test_a_good_key_makes_the_account_and_the_draft_forgets_it() -> None:
    desk = FakeDesk()
    left = await with_key(desk)
    key = await key_in(desk, left)
    account = await desk.store.run(lambda uow: docking.looked_at(uow, desk.vault, left, key, GOOD))
    assert account is not None
    assert account.name == "Acme NA"
    draft = await desk.store.run(begun)
    assert (draft.step, draft.account, draft.client_secret) == (Step.AUTHORISED, account.id, None)
    assert [context for context, _ in desk.store.tables.secrets.values()] == ["account:1:client_secret"]


async def test_a_bad_key_stays_typed_and_says_what_is_wrong() -> None:
    desk = FakeDesk()
    left = await with_key(desk)
    key = await key_in(desk, left)
    bad = KeyReport(START, KeyFault.NO_ORDERS, {"orders": "no_access"})
    assert await desk.store.run(lambda uow: docking.looked_at(uow, desk.vault, left, key, bad)) is None
    draft = await desk.store.run(begun)
    assert (draft.step, draft.report, draft.client_id) == (Step.KEY, bad, "client-1")
    assert desk.store.tables.accounts == {}


async def test_a_name_that_somebody_else_took_meanwhile_is_refused_and_nothing_is_lost() -> None:
    desk = FakeDesk()
    left = await with_key(desk)
    key = await key_in(desk, left)
    await desk.setting_up.add_account("acme na", "client-1", Secret("secret-1"))
    with pytest.raises(Invalid, match="already"):
        await desk.store.run(lambda uow: docking.looked_at(uow, desk.vault, left, key, GOOD))
    assert await desk.store.run(begun) == left


@pytest.mark.parametrize("step", [Step.KEY, Step.CHECKING, Step.AUTHORISED, Step.SITE, Step.DONE])
async def test_no_step_can_be_taken_before_the_one_that_it_needs(step: Step) -> None:
    desk = FakeDesk()
    draft = await desk.store.run(begun)
    with pytest.raises(Invalid):
        await desk.store.run(lambda uow: docking.go_to(uow, draft, step))


async def test_a_docking_whose_account_was_deleted_begins_anew() -> None:
    desk = FakeDesk()
    left = await with_key(desk)
    key = await key_in(desk, left)
    await desk.store.run(lambda uow: docking.looked_at(uow, desk.vault, left, key, GOOD))
    await desk.store.run(lambda uow: account_changes.delete_account(uow, AccountId(1), "Acme NA"))
    assert (await desk.store.run(begun)).step is Step.OWNER


async def test_another_key_is_for_the_account_that_it_was_entered_for() -> None:
    desk = FakeDesk()
    await desk.set_up()

    def enters(uow: UnitOfWork) -> DockingDraft:
        draft = uow.drafts.begin(ANN, Purpose.REAUTHORISE, START + timedelta(hours=1))
        draft = docking.for_account(uow, draft, AccountId(1))
        return docking.enter_key(uow, desk.vault, draft, "client-1", Secret("secret-2"))

    draft = await desk.store.run(enters)
    key = await key_in(desk, draft)
    assert key.account == AccountId(1)
    await desk.store.run(lambda uow: docking.looked_at(uow, desk.vault, draft, key, GOOD))

    def opened(snapshot: Snapshot) -> str:
        context, sealed = snapshot.secrets.sealed(snapshot.accounts.get(AccountId(1)).client_secret)
        return desk.vault.open(sealed, context).reveal()

    assert await desk.store.read(opened) == "secret-2"


# --- renaming and deleting -------------------------------------------------------------------------------------------


async def test_a_renamed_account_opens_its_key_as_before() -> None:
    desk = FakeDesk()
    await desk.set_up()
    await desk.store.run(lambda uow: account_changes.rename_account(uow, AccountId(1), " Acme  North "))
    account = await desk.store.read(lambda snapshot: snapshot.accounts.get(AccountId(1)))
    assert account.name == "Acme North"
    context, sealed = desk.store.tables.secrets[account.client_secret]
    assert desk.vault.open(sealed, context).reveal() == "secret-1"


@pytest.mark.parametrize("name", ["", "x" * 81, "other"])
async def test_a_name_that_would_tell_nothing_apart_is_refused(name: str) -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.marketplace.accept(Credentials(AccountId(0), "client-2", Secret("secret-2")))
    await desk.setting_up.add_account("Other", "client-2", Secret("secret-2"))
    with pytest.raises(Invalid) as refused:
        await desk.store.run(lambda uow: account_changes.rename_account(uow, AccountId(1), name))
    assert refused.value.field == "name"
    await desk.store.run(lambda uow: account_changes.rename_account(uow, AccountId(1), "ACME NA"))


async def test_a_delete_wants_the_name_and_takes_sites_and_key_along() -> None:
    desk = FakeDesk()
    await desk.set_up()
    with pytest.raises(Invalid, match="Type Acme NA"):
        await desk.store.run(lambda uow: account_changes.delete_account(uow, AccountId(1), "acme"))
    ends = await desk.store.run(lambda uow: account_changes.delete_account(uow, AccountId(1), "Acme NA"))
    assert [site.site.seller_name for site in ends.sites] == ["Acme Home"]
    account = await desk.store.read(lambda snapshot: snapshot.accounts.get(AccountId(1)))
    assert account.state is AccountState.DELETED
    assert (await desk.store.read(lambda snapshot: snapshot.sites.get(SiteId(1)))).state is SiteState.DELETED
    assert desk.store.tables.secrets[account.client_secret][1] == b""
    assert await desk.store.read(account_changes.docked_accounts) == ()
    with pytest.raises(Invalid, match="deleted meanwhile"):
        await desk.store.run(lambda uow: account_changes.rename_account(uow, AccountId(1), "Again"))
    await desk.setting_up.add_account("Acme NA", "client-1", Secret("secret-1"))

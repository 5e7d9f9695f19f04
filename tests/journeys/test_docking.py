"""Docking by command and by click: every step, whatever is wrong with a key, and coming back half-way."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.walmart.sellers import Seller
from tests.journeys.admin import Admin
from tests.journeys.shop import SHORT, Shop, shop, until

KEY = {"client_id": "client-2", "client_secret": "second-secret-of-maple"}


@asynccontextmanager
async def docking(directory: Path) -> AsyncIterator[tuple[Shop, Admin, Seller]]:
    """A desk that runs, an admin, and a second seller at Walmart whose account is not docked yet."""
    async with shop(directory, waits=SHORT) as acme:
        maple = acme.walmart.add_seller(
            KEY["client_id"], KEY["client_secret"], "Maple Home", markets=("ca",), permissions={"orders": "view_only"}
        )
        async with acme.open():
            yield acme, Admin(acme, acme.ben), maple


async def names_the_account(ben: Admin, name: str = "Maple NA") -> None:
    await ben.opens("dock", "Step 1/4")
    await ben.presses("Next", "Account name", "North America")
    await ben.fills(name=name)
    await ben.reads("Step 2/4", name)


async def enters_the_key(ben: Admin, *shown: str, **key: str) -> None:
    await ben.presses("Enter the key", "Client ID", "Sealed at once")
    await ben.fills(**{**KEY, **key})
    await looks(ben, *shown)


async def looks(ben: Admin, *shown: str) -> None:
    """Press the page's own button until Walmart has answered."""
    await ben.reads("Look again")
    for _look in range(100):
        if "Look again" not in ben.seen():
            break
        await ben.presses("Look again")
        await asyncio.sleep(0.1)
    await ben.reads(*shown)


async def test_m02_m04_m05_the_first_steps_say_what_the_owner_does_and_offer_one_region(tmp_path: Path) -> None:
    async with docking(tmp_path) as (acme, ben, _maple):
        said = await ben.opens("dock", "Step 1/4")
        assert "what the owner of the Walmart account must do" in said
        assert ben.view is not None
        assert "https://developer.walmart.com/" in str(ben.view.body)
        await ben.presses("Send this to the owner", "Owner of the Walmart account")
        await ben.fills(owner=acme.ana.user.id)
        direct = acme.slack.workspace.direct_with(acme.ana.user.id).id
        await until(lambda: bool(acme.slack.messages(direct)), "what the owner is sent")
        assert "My Account > API Keys" in acme.text_of(acme.slack.messages(direct)[-1])


async def test_m07_m08_a_good_key_ends_in_authorization_successful(tmp_path: Path) -> None:
    async with docking(tmp_path) as (_acme, ben, _maple):
        await names_the_account(ben)
        await enters_the_key(ben, "Authorization successful", "Maple NA", "North America", "Markets: CA")
        assert "orders view only" in ben.seen()
        assert "Missing: returns" in ben.seen()
        assert KEY["client_secret"] not in str(ben.view and ben.view.body)


async def test_m06_each_fault_of_a_key_has_its_sentence_and_the_next_step(tmp_path: Path) -> None:
    """And once it is put right, the same window goes on."""
    async with docking(tmp_path) as (_acme, ben, maple):
        await names_the_account(ben)
        await enters_the_key(ben, "does not take this Client ID", "Copy both again", client_secret="a-guess")
        maple.revoked = True
        await enters_the_key(ben, "withdrawn", "Make a new key")
        maple.revoked, maple.permissions = False, {"orders": "no_access"}
        await enters_the_key(ben, "may not read orders", "View Only for Orders")
        maple.permissions, maple.markets = {"orders": "view_only"}, frozenset()
        await enters_the_key(ben, "orders of no market", "enable the market")
        maple.markets = frozenset({"ca"})
        await enters_the_key(ben, "Authorization successful")


async def test_while_walmart_is_down_what_was_typed_is_kept_and_tried_again(tmp_path: Path) -> None:
    async with docking(tmp_path) as (acme, ben, _maple):
        await names_the_account(ben)
        acme.faults.order("walmart:*", Fault(FaultKind.STATUS, status=503), times=500)
        await ben.presses("Enter the key", "Client ID", "Sealed at once")
        await ben.fills(**KEY)
        await ben.reads("Look again")
        await ben.person.close(ben.view.id if ben.view else "", everything=True)
        await until(lambda: len(acme.walmart.records.calls("POST /v3/token")) > 2, "Walmart is asked again")
        assert "could not say anything about the key yet" in await ben.opens("dock", "could not answer (503)")
        acme.faults.clear()
        await ben.opens("dock", "Authorization successful")


async def test_who_leaves_half_way_comes_back_to_the_same_step_on_another_process(tmp_path: Path) -> None:
    async with shop(tmp_path) as acme:
        ben = Admin(acme, acme.ben)
        async with acme.open():
            await names_the_account(ben)
            assert ben.view is not None
            await ben.person.close(ben.view.id, everything=True)
        async with acme.open():
            await ben.opens("dock", "Step 2/4", "Maple NA")
            await ben.presses("Start over", "Step 1/4")


async def test_m01_who_is_no_admin_gets_nowhere_and_it_is_recorded(tmp_path: Path) -> None:
    async with docking(tmp_path) as (acme, ben, _maple):
        ana = Admin(acme, acme.ana)
        for words in (
            "dock",
            "dock key",
            "dock account Mine",
            "account list",
            "account delete 1 typed=x",
            "reauthorise 1",
        ):
            await ana.types(words)
            assert ana.view is None
        await ana.is_told("Only admins can do this")
        assert ben.person.user.id in repr(acme.slack.ephemerals(acme.ana.user.id)[-1].content.blocks), "who is admin"
        with closing(sqlite3.connect(tmp_path / "relaydesk.db")) as database:
            refused = [kind for (kind,) in database.execute("select kind from refusal order by at")]
        assert {"dock", "dock key", "account delete", "reauthorise"} <= set(refused)


async def test_m03_docking_starts_from_the_home_of_the_bot(tmp_path: Path) -> None:
    async with docking(tmp_path) as (_acme, ben, _maple):
        assert "Docking Center" in await ben.at_home()
        await ben.presses_at_home("Walmart: Start Docking", "Step 1/4")

"""Accounts after docking: other names, other keys, and deleting them with what hangs on them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.domain.sites import AccountId
from bot.services.account_changes import delete_account
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.records import RecordKind
from tests.journeys.admin import Admin
from tests.journeys.agents import Agent
from tests.journeys.shop import Shop, shop, until

NEW_SECRET = "rotated-at-walmart-9f2c"


@asynccontextmanager
async def desk(directory: Path) -> AsyncIterator[tuple[Shop, Admin]]:
    async with shop(directory) as acme, acme.open():
        yield acme, Admin(acme, acme.ben)


async def asks(acme: Shop, words: str) -> Message:
    acme.buyer().write(acme.seller, words, purchase=acme.purchase(acme.order()))
    return await acme.card(words)


async def test_m15_a_renamed_account_is_called_so_on_its_cards(tmp_path: Path) -> None:
    async with desk(tmp_path) as (acme, ben):
        card = await asks(acme, "Where is my parcel?")
        assert "account Acme NA" in acme.text_of(card)
        await ben.opens("account list", "Acme NA", "Walmart takes its key")
        await ben.presses("Rename", "It stands on every card")
        await ben.fills(name="Acme North")
        await ben.reads("Accounts", "Acme North")
        await until(lambda: "account Acme North" in acme.text_of(card), "the card's new name")


async def test_m15_two_accounts_cannot_be_called_alike(tmp_path: Path) -> None:
    async with desk(tmp_path) as (acme, ben):
        acme.walmart.add_seller("client-2", "secret-2", "Other", seed=2)
        await ben.opens("dock", "Step 1/4")
        await ben.presses("Next", "It stands on every card")
        outcome = await ben.fills(name="acme na")
        assert "already" in str(outcome.errors)
        await ben.fills(name="Other")
        await ben.reads("Step 2/4", "Other")


async def test_m20_deleting_an_account_wants_its_name_and_takes_its_sites_along(tmp_path: Path) -> None:
    async with desk(tmp_path) as (acme, ben):
        card = await asks(acme, "Where is my parcel?")
        said = await ben.opens("account delete 1", "cannot be taken back")
        for stop in ("Acme Home US", "dead letters", "1 open ticket can no longer", "key is forgotten"):
            assert stop in said
        outcome = await ben.fills(typed="acme")
        assert "Type Acme NA" in str(outcome.errors)
        await ben.fills(typed="Acme NA")
        await until(lambda: "deleted" in acme.text_of(card), "the card says so")
        acme.buyer("John Smith").write(acme.seller, "And mine?", purchase=acme.purchase(acme.order()))
        assert acme.desk is not None
        assert await acme.desk.adapters.runner.drained(5.0)
        assert len(acme.cards) == 1
        assert "reply" not in Agent(acme, acme.ana).offered(card), "an open ticket can be answered no longer"


async def test_a_form_about_an_account_that_another_admin_deleted_says_so(tmp_path: Path) -> None:
    async with desk(tmp_path) as (acme, ben):
        await ben.opens("account rename 1", "It stands on every card")
        assert acme.desk is not None
        await acme.desk.adapters.store.run(lambda uow: delete_account(uow, AccountId(1), "Acme NA"))
        outcome = await ben.fills(name="Acme North")
        assert (
            "There is none" in str(outcome.errors) or "deleted meanwhile" in str(outcome.errors) or "none" in ben.seen()
        )


async def test_a_refused_key_is_told_and_another_one_lets_everything_catch_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as (acme, ben):
        acme.walmart.sellers.reset_secret("client-1", NEW_SECRET)
        order = acme.order()
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        card = await acme.card("Where is my parcel?")
        warning = await acme.card("Walmart refuses the key of account Acme NA")
        assert "come without the order" in acme.text_of(warning)
        direct = acme.slack.workspace.direct_with(ben.person.user.id).id
        await until(lambda: len(acme.slack.messages(direct)) == 1, "the admin is told")
        assert f"Order {order.customer_order_id} is pending" in acme.text_of(card)

        await ben.opens("reauthorise 1", "is used until Walmart takes this one")
        await ben.fills(client_secret="a-guess")
        await looks(ben, "does not take this Client ID")
        await ben.presses("Enter another key", "Sealed at once")
        await ben.fills(client_secret=NEW_SECRET)
        await looks(ben, "Authorization successful")
        await until(lambda: f"Order {order.customer_order_id} is pending" not in acme.text_of(card), "the order")
        assert len([one for one in acme.cards if "refuses the key" in acme.text_of(one)]) == 1


async def looks(ben: Admin, *shown: str) -> None:
    await ben.reads("Look again")
    for _look in range(100):
        if "Look again" not in ben.seen():
            break
        await ben.presses("Look again")
    await ben.reads(*shown)


def everything_in(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


async def test_m07_no_secret_is_found_anywhere_but_sealed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The database's files, the log, and all that Slack and Walmart's stand-ins wrote down."""
    typed = ("typed-wrong-secret-77aa", "second-secret-of-maple-31bd")
    async with desk(tmp_path) as (acme, ben):
        acme.walmart.add_seller("client-2", typed[1], "Maple Home", seed=2)
        await ben.types(f"dock key client-2 {typed[0]}xYz9")
        await ben.opens("dock", "Step 1/4")
        await ben.presses("Next", "It stands on every card")
        await ben.fills(name="Maple NA")
        await ben.reads("Step 2/4")
        for secret in typed:
            await ben.presses("Enter the key", "Sealed at once")
            await ben.fills(client_id="client-2", client_secret=secret)
            await looks(ben, "Step 2/4")
        await ben.reads("Authorization successful")
        # What people did themselves is on record too: a person typed the secret, and Slack knows.
        ours = [record for record in acme.slack.records if record.kind is not RecordKind.ACTED]
        shown = repr(ours) + repr(acme.walmart.records.calls()) + str(ben.view and ben.view.body)
    files = await asyncio.to_thread(everything_in, tmp_path)
    said = capsys.readouterr()
    for secret in typed:
        assert secret.encode() not in files
        assert secret not in said.out + said.err
        assert secret not in shown

"""A reply goes to Walmart's relay from the registered mailbox, or it does not go."""

from dataclasses import replace
from pathlib import Path

from bot.domain.sites import SiteState
from bot.ports.store import UnitOfWork
from integrations.simulator.buyers.buyer import Posting
from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.mail.post_office import Authentication
from integrations.simulator.mail.records import MailKind
from tests.journeys.agents import Agent
from tests.journeys.question import RATE, asked
from tests.journeys.shop import ADDRESS, Shop, shop, until

# Walmart's Customer Care writes for a buyer from an address that is on no relay domain.
WITHOUT_RELAY = "help@walmart.com"


async def write_without_relay(acme: Shop, reply_to: str = "") -> None:
    """A letter from Customer Care, with no relay address in its headers."""
    purchase = acme.purchase(acme.order())
    acme.seller.addresses, registered = ("elsewhere@acme.example",), acme.seller.addresses
    acme.mail.add_account("elsewhere@acme.example", "pw")
    letter = acme.buyer().write(acme.seller, "Hola?", purchase=purchase, layout=Layout.CUSTOMER_CARE)
    acme.seller.addresses = registered
    raw = letter.raw.replace(letter.reply_address.encode(), WITHOUT_RELAY.encode())
    if reply_to:
        raw = f"Reply-To: {reply_to}\r\n".encode() + raw
    acme.mail.post_office.deliver(ADDRESS, raw, kind=MailKind.BUYER_LETTER, envelope_sender=WITHOUT_RELAY)


async def test_a_letter_that_failed_walmarts_check_needs_a_confirmation_once(tmp_path: Path) -> None:
    async with asked(tmp_path, posting=Posting(authentication=Authentication.FAIL)) as here:
        assert "did not pass the check" in here.told
        await here.ana.open(here.card)
        unsure = await here.ana.send("Hello.")
        assert "Walmart's check failed" in unsure.errors["vouch"]
        assert here.ana.typed() == "Hello."
        assert (await here.ana.send(vouch=["yes"])).action == "clear"
        await here.left(1)

        await here.ana.open(here.card, "history")
        assert "confirmed to be a Walmart buyer" in here.ana.seen()
        await here.ana.close()
        await here.ana.reply(here.card, "And one more thing.")
        await here.left(2)


async def test_a_deleted_site_answers_nobody_and_says_why(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        await here.ana.open(here.card)
        await _change_site(here.shop, lambda uow: _to_state(uow, SiteState.DELETED))
        await here.ana.send("Hello.")
        assert "site was deleted" in here.ana.seen()
        assert not here.shop.mail.records.submissions


async def test_a_site_deleted_after_send_was_pressed_fails_the_reply_with_the_reason(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        here.shop.faults.order("smtp:CONNECT", Fault(FaultKind.DROP_BEFORE), times=60)
        await here.ana.reply(here.card, "Hello.")
        await here.shop.card("waits:")
        await _change_site(here.shop, lambda uow: _to_state(uow, SiteState.DELETED))
        await here.shop.card("the site was deleted.")
        assert not here.shop.mail.records.submissions


async def _change_site(acme: Shop, work: "object") -> None:
    assert acme.desk is not None
    await acme.desk.adapters.store.run(work)  # type: ignore[arg-type]


def _to_state(uow: UnitOfWork, state: SiteState) -> None:
    (site,) = uow.sites.all()
    uow.sites.save(replace(site, state=state))


async def test_without_a_relay_address_an_admin_has_to_approve_the_sender_for_this_ticket(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        await write_without_relay(acme)
        ana, ben = Agent(acme, acme.ana), Agent(acme, acme.ben)
        await until(lambda: any("No Walmart relay address" in acme.text_of(c) for c in acme.cards), "the card")
        card = await acme.card("No Walmart relay address")
        await ana.press(card, "reply")
        refused = await ana.told("might reach the wrong person")
        assert "approve_address" not in ana.offered(refused), "an agent cannot"

        await ben.press(card, "reply")
        offered = await ben.told("might reach the wrong person")
        await ben.press(offered, "approve_address")
        await until(lambda: "No Walmart relay address" not in acme.text_of(card), "the approval on the card")
        await ana.reply(card, "Hola.")
        await until(lambda: len(acme.mail.records.submissions) == 1, "the reply")
        assert acme.mail.records.submissions[0].recipients == (WITHOUT_RELAY,)
        await ana.open(card, "history")
        assert "reply address approved" in ana.seen()
        assert "Ben Cole" in ana.seen()


async def test_walmarts_placeholder_is_never_written_to_whatever_anybody_approves(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        await write_without_relay(acme, reply_to="nocxemail@walmartone.com")
        ben = Agent(acme, acme.ben)
        card = await acme.card("No Walmart relay address")
        await ben.press(card, "reply")
        offered = await ben.told("might reach the wrong person")
        assert "nocxemail" not in acme.text_of(offered)
        await ben.press(offered, "approve_address")
        await until(lambda: "No Walmart relay address" not in acme.text_of(card), "the approval on the card")
        await ben.reply(card, "Hola.")
        await until(lambda: len(acme.mail.records.submissions) == 1, "the reply")
        assert acme.mail.records.submissions[0].recipients == (WITHOUT_RELAY,)

"""M20: after deletion the configuration is invalid, new buyer messages are not received, and nothing is lost."""

from pathlib import Path

import pytest

from bot.domain.sites import SiteState
from bot.ports.mail_records import InboundState
from bot.services.dead_letters import hand_over
from bot.services.invalid import Invalid
from bot.services.site_deletion import delete_site, what_stops
from bot.services.site_settings import go_live, rename_seller, switch_off
from tests.journeys import kept
from tests.journeys.agents import Agent
from tests.journeys.shop import brisk, until
from tests.journeys.sites import add_again, do, site, site_id


async def test_m20_a_deleted_site_keeps_its_letters_and_answers_nobody(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria, ana = acme.buyer(), Agent(acme, acme.ana)
        maria.write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Where is my parcel?")
        deleted = await site_id(acme)
        await ana.open(card)
        assert (await do(acme, lambda uow: what_stops(uow, deleted))).open_tickets == 1

        with pytest.raises(Invalid, match="Type Acme Home to delete it"):
            await do(acme, lambda uow: delete_site(uow, deleted, "acme home"))
        await do(acme, lambda uow: delete_site(uow, deleted, "Acme Home"))
        await until(lambda: "This site was deleted" in acme.text_of(card), "the reason on the card")
        assert "reply" not in ana.offered(card)
        refused = await ana.send("It leaves today.")
        assert "deleted" in str(refused.errors) + refused.warning + ana.seen()
        with pytest.raises(Invalid, match="deleted meanwhile"):
            await do(acme, lambda uow: rename_seller(uow, deleted, "Acme"))

        joe = acme.buyer("Joe Doe")
        joe.write(acme.seller, "Do you ship to Alaska?", purchase=acme.purchase(acme.order()))
        (dead,) = [mail for mail in await kept.settled(acme, 2) if mail.state is InboundState.DEAD_LETTER]
        (letter,) = await do(acme, lambda uow: uow.site_mail.dead_letters(most=10))
        assert (letter.inbound, letter.site, letter.reason) == (dead.id, deleted, "Acme Home US was deleted")
        assert "Do you ship to Alaska?" in letter.about
        assert len(acme.cards) == 1

        anew = await add_again(acme)
        assert anew.id != deleted
        assert await do(acme, lambda uow: hand_over(uow, deleted, anew.id, acme.clock.now())) == 1
        card = await acme.card("Do you ship to Alaska?")
        await ana.reply(card, "We do.")
        assert "We do." in (await joe.wait_for_mail()).text
        assert maria.mailbox.mails == []
        assert await do(acme, lambda uow: uow.site_mail.dead_letter_counts()) == {}


async def test_a_site_that_was_off_reads_what_came_meanwhile(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        this = await site_id(acme)
        await do(acme, lambda uow: switch_off(uow, this))
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        (mail,) = await kept.settled(acme, 1)
        assert (mail.state, mail.outcome) == (InboundState.DEAD_LETTER, "Acme Home US is switched off")
        assert acme.cards == []

        assert (await do(acme, lambda uow: go_live(uow, this, acme.clock.now()))).letters == 1
        await acme.card("Where is my parcel?")
        (ticket,) = await kept.tickets(acme)
        (inquiry,) = await kept.inquiries(acme, ticket)
        assert inquiry.received_at <= mail.received_at


async def test_m16_the_new_name_of_a_seller_reaches_old_cards(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        maria, ana = acme.buyer(), Agent(acme, acme.ana)
        maria.write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Acme Home - US")
        this = await site_id(acme)
        for wrong in ("  ", "x" * 81):
            with pytest.raises(Invalid) as refused:
                await do(acme, lambda uow, name=wrong: rename_seller(uow, this, name))
            assert refused.value.field == "seller-name"

        await do(acme, lambda uow: rename_seller(uow, this, " Acme  Kitchen "))
        await until(lambda: "Acme Kitchen - US" in acme.text_of(card), "the new name")
        assert (await site(acme, "Acme Kitchen")).state is SiteState.LIVE
        await ana.reply(card, "It leaves today.")
        await maria.wait_for_mail()
        assert b'\r\nFrom: "Acme Kitchen" <care@acme.example>' in acme.mail.records.submissions[-1].raw

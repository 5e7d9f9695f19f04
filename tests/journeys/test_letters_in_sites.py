"""Which site a letter belongs to, where two sellers share a mailbox."""

from pathlib import Path

from bot.domain.sites import Market, SiteState
from bot.domain.tickets import Caution
from bot.ports.mail_records import InboundState
from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.buyers.question import Purchase
from tests.journeys import kept
from tests.journeys.neighbours import move_in, switch
from tests.journeys.shop import brisk, until


async def test_the_seller_whom_the_letter_greets_gets_it(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        beta = await move_in(acme)
        async with acme.open():
            acme.buyer().write(beta.seller, "Is the rose alive?", purchase=acme.purchase(beta.order()))
            await until(lambda: len(acme.slack.messages(beta.channel)) == 1, "a card in the neighbour's channel")
            assert acme.cards == []
            (ticket,) = await kept.tickets(acme)
            assert Caution.SITE_UNSURE not in ticket.cautions


async def test_the_relays_domain_tells_the_market(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        beta = await move_in(acme, market=Market.CA)
        async with acme.open():
            order = beta.orders.invent(market="ca")
            # Next to no wrapper: no seller is greeted.
            acme.buyer().write(beta.seller, "Is it here soon?", purchase=acme.purchase(order), layout=Layout.PLAIN)
            await until(lambda: len(acme.slack.messages(beta.channel)) == 1, "a card in the neighbour's channel")
            (ticket,) = await kept.tickets(acme)
            assert Caution.SITE_UNSURE not in ticket.cautions


async def test_the_account_that_knows_the_order_gets_the_letter(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        beta = await move_in(acme)
        async with acme.open():
            order = beta.order()
            acme.buyer().write(beta.seller, "Is the rose alive?", purchase=acme.purchase(order), layout=Layout.PLAIN)
            await until(lambda: len(acme.slack.messages(beta.channel)) == 1, "a card in the neighbour's channel")
            (card,) = acme.slack.messages(beta.channel)
            await until(lambda: order.sku in acme.text_of(card), "the order on it")
            assert "not certain which site" not in acme.text_of(card)


async def test_one_accounts_dead_key_does_not_keep_the_others_order_away(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        beta = await move_in(acme)
        async with acme.open():
            acme.walmart.sellers.reset_secret("client-1", "another")
            order = beta.order()
            acme.buyer().write(beta.seller, "Is the rose alive?", purchase=acme.purchase(order), layout=Layout.PLAIN)
            await until(lambda: len(acme.slack.messages(beta.channel)) == 1, "a card in the neighbour's channel")
            (card,) = acme.slack.messages(beta.channel)
            await until(lambda: order.sku in acme.text_of(card), "the order on it")


async def test_what_nothing_settles_says_so(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        beta = await move_in(acme)
        async with acme.open():
            maria = acme.buyer()
            maria.write(beta.seller, "Do you sell tulips?", layout=Layout.PLAIN)
            card = await acme.card("It is not certain which site this is for: Acme Home US, Beta Garden US")

            await acme.reply(acme.ana, card, "Which ones?")
            mail = await maria.wait_for_mail()
            maria.answer(mail, "The red ones.")
            await until(lambda: len(acme.thread(card)) == 2, "reply and answer in the thread")
            assert len(await kept.tickets(acme)) == 1


async def test_a_later_letter_settles_what_the_first_left_open(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        beta = await move_in(acme)
        async with acme.open():
            maria = acme.buyer()
            unheard_of = Purchase("200099999999999", "A rose", "1", "ROSE")
            maria.write(beta.seller, "Is it alive?", purchase=unheard_of, layout=Layout.LABELS)
            card = await acme.card("It is not certain which site this is for")
            maria.write(beta.seller, "Please tell me.", purchase=unheard_of)

            await until(lambda: "Beta Garden - US" in acme.text_of(card), "the settled site on the card")
            assert "not certain which site" not in acme.text_of(card)
            assert len(await kept.tickets(acme)) == 1


async def test_letters_for_a_deleted_site_are_kept_and_open_nothing(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        purchase = acme.purchase(acme.order())
        for state in (SiteState.DELETED, SiteState.OFF):
            await switch(acme, "Acme Home", state)
            acme.buyer().write(acme.seller, "Where is my parcel?", purchase=purchase)
        found = await kept.settled(acme, 2)
        assert {mail.state for mail in found} == {InboundState.DEAD_LETTER}
        assert acme.cards == []

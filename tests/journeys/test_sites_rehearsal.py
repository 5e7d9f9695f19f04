"""A site in rehearsal: everything works, and no buyer gets anything."""

from pathlib import Path

from bot.domain.tickets import Status
from bot.services.site_settings import go_live, rehearse
from tests.journeys import kept
from tests.journeys.agents import Agent
from tests.journeys.shop import brisk, until
from tests.journeys.sites import ADMIN, do, site_id


async def test_a_rehearsed_reply_goes_to_an_admin_and_answers_nobody(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        office = acme.mail.add_account(ADMIN, "pw")
        async with acme.open():
            site = await site_id(acme)
            rules = acme.desk.adapters.rules
            await do(acme, lambda uow: rehearse(uow, site, ADMIN.upper(), rules, acme.clock.now()))
            maria, ana = acme.buyer(), Agent(acme, acme.ana)
            maria.write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
            card = await acme.card(f"This site is in rehearsal: replies go to {ADMIN} and not to the buyer")

            await ana.open(card)
            assert f"REHEARSAL. This reply goes to {ADMIN} and not to the buyer" in " ".join(ana.seen().split())
            await ana.send("It leaves today.")
            await until(lambda: bool(office.inbox.mails), "the rehearsal at the admin's")
            (mail,) = office.inbox.mails
            assert b"Subject: [REHEARSAL] " in mail.raw
            assert b"The buyer has NOT received it." in mail.raw
            assert b"In-Reply-To" not in mail.raw
            await until(lambda: "The buyer has not got it, and the clock runs on" in acme.text_of(card), "the card")
            assert acme.mail.records.violations == ()
            (ticket,) = await kept.tickets(acme)
            (inquiry,) = await kept.inquiries(acme, ticket)
            assert (ticket.status, inquiry.answered_at) == (Status.NEW, None)
            assert "Reply due" in acme.text_of(card)

            went = await do(acme, lambda uow: go_live(uow, site, acme.clock.now()))
            assert went.open_tickets == 1
            await until(lambda: "in rehearsal" not in acme.text_of(card), "the card of a live site")
            await ana.reply(card, "It has left, here is the number.")
            answer = await maria.wait_for_mail()
            assert "REHEARSAL" not in answer.subject + answer.text
            await until(lambda: "No reply due" in acme.text_of(card), "the clock to stop")


async def test_a_reply_of_a_rehearsal_that_is_over_does_not_leave(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        site = await site_id(acme)
        rules = acme.desk.adapters.rules
        # Nobody there has such a mailbox, so the server refuses it.
        await do(acme, lambda uow: rehearse(uow, site, "nobody@elsewhere.example", rules, acme.clock.now()))
        maria, ana = acme.buyer(), Agent(acme, acme.ana)
        maria.write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        card = await acme.card("in rehearsal")
        acme.mail.post_office.accounts["care@acme.example"].password = "changed by somebody"
        await ana.reply(card, "It leaves today.")
        await until(lambda: "was not sent" in acme.text_of(card), "the refused login on the card")
        acme.mail.post_office.accounts["care@acme.example"].password = "pw"
        await do(acme, lambda uow: go_live(uow, site, acme.clock.now()))
        await until(lambda: "in rehearsal" not in acme.text_of(card), "the card of a live site")

        await ana.press(card, "try_again")
        await until(lambda: "in a rehearsal that is over" in acme.text_of(card), "the refusal on the card")
        assert maria.mailbox.mails == []

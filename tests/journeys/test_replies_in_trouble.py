"""The mail server refuses, is down, or falls silent: the card says so, and the buyer gets the reply at most once."""

from pathlib import Path

import pytest

from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.mail.bounces import BounceStyle
from integrations.simulator.mail.records import MailKind
from integrations.simulator.slack.messages import Message
from tests.journeys.question import asked
from tests.journeys.shop import ADDRESS, until


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("smtp:CONNECT", Fault(FaultKind.DROP_BEFORE)),
        ("smtp:EHLO", Fault(FaultKind.DISCONNECT)),
        ("smtp:MAIL", Fault(FaultKind.STATUS, status=451)),
        ("smtp:DATA", Fault(FaultKind.DROP_BEFORE)),
        ("smtp:END-OF-DATA", Fault(FaultKind.STATUS, status=452)),
    ],
)
async def test_a_passing_refusal_makes_the_reply_wait_and_it_leaves_by_itself_exactly_once(
    tmp_path: Path, place: str, fault: Fault
) -> None:
    async with asked(tmp_path) as here:
        here.shop.faults.order(place, fault, times=60)
        await here.ana.reply(here.card, "Hello.")
        await here.shop.card("waits:")
        assert "Nothing has left" in here.told
        assert "Reply due" in here.told
        assert not here.reached
        here.shop.faults.clear()
        await until(lambda: len(here.buyer.mailbox.mails) == 1, "the reply at the buyer's")
        await here.shop.card("Walmart reply sent")
        assert len(here.shop.mail.records.submissions) == 1


async def test_a_refusal_for_good_is_shown_with_its_reason_and_tried_again_by_a_person(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        here.shop.faults.order("smtp:RCPT", Fault(FaultKind.STATUS, status=550, code="5.7.1 No such recipient here"))
        await here.ana.reply(here.card, "Hello.")
        await here.shop.card("was not sent")
        assert "No such recipient here" in here.told
        assert "Reply due" in here.told
        assert not here.reached

        await here.ana.press(here.card, "try_again")
        await until(lambda: len(here.buyer.mailbox.mails) == 1, "the reply at the buyer's")
        await here.shop.card("Walmart reply sent")
        assert "try_again" not in here.ana.offered(here.card)


async def test_a_refused_password_is_a_matter_for_people(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        here.shop.faults.order("smtp:AUTH", Fault(FaultKind.STATUS, status=535, code="5.7.8 Bad credentials"))
        await here.ana.reply(here.card, "Hello.")
        await here.shop.card("was not sent")
        assert "535" in here.told
        assert not here.reached


@pytest.mark.both_databases
async def test_a_connection_cut_after_the_mail_was_taken_is_settled_by_the_sent_folder(tmp_path: Path) -> None:
    async with asked(tmp_path) as here:
        here.shop.faults.order("smtp:END-OF-DATA", Fault(FaultKind.DROP_AFTER))
        await here.ana.reply(here.card, "Hello.")
        await here.shop.card("Walmart reply sent")
        assert "No reply due" in here.told
        assert len(here.buyer.mailbox.mails) == 1
        assert len(here.shop.mail.records.submissions) == 1


async def test_without_proof_a_person_decides_and_may_say_that_it_was_sent(tmp_path: Path) -> None:
    async with asked(tmp_path, keeps_sent=False) as here:
        here.shop.faults.order("smtp:END-OF-DATA", Fault(FaultKind.HANG))
        await here.ana.reply(here.card, "Hello.")
        await here.shop.card("Nobody can tell")
        assert "not sent again by itself" in here.told
        assert "Reply due" in here.told
        assert len(here.buyer.mailbox.mails) == 1

        await here.ana.press(here.card, "it_arrived")
        await here.ben.press(here.card, "it_did_not_arrive")
        await here.ben.told("was settled meanwhile")
        await here.shop.card("Walmart reply sent")
        assert len(here.shop.mail.records.submissions) == 1


async def test_without_proof_a_person_may_have_it_sent_again_at_once(tmp_path: Path) -> None:
    async with asked(tmp_path, keeps_sent=False) as here:
        here.shop.faults.order("smtp:END-OF-DATA", Fault(FaultKind.DROP_BEFORE))
        await here.ana.reply(here.card, "Hello.")
        await here.shop.card("Nobody can tell")
        assert not here.reached
        await here.ana.press(here.card, "it_did_not_arrive")
        await until(lambda: len(here.buyer.mailbox.mails) == 1, "the reply at the buyer's")
        await here.shop.card("Walmart reply sent")


@pytest.mark.parametrize("style", list(BounceStyle))
async def test_a_bounce_reopens_the_clock_and_sends_people_to_seller_center(tmp_path: Path, style: BounceStyle) -> None:
    async with asked(tmp_path) as here:
        due = _due(here.card)
        here.shop.mail.relay.bounce_style = style
        here.shop.mail.relay.bounce_after_seconds = 0.1
        here.shop.seller.addresses = ("other@acme.example",)
        await here.ana.reply(here.card, "Hello.")
        await here.shop.card("came back")
        assert "Seller Center" in here.told
        assert _due(here.card) == due, "the original deadline"
        assert "Open" in here.told
        assert not here.reached
        assert len(here.shop.cards) == 1

        (bounce,) = here.shop.mail.records.bounces
        here.shop.mail.post_office.deliver(ADDRESS, bounce.raw, kind=MailKind.BOUNCE)
        here.shop.seller.addresses = (ADDRESS,)
        await here.ana.reply(here.card, "Hello, once more.")
        await until(lambda: len(here.buyer.mailbox.mails) == 1, "the second reply")
        await here.shop.card("Walmart reply sent")
        assert "No reply due" in here.told
        assert len(here.shop.cards) == 1


def _due(card: Message) -> str:
    """The whole deadline, as the platform gets it."""
    found = str(card.content.blocks)
    start = found.index("Reply due")
    return found[start : start + 200]

"""What lay in the mailbox before, and mail servers that let a reader down."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.tickets import Status
from integrations.simulator.buyers.buyer import Posting
from integrations.simulator.faults import Fault, FaultKind
from tests.journeys import kept
from tests.journeys.shop import ADDRESS, brisk


async def test_the_first_contact_reads_three_days_and_leaves_what_is_older(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        maria, now = acme.buyer(), acme.clock.now()
        for words, hours in (("Too old?", 90), ("Of yesterday?", 30)):
            long_ago = Posting(received_at=now - timedelta(hours=hours))
            maria.write(acme.seller, words, purchase=acme.purchase(acme.order()), posting=long_ago)
        async with acme.open():
            await acme.card("Of yesterday?")
            maria.write(acme.seller, "Of today?", purchase=acme.purchase(acme.order()))
            await acme.card("Of today?")
            assert len(acme.cards) == 2
            first = (await kept.tickets(acme))[0]
            (inquiry,) = await kept.inquiries(acme, first)
            # The 48 hours run from receipt, however late the desk was.
            assert abs(inquiry.due_at - (now + timedelta(hours=18))) < timedelta(minutes=1)


@pytest.mark.both_databases
async def test_more_letters_than_one_batch_of_which_some_were_answered_by_hand(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        yesterday = Posting(received_at=acme.clock.now() - timedelta(hours=30))
        written = [
            acme.buyer(f"Buyer{number} S").write(
                acme.seller, f"Question {number}?", purchase=acme.purchase(acme.order()), posting=yesterday
            )
            for number in range(55)
        ]
        account = acme.mail.post_office.accounts[ADDRESS]
        for letter in (written[1], written[54]):
            answer = f"From: {ADDRESS}\r\nIn-Reply-To: {letter.message_id}\r\n\r\nIt is on its way.\r\n"
            account.sent.append(answer.encode(), acme.clock.now() - timedelta(hours=20))
        async with acme.open():
            await kept.settled(acme, 55)
            tickets = await kept.tickets(acme)
            answered = [number for number, ticket in enumerate(tickets) if ticket.status is Status.PENDING]
            assert answered == [1, 54]
            (inquiry,) = await kept.inquiries(acme, tickets[54])
            assert inquiry.answered_at is not None
            assert "No reply due" in acme.text_of(await acme.card("Question 1?"))


async def test_a_server_whose_idle_does_not_work_is_polled(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        acme.faults.order("imap:IDLE", Fault(FaultKind.DELAY), times=50)
        async with acme.open():
            acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
            await acme.card("Where is my parcel?")


@pytest.mark.both_databases
async def test_a_server_that_says_goodbye_is_visited_again(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        for number, with_bye in enumerate((True, False, True)):
            acme.buyer().write(acme.seller, f"Question {number}?", purchase=acme.purchase(acme.order()))
            await acme.card(f"Question {number}?")
            await acme.mail.disconnect_readers(with_bye=with_bye)
        acme.buyer().write(acme.seller, "The last one?", purchase=acme.purchase(acme.order()))
        await acme.card("The last one?")
        assert len(acme.cards) == 4


async def test_a_server_that_lets_nobody_in_at_the_start(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme:
        acme.faults.order("imap:CONNECT", Fault(FaultKind.DROP_BEFORE), times=3)
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        async with acme.open():
            await acme.card("Where is my parcel?")


async def test_a_mail_that_was_moved_between_folders_keeps_its_clock(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        letter = acme.buyer().write(
            acme.seller,
            "Where is my parcel?",
            purchase=acme.purchase(acme.order()),
            posting=Posting(into_junk=False, received_at=acme.clock.now() - timedelta(hours=100)),
        )
        # The server's own trace says when it came; the folder's date only when somebody moved it.
        account = acme.mail.post_office.accounts[ADDRESS]
        (old,) = account.inbox.mails
        account.inbox.append(old.raw, acme.clock.now())
        await acme.card("Where is my parcel?")
        (ticket,) = await kept.tickets(acme)
        first = (await kept.letters(acme, ticket))[0]
        assert first.message_id == letter.message_id
        assert acme.clock.now() - first.received_at > timedelta(hours=99)

"""A reply leaves as Walmart's relay wants it, and the card tells how it stands."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

from integrations.simulator.buyers.buyer import Posting
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.people.typing import FileToSend
from tests.journeys.agents import Agent
from tests.journeys.shop import ADDRESS, shop, until

RATE = 3.0


async def test_a_reply_is_threaded_to_the_buyers_newest_letter_and_the_answer_to_it_comes_back(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        order, maria, ana = acme.order(), acme.buyer(), Agent(acme, acme.ana)
        maria.write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        card = await acme.card("Where is my parcel?")
        second = maria.write(acme.seller, "It is urgent!", purchase=acme.purchase(order))
        await acme.card("It is urgent!")

        await ana.reply(card, "It is on its way.")
        await until(lambda: len(maria.mailbox.mails) == 1, "the reply at the buyer's")
        (reached,) = acme.mail.records.replies
        mail = message_from_bytes(reached.raw, policy=default)
        assert reached.relay_address == second.reply_address
        assert mail["Subject"].lower().startswith("re: ")
        assert mail["In-Reply-To"] == second.message_id
        assert mail["References"].split()[-1] == second.message_id
        assert reached.sender == ADDRESS
        assert acme.mail.records.submissions[0].envelope_sender == ADDRESS
        assert "It is urgent" not in reached.text, "nothing of the conversation is quoted"
        assert "<img" not in reached.html

        card = await acme.card("Walmart reply sent")
        told = acme.text_of(card)
        relay_end = second.reply_address.partition("@")[0][-4:]
        assert "Pending" in told
        assert "No reply due" in told
        assert "Ana Ruiz" in told
        assert f"…{relay_end}".lower() in told.lower()
        assert ADDRESS in told
        assert reached.message_id not in told
        await ana.open(card, "view_reply")
        assert reached.message_id in ana.seen()

        maria.answer(maria.mailbox.mails[0], "Thank you, got it.")
        await until(lambda: len(acme.thread(card)) == 3, "the answer in the thread")
        card = await acme.card("Thank you, got it.")
        assert "Open" in acme.text_of(card)
        assert len(acme.cards) == 1
        assert not acme.mail.records.violations


async def test_the_answers_newest_address_wins_over_its_sender(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        maria = acme.buyer()
        letter = maria.write(
            acme.seller, "Hello?", purchase=acme.purchase(acme.order()), posting=Posting(answers_elsewhere=True)
        )
        await Agent(acme, acme.ana).reply(await acme.card("Hello?"), "Hello Maria.")
        await until(lambda: bool(acme.mail.records.replies), "the reply")
        assert acme.mail.records.replies[0].relay_address == letter.reply_address


async def test_files_reach_the_buyer_and_too_many_or_too_large_ones_are_refused_with_the_text_kept(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        maria, ana = acme.buyer(), Agent(acme, acme.ana)
        maria.write(acme.seller, "No label!", purchase=acme.purchase(acme.order()))
        await ana.open(await acme.card("No label!"))

        large = await ana.send("Here it is.", files=[FileToSend("big.pdf", b"x" * (5 * 1024 * 1024 + 1))])
        assert "big.pdf is larger than 5 MB" in large.errors["files"]
        blank = await ana.send("   ", files=[])
        assert "Write something" in blank.errors["text"]
        assert ana.typed() == "   "

        label = FileToSend("label.pdf", b"%PDF-1.4 label", "application/pdf")
        taken = await ana.send("Here it is.", files=[label])
        assert taken.action == "clear"
        await until(lambda: len(maria.mailbox.mails) == 1, "the reply at the buyer's")
        (file,) = maria.mailbox.mails[0].attachments
        assert (file.name, file.content) == ("label.pdf", b"%PDF-1.4 label")


async def test_a_file_that_slack_has_lost_fails_the_reply_with_its_reason(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        maria, ana = acme.buyer(), Agent(acme, acme.ana)
        maria.write(acme.seller, "No label!", purchase=acme.purchase(acme.order()))
        acme.faults.order("slack:download", Fault(FaultKind.STATUS, status=404))
        acme.faults.order("slack:files.info", Fault(FaultKind.ERROR, code="file_not_found"))
        await ana.reply(await acme.card("No label!"), "Here.", files=[FileToSend("label.pdf", b"%PDF")])
        card = await acme.card("was not sent")
        assert "try_again" in ana.offered(card)
        assert not acme.mail.records.submissions


async def test_while_slack_does_not_hand_the_file_out_the_card_says_why_the_reply_waits(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        maria, ana = acme.buyer(), Agent(acme, acme.ana)
        maria.write(acme.seller, "No label!", purchase=acme.purchase(acme.order()))
        acme.faults.order("slack:files.info", Fault(FaultKind.ERROR, code="internal_error"), times=40)
        acme.faults.order("slack:download", Fault(FaultKind.STATUS, status=503), times=40)
        await ana.reply(await acme.card("No label!"), "Here.", files=[FileToSend("label.pdf", b"%PDF")])
        await acme.card("waits:")
        assert not acme.mail.records.submissions
        acme.faults.clear()
        await until(lambda: len(maria.mailbox.mails) == 1, "the reply at the buyer's")


async def test_an_internal_note_never_leaves(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        maria, ana = acme.buyer(), Agent(acme, acme.ana)
        maria.write(acme.seller, "Hello?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Hello?")
        await ana.open(card)
        with_file = await ana.send("He is angry.", kind="internal_note", files=[FileToSend("a.txt", b"a")])
        assert "keeps no files" in with_file.errors["files"]
        assert (await ana.send("He is angry.", kind="internal_note", files=[])).action == "clear"
        await until(lambda: any("He is angry." in acme.text_of(item) for item in acme.thread(card)), "the note")
        (note,) = acme.thread(card)
        assert "it never leaves" in acme.text_of(note)

        await ana.open(card, "note")
        assert (await ana.send("Ask Ben.")).action == "clear"
        await until(lambda: any("Ask Ben." in acme.text_of(item) for item in acme.thread(card)), "the second note")
        assert not acme.mail.records.submissions
        assert "Reply due" in acme.text_of(card)


async def test_two_replies_leave_in_order_though_the_first_is_tried_again(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        maria, ana = acme.buyer(), Agent(acme, acme.ana)
        maria.write(acme.seller, "Hello?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Hello?")
        acme.faults.order("smtp:RCPT", Fault(FaultKind.STATUS, status=451), times=3)
        await ana.reply(card, "First.")
        await ana.reply(card, "Second.")
        await until(lambda: len(maria.mailbox.mails) == 2, "both replies")
        assert [mail.text.strip() for mail in maria.mailbox.mails] == ["First.", "Second."]
        assert not acme.faults.ordered


async def test_a_letter_that_comes_while_the_reply_is_on_its_way_keeps_its_clock(tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        order, maria, ana = acme.order(), acme.buyer(), Agent(acme, acme.ana)
        maria.write(acme.seller, "Hello?", purchase=acme.purchase(order))
        card = await acme.card("Hello?")
        acme.faults.order("smtp:RCPT", Fault(FaultKind.STATUS, status=451), times=2)
        await ana.reply(card, "Hello.")
        maria.write(acme.seller, "Still there?", purchase=acme.purchase(order))
        await acme.card("Still there?")
        await until(lambda: len(maria.mailbox.mails) == 1, "the reply")
        card = await acme.card("Walmart reply sent")
        assert "Reply due" in acme.text_of(card)
        assert "Pending" not in acme.text_of(card)

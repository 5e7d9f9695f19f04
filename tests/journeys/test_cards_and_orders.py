"""When a card comes, and what it knows of its order by then."""

from pathlib import Path

from integrations.simulator.buyers.question import Purchase
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.mail.records import Attachment
from integrations.simulator.slack.records import RecordKind
from tests.journeys.shop import Shop, brisk, until


def calls(acme: Shop, kind: RecordKind) -> int:
    return sum(record.kind is kind for record in acme.slack.records)


async def test_an_order_that_answers_soon_is_on_the_card_from_the_first(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order()
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        card = await acme.card("Where is my parcel?")
        assert order.sku in acme.text_of(card)
        assert "Buyer M. wrote" in acme.text_of(card)
        assert "Maria" not in acme.text_of(card)
        await acme.clock.sleep(6)
        assert calls(acme, RecordKind.POSTED) == 1
        assert calls(acme, RecordKind.UPDATED) == 0


async def test_walmart_is_down_and_the_order_comes_later_by_itself(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        order = acme.order()
        acme.faults.order("walmart:GET /v3/orders", Fault(FaultKind.STATUS, status=503), times=300)
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        card = await acme.card("Where is my parcel?")
        assert f"Order {order.customer_order_id} is pending" in acme.text_of(card)

        acme.faults.clear()
        await until(lambda: order.sku in acme.text_of(card), "the order on the same card", within=20)
        assert "pending" not in acme.text_of(card)
        assert len(acme.cards) == 1


async def test_an_order_that_walmart_does_not_know_is_said_to(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        acme.buyer().write(
            acme.seller, "Where is my parcel?", purchase=Purchase("200099999999999", "A kettle", "1", "KET")
        )
        await acme.card("Walmart knows no such order of this seller")


async def test_a_long_message_stands_whole_in_the_thread_and_a_short_one_does_not(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        long = "\n".join(f"Line {number} of a long story." for number in range(40))
        acme.buyer().write(acme.seller, long, purchase=acme.purchase(acme.order()))
        acme.buyer("John Smith").write(acme.seller, "The lid is broken.", purchase=acme.purchase(acme.order()))
        told = await acme.card("Line 3 of a long story.")
        short = await acme.card("The lid is broken.")
        assert "Line 39 of" not in acme.text_of(told)
        await until(lambda: len(acme.thread(told)) == 1, "the whole story in the thread")
        assert "Line 39 of a long story." in acme.text_of(acme.thread(told)[0])
        assert acme.thread(short) == []


async def test_a_photo_goes_into_the_thread(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        photo = Attachment("lid.jpg", "image/jpeg", b"\xff\xd8 a broken lid")
        acme.buyer().write(acme.seller, "See the lid.", purchase=acme.purchase(acme.order()), attachments=(photo,))
        card = await acme.card("See the lid.")
        await until(lambda: any(message.files for message in acme.thread(card)), "the photo")
        (shown,) = acme.thread(card)
        assert (shown.files[0].name, shown.files[0].content) == ("lid.jpg", photo.content)


async def test_a_workspace_that_forbids_files_still_gets_the_words(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        forbidden = Fault(FaultKind.ERROR, code="file_uploads_disabled")
        acme.faults.order("slack:files.*", forbidden, times=50)
        maria, purchase = acme.buyer(), acme.purchase(acme.order())
        photo = Attachment("lid.jpg", "image/jpeg", b"\xff\xd8 a broken lid")
        maria.write(acme.seller, "See the lid.", purchase=purchase, attachments=(photo,))
        card = await acme.card("See the lid.")
        maria.write(acme.seller, "Did you see it?", purchase=purchase)
        await until(lambda: any("Did you see it?" in acme.text_of(m) for m in acme.thread(card)), "the words")

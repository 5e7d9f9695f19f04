"""Named checks of the main trip, one or more for each row of the mission that it serves. Each lets a buyer write and an
agent act, and judges by the stand-ins' own records; what is wrong is raised as `Noticed`.

`patience` is how many seconds of the wall something may take to come right: short where the product is broken on
purpose, because it never will.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.messages import Message
from integrations.simulator.trip.cards import order_faults, recipient_faults, source_faults
from integrations.simulator.trip.forms import form_faults, reply_forms
from integrations.simulator.trip.words import elements_of, words_in_mail, words_of
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.walmart.orders import PurchaseOrder
from tests.journeys.agents import Agent
from tests.journeys.shop import ADDRESS, Shop

Check = Callable[[Shop, float], Awaitable[None]]


_ARRIVES = 8.0


class Noticed(AssertionError):
    """The check says what is wrong with the product."""


async def the_card_names_its_source(acme: Shop, patience: float) -> None:
    card, _purchases = await _asked(acme)
    await _settled(lambda: source_faults(card), patience)


async def the_order_stands_on_the_card_in_five_groups(acme: Shop, patience: float) -> None:
    card, purchases = await _asked(acme)
    await _settled(lambda: order_faults(card, purchases), patience)


async def the_recipient_is_masked(acme: Shop, patience: float) -> None:
    card, purchases = await _asked(acme)
    # Looked at once the order is there: an empty card shows nobody either.
    await _settled(lambda: [] if purchases[0].lines[0].product.sku in _shown(card) else ["no order came"], _ARRIVES)
    await _settled(lambda: recipient_faults(card, purchases), 0)


async def reply_means_a_walmart_reply_with_a_preview(acme: Shop, patience: float) -> None:
    card, _purchases = await _asked(acme)
    await Agent(acme, acme.ana).open(card)
    (form,) = reply_forms(acme.slack)
    await _settled(lambda: form_faults(form, ADDRESS), 0)


async def a_second_letter_updates_the_card_and_hangs_in_its_thread(acme: Shop, patience: float) -> None:
    order, maria = acme.order(), acme.buyer()
    maria.write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
    card = await _card(acme, "Where is my parcel?", patience)
    maria.write(acme.seller, "Still nothing.", purchase=acme.purchase(order))

    def faults() -> list[str]:
        hung = [message for message in acme.thread(card) if "Still nothing." in _shown(message)]
        found = [f"{len(acme.cards)} cards for one ticket"] if len(acme.cards) != 1 else []
        found += ["the first message is not on the card"] if "Where is my parcel?" not in _shown(card) else []
        found += ["the card does not tell of the second message"] if "Still nothing." not in _shown(card) else []
        return found + ([f"the second message is {len(hung)} times in the thread"] if len(hung) != 1 else [])

    await _settled(faults, patience)
    await _stays(faults)


async def each_reply_reaches_its_own_buyer_once(acme: Shop, patience: float) -> None:
    ana, buyers = Agent(acme, acme.ana), [acme.buyer("Maria Garcia"), acme.buyer("John Smith")]
    for buyer in buyers:
        asked = f"{buyer.mailbox.name} asks."
        buyer.write(acme.seller, asked, purchase=acme.purchase(acme.order()))
        await ana.reply(await _card(acme, asked, _ARRIVES), f"Answer to {buyer.mailbox.name}.")

    def faults() -> list[str]:
        got = {buyer.mailbox.name: [mail.text.strip() for mail in buyer.mailbox.mails] for buyer in buyers}
        return [f"{name} got {texts}" for name, texts in got.items() if texts != [f"Answer to {name}."]]

    await _settled(faults, patience)
    await _stays(faults)


async def a_note_never_leaves(acme: Shop, patience: float) -> None:
    card, _purchases = await _asked(acme)
    ana = Agent(acme, acme.ana)
    await ana.open(card)
    await ana.send("Between us: he is angry.", kind="internal_note", files=[])
    await _stays(lambda: _left(acme, "Between us"))
    await _settled(
        lambda: [] if any("Between us" in _shown(item) for item in acme.thread(card)) else ["no note"], patience
    )


async def thread_text_stays_inside_until_it_is_sent(acme: Shop, patience: float) -> None:
    card, _purchases = await _asked(acme)
    ana = Agent(acme, acme.ana)
    await acme.ana.say(acme.channel, "It is on its way.", thread_ts=card.ts)
    offer = await ana.told("Send it to the buyer too")
    await _stays(lambda: _left(acme, "on its way"))
    await ana.press(offer, "send_to_buyer")
    await _settled(
        lambda: [] if len(_left(acme, "on its way")) == 1 else ["it did not leave when it was sent"], patience
    )


async def every_letter_becomes_a_ticket(acme: Shop, patience: float) -> None:
    asked = [f"Question number {number}." for number in range(4)]
    for words in asked:
        acme.buyer().write(acme.seller, words, purchase=acme.purchase(acme.order()))

    def faults() -> list[str]:
        shown = [_shown(card) for card in acme.cards]
        lost = [f"lost: {words}" for words in asked if not any(words in text for text in shown)]
        return lost + ([f"{len(shown)} cards for {len(asked)} letters"] if len(shown) > len(asked) else [])

    await _settled(faults, patience)


async def a_letter_does_not_wait_for_a_dead_walmart(acme: Shop, patience: float) -> None:
    acme.faults.order("walmart:*", Fault(FaultKind.STATUS, status=503), times=500)
    order = acme.order()
    acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
    card = await _card(acme, "Where is my parcel?", patience)
    wanted = f"Order {order.customer_order_id} is pending"
    await _settled(
        lambda: [] if wanted in _shown(card) else ["the card does not say that the order is pending"], patience
    )


async def the_48_hours_run_from_receipt(acme: Shop, patience: float) -> None:
    letter = acme.clock.now()
    card, _purchases = await _asked(acme)
    await _settled(lambda: [] if "Reply due" in _shown(card) else ["no deadline on the card"], 0)
    dates = [element["timestamp"] for element in elements_of(card.content.blocks) if element.get("type") == "date"]
    due = (letter + timedelta(hours=48)).timestamp()
    close = [date for date in dates if isinstance(date, int) and abs(date - due) < 60]
    await _settled(lambda: [] if close else ["the deadline is not 48 hours after the receipt"], 0)


# --- what they share -------------------------------------------------------------------------------------------------


async def _asked(acme: Shop) -> tuple[Message, Sequence[PurchaseOrder]]:
    """A card, and what stands at Walmart under its order; for checks of what the card shows or offers."""
    order = acme.order(OrderKind.LATE)
    acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
    book = acme.walmart.sellers.all[0].order_book
    return await _card(acme, "Where is my parcel?", _ARRIVES), book.under(order.customer_order_id)


async def _card(acme: Shop, words: str, patience: float) -> Message:
    found: list[Message] = []

    def faults() -> list[str]:
        found[:] = [card for card in acme.cards if words in _shown(card)]
        return [] if found else [f"no card shows {words!r}"]

    await _settled(faults, patience)
    return found[0]


def _shown(message: Message) -> str:
    return " ".join(words_of(message.content.blocks).split())


def _left(acme: Shop, words: str) -> list[str]:
    mails = [words_in_mail(submission.raw) for submission in acme.mail.records.submissions]
    return [f"it left: {words!r}" for mail in mails if words in mail]


async def _settled(faults: Callable[[], list[str]], patience: float) -> None:
    """Wait until nothing is wrong any more."""
    ends = time.monotonic() + patience
    while found := faults():
        if time.monotonic() >= ends:
            raise Noticed("; ".join(found))
        await asyncio.sleep(0.02)


async def _stays(faults: Callable[[], list[str]], seconds: float = 0.4) -> None:
    """What comes once too often comes a little later."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        await _settled(faults, 0)
        await asyncio.sleep(0.02)

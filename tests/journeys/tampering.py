"""One thing changed in the simulator's records of a trip on which all went well: whoever judges them must name it."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from integrations.simulator.slack.messages import Content, Message
from integrations.simulator.slack.records import RecordKind
from integrations.simulator.trip.check import LAMPS, PAN, PARCEL
from integrations.simulator.trip.hands import Hands
from integrations.simulator.world import World

Tamper = Callable[[World], None]


def _card(world: World, words: str) -> Message:
    (card,) = Hands(world).cards_with(words)
    return card


def _redrawn(words: str, old: str, new: str) -> Tamper:
    """The card with these words shows something else in one place."""

    def tamper(world: World) -> None:
        content = _card(world, words).content
        drawn = json.dumps(content.blocks, ensure_ascii=False)
        assert old in drawn, drawn
        content.blocks = json.loads(drawn.replace(old, new))

    return tamper


def _posted(world: World, content: Content, *, thread: str = "", channel: str = "") -> None:
    posting = world.slack.posting
    place = world.slack.workspace.channels[channel or world.shop.channel.id]
    posting.post(place, posting.bot(), content, method="chat.postMessage", thread_ts=thread)


def _twin(world: World) -> None:
    _posted(world, _card(world, LAMPS).content)


def _said_again(world: World) -> None:
    card = _card(world, PARCEL)
    said = next(
        message for message in Hands(world).thread(card) if "Still nothing" in json.dumps(message.content.blocks)
    )
    _posted(world, said.content, thread=card.ts)


def _elsewhere(world: World) -> None:
    _posted(world, Content("hello"), channel="C0PARTNERS")


def _address_in_a_thread(world: World) -> None:
    street = world.shop.orders.orders[0].person.address1
    text = {"type": "plain_text", "text": f"Ship to {street}"}
    _posted(world, Content(street, [{"type": "section", "text": text}]), thread=_card(world, PARCEL).ts)


def _form_with(old: str, new: str) -> Tamper:
    """The reply forms that were opened showed something else."""

    def tamper(world: World) -> None:
        for place, record in enumerate(world.slack.records):
            if record.kind is RecordKind.VIEW_OPENED:
                drawn = json.dumps(record.summary["body"], ensure_ascii=False)
                assert old in drawn, drawn
                body = json.loads(drawn.replace(old, new))
                world.slack.records[place] = replace(record, summary={**record.summary, "body": body})

    return tamper


# By what the judge must say.
TAMPERED: Mapping[str, Tamper] = {
    "source is Walmart": _redrawn(LAMPS, '"text": "Walmart"', '"text": "Support"'),
    "the order's order": _redrawn(LAMPS, "Order 2000", "Order "),
    "the order's total": _redrawn(PARCEL, "$33.04", "$1.00"),
    "the order's taxes": _redrawn(PARCEL, "$2.06", "$0.01"),
    "the order's products": _redrawn(PARCEL, "GP-1", "another"),
    "the order's logistics": _redrawn(PARCEL, "FedEx", "a carrier"),
    "the order's recipient": _redrawn(PARCEL, "Recipient: T. N.", "Recipient: "),
    "name is shown in clear": _redrawn(PARCEL, "Recipient: T. N.", "Recipient: Thuy Nguyen-Baker"),
    "street is shown in clear": _address_in_a_thread,
    "there is no order": _redrawn(PAN, "no order", ""),
    "tell that a reply was sent": _redrawn(LAMPS, "Walmart reply sent", ""),
    "another card for": _twin,
    "twice in a thread": _said_again,
    "not the site's channel": _elsewhere,
    "default to a Walmart reply": _form_with('"initial_option"', '"no_option"'),
    "from which address": _form_with("care@acme.example", ""),
    "to which relay": _form_with("…", ""),
}


@contextmanager
def untouched_again(world: World) -> Iterator[None]:
    """Take out of the world what is added to it meanwhile, and put back what is changed."""
    channels, records = world.slack.workspace.channels, world.slack.records
    drawn = {message.ts: message.content.blocks for channel in channels.values() for message in channel.messages()}
    kept = list(records)
    yield
    records[:] = kept
    for channel in channels.values():
        for message in channel.messages():
            if message.ts in drawn:
                message.content.blocks = drawn[message.ts]
            else:
                channel.remove(message.ts)

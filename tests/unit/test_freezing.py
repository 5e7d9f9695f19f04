"""Which fields a new ticket gets, what is written into them and what never is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from bot.domain.events import EventKind
from bot.domain.fields import LONGEST_VALUE, FieldValue, Permission
from bot.domain.letters import BuyerLetter, Topic
from bot.domain.sites import Docked, Market, Site, SiteId
from bot.domain.tickets import Caution, Ticket
from bot.domain.walmart_fields import Attribute
from bot.ports.store import UnitOfWork
from bot.services.field_setup import (
    Configured,
    FieldInUse,
    FieldNameTaken,
    FieldNameUnfit,
    add_field,
    configure_all,
    fill,
    mapping_of,
    rename_field,
    switch,
)
from bot.services.freezing import order_read, place_fields, site_settled
from bot.services.plain_letters import past_the_relay
from integrations.mail.mime import parse_mail
from integrations.simulator.clock import MovableClock
from tests.adapters.walmart_documents import ID, line, purchase
from tests.contract.store_places import START
from tests.contract.store_world import World, a_ticket, dock
from tests.fakes.store import FakeStore
from tests.unit.test_walmart_fields import an_order

T = TypeVar("T")
LETTER: BuyerLetter = replace(
    past_the_relay(parse_mail(b"From: a@b.example\r\n\r\nHello\r\n")),
    topic=Topic.CANCELLATION,
    topic_words="Cancel  Order",
    order_id=ID,
    item_id="162457985",
    order_id_guessed=False,
)
ORDER = an_order(purchase())
SHIPPED = an_order(purchase(line(sku="X"), purchaseOrderId="9"))
LATER = START + timedelta(hours=1)


async def in_one(work: Callable[[UnitOfWork], T]) -> T:
    return await FakeStore(MovableClock(start=START)).run(work)


def open_ticket(uow: UnitOfWork, world: World, letter: BuyerLetter = LETTER, *others: Docked, key: str = "k") -> Ticket:
    cautions = frozenset({Caution.SITE_UNSURE}) if others else frozenset()
    ticket = uow.tickets.add(replace(a_ticket(world, key), order_id=letter.order_id, cautions=cautions))
    place_fields(uow, ticket, letter, (uow.sites.docked(world.site), *others), START)
    return ticket


def told(uow: UnitOfWork, ticket: Ticket) -> dict[Attribute | None, FieldValue]:
    return {each.attribute: each for each in uow.field_values.of_ticket(ticket.id)}


def written(uow: UnitOfWork, ticket: Ticket) -> dict[Attribute | None, str]:
    return {each.attribute: each.value for each in told(uow, ticket).values() if each.written_at is not None}


AT_ONCE = {
    Attribute.SITE: "US",
    Attribute.ACCOUNT_NAME: "Main",
    Attribute.SELLER_NAME: "Blue Lamp",
    Attribute.TOPIC: "Cancel Order",
    Attribute.CUSTOMER_ORDER_ID: ID,
    Attribute.ITEM_ID: "162457985",
}


async def test_a_ticket_gets_what_is_switched_on_and_at_once_what_letter_and_docking_tell() -> None:
    def work(uow: UnitOfWork) -> None:
        world = dock(uow)
        assert told(uow, open_ticket(uow, world)) == {}
        configure_all(uow)
        switch(uow, Attribute.CARRIER, enabled=False)
        switch(uow, Attribute.RECIPIENT_CITY, enabled=True)
        ticket = open_ticket(uow, world, key="after")
        on = {each for each in Attribute if not each.personal} - {Attribute.CARRIER} | {Attribute.RECIPIENT_CITY}
        assert set(told(uow, ticket)) == on
        assert written(uow, ticket) == AT_ONCE

    await in_one(work)


async def test_the_first_look_up_writes_the_rest_and_nothing_ever_again() -> None:
    def work(uow: UnitOfWork) -> None:
        world = dock(uow)
        configure_all(uow)
        ticket = open_ticket(uow, world)
        (event,) = order_read(uow, ticket, ORDER, LATER)
        assert event.kind is EventKind.ORDER_FIELDS_WRITTEN
        assert event.after.split(", ") == [each for each in Attribute if not each.personal and each not in AT_ONCE]
        frozen = told(uow, ticket)
        assert frozen[Attribute.ORDER_STATUS].value == "Acknowledged"
        # It was not shipped yet: the field says so for ever.
        assert (frozen[Attribute.CARRIER].value, frozen[Attribute.CARRIER].written_at) == ("", LATER)

        # A changed order, a switch, another name of the seller and another target change nothing.
        assert order_read(uow, ticket, SHIPPED, LATER) == []
        switch(uow, Attribute.ORDER_STATUS, enabled=False)
        fill(uow, Attribute.ORDER_STATUS, add_field(uow, "Status"))
        uow.sites.save(replace(uow.sites.get(world.site), seller_name="Red Lamp"))
        assert order_read(uow, ticket, SHIPPED, LATER) == site_settled(uow, ticket, LATER) == []
        assert told(uow, ticket) == frozen

    await in_one(work)


async def test_after_a_day_the_order_comes_too_late() -> None:
    def work(uow: UnitOfWork) -> None:
        world = dock(uow)
        configure_all(uow)
        ticket = open_ticket(uow, world)
        assert order_read(uow, ticket, ORDER, START + timedelta(hours=24, seconds=1)) == []
        assert written(uow, ticket) == AT_ONCE

    await in_one(work)


async def test_what_the_letter_leaves_open_about_its_site_is_written_once_it_is_settled() -> None:
    def work(uow: UnitOfWork) -> None:
        world = dock(uow)
        configure_all(uow)
        main = uow.sites.docked(world.site)
        north = uow.sites.add(Site(SiteId(0), world.account, Market.CA, "Blue Lamp", world.mailbox, ()))
        rival = replace(main, site=north)
        ticket = open_ticket(uow, world, LETTER, rival)
        # Account and seller are the same whichever it is.
        assert Attribute.SITE not in written(uow, ticket)
        assert written(uow, ticket)[Attribute.SELLER_NAME] == "Blue Lamp"
        # Nobody knows yet, also after a look-up.
        assert site_settled(uow, ticket, LATER) == []
        (event,) = order_read(uow, ticket, ORDER, LATER)
        assert Attribute.SITE not in event.after.split(", ")

        settled = replace(ticket, site=north.id, cautions=frozenset())
        (event,) = site_settled(uow, settled, LATER)
        assert event.after == Attribute.SITE
        assert written(uow, ticket)[Attribute.SITE] == "CA"
        # A site that is settled once more changes nothing.
        assert site_settled(uow, replace(settled, site=world.site), LATER) == []

    await in_one(work)


async def test_an_order_number_that_only_the_buyer_wrote_waits_for_walmart() -> None:
    def work(uow: UnitOfWork) -> None:
        world = dock(uow)
        configure_all(uow)
        ticket = open_ticket(uow, world, replace(LETTER, order_id_guessed=True))
        assert Attribute.CUSTOMER_ORDER_ID not in written(uow, ticket)
        order_read(uow, ticket, ORDER, LATER)
        assert written(uow, ticket)[Attribute.CUSTOMER_ORDER_ID] == ID

    await in_one(work)


async def test_a_letter_that_says_little_leaves_little() -> None:
    def work(uow: UnitOfWork) -> None:
        world = dock(uow)
        configure_all(uow)
        ticket = open_ticket(uow, world, replace(LETTER, topic_words=" ", order_id=None, item_id=None))
        assert written(uow, ticket)[Attribute.TOPIC] == "cancellation"
        assert written(uow, ticket)[Attribute.ITEM_ID] == ""
        assert Attribute.CUSTOMER_ORDER_ID not in written(uow, ticket)
        wordy = open_ticket(uow, world, replace(LETTER, topic_words="long " * 900), key="wordy")
        assert len(written(uow, wordy)[Attribute.TOPIC]) == LONGEST_VALUE

    await in_one(work)


async def test_one_click_makes_what_is_missing_and_a_second_click_nothing() -> None:
    def work(uow: UnitOfWork) -> None:
        carrier, mine = add_field(uow, "walmart CARRIER", Permission.EDITABLE), add_field(uow, "My status")
        taken = add_field(uow, "Walmart SKU")
        fill(uow, Attribute.ORDER_STATUS, mine)
        fill(uow, Attribute.ITEM_ID, taken)
        made = configure_all(uow)
        assert (len(made.created), made.skipped) == (30, ("Walmart SKU", "walmart CARRIER"))
        assert {field.permission for field in made.created} == {Permission.READ_ONLY}
        # The field of that name is used; an admin's own choice stays; what another attribute fills is left to it.
        assert mapping_of(uow, Attribute.CARRIER).field == carrier.id
        assert mapping_of(uow, Attribute.ORDER_STATUS).field == mine.id
        assert mapping_of(uow, Attribute.SKU).field is None
        assert not mapping_of(uow, Attribute.RECIPIENT_NAME).enabled
        assert configure_all(uow) == Configured((), tuple(each.name for each in _by_attribute(uow)))
        assert len(uow.custom_fields.all()) == 33

    def _by_attribute(uow: UnitOfWork) -> list:
        return [uow.custom_fields.named(each.field_name) for each in Attribute]

    await in_one(work)


async def test_a_field_is_filled_by_one_attribute_and_named_once() -> None:
    def work(uow: UnitOfWork) -> None:
        field, other = add_field(uow, " Walmart   SKU "), add_field(uow, "Other")
        assert field.name == "Walmart SKU"
        fill(uow, Attribute.SKU, field)
        fill(uow, Attribute.SKU, field)
        with pytest.raises(FieldInUse) as refused:
            fill(uow, Attribute.ITEM_ID, field)
        assert refused.value.by is Attribute.SKU
        fill(uow, Attribute.SKU, None)
        assert fill(uow, Attribute.ITEM_ID, field).field == field.id
        for name in ("", "  ", "x" * 61):
            with pytest.raises(FieldNameUnfit):
                add_field(uow, name)
        with pytest.raises(FieldNameTaken):
            add_field(uow, "walmart sku")
        with pytest.raises(FieldNameTaken):
            rename_field(uow, other, "WALMART SKU")
        assert rename_field(uow, other, "Third").name == "Third"

    await in_one(work)

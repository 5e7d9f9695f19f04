"""What every store promises of custom fields: names once, mappings with defaults, values written once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.fields import CustomField, CustomFieldId, FieldMapping, FieldValue, Permission, Placement, by_default
from bot.domain.tickets import Ticket
from bot.domain.walmart_fields import Attribute
from bot.ports.store import NameTaken, NotFound, UnitOfWork, VersionConflict
from tests.contract.store_places import PLACES, START, Place, opened
from tests.contract.store_world import a_ticket, dock

LATER = START + timedelta(hours=1)
UNTIL = START + timedelta(hours=24)


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


def add(unit: UnitOfWork, name: str, permission: Permission = Permission.READ_ONLY) -> CustomField:
    return unit.custom_fields.add(name, permission)


def placed(unit: UnitOfWork) -> tuple[Ticket, CustomField, CustomField, CustomField]:
    """A ticket with a site that is written, a status that is open, and a field for agents only."""
    ticket = unit.tickets.add(a_ticket(dock(unit)))
    size, site, status = add(unit, "Size"), add(unit, "Walmart Site"), add(unit, "Walmart Order Status")
    unit.field_values.place(
        ticket.id,
        [
            Placement(site.id, Attribute.SITE, "US"),
            Placement(status.id, Attribute.ORDER_STATUS, None),
            Placement(size.id, None, None),
        ],
        START,
        UNTIL,
    )
    return ticket, site, status, size


def values(unit: UnitOfWork, ticket: Ticket) -> list[str]:
    return [each.value for each in unit.field_values.of_ticket(ticket.id)]


async def test_a_name_is_given_once_however_it_is_written(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        site = add(unit, "Walmart Site")
        with pytest.raises(NameTaken):
            add(unit, "WALMART  site")
        other = add(unit, "Größe\0", Permission.HIDDEN)
        assert unit.custom_fields.all() == (site, unit.custom_fields.get(other.id))
        assert unit.custom_fields.named("walmart site") == site
        assert unit.custom_fields.named("nothing") is None
        with pytest.raises(NameTaken):
            unit.custom_fields.save(replace(other, name="walmart SITE"))
        unit.custom_fields.save(replace(site, name="Site", permission=Permission.EDITABLE))
        assert unit.custom_fields.get(site.id) == CustomField(site.id, "Site", Permission.EDITABLE, 2)
        with pytest.raises(VersionConflict):
            unit.custom_fields.save(site)
        with pytest.raises(NotFound):
            unit.custom_fields.get(CustomFieldId(99))

    await place.store.run(work)


async def test_what_nobody_has_mapped_has_its_default(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        assert unit.field_mappings.all() == tuple(by_default(attribute) for attribute in Attribute)
        field = add(unit, "Carrier")
        unit.field_mappings.put(FieldMapping(Attribute.CARRIER, field.id, enabled=False))
        unit.field_mappings.put(FieldMapping(Attribute.CARRIER, field.id, enabled=True))
        unit.field_mappings.put(FieldMapping(Attribute.RECIPIENT_CITY, None, enabled=True))
        kept = unit.field_mappings.all()
        assert [each.attribute for each in kept] == list(Attribute)
        assert [each for each in kept if each != by_default(each.attribute)] == [
            FieldMapping(Attribute.CARRIER, field.id, enabled=True),
            FieldMapping(Attribute.RECIPIENT_CITY, None, enabled=True),
        ]

    await place.store.run(work)


async def test_a_tickets_fields_come_in_the_order_in_which_they_were_placed(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        ticket, site, status, size = placed(unit)
        assert unit.field_values.of_ticket(ticket.id) == (
            FieldValue(site, Attribute.SITE, 0, "US", UNTIL, START),
            FieldValue(status, Attribute.ORDER_STATUS, 1, "", UNTIL),
            FieldValue(size, None, 2, "", UNTIL),
        )
        other = unit.tickets.add(replace(ticket, thread_key="another"))
        unit.field_values.place(other.id, [], START, UNTIL)
        assert unit.field_values.of_ticket(other.id) == ()
        # The name and the permission are those of today.
        unit.custom_fields.save(replace(size, name="Shoe size", permission=Permission.HIDDEN))
        assert [each.field.name for each in unit.field_values.of_ticket(ticket.id) if not each.visible] == ["Shoe size"]

    await place.store.run(work)


async def test_an_open_field_is_written_once_and_a_written_one_never(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        ticket, *_fields = placed(unit)
        told = {Attribute.SITE: "CA", Attribute.ORDER_STATUS: "Shipped", Attribute.CARRIER: "FedEx"}
        assert unit.field_values.write(ticket.id, told, LATER) == (Attribute.ORDER_STATUS,)
        assert unit.field_values.write(ticket.id, {**told, Attribute.ORDER_STATUS: "Delivered"}, LATER) == ()
        assert values(unit, ticket) == ["US", "Shipped", ""]
        assert [each.written_at for each in unit.field_values.of_ticket(ticket.id)] == [START, LATER, None]

    await place.store.run(work)


async def test_what_was_written_as_empty_stays_empty(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        ticket, *_fields = placed(unit)
        assert unit.field_values.write(ticket.id, {Attribute.ORDER_STATUS: ""}, LATER) == (Attribute.ORDER_STATUS,)
        assert unit.field_values.write(ticket.id, {Attribute.ORDER_STATUS: "Shipped"}, LATER) == ()

    await place.store.run(work)


async def test_after_a_day_it_stays_empty(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        ticket, *_fields = placed(unit)
        told = {Attribute.ORDER_STATUS: "Shipped"}
        assert unit.field_values.write(ticket.id, told, UNTIL + timedelta(microseconds=1)) == ()
        assert values(unit, ticket) == ["US", "", ""]
        assert unit.field_values.write(ticket.id, told, UNTIL) == (Attribute.ORDER_STATUS,)

    await place.store.run(work)


async def test_what_an_agent_edited_is_not_written_over(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        ticket, site, status, size = placed(unit)
        for field, text in ((site, "MX"), (status, "Lost"), (size, "42")):
            unit.field_values.edit(ticket.id, field.id, text, LATER)
        assert unit.field_values.write(ticket.id, {Attribute.ORDER_STATUS: "Shipped"}, LATER) == ()
        assert values(unit, ticket) == ["MX", "Lost", "42"]
        assert [each.written_at for each in unit.field_values.of_ticket(ticket.id)] == [START, None, None]
        assert {each.edited_at for each in unit.field_values.of_ticket(ticket.id)} == {LATER}
        with pytest.raises(NotFound):
            unit.field_values.edit(ticket.id, CustomFieldId(99), "?", LATER)

    await place.store.run(work)

"""What every store promises of categories, templates, and channels beside a site's own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.categories import CategoryId
from bot.domain.fields import CustomFieldId
from bot.domain.people import Group, GroupId, Platform
from bot.domain.sites import Channel, TemplateId
from bot.domain.templates import Template
from bot.domain.tickets import Priority
from bot.ports.chat_records import CARD, Post, PostState
from bot.ports.store import NameTaken, NotFound, UnitOfWork, VersionConflict
from tests.contract.store_places import PLACES, START, Place, opened
from tests.contract.store_world import CHANNEL, a_ticket, dock

OTHER = Channel(Platform.SLACK, "C2")


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


async def test_a_category_is_named_once_among_its_siblings(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        returns, shipping = unit.categories.add("Returns", None), unit.categories.add("Shipping", None)
        damaged = unit.categories.add("Damaged", returns.id)
        assert unit.categories.add("Damaged", shipping.id).parent == shipping.id
        for parent, name in ((None, "RETURNS"), (returns.id, " damaged")):
            with pytest.raises(NameTaken):
                unit.categories.add(name, parent)
        with pytest.raises(NameTaken):
            unit.categories.save(replace(shipping, name="returns"))
        assert unit.categories.path(damaged.id) == ("Returns", "Damaged")
        assert [each.name for each in unit.categories.all()] == ["Returns", "Shipping", "Damaged", "Damaged"]

        unit.categories.save(replace(returns, name="Sent back"))
        with pytest.raises(VersionConflict):
            unit.categories.save(returns)
        unit.categories.save(replace(damaged, deleted=True))
        # A tombstone still has its path, and its name is free again.
        assert unit.categories.path(damaged.id) == ("Sent back", "Damaged")
        again = unit.categories.add("damaged", returns.id)
        assert {each.id for each in unit.categories.all()} == {returns.id, shipping.id, again.id, damaged.id + 1}
        with pytest.raises(NotFound):
            unit.categories.get(CategoryId(99))

    await place.store.run(work)


async def test_a_template_comes_out_as_it_was_put_in(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        group = unit.groups.add(Group(GroupId(0), "us-agents"))
        fields = (CustomFieldId(3), CustomFieldId(1))
        full = unit.templates.add(Template(TemplateId(0), "Buyer", fields, Priority.LOW, group.id, OTHER))
        bare = unit.templates.add(Template(TemplateId(0), "Bare"))
        assert unit.templates.all() == (full, bare)
        assert unit.templates.get(full.id) == Template(full.id, "Buyer", fields, Priority.LOW, group.id, OTHER)
        with pytest.raises(NameTaken):
            unit.templates.add(Template(TemplateId(0), "BUYER"))
        with pytest.raises(NameTaken):
            unit.templates.save(replace(bare, name="buyer"))
        unit.templates.save(replace(full, fields=(), priority=None, group=None, channel=None, deleted=True))
        assert unit.templates.get(full.id) == Template(full.id, "Buyer", deleted=True, version=2)
        assert unit.templates.all() == (bare,)
        unit.templates.save(replace(bare, name="Buyer"))
        with pytest.raises(NotFound):
            unit.templates.get(TemplateId(99))

    await place.store.run(work)


async def test_sites_and_tickets_keep_their_category(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        category = unit.categories.add("Returns", None)
        template = unit.templates.add(Template(TemplateId(0), "Buyer"))
        unit.sites.save(replace(unit.sites.get(world.site), category=category.id, template=template.id))
        site = unit.sites.docked(world.site).site
        assert (site.category, site.template) == (category.id, template.id)
        ticket = unit.tickets.add(replace(a_ticket(world), category=category.id))
        assert unit.tickets.get(ticket.id).category == category.id

    await place.store.run(work)


async def test_a_ticket_may_be_shown_in_a_channel_beside_its_sites_own(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        ticket = unit.tickets.add(a_ticket(dock(unit)))
        assert unit.posts.channels(ticket.id) == ()
        unit.posts.show_in(ticket.id, OTHER)
        unit.posts.show_in(ticket.id, OTHER)
        assert unit.posts.channels(ticket.id) == (OTHER,)
        for channel in (CHANNEL, OTHER):
            unit.posts.put(Post(ticket.id, channel, CARD, PostState.POSTED, START, "1.1"))
        assert unit.posts.channels(ticket.id) == (CHANNEL, OTHER)

    await place.store.run(work)

"""Categories as a tree, templates, and what a ticket begins with."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from bot.domain.categories import CategoryId
from bot.domain.events import TicketId
from bot.domain.fields import Permission
from bot.domain.people import SYSTEM, Group, GroupId, Platform
from bot.domain.placement import categorise
from bot.domain.sites import Channel, TemplateId
from bot.domain.templates import Template
from bot.domain.tickets import Priority
from bot.domain.walmart_fields import Attribute
from bot.ports.store import UnitOfWork
from bot.services.categories import (
    add_category,
    add_template,
    delete_category,
    delete_template,
    give_to_site,
    rename_category,
    save_template,
    tree,
)
from bot.services.field_setup import add_field, configure_all, mapping_of, switch
from bot.services.freezing import place_fields
from bot.services.invalid import Invalid
from bot.services.opening import begin
from integrations.simulator.clock import MovableClock
from tests.contract.store_places import START
from tests.contract.store_world import a_ticket, dock
from tests.fakes.store import FakeStore
from tests.unit.test_freezing import LETTER

T = TypeVar("T")
ESCALATIONS = Channel(Platform.SLACK, "C9")


async def in_one(work: Callable[[UnitOfWork], T]) -> T:
    return await FakeStore(MovableClock(start=START)).run(work)


async def test_the_tree_is_made_from_above() -> None:
    def work(uow: UnitOfWork) -> None:
        shipping, returns = add_category(uow, "Shipping"), add_category(uow, " Returns ")
        add_category(uow, "Wrong   item", returns.category.id)
        for parent in (returns, shipping):
            assert add_category(uow, "Damaged", parent.category.id).names == (parent.category.name, "Damaged")
        assert [branch.path for branch in tree(uow)] == [
            "Returns",
            "Returns > Damaged",
            "Returns > Wrong item",
            "Shipping",
            "Shipping > Damaged",
        ]
        for parent, name, words in (
            (None, "shipping", "already"),
            (returns.category.id, "wrong ITEM", "already"),
            (None, " ", "is missing"),
            (None, "x" * 61, "longer than 60"),
        ):
            with pytest.raises(Invalid, match=words):
                add_category(uow, name, parent)
        deep = shipping
        for level in range(2, 6):
            deep = add_category(uow, f"Level {level}", deep.category.id)
        with pytest.raises(Invalid, match="lowest of 5 levels"):
            add_category(uow, "Level 6", deep.category.id)

    await in_one(work)


async def test_a_category_in_use_is_not_deleted_and_a_deleted_one_is_not_given() -> None:
    def work(uow: UnitOfWork) -> None:
        world = dock(uow)
        returns = add_category(uow, "Returns").category
        damaged = add_category(uow, "Damaged", returns.id).category
        with pytest.raises(Invalid, match="categories below it"):
            delete_category(uow, returns)
        give_to_site(uow, world.site, category=damaged.id, template=None)
        with pytest.raises(Invalid, match="new tickets of Blue Lamp US get"):
            delete_category(uow, damaged)
        assert rename_category(uow, damaged, "Broken").name == "Broken"
        give_to_site(uow, world.site, category=None, template=None)
        delete_category(uow, uow.categories.get(damaged.id))
        with pytest.raises(Invalid, match="deleted meanwhile"):
            give_to_site(uow, world.site, category=damaged.id, template=None)
        with pytest.raises(Invalid, match="deleted meanwhile"):
            give_to_site(uow, world.site, category=None, template=TemplateId(7))
        assert [branch.path for branch in tree(uow)] == ["Returns"]

    await in_one(work)


async def test_a_template_in_use_is_not_deleted() -> None:
    def work(uow: UnitOfWork) -> None:
        world = dock(uow)
        template = add_template(uow, Template(TemplateId(0), " Buyer  message "))
        assert template.name == "Buyer message"
        with pytest.raises(Invalid, match="already"):
            add_template(uow, Template(TemplateId(0), "Buyer message"))
        with pytest.raises(Invalid, match="is missing"):
            add_template(uow, Template(TemplateId(0), " "))
        give_to_site(uow, world.site, category=None, template=template.id)
        with pytest.raises(Invalid, match="Blue Lamp US begin with"):
            delete_template(uow, template)
        give_to_site(uow, world.site, category=None, template=None)
        delete_template(uow, template)
        assert uow.templates.all() == ()

    await in_one(work)


async def test_a_ticket_begins_as_its_site_and_template_have_it() -> None:
    def work(uow: UnitOfWork) -> None:
        world = dock(uow)
        plain = begin(uow, a_ticket(world, "plain"))
        assert (plain.category, plain.priority, plain.group) == (None, Priority.MEDIUM, None)

        configure_all(uow)
        size = add_field(uow, "Size", Permission.EDITABLE)
        status, carrier = mapping_of(uow, Attribute.ORDER_STATUS).field, mapping_of(uow, Attribute.CARRIER).field
        assert status is not None
        assert carrier is not None
        switch(uow, Attribute.CARRIER, enabled=False)
        group = uow.groups.add(Group(GroupId(0), "us-agents"))
        template = add_template(
            uow,
            Template(TemplateId(0), "Buyer", (size.id, status, carrier), Priority.HIGH, group.id, ESCALATIONS),
        )
        category = add_category(uow, "Returns").category
        give_to_site(uow, world.site, category=category.id, template=template.id)
        ticket = begin(uow, a_ticket(world, "full"))
        assert (ticket.category, ticket.priority, ticket.group) == (category.id, Priority.HIGH, group.id)
        assert uow.posts.channels(ticket.id) == (ESCALATIONS,)
        assert uow.tickets.get(ticket.id) == ticket

        # The template orders and adds; it removes no Walmart field, and brings back none that is switched off.
        place_fields(uow, ticket, LETTER, [uow.sites.docked(world.site)], START)
        placed = uow.field_values.of_ticket(ticket.id)
        on = [each for each in Attribute if not each.personal and each is not Attribute.CARRIER]
        rest = [each for each in on if each is not Attribute.ORDER_STATUS]
        assert [each.attribute for each in placed] == [None, Attribute.ORDER_STATUS, *rest]
        assert placed[0].field == size

        # What was deleted since gives nothing.
        uow.groups.save(replace(group, deleted=True))
        assert begin(uow, a_ticket(world, "later")).group is None
        give_to_site(uow, world.site, category=None, template=None)
        save_template(uow, replace(template, priority=Priority.URGENT))
        assert begin(uow, a_ticket(world, "last")).priority is Priority.MEDIUM
        assert uow.tickets.get(TicketId(ticket.id)).priority is Priority.HIGH

    await in_one(work)


async def test_a_category_that_is_set_again_is_no_event() -> None:
    def work(uow: UnitOfWork) -> None:
        ticket = uow.tickets.add(a_ticket(dock(uow)))
        moved = categorise(ticket, CategoryId(3), SYSTEM, START)
        assert [(event.before, event.after) for event in moved.events] == [("", "3")]
        assert categorise(moved.ticket, CategoryId(3), SYSTEM, START).events == ()
        assert categorise(moved.ticket, None, SYSTEM, START).events[0].after == ""

    await in_one(work)

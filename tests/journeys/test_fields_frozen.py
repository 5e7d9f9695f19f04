"""Custom fields of tickets, as buyer, agent and admin live with them (M9 to M14)."""

from pathlib import Path

from bot.domain.fields import FieldValue, Permission
from bot.domain.walmart_fields import Attribute
from bot.ports.store import UnitOfWork
from bot.services.field_setup import configure_all, permit, switch
from integrations.simulator.faults import Fault, FaultKind
from tests.journeys import kept
from tests.journeys.agents import Agent
from tests.journeys.shop import Shop, brisk, until, until_true
from tests.journeys.test_people_access import refusals


async def with_fields(acme: Shop) -> None:
    assert acme.desk is not None
    await acme.desk.adapters.store.run(configure_all)


async def fields(acme: Shop, place: int = 0) -> dict[str, FieldValue]:
    """The fields of a ticket by the names of their attributes."""
    assert acme.desk is not None
    ticket = (await kept.tickets(acme))[place]
    found = await acme.desk.adapters.store.read(lambda snapshot: snapshot.field_values.of_ticket(ticket.id))
    return {str(each.attribute): each for each in found}


async def test_m11_the_fields_stay_as_they_were_while_the_order_goes_on(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        await with_fields(acme)
        order, maria = acme.order(), acme.buyer()
        maria.write(acme.seller, "Where is my parcel?", purchase=acme.purchase(order))
        card = await acme.card("Fields as of creation")
        await until(lambda: "Order Status Acknowledged" in acme.text_of(card), "the order's fields on the card")
        assert "Walmart Site US | Account Name Acme NA | Seller Name Acme Home" in acme.text_of(card)
        assert f"Customer Order ID {order.customer_order_id}" in acme.text_of(card)
        before = await fields(acme)
        assert before["order_status"].written_at is not None

        acme.walmart.sellers.all[0].order_book.ship(order.customer_order_id, carrier="FedEx")
        maria.write(acme.seller, "And now?", purchase=acme.purchase(order))
        # The live order follows, the fields do not.
        await until(lambda: "FedEx" in acme.text_of(card), "the shipped order on the card")
        assert "Order Status Acknowledged" in acme.text_of(card)
        assert await fields(acme) == before
        assert before["tracking_number"].value == ""

        ana = Agent(acme, acme.ana)
        await ana.open(card, "order_details")
        assert "Walmart Order Status" in ana.seen()
        assert "Acknowledged" in ana.seen()
        assert "Recipient Name" not in ana.seen()


async def test_m11_walmart_is_down_and_the_fields_are_written_when_it_answers(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        await with_fields(acme)
        acme.faults.order("walmart:GET /v3/orders", Fault(FaultKind.STATUS, status=503), times=300)
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Fields as of creation")
        assert "Walmart Site US" in acme.text_of(card)
        assert "Order Status" not in acme.text_of(card)
        acme.faults.clear()
        await until(lambda: "Order Status Acknowledged" in acme.text_of(card), "the order's fields on the card")


async def test_m14_what_is_switched_off_is_not_placed_and_older_tickets_keep_it(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        await with_fields(acme)
        assert acme.desk is not None
        acme.buyer().write(acme.seller, "The first question", purchase=acme.purchase(acme.order()))
        first = await acme.card("The first question")
        await acme.desk.adapters.store.run(lambda uow: switch(uow, Attribute.SITE, enabled=False))
        acme.buyer("John Smith").write(acme.seller, "The second question", purchase=acme.purchase(acme.order()))
        second = await acme.card("The second question")
        assert "Walmart Site US" in acme.text_of(first)
        assert "Walmart Account Name Acme NA" in acme.text_of(second)
        assert "Walmart Site" not in acme.text_of(second)

        async def kept_by_the_first_only() -> bool:
            return "site" in await fields(acme, 0) and "site" not in await fields(acme, 1)

        await until_true(kept_by_the_first_only, "the fields of both")


async def permit_all(acme: Shop, *names: str, permission: Permission) -> None:
    def work(uow: UnitOfWork) -> None:
        for name in names:
            field = uow.custom_fields.named(name)
            assert field is not None
            permit(uow, field, permission)

    assert acme.desk is not None
    await acme.desk.adapters.store.run(work)


async def test_m12_agents_change_what_they_may_and_an_attempt_at_more_is_refused_and_recorded(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        await with_fields(acme)
        acme.buyer().write(acme.seller, "Where is my parcel?", purchase=acme.purchase(acme.order()))
        card = await acme.card("Order Status Acknowledged")
        ana, ben = Agent(acme, acme.ana), Agent(acme, acme.ben)

        # Read-only is the default.
        await ana.press(card, "fields")
        await ana.told("are read-only for agents")
        assert refusals(tmp_path) == [(acme.ana.user.id, "read-only")]

        await permit_all(acme, "Walmart Site", "Walmart Order Status", permission=Permission.EDITABLE)
        await permit_all(acme, "Walmart Seller Name", permission=Permission.HIDDEN)
        site, status = (await fields(acme))["site"].field.id, (await fields(acme))["order_status"].field.id
        await ana.open(card, "fields")
        assert "Walmart Order Status" in ana.seen()
        assert "Walmart Seller Name" not in ana.seen()
        assert "Walmart Carrier" not in ana.seen()

        # While she types, the admin closes one field again.
        await permit_all(acme, "Walmart Site", permission=Permission.READ_ONLY)
        refused = await ana.send(**{f"field_{site}": "MX", f"field_{status}": "Lost in transit"})
        assert "Read-only for agents: Walmart Site" in str(refused.errors)
        assert refusals(tmp_path) == [(acme.ana.user.id, "read-only")] * 2
        assert (await fields(acme))["order_status"].value == "Acknowledged"
        await ana.close()

        await ben.open(card, "fields")
        await ana.open(card, "fields")
        assert (await ana.send(**{f"field_{status}": " Lost in transit "})).action == "clear"
        await acme.card("Order Status Lost in transit (edited)")
        assert "Seller Name Acme Home" not in acme.text_of(card)
        assert "Somebody changed these fields" in str((await ben.send(**{f"field_{status}": "Found"})).errors)
        await ben.close()
        await ben.open(card, "history")
        assert "field edited" in ben.seen()

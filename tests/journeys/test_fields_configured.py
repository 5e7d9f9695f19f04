"""An admin sets up fields, categories and templates by slash command (M9, M12 to M14, M19)."""

from pathlib import Path

from bot.domain.audit import AuditFilter, AuditLine
from bot.domain.tickets import Priority
from integrations.simulator.slack.messages import Message
from tests.journeys import kept
from tests.journeys.agents import Agent
from tests.journeys.pages import AtAPage
from tests.journeys.shop import Shop, brisk, until
from tests.journeys.test_people_access import refusals


async def field_names(acme: Shop) -> list[str]:
    assert acme.desk is not None
    fields = await acme.desk.adapters.store.read(lambda snapshot: snapshot.custom_fields.all())
    return [field.name for field in fields]


async def lines_of_audit(acme: Shop) -> tuple[AuditLine, ...]:
    assert acme.desk is not None
    return await acme.desk.adapters.store.read(lambda snapshot: snapshot.audit.lines(AuditFilter(), most=100))


async def card_of(acme: Shop, name: str, words: str) -> Message:
    acme.buyer(name).write(acme.seller, words, purchase=acme.purchase(acme.order()))
    return await acme.card(words)


async def test_m13_one_click_makes_each_field_once(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        ben = AtAPage(acme, acme.ben)
        await ben.type("fields")
        await ben.sees("0 of 32 Walmart fields are placed on new tickets")
        await ben.sees("No custom field yet")
        await ben.type('fields add "walmart carrier"')
        await ben.type('fields add "Walmart SKU" read-only')
        await ben.sees("Created Walmart SKU . It stands on")

        await ben.type("fields")
        await ben.sees("One-click Configuration")
        await ben.press("fields configure")
        await ben.sees("created 30, skipped 2 (same name): Walmart SKU, walmart carrier")
        await ben.sees("24 of 32 Walmart fields are placed on new tickets")
        await ben.press("fields configure")
        await ben.sees("created 0, skipped 32")
        assert len(await field_names(acme)) == 32

        audited = await lines_of_audit(acme)
        assert sum(line.kind == "added" and line.target.startswith("field:") for line in audited) == 32
        assert "Ben Cole" in {line.who for line in audited}

        # Nobody but an admin.
        ana = AtAPage(acme, acme.ana)
        await ana.type("fields configure")
        await until(lambda: any("Only admins can do this" in told for told in ana.told()), "the refusal")
        assert refusals(tmp_path) == [(acme.ana.user.id, "needs admin")]


async def test_m09_an_attribute_fills_the_text_field_that_was_chosen(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        ben = AtAPage(acme, acme.ben)
        await ben.type('fields add "State of the order" read-only')
        await ben.type('fields map order_status "state of the ORDER"')
        await ben.sees("Walmart Order Status fills State of the order on new tickets from now on.")
        card = await card_of(acme, "Maria Garcia", "Where is my parcel?")
        await until(lambda: "State of the order Acknowledged" in acme.text_of(card), "the field on the card")

        # The page shows values of that order, nothing of its buyer, and takes other fields by a click.
        await ben.type("fields page=2")
        await ben.sees("sample: Acknowledged")
        await ben.press("fields map order_total none")
        assert "fills this field already" not in ben.seen()
        await ben.type("fields map order_total 1")
        await ben.sees("Walmart Order Status fills this field already")
        await ben.person.close(ben.view.id, everything=True)
        await ben.type("fields page=4")
        await ben.sees("Walmart Recipient Name")
        assert "Garcia" not in ben.seen()
        assert "personal: off unless you need it" in ben.seen()
        await ben.type("fields map order_state 1")
        await ben.sees("There is none of this name")


async def test_m14_a_click_switches_a_field_off_for_the_next_ticket(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        ben = AtAPage(acme, acme.ben)
        await ben.type("fields configure")
        await ben.sees("created 32, skipped 0")
        first = await card_of(acme, "Maria Garcia", "The first question")
        await ben.press("fields off site")
        await ben.sees("Walmart Site is off: new tickets come without it, older ones keep it.")
        await ben.press("fields off account_name")
        await ben.sees("Walmart Account Name is off")
        await ben.press("fields on account_name")
        await ben.sees("Walmart Account Name is on")
        second = await card_of(acme, "John Smith", "The second question")
        assert "Walmart Site US" in acme.text_of(first)
        assert "Walmart Account Name Acme NA" in acme.text_of(second)
        assert "Walmart Site" not in acme.text_of(second)


async def test_m12_fields_are_locked_and_opened_by_command(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        ben, ana = AtAPage(acme, acme.ben), Agent(acme, acme.ana)
        await ben.type("fields configure")
        await ben.type('fields permission "Walmart Order Status" editable')
        await ben.sees("Walmart Order Status is editable for agents now.")
        card = await card_of(acme, "Maria Garcia", "Where is my parcel?")
        await ana.open(card, "fields")
        await ana.close()
        await ben.type("fields lock")
        await ben.sees("1 field is read-only for agents now that was editable.")
        await ana.press(card, "fields")
        await ana.told("are read-only for agents")
        assert refusals(tmp_path) == [(acme.ana.user.id, "read-only")]
        told = [(line.kind, line.aspect, line.before, line.after) for line in await lines_of_audit(acme)]
        assert ("changed", "permission", "editable", "read-only") in told
        assert any(kind == "refused" for kind, *_rest in told)


async def test_m19_tickets_begin_with_the_category_and_template_of_their_site(tmp_path: Path) -> None:
    async with brisk(tmp_path) as acme, acme.open():
        ben = AtAPage(acme, acme.ben)
        escalations = acme.slack.workspace.add_channel("escalations", acme.ana.user.id, acme.ben.user.id)
        await ben.type("fields configure")
        await ben.type('fields add "Shoe size"')
        await ben.type("category add Returns")
        await ben.type("category add Damaged under=Returns")
        await ben.sees("Added Returns > Damaged")
        await ben.type("category add returns")
        await ben.sees("there is a category called returns in this place already")
        await ben.person.close(ben.view.id, everything=True)
        await ben.type(
            'template add Buyer fields="Shoe size; Walmart Order Status" priority=high '
            f"channel=<#{escalations.id}|escalations>"
        )
        await ben.sees("Added Buyer . Give it to a site now.")
        await ben.type('template use "Acme Home US" Buyer "Returns > Damaged"')
        await ben.sees("New tickets of Acme Home US begin so from now on.")

        card = await card_of(acme, "Maria Garcia", "Where is my parcel?")
        await until(lambda: "Walmart Order Status Acknowledged | Site US" in acme.text_of(card), "the template's order")
        assert "category Returns > Damaged" in acme.text_of(card)
        assert "High" in acme.text_of(card)
        await until(lambda: len(acme.slack.messages(escalations.id)) == 1, "the card in the other channel")
        (ticket,) = await kept.tickets(acme)
        assert ticket.priority is Priority.HIGH

        # It removes no Walmart field, and what it added is for agents.
        ana = Agent(acme, acme.ana)
        await ana.open(card, "fields")
        assert "Shoe size" in ana.seen()
        assert (await ana.send(field_33="42")).action == "clear"
        await until(lambda: "Shoe size 42 (edited)" in acme.text_of(card), "what was typed")

        # Another template for later tickets only.
        await ben.type("template set Buyer priority=low")
        await ben.sees("Changed Buyer , for tickets from now on.")
        later = await card_of(acme, "John Smith", "And mine?")
        assert "Low" in acme.text_of(later)
        assert "High" in acme.text_of(card)
        await ben.type("category delete Damaged")
        await ben.type("template delete Buyer")
        await until(lambda: any("begin with; give them another one first" in told for told in ben.told()), "a refusal")

"""People, groups, triggers and lists of tickets, by typing: what is refused, what is told, what changes."""

from dataclasses import replace

import pytest

from bot.commands.table import COMMANDS
from bot.domain.people import AgentId, ChatUser, Person, Platform, ReplyMethod, Role, Standing
from bot.domain.tickets import Inquiry, InquiryId, due
from bot.i18n.pieces import plain
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import UnitOfWork
from bot.services.acting import Refused
from bot.views.acts import Run
from bot.views.page import Page
from tests.contract.store_places import START
from tests.contract.store_world import World, a_letter, a_ticket, fetch
from tests.unit.command_desk import GIL, Desk, a_desk, form, words

FEISHU = ChatUser(Platform.FEISHU, "ou_gil")


def page(answer: Answer) -> Page:
    assert isinstance(answer, ShowPage), answer
    return answer.page


def read(answer: Answer) -> str:
    """Everything that a page says."""
    shown = page(answer)
    rows = [[row.title, *(plain(line) for line in row.lines)] for row in shown.rows]
    return "\n".join([*(plain(line) for line in shown.intro), *(" / ".join(row) for row in rows)])


def leads_to(answer: Answer, label: str) -> str:
    """The words of the first button of a page that says this."""
    shown = page(answer)
    controls = [*shown.buttons, *(control for row in shown.rows for control in row.controls)]
    act = next(control.act for control in controls if control.label == label)  # type: ignore[union-attr]
    assert isinstance(act, Run)
    return act.words


async def refused(at: Desk, typed: str) -> str:
    with pytest.raises(Refused) as refusal:
        await at.type(typed)
    return words(refusal.value.answer)


async def test_m24_the_reply_method_is_set_in_the_words_that_people_use() -> None:
    async with a_desk(COMMANDS) as at:
        for typed, told, method in [
            ("agent <@U7> reply-method note", "Gil Green writes internal notes only", ReplyMethod.NOTE),
            ("agent reply-method <@U7> walmart", "Gil Green may send Walmart replies", ReplyMethod.WALMART),
            ('agent set "gil green" reply-method=default', "Gil Green answers as their groups do", None),
        ]:
            assert told in words(await at.type(typed))
            agent = await at.store.run(lambda uow: uow.people.agent_of(GIL))
            assert agent is not None
            assert (agent.reply_method, agent.role) == (method, None)
        assert "Say what is to change" in form(await at.type("agent set <@U7>")).errors["role"]
        assert "Only admins" in words(await at.type("agent set <@U9> role=viewer", user=GIL))


async def test_the_first_role_configures_people_and_locks_nobody_out_who_works() -> None:
    async with a_desk(COMMANDS) as at:
        assert "Every member" in read(await at.type("agent list"))
        assert "Gil" not in read(await at.type("agent list"))
        await at.type("tickets open", user=GIL)
        at.chat.add_person("U5", "Nina New")
        told = words(await at.type("agent set <@U5> role=manager"))
        assert "Nina New is manager now" in told
        assert "3 others who have worked on tickets are listed as agents" in told
        people = read(await at.type("agent list"))
        assert "Whoever is not on this list is refused" in people
        assert "Gil Green / agent" in people
        assert "configured" not in words(await at.type("agent set <@U5> role=admin"))
        assert page(await at.type("tickets open", user=GIL)).name == "tickets"
        off = await at.type(leads_to(await at.type("agent list"), "Switch off"))
        assert "is switched off" in words(off)


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (Standing.DEACTIVATED, "Gil Green is deactivated"),
        (Standing.GUEST, "a guest or of another workspace"),
        (Standing.STRANGER, "a guest or of another workspace"),
        (Standing.BOT, "is a bot"),
        (None, "does not know this person"),
    ],
)
async def test_a_person_unknown_or_deactivated_is_told_apart(standing: Standing | None, told: str) -> None:
    async with a_desk(COMMANDS) as at:
        if standing is None:
            del at.chat.people["U7"]
        else:
            at.chat.people["U7"] = replace(at.chat.people["U7"], standing=standing)
        assert told in form(await at.type("agent set <@U7> role=agent")).errors["person"]
        assert told in form(await at.type("group add us members=<@U7>")).errors["members"]
        assert await at.store.run(lambda uow: uow.people.agent_of(GIL)) is None
        assert "Did you mean" in form(await at.type('agent set "Ben Coel" role=agent')).errors["person"]


async def test_two_identities_with_one_address_are_proposed_and_an_admin_confirms() -> None:
    async with a_desk(COMMANDS) as at:
        at.chat.people["U7"] = replace(at.chat.people["U7"], email="gil@seller.example")
        await at.type("tickets open", user=GIL)
        await at.type("group add night members=<@U7>")
        assert "Nobody in one chat" in read(await at.type("agent link"))
        away = Person(FEISHU, "Gil G.", Standing.MEMBER, "UTC", "zh", START, "GIL@seller.example")
        other = await at.store.run(lambda uow: _met(uow, away))
        ticket = await at.store.run(lambda uow: uow.tickets.add(replace(a_ticket(_world(at)), assignee=other)))
        proposed = await at.type("agent link")
        assert "slack:U7" in read(proposed)
        assert "one person now" in words(await at.type(leads_to(proposed, "Confirm")))
        agent = await at.store.run(lambda uow: uow.people.agent_of(FEISHU))
        assert agent is not None
        assert {*agent.identities} == {GIL, FEISHU}
        assert at.store.tables.tickets[ticket.id].assignee == agent.id, "what they have to do goes along"
        past = [each for each in at.store.tables.agents.values() if not each.identities]
        assert [each.enabled for each in past] == [False], "who they were before"
        assert "Nobody in one chat" in read(await at.type("agent link"))
        assert "one person here already" in await refused(at, "agent link slack:U7 feishu:ou_gil")
        assert "Write both identities" in await refused(at, "agent link gil ben")


def _met(uow: UnitOfWork, person: Person) -> AgentId:
    uow.people.put(person)
    return uow.people.make_agent(person).id


def _world(at: Desk) -> World:
    return World(at.site.account, at.site.mailbox, at.site.id, AgentId(1))


async def test_groups_are_made_changed_and_deleted_when_nothing_depends_on_them() -> None:
    async with a_desk(COMMANDS) as at:
        assert "Group us: Gil Green" in words(await at.type('group add us members="<@U7>" reply-method=note'))
        assert "There is a group called US already" in form(await at.type("group add US")).errors["name"]
        assert "Ben Cole, Gil Green" in words(await at.type("group set us add=<@U9>"))
        assert "Group us-agents: Ben Cole" in words(await at.type("group set us remove=<@U7> name=us-agents"))
        assert "internal notes only; open tickets: 0" in read(await at.type("group list"))

        group = await at.store.run(lambda uow: uow.groups.all()[0])
        ticket = await at.store.run(lambda uow: uow.tickets.add(replace(a_ticket(_world(at)), group=group.id)))
        assert "still has 1 open ticket" in await refused(at, "group delete us-agents")
        at.store.tables.tickets[ticket.id] = replace(ticket, group=None)
        await at.type("trigger add name=N when created then notify group us-agents")
        assert "The trigger N names us-agents" in await refused(at, "group delete us-agents")
        await at.type("trigger delete N")
        assert "is deleted" in words(await at.type("group delete us-agents"))
        assert "Group us-agents: nobody yet" in words(await at.type("group add us-agents")), "its name is free again"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("if site is US then junk", "begins with: when"),
        ("when often then junk", "After when comes one of these"),
        ("when created if site US then junk", "A condition is a field"),
        ("when created if stie is US then junk", "Did you mean site?"),
        ('when created if "Walmart Site" is US then junk', "There is no field Walmart Site"),
        ("when created if site is then junk", "A value is missing"),
        ("when created if site is US", "comes after: then"),
        ("when created then assign group nihgt", "Did you mean night?"),
        ("when created then assign agent Nobody", "nobody who works here"),
        ("when created then assign agent <@U7>", "nobody who works here"),
        ("when created then explode", "is one of these"),
        ("when created then junk at once", "cannot be read from here on: at"),
        ("when created if time is often then junk", "18:00-08:00"),
        ("when created if time above 3 then junk", "is, or is not"),
        ("when created if weekday is sat-xyz then junk", "sat-sun"),
        ('when created if time is "9:00-17:00 Mars/Base" then junk', "18:00-08:00"),
        ("when created if order above much then junk", "is no number"),
        ("when created then priority soon", "low, medium, high, urgent"),
        ("when created then channel general", "pick the channel"),
        ('when created if text contains "refund then junk', "quotation mark is not closed"),
    ],
)
async def test_c10_what_no_trigger_can_mean_says_what_is_expected(rule: str, told: str) -> None:
    async with a_desk(COMMANDS) as at:
        await at.type("group add night")
        shown = form(await at.type(f"trigger add {rule}"))
        assert told in shown.errors["rule"]
        assert next(field.value for field in shown.fields if field.name == "rule") == rule  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "rule",
    [
        "when created then junk",
        'when order fields written if site is US or CA and text does not contain "and so on" then priority high and junk',
        'when status changed if time is not "18:00-08:00 Europe/Berlin" then assign group "night shift" stop',
        'when buyer wrote if order above 100.50 then notify group "night shift" and channel <#C5> and notify "Ben Cole"',
    ],
)
async def test_c10_what_a_trigger_says_of_itself_is_what_was_typed(rule: str) -> None:
    async with a_desk(COMMANDS) as at:
        await at.type('group add "night shift" members=<@U9>')
        assert f'Trigger "A" is on: {rule}' in words(await at.type(f"trigger add name=A {rule}"))
        assert "of this name already" in form(await at.type("trigger add name=a when created then junk")).errors["name"]
        assert rule in read(await at.type("trigger show A"))


async def test_c10_triggers_are_moved_switched_copied_and_deleted() -> None:
    async with a_desk(COMMANDS) as at:
        for name in ("One", "Two", "Three"):
            await at.type(f"trigger add name={name} when created then junk")
        assert "1. Three / " in read(await at.type("trigger move Three 1"))
        listed = await at.type("trigger list")
        assert [row.title for row in page(listed).rows] == ["1. Three", "2. One", "3. Two"]
        assert "1. One" in read(await at.type(leads_to(listed, "Up"))), "the second goes up"
        assert "Off, version" in read(await at.type("trigger off Two"))
        assert "Off, version" not in read(await at.type("trigger on Two"))
        copied = read(await at.type("trigger copy One"))
        assert "4. Copy of One 1" in copied
        assert "Off, version 1" in copied
        assert "Copy of One" not in read(await at.type('trigger delete "Copy of One 1"'))
        assert "Trigger 1" in words(await at.type("trigger add when created then junk"))
        assert "Only admins" in words(await at.type("trigger list", user=GIL))


async def test_n16_a_dry_run_says_where_a_trigger_would_fire_and_changes_nothing() -> None:
    async with a_desk(COMMANDS) as at:
        ticket = await at.store.run(lambda uow: _asked(uow, at))
        await at.type("trigger add name=Us when created if site is US then junk")
        await at.type("trigger add name=Mx when created if site is MX then junk")
        assert "would fire on 1 of the last 1 tickets" in read(await at.type("trigger dry-run Us"))
        assert "site: US" in read(await at.type("trigger dry-run Us"))
        assert "would fire on 0 of the last 1 tickets" in read(await at.type("trigger dry-run Mx"))
        assert at.store.tables.tickets[ticket].junked_at is None


def _asked(uow: UnitOfWork, at: Desk, key: str = "order:200012345678901") -> int:
    number = len(at.store.tables.tickets) + 1
    kept = uow.tickets.add(replace(a_ticket(_world(at), key), order_id="200012345678901"))
    fetch(uow, _world(at), number)
    letter = uow.letters.add(replace(a_letter(kept, number), words="Is it broken?"), ())
    uow.inquiries.add(Inquiry(InquiryId(0), kept.id, letter.id, START, due(START)))
    return kept.id


async def test_m21_tickets_are_found_by_queue_number_order_and_word() -> None:
    async with a_desk(COMMANDS) as at:
        await at.store.run(lambda uow: _asked(uow, at))
        for typed in ("open", "due", "unassigned", "open source:walmart", "find #1001", "find 1001", "find BROKEN"):
            assert "#1001" in read(await at.type(f"tickets {typed}", user=GIL)), typed
        assert "#1001" in read(await at.type("tickets find 200012345678901 source:walmart", user=GIL))
        for typed in ("mine", "junk", "find #1002", "find whole", "find 299912345678901"):
            assert read(await at.type(f"tickets {typed}", user=GIL)) == "There is none.", typed
        assert "Tickets come from: walmart" in form(await at.type("tickets open source:ebay")).errors["filter"]
        assert "tickets find" in form(await at.type("tickets open broken")).errors["filter"]
        assert "Say what is looked for" in form(await at.type("tickets find source:walmart")).errors["filter"]
        at.chat.add_person("U4", "Otto Outside")
        assert "cannot do this" in words(await at.type("tickets open", user=ChatUser(Platform.SLACK, "U4")))


async def test_a_list_shows_ten_and_leads_to_the_rest() -> None:
    async with a_desk(COMMANDS) as at:
        for number in range(12):
            await at.store.run(lambda uow, key=f"order:{number}": _asked(uow, at, key))  # type: ignore[misc]
        first = await at.type("tickets find broken source:walmart")
        assert len(page(first).rows) == 10
        second = await at.type(leads_to(first, "More"))
        assert len(page(second).rows) == 2
        assert page(second).name == page(first).name, "turned in place"
        assert read(await at.type(leads_to(second, "Back"))) == read(first)


async def test_a_viewer_finds_and_sets_up_nothing() -> None:
    async with a_desk(COMMANDS) as at:
        await at.type("agent set <@U7> role=viewer")
        agent = await at.store.run(lambda uow: uow.people.agent_of(GIL))
        assert agent is not None
        assert agent.role is Role.VIEWER
        assert page(await at.type("tickets open", user=GIL)).name == "tickets"
        assert "Only admins" in words(await at.type("group list", user=GIL))

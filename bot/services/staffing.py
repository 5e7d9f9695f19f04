"""Setting up people: roles, reply methods, groups, and which chat identities are one person."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain import placement
from bot.domain.people import Agent, ChatUser, Group, Person, Role, Standing, by
from bot.domain.triggers import Trigger, Verb
from bot.i18n import Texts
from bot.ports.store import NameTaken, Snapshot, UnitOfWork
from bot.services.acting import Acting, refuse, refuse_field
from bot.services.reactions import record


@dataclass(frozen=True, slots=True)
class Listed:
    """What a change of an agent came to. `configured_now` is how many others were listed by the first role."""

    agent: Agent
    configured_now: int | None = None


def agent_of(uow: UnitOfWork, who: Agent | ChatUser, field: str, acting: Acting) -> Agent:
    """The agent, made now for somebody who was mentioned. Raises `Refused` for whoever cannot be one."""
    if isinstance(who, Agent):
        return who
    person = uow.people.person(who)
    if person is None:
        raise refuse_field(
            field, acting.texts("The chat does not know this person, or does not answer. Pick somebody from its list.")
        )
    if person.standing is not Standing.MEMBER:
        raise refuse_field(field, _no_member(person, acting.texts))
    return uow.people.make_agent(person)


def _no_member(person: Person, _: Texts) -> str:
    match person.standing:
        case Standing.DEACTIVATED:
            return _("{name} is deactivated in the chat. Choose somebody who works there.", name=person.name)
        case Standing.BOT:
            return _("{name} is a bot. Choose a person.", name=person.name)
        case _other:
            return _(
                "{name} is a guest or of another workspace, and only full members can work on tickets. "
                "Make them a full member in the chat first.",
                name=person.name,
            )


def change_agent(uow: UnitOfWork, changed: Agent) -> Listed:
    """The first role that is given configures people: whoever has worked on tickets until then is listed with it."""
    first = changed.role is not None and not uow.agents.configured()
    uow.agents.save(changed)
    return Listed(changed, uow.agents.list_all(Role.AGENT) if first else None)


def in_order(groups: Iterable[Group]) -> str:
    return ", ".join(group.name for group in groups)


@dataclass(frozen=True, slots=True)
class Match:
    """Two people of different chats who have one e-mail address and are not yet one agent."""

    first: Person
    second: Person


def proposals(snapshot: Snapshot) -> tuple[Match, ...]:
    """By address. An admin confirms each: an address may be shared, or may have been given to somebody else."""
    by_address: dict[str, list[Person]] = {}
    for person in snapshot.agents.with_addresses():
        if person.standing is Standing.MEMBER and person.email:
            by_address.setdefault(person.email.casefold(), []).append(person)
    found = [
        Match(first, second)
        for people in by_address.values()
        for place, first in enumerate(people)
        for second in people[place + 1 :]
        if first.user.platform is not second.user.platform and not _one(snapshot, first, second)
    ]
    return tuple(sorted(found, key=lambda match: match.first.name.casefold()))


def _one(snapshot: Snapshot, first: Person, second: Person) -> bool:
    agent = snapshot.people.agent_of(first.user)
    return agent is not None and second.user in agent.identities


def link(uow: UnitOfWork, kept: Agent, other: Agent, acting: Acting) -> Agent:
    """Make two agents one. What `other` has done stays under their name; what they have to do goes to `kept`."""
    if kept.id == other.id:
        raise refuse(acting.texts.line("{name} is one person here already.", name=kept.name))
    role = max((each for each in (kept.role, other.role) if each is not None), default=None)
    for group in uow.groups.of_agent(other.id):
        uow.groups.save(replace(group, members=(group.members - {other.id}) | {kept.id}))
    for ticket in uow.finding.of_agent(other.id):
        moved = placement.assign(ticket, kept.id, by(acting.agent.id), acting.now)
        uow.tickets.save(moved.ticket)
        record(uow, moved.ticket, moved.events, acting.now, acting.waits)
    uow.agents.join(kept.id, other.id)
    uow.agents.save(replace(kept, role=role, reply_method=kept.reply_method or other.reply_method))
    uow.agents.save(replace(other, enabled=False))
    return uow.people.agent(kept.id)


def keep_group(uow: UnitOfWork, group: Group, field: str, acting: Acting) -> Group:
    """Add or save a group under a name that no other has, in whatever letters. Raises `Refused`."""
    others = (each for each in uow.groups.all() if each.id != group.id)
    taken = acting.texts("There is a group called {name} already. Choose another name.", name=group.name)
    if any(other.name.casefold() == group.name.casefold() for other in others):
        raise refuse_field(field, taken)
    if group.id:
        uow.groups.save(group)
        return uow.groups.get(group.id)
    try:
        return uow.groups.add(group)
    except NameTaken:
        raise refuse_field(field, taken) from None


def naming(snapshot: Snapshot, group: Group) -> tuple[Trigger, ...]:
    """The triggers that name a group in an action."""
    target = str(group.id)
    of_groups = {Verb.GROUP, Verb.NOTIFY_GROUP}
    return tuple(
        trigger
        for trigger in snapshot.triggers.all()
        if any(action.verb in of_groups and action.target == target for action in trigger.actions)
    )


def delete_group(uow: UnitOfWork, group: Group, acting: Acting) -> None:
    """Raises `Refused` while tickets or triggers depend on it. The tombstone gives its name free."""
    _ = acting.texts
    if count := uow.finding.of_group(group.id):
        raise refuse(
            _.many_line(
                "{name} still has {count} open ticket, so it was not deleted. Assign it to another group first.",
                "{name} still has {count} open tickets, so it was not deleted. Assign them to another group first.",
                count,
                name=group.name,
            )
        )
    if triggers := naming(uow, group):
        raise refuse(
            _.line(
                "The trigger {trigger} names {name}, so it was not deleted. Delete the trigger first, or write it anew "
                "with another group.",
                trigger=triggers[0].name,
                name=group.name,
            )
        )
    uow.groups.save(replace(group, deleted=True, members=frozenset(), name=f"{group.name} ({group.id})"))

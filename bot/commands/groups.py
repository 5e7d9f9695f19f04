"""`/walmart group …`: agents who own a queue together."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from bot.commands.agents import MethodWord, method_of
from bot.commands.command import About, Command
from bot.commands.parameters import OneOf, Someone, Text, WordOf
from bot.commands.people_kinds import group_choices
from bot.domain.people import AgentId, ChatUser, Group, GroupId, Role
from bot.i18n import marked as _
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting, only_you
from bot.services.staffing import agent_of, delete_group, keep_group
from bot.views.agent_pages import group_page
from bot.views.ticket_card import Tone

_LONGEST = 60
_NONE = _("There is no group yet: make one with group add.")


def _shown(uow: UnitOfWork, group: Group, acting: Acting) -> Answer:
    names = ", ".join(sorted(uow.people.agent(member).name for member in group.members))
    return only_you(
        acting.texts.line("Group {name}: {members}", name=group.name, members=names or acting.texts("nobody yet")),
        tone=Tone.GOOD,
    )


def _agents(uow: UnitOfWork, people: tuple[ChatUser, ...], field: str, acting: Acting) -> frozenset[AgentId]:
    return frozenset(agent_of(uow, user, field, acting).id for user in people)


@dataclass(frozen=True, slots=True)
class AddGroup(Command):
    about: ClassVar = About("group add", _("Make a group of agents"), Role.ADMIN, title=_("New group"))

    name: Annotated[str, Text(_("Name"), most=_LONGEST)]
    members: Annotated[tuple[ChatUser, ...], Someone(_("Members"), several=True)] = ()
    reply_method: Annotated[MethodWord, WordOf(_("Reply method of its members"), members=MethodWord)] = (
        MethodWord.DEFAULT
    )

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        members = _agents(uow, self.members, "members", acting)
        group = Group(GroupId(0), self.name, members, method_of(self.reply_method))
        return _shown(uow, keep_group(uow, group, "name", acting), acting)


@dataclass(frozen=True, slots=True)
class SetGroup(Command):
    about: ClassVar = About("group set", _("Change a group, its members or its reply method"), Role.ADMIN)

    group: Annotated[str, OneOf(_("Group"), fixed=True, choices=group_choices, none=_NONE)]
    add: Annotated[tuple[ChatUser, ...], Someone(_("Add"), several=True)] = ()
    remove: Annotated[tuple[ChatUser, ...], Someone(_("Remove"), several=True)] = ()
    reply_method: Annotated[MethodWord | None, WordOf(_("Reply method of its members"), members=MethodWord)] = None
    name: Annotated[str, Text(_("New name"), most=_LONGEST)] = ""

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        group = uow.groups.get(GroupId(int(self.group)))
        members = group.members | _agents(uow, self.add, "add", acting)
        changed = replace(
            group,
            name=self.name or group.name,
            members=members - _agents(uow, self.remove, "remove", acting),
            reply_method=group.reply_method if self.reply_method is None else method_of(self.reply_method),
        )
        return _shown(uow, keep_group(uow, changed, "name", acting), acting)


@dataclass(frozen=True, slots=True)
class ListGroups(Command):
    about: ClassVar = About("group list", _("The groups and their members"), Role.ADMIN)

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        groups = uow.groups.all()
        names = {agent.id: agent.name for agent in uow.agents.all()}
        counts = {group.id: uow.finding.of_group(group.id) for group in groups}
        return ShowPage(group_page(groups, names, counts, acting.texts))


@dataclass(frozen=True, slots=True)
class DeleteGroup(Command):
    about: ClassVar = About("group delete", _("Delete a group that nothing depends on"), Role.ADMIN, submit=_("Delete"))

    group: Annotated[str, OneOf(_("Group"), choices=group_choices, none=_NONE)]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        group = uow.groups.get(GroupId(int(self.group)))
        delete_group(uow, group, acting)
        return only_you(acting.texts.line("Group {name} is deleted.", name=group.name), tone=Tone.GOOD)


GROUPS: tuple[type[Command], ...] = (ListGroups, AddGroup, SetGroup, DeleteGroup)

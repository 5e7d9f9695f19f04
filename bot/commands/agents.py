"""`/walmart agent …`: who works here, as what, and by which way they answer."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, ClassVar

from bot.commands.command import About, Command
from bot.commands.parameters import Number, Switch, Text, WordOf
from bot.commands.people_kinds import Colleague
from bot.domain.people import Agent, ChatUser, Platform, ReplyMethod, Role
from bot.i18n import marked as _
from bot.i18n.pieces import Line
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting, only_you, refuse, refuse_field
from bot.services.staffing import agent_of, change_agent, link, proposals
from bot.views.agent_pages import agent_page, match_page
from bot.views.ticket_card import Tone


class RoleWord(StrEnum):
    VIEWER = "viewer"
    AGENT = "agent"
    MANAGER = "manager"
    ADMIN = "admin"


class MethodWord(StrEnum):
    WALMART = "walmart"
    NOTE = "note"
    DEFAULT = "default"  # that of the groups


def method_of(word: MethodWord) -> ReplyMethod | None:
    return None if word is MethodWord.DEFAULT else ReplyMethod(word.value)


@dataclass(frozen=True, slots=True)
class ListAgents(Command):
    about: ClassVar = About(
        "agent list", _("Who works here, and by which way they answer"), Role.ADMIN, home=_("People")
    )

    page: Annotated[int, Number(_("Page"), least=1)] = 1

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        agents = [agent for agent in uow.agents.all() if agent.identities]
        groups = {agent.id: uow.groups.of_agent(agent.id) for agent in agents}
        return ShowPage(agent_page(agents, groups, self.page, acting.texts, configured=uow.agents.configured()))


@dataclass(frozen=True, slots=True)
class SetAgent(Command):
    about: ClassVar = About(
        "agent set",
        _("Give a person a role or a reply method, or switch them off"),
        Role.ADMIN,
        title=_("Set an agent"),
    )

    person: Annotated[Agent | ChatUser, Colleague(_("Person"))]
    role: Annotated[RoleWord | None, WordOf(_("Role"), members=RoleWord)] = None
    reply_method: Annotated[
        MethodWord | None,
        WordOf(
            _("Reply method"),
            members=MethodWord,
            labels=(
                ("walmart", _("Walmart reply")),
                ("note", _("internal notes only")),
                ("default", _("that of the groups")),
            ),
        ),
    ] = None
    enabled: Annotated[bool | None, Switch(_("Works on tickets"))] = None

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        before = agent_of(uow, self.person, "person", acting)
        changed = replace(
            before,
            role=before.role if self.role is None else Role[self.role.name],
            reply_method=before.reply_method if self.reply_method is None else method_of(self.reply_method),
            enabled=before.enabled if self.enabled is None else self.enabled,
        )
        if changed == before:
            raise refuse_field("role", acting.texts("Say what is to change: role, reply-method or enabled."))
        done = change_agent(uow, changed)
        return only_you(*_told(before, changed, done.configured_now, acting), tone=Tone.GOOD)


def _told(before: Agent, after: Agent, configured_now: int | None, acting: Acting) -> list[Line]:
    _ = acting.texts
    lines = []
    if after.role is not None and after.role is not before.role:
        lines.append(_.line("{name} is {role} now.", name=after.name, role=after.role.name.lower()))
    if after.reply_method is not before.reply_method:
        told = {
            ReplyMethod.WALMART: _.line("{name} may send Walmart replies.", name=after.name),
            ReplyMethod.NOTE: _.line("{name} writes internal notes only; nothing leaves for a buyer.", name=after.name),
            None: _.line("{name} answers as their groups do.", name=after.name),
        }
        lines.append(told[after.reply_method])
    if after.enabled is not before.enabled:
        on = _.line("{name} works on tickets again.", name=after.name)
        off = _.line("{name} is switched off. Tickets that they have stay theirs: assign them anew.", name=after.name)
        lines.append(on if after.enabled else off)
    if configured_now is not None:
        lines.append(
            _.many_line(
                "People are configured from now on: {count} other who has worked on tickets is listed as agent, and "
                "whoever has no role is refused, member of the channel or not.",
                "People are configured from now on: {count} others who have worked on tickets are listed as agents, "
                "and whoever has no role is refused, member of the channel or not.",
                configured_now,
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class SetAgentInShort(SetAgent):
    """`/walmart agent @x reply-method walmart`, as people say it."""

    about: ClassVar = About("agent", SetAgent.about.says, Role.ADMIN, title=SetAgent.about.title, hidden=True)


@dataclass(frozen=True, slots=True)
class SetReplyMethod(Command):
    about: ClassVar = About(
        "agent reply-method", _("By which way a person may answer buyers"), Role.ADMIN, title=_("Reply method")
    )

    person: Annotated[Agent | ChatUser, Colleague(_("Person"))]
    method: Annotated[MethodWord, WordOf(_("Reply method"), members=MethodWord)]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return SetAgent(self.person, reply_method=self.method).run(uow, acting)


@dataclass(frozen=True, slots=True)
class LinkAgents(Command):
    about: ClassVar = About(
        "agent link", _("Make a person's Slack and Feishu identities one agent"), Role.ADMIN, title=_("Link identities")
    )

    kept: Annotated[str, Text(_("Identity"), _("As the proposals write it: slack:U0123456789"), placed=True)] = ""
    other: Annotated[str, Text(_("The same person's other identity"), placed=True)] = ""

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        if not self.kept:
            return ShowPage(match_page(proposals(uow), acting.texts))
        kept, other = (self._agent(uow, name, acting) for name in ("kept", "other"))
        linked = link(uow, kept, other, acting)
        return only_you(
            acting.texts.line(
                "{name} is one person now, whichever chat they work in: {identities}",
                name=linked.name,
                identities=", ".join(str(user) for user in linked.identities),
            ),
            tone=Tone.GOOD,
        )

    def _agent(self, uow: UnitOfWork, field: str, acting: Acting) -> Agent:
        platform, _colon, identity = getattr(self, field).partition(":")
        if platform not in list(Platform) or not identity:
            raise refuse(acting.texts.line("Write both identities like slack:U0123456789 and feishu:ou_0123."))
        return agent_of(uow, ChatUser(Platform(platform), identity), field, acting)


AGENTS: tuple[type[Command], ...] = (ListAgents, SetAgent, SetReplyMethod, LinkAgents, SetAgentInShort)

"""People and groups as an admin sees them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.people import Agent, AgentId, Group, GroupId, Person, ReplyMethod
from bot.i18n import Texts
from bot.i18n.pieces import Line
from bot.views.acts import Button, Confirm, Run, Style
from bot.views.page import Page, Row

_ROWS = 15


class _Pair(Protocol):
    @property
    def first(self) -> Person: ...
    @property
    def second(self) -> Person: ...


def agent_page(
    agents: Sequence[Agent], groups: Mapping[AgentId, Sequence[Group]], page: int, _: Texts, *, configured: bool
) -> Page:
    start = (page - 1) * _ROWS
    shown = agents[start : start + _ROWS]
    more = (Button(_("More"), Run(f"agent list page={page + 1}")),) if len(agents) > start + _ROWS else ()
    listed = _.line("Whoever is not on this list is refused.")
    everybody = _.line("Every member of a site's channel is an agent, until an admin gives somebody a role.")
    return Page(
        "agents",
        _("People"),
        (listed if configured else everybody,),
        tuple(Row(agent.name, _facts(agent, groups[agent.id], _), _agent_buttons(agent, _)) for agent in shown),
        (*more, Button(_("Set an agent"), Run("agent set")), Button(_("Same person?"), Run("agent link"))),
        again="agent list",
    )


def _facts(agent: Agent, groups: Sequence[Group], _: Texts) -> tuple[Line, ...]:
    role = agent.role.name.lower() if agent.role is not None else _("no role of their own")
    return (
        _.line(
            "{role}, {method}",
            role=role if agent.enabled else _("switched off"),
            method=method_words(agent.reply_method, _),
        ),
        _.line("Groups: {groups}", groups=", ".join(group.name for group in groups) or "-"),
        _.line("{identities}", identities=", ".join(str(user) for user in agent.identities)),
    )


def method_words(method: ReplyMethod | None, _: Texts) -> str:
    match method:
        case ReplyMethod.WALMART:
            return _("Walmart reply")
        case ReplyMethod.NOTE:
            return _("internal notes only")
        case None:
            return _("reply method of the groups")


def _agent_buttons(agent: Agent, _: Texts) -> tuple[Button, ...]:
    notes = agent.reply_method is ReplyMethod.NOTE
    other = "walmart" if notes else "note"
    label = _("Allow Walmart reply") if notes else _("Notes only")
    return (
        Button(label, Run(f"agent reply-method {agent.id} {other}")),
        Button(
            _("Switch off") if agent.enabled else _("Switch on"),
            Run(f"agent set {agent.id} enabled={'off' if agent.enabled else 'on'}"),
        ),
    )


def match_page(matches: Sequence[_Pair], _: Texts) -> Page:
    none = _.line("Nobody in one chat has the e-mail address of somebody in the other, unless they are one already.")
    found = _.line("These have one e-mail address in two chats. Confirm only what you know to be one person.")
    return Page(
        "matches",
        _("Same person?"),
        (found if matches else none,),
        tuple(
            Row(
                match.first.name,
                (
                    _.line(
                        "{email}: {first} and {second}",
                        email=match.first.email or "",
                        first=str(match.first.user),
                        second=str(match.second.user),
                    ),
                ),
                (Button(_("Confirm"), Run(f"agent link {match.first.user} {match.second.user}"), Style.PRIMARY),),
            )
            for match in matches[:_ROWS]
        ),
        again="agent link",
    )


def group_page(groups: Sequence[Group], names: Mapping[AgentId, str], counts: Mapping[GroupId, int], _: Texts) -> Page:
    return Page(
        "groups",
        _("Groups"),
        () if groups else (_.line("There is no group yet."),),
        tuple(
            Row(
                group.name,
                (
                    _.line("Members: {names}", names=", ".join(sorted(names[each] for each in group.members)) or "-"),
                    _.line(
                        "{method}; open tickets: {count}",
                        method=method_words(group.reply_method, _),
                        count=counts[group.id],
                    ),
                ),
                (
                    Button(_("Change"), Run(f"group set {group.id}")),
                    Button(
                        _("Delete"),
                        Run(f"group delete {group.id}"),
                        Style.DANGER,
                        Confirm(_("Delete this group?"), _("Its members stay."), _("Delete"), _("Cancel")),
                    ),
                ),
            )
            for group in groups
        )[:40],
        (Button(_("New group"), Run("group add")),),
        again="group list",
    )

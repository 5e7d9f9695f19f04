"""The form in which a ticket is given to somebody else."""

from collections.abc import Sequence

from bot.domain.conversation import Conversation
from bot.domain.people import Agent, AgentId, Group, GroupId
from bot.i18n import Texts
from bot.views.acts import id_from
from bot.views.form import Choice, ChoiceField, Form

ASSIGN_FORM = "assign"
# Slack's menu takes a hundred entries; nobody is one of them.
MOST_CHOICES = 99
_NOBODY = "0"


def assign_form(talk: Conversation, agents: Sequence[Agent], groups: Sequence[Group], _: Texts) -> Form:
    """The token carries who has the ticket, so that Save can tell whether somebody took it meanwhile."""
    ticket = talk.ticket
    nobody = Choice(_NOBODY, _("nobody"))
    people = (nobody, *(Choice(str(agent.id), agent.name) for agent in agents[:MOST_CHOICES]))
    queues = (Choice(_NOBODY, _("no group")), *(Choice(str(group.id), group.name) for group in groups[:MOST_CHOICES]))
    fields = [ChoiceField("agent", _("Agent"), people, str(ticket.assignee or _NOBODY))]
    if groups:
        fields.append(ChoiceField("group", _("Group"), queues, str(ticket.group or _NOBODY)))
    return Form(
        name=ASSIGN_FORM,
        token=f"{ASSIGN_FORM}.{ticket.assignee or _NOBODY}.{ticket.id}",
        title=_("Assign"),
        intro=(_.line("Who works on {number} from now on?", number=ticket.number),),
        fields=tuple(fields),
        submit=_("Save"),
        cancel=_("Cancel"),
    )


def shown_assignee(token: str) -> AgentId | None:
    shown = id_from(token.split(".")[-2]) if token.count(".") > 1 else None
    return AgentId(shown) if shown else None


def chosen_agent(value: str) -> AgentId | None:
    """None for nobody, and for what no form of ours holds."""
    number = id_from(value)
    return AgentId(number) if number else None


def chosen_group(value: str) -> GroupId | None:
    number = id_from(value)
    return GroupId(number) if number else None

"""Who may do what. Until people are configured, members of the site's channel who belong to the home workspace are
agents, and the users named in `ADMINS` are admins."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.people import ChatUser, Person, Role, Standing
from bot.i18n import Texts
from bot.i18n.pieces import Line


@dataclass(frozen=True, slots=True)
class Access:
    """`why_not` is for the audit; empty when the person is served."""

    role: Role
    why_not: str = ""


def access(person: Person, admins: Collection[ChatUser], *, in_channel: bool) -> Access:
    if person.standing is not Standing.MEMBER:
        return Access(Role.NOBODY, person.standing)
    if person.user in admins:
        return Access(Role.ADMIN)
    return Access(Role.AGENT) if in_channel else Access(Role.NOBODY, "not in the channel")


def refusal(denied: Access, _: Texts) -> Line:
    match denied.why_not:
        case Standing.GUEST:
            return _.line("Guests of this workspace cannot work on tickets. Nothing was done: ask a full member.")
        case Standing.STRANGER:
            return _.line("Only members of the seller's own workspace can work on tickets. Nothing was done.")
        case Standing.BOT | Standing.DEACTIVATED:
            return _.line("This account cannot work on tickets. Nothing was done.")
        case _other:
            return _.line("Only members of the ticket's channel can work on it. Nothing was done: join it first.")

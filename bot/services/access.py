"""Who may do what. Until people are configured, members of the site's channel who belong to the home workspace are
agents; from then on those who have a role. The users named in `ADMINS` are admins always, so that nobody can be locked
out of their own desk."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.people import ChatUser, Person, Role, Standing
from bot.i18n import Texts
from bot.i18n.pieces import Line
from bot.ports.store import Snapshot

SWITCHED_OFF = "switched-off"
UNLISTED = "unlisted"
ONLY_LOOKS = "only-looks"


@dataclass(frozen=True, slots=True)
class Access:
    """`why_not` is for the audit; empty when the person is served."""

    role: Role
    why_not: str = ""


def access(person: Person, admins: Collection[ChatUser], snapshot: Snapshot, *, in_channel: bool) -> Access:
    """An agent who is one person in two chats is an admin in both if `ADMINS` names them in one."""
    if person.standing is not Standing.MEMBER:
        return Access(Role.NOBODY, person.standing)
    agent = snapshot.people.agent_of(person.user)
    identities = {person.user, *(agent.identities if agent else ())}
    if identities & set(admins):
        return Access(Role.ADMIN)
    if agent is not None and not agent.enabled:
        return Access(Role.NOBODY, SWITCHED_OFF)
    if agent is not None and agent.role is not None:
        return Access(agent.role)
    if snapshot.agents.configured():
        return Access(Role.NOBODY, UNLISTED)
    return Access(Role.AGENT) if in_channel else Access(Role.NOBODY, "not in the channel")


def refusal(denied: Access, _: Texts) -> Line:
    match denied.why_not:
        case Standing.GUEST:
            return _.line("Guests of this workspace cannot work on tickets. Nothing was done: ask a full member.")
        case Standing.STRANGER:
            return _.line("Only members of the seller's own workspace can work on tickets. Nothing was done.")
        case Standing.BOT | Standing.DEACTIVATED:
            return _.line("This account cannot work on tickets. Nothing was done.")
        case code if code == SWITCHED_OFF:
            return _.line("An admin has switched your work on tickets off. Nothing was done: ask an admin.")
        case code if code == UNLISTED:
            return _.line(
                "Only the people whom an admin has given a role can work on tickets. Nothing was done: ask an admin "
                "for one, `/walmart agent set`."
            )
        case code if code == ONLY_LOOKS:
            return _.line(
                "You may look at tickets, and not act on them. Nothing was done: ask an admin for the role agent."
            )
        case _other:
            return _.line("Only members of the ticket's channel can work on it. Nothing was done: join it first.")

"""Who may do what. Until people are configured, members of the site's channel who belong to the home workspace are
agents; from then on those who have a role. The users named in `ADMINS` are admins always, so that nobody can be locked
out of their own desk."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.people import ChatUser, Person, Platform, Role, Standing
from bot.i18n import Texts
from bot.i18n.pieces import Line, Mention, Piece, Plain
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


def may_ask(person: Person, granted: Access) -> bool:
    """Whether somebody may ask what every full member of the workspace may: how the desk stands, what can be typed."""
    return person.standing is Standing.MEMBER and granted.why_not != SWITCHED_OFF


def admins_of(snapshot: Snapshot, named: Collection[ChatUser], platform: Platform) -> tuple[ChatUser, ...]:
    """Who is an admin on one platform: whom the settings name, and who has the role."""
    given = [agent for agent in snapshot.agents.all() if agent.role is Role.ADMIN and agent.enabled]
    users = {*named, *(identity for agent in given for identity in agent.identities)}
    return tuple(sorted((user for user in users if user.platform is platform), key=str))


def role_refusal(needs: Role, admins: Collection[ChatUser], _: Texts) -> Line:
    """What somebody is told whose role does not reach; it says who can give or do it."""
    if not admins:
        return _.line("Only admins can do this, and none is named yet. Whoever runs RelayDesk names them.")
    asked: list[Piece] = []
    for admin in admins:
        asked += [Plain(", "), Mention(admin.id, admin.id)] if asked else [Mention(admin.id, admin.id)]
    told = {
        Role.ADMIN: _.line("Only admins can do this. Nothing was done; ask one of them: "),
        Role.MANAGER: _.line("Only managers can do this. Nothing was done; an admin can make you one: "),
        Role.AGENT: _.line("Only agents can do this. Nothing was done; an admin can make you one: "),
    }
    return (*told.get(needs, _.line("You cannot do this. Nothing was done; an admin can change it: ")), *asked)


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

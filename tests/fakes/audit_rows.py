from bot.domain.audit import REFUSED, AuditEntry, AuditFilter, AuditLine
from bot.domain.events import EventKind
from bot.domain.people import Actor, ActorKind, ChatUser
from tests.fakes.tables import Tables

_NOISE = {
    EventKind.OPENED,
    EventKind.LETTER_ADDED,
    EventKind.REPEAT_LINKED,
    EventKind.REPLY_SENDING,
    EventKind.REPLY_PUT_BACK,
    EventKind.ORDER_READ,
    EventKind.ORDER_UNKNOWN,
}


class FakeAudit:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def record(self, entry: AuditEntry) -> None:
        self._tables.audit[self._tables.number("audit")] = entry

    def lines(self, wanted: AuditFilter, *, most: int, skip: int = 0) -> tuple[AuditLine, ...]:
        found = [line for line, user in self._all() if self._is_wanted(line, user, wanted)]
        found.sort(key=lambda line: line.at, reverse=True)
        return tuple(found[skip : skip + most])

    def _all(self) -> list[tuple[AuditLine, tuple[ChatUser, ...]]]:
        """Each table's newest first, so that what happened at once stands in the order of the others."""
        lines: list[tuple[AuditLine, tuple[ChatUser, ...]]] = []
        for entry in reversed(self._tables.audit.values()):
            line = AuditLine(
                entry.at,
                self._name(entry.actor),
                entry.kind,
                entry.target,
                entry.name[:500],
                entry.aspect,
                entry.before[:500],
                entry.after[:500],
            )
            lines.append((line, self._users(entry.actor)))
        for event in reversed(self._tables.events.values()):
            if event.actor.kind is ActorKind.BUYER or event.kind in _NOISE:
                continue
            line = AuditLine(
                event.at,
                self._name(event.actor),
                event.kind,
                f"ticket:{event.ticket}",
                before=event.before,
                after=event.after,
            )
            lines.append((line, self._users(event.actor)))
        for user, kind, reason, at in reversed(self._tables.refusals.values()):
            person = self._tables.people.get(user)
            lines.append(
                (AuditLine(at, person.name if person else str(user), REFUSED, "", kind, after=reason), (user,))
            )
        return lines

    @staticmethod
    def _is_wanted(line: AuditLine, users: tuple[ChatUser, ...], wanted: AuditFilter) -> bool:
        return (
            (wanted.who is None or wanted.who in users)
            and (not wanted.kind or line.kind == wanted.kind)
            and (wanted.since is None or line.at >= wanted.since)
            and (wanted.until is None or line.at < wanted.until)
            and (wanted.ticket is None or line.target == f"ticket:{wanted.ticket}")
        )

    def _name(self, actor: Actor) -> str:
        return self._tables.agents[actor.agent].name if actor.agent is not None else actor.kind

    def _users(self, actor: Actor) -> tuple[ChatUser, ...]:
        return self._tables.agents[actor.agent].identities if actor.agent is not None else ()

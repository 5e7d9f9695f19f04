"""Who changed what: append-only, written in the transaction of whatever it tells of.

What happens to tickets (replies, reveals, priorities) are ticket events, and refusals are kept as refusals; whoever
reads the audit reads all three as one (`AuditLine`), nothing is written twice.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.events import TicketId
from bot.domain.people import Actor, ChatUser

REFUSED = "refused"


class AuditKind(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    SHOWN = "shown"  # somebody was shown what is masked
    OVERRIDDEN = "overridden"  # somebody went on in spite of a warning, or for somebody else
    TESTED = "tested"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`target` is what it happened to, for ever (`site:3`, `mailbox:1`, `field:sku`); `name` what people called it
    then; `aspect` the setting concerned (`seller name`). `before` and `after` are values of settings: never a secret,
    never a buyer's words, and cut when they are long."""

    at: datetime
    actor: Actor
    kind: AuditKind
    target: str
    name: str
    aspect: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry as it is read. `who` is an agent's name, `operator`, `system`, or a user of a chat who is no agent;
    `kind` is an `AuditKind`, `refused`, or the kind of a ticket event."""

    at: datetime
    who: str
    kind: str
    target: str
    name: str = ""
    aspect: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Everything that is not given lets everything through. `since` is included, `until` is not."""

    who: ChatUser | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    ticket: TicketId | None = None

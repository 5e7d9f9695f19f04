"""What has happened to tickets: append-only, written in the transaction that makes it true.

Digests, the audit, the timeline and the program's own reactions (`bot.services.reactions`) read events.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.people import Actor

TicketId = NewType("TicketId", int)
EventId = NewType("EventId", int)


class EventKind(StrEnum):
    OPENED = "opened"
    LETTER_ADDED = "letter added"
    REPEAT_LINKED = "repeat linked"  # a second copy of a letter that the ticket already has
    REOPENED = "re-opened"
    TAKEN = "taken"
    SOLVED = "solved"
    PRIORITY_CHANGED = "priority changed"
    NOTE_ADDED = "note added"
    RECIPIENT_SHOWN = "recipient shown"  # somebody looked at the buyer's name and address
    REPLY_CONFIRMED = "suspicious letter confirmed"  # an agent vouched for a letter that failed authentication
    ADDRESS_APPROVED = "reply address approved"
    REPLY_QUEUED = "reply queued"
    REPLY_SENDING = "reply sending"
    REPLY_PUT_BACK = "reply put back"  # a passing failure before anything left
    REPLY_SENT = "reply sent"
    REPLY_REHEARSED = "reply rehearsed"  # it went to the rehearsal address of its site, and the buyer got nothing
    REPLY_FAILED = "reply failed"
    REPLY_UNCERTAIN = "reply outcome unknown"
    REPLY_BOUNCED = "reply bounced"
    ORDER_READ = "order read"
    ORDER_UNKNOWN = "order unknown"  # Walmart answered and has no such order of this seller
    ANSWERED_ELSEWHERE = "answered elsewhere"  # the Sent folder holds an answer that no reply here is known for
    SITE_SETTLED = "site settled"
    ASSIGNED = "assigned"  # `before` and `after` are agents' numbers, empty for nobody
    GROUP_CHANGED = "group changed"  # likewise of groups
    JUNKED = "marked as junk"
    RESTORED = "restored from junk"
    ORDER_FIELDS_WRITTEN = "order fields written"  # by the system, into fields that were open; once for each field
    CATEGORY_CHANGED = "category changed"  # `before` and `after` are categories' numbers, empty for none
    FIELD_EDITED = "field edited"  # by an agent; `about` is the custom field
    TRIGGER_FIRED = "trigger fired"  # `about` is the firing, `after` the trigger's name


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """`before` and `after` are words of the domain (a status, a priority, an agent's number), never a buyer's text.

    `about` is the id of the letter, reply or note concerned; which of them, the kind says.
    """

    ticket: TicketId
    at: datetime
    actor: Actor
    kind: EventKind
    before: str = ""
    after: str = ""
    about: int | None = None

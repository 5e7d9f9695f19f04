"""What happened to a ticket, in the words of its history."""

from typing import assert_never

from bot.domain.events import EventKind
from bot.i18n import Texts


def event_words(kind: EventKind, _: Texts) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each kind there is
    match kind:
        case EventKind.OPENED:
            return _("opened")
        case EventKind.LETTER_ADDED:
            return _("message received")
        case EventKind.REPEAT_LINKED:
            return _("second copy of a message received")
        case EventKind.REOPENED:
            return _("re-opened")
        case EventKind.TAKEN:
            return _("taken")
        case EventKind.SOLVED:
            return _("solved")
        case EventKind.PRIORITY_CHANGED:
            return _("priority changed")
        case EventKind.NOTE_ADDED:
            return _("internal note written")
        case EventKind.RECIPIENT_SHOWN:
            return _("recipient shown to one person")
        case EventKind.REPLY_CONFIRMED:
            return _("message confirmed to be a Walmart buyer's")
        case EventKind.ADDRESS_APPROVED:
            return _("reply address approved")
        case EventKind.REPLY_QUEUED:
            return _("reply written")
        case EventKind.REPLY_SENDING:
            return _("reply on its way")
        case EventKind.REPLY_PUT_BACK:
            return _("reply waits, it is tried again")
        case EventKind.REPLY_SENT:
            return _("reply sent")
        case EventKind.REPLY_REHEARSED:
            return _("reply rehearsed, not sent to the buyer")
        case EventKind.REPLY_FAILED:
            return _("reply not sent")
        case EventKind.REPLY_UNCERTAIN:
            return _("reply with an unknown outcome")
        case EventKind.REPLY_BOUNCED:
            return _("reply came back")
        case EventKind.ORDER_READ:
            return _("order read")
        case EventKind.ORDER_UNKNOWN:
            return _("order not known to Walmart")
        case EventKind.ASSIGNED:
            return _("assigned to nobody")
        case EventKind.GROUP_CHANGED:
            return _("taken from its group")
        case EventKind.JUNKED:
            return _("marked as junk")
        case EventKind.RESTORED:
            return _("taken out of junk")
        case EventKind.TRIGGER_FIRED:
            return _("trigger fired")
        case EventKind.ANSWERED_ELSEWHERE:
            return _("an answer was found in the Sent folder")
        case EventKind.SITE_SETTLED:
            return _("site found by its order")
        case EventKind.ORDER_FIELDS_WRITTEN:
            return _("fields of the order written")
        case EventKind.CATEGORY_CHANGED:
            return _("category changed")
        case EventKind.FIELD_EDITED:
            return _("field edited")
        case _unknown:
            assert_never(_unknown)

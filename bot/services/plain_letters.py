"""Letters made from mails that the reader could not take for a buyer's, and that need a person all the same."""

from dataclasses import replace

from bot.domain.letters import Authenticity, BuyerLetter, Confidence, ReadMail, Topic, Unreadable
from bot.domain.mails import Attachment, ParsedMail
from bot.ports.mail_records import InboundMail

_LARGEST_ATTACHED = 5 * 1024 * 1024

_PLAIN = BuyerLetter(
    relay_address="",
    reply_address="",
    market=None,
    order_id=None,
    item_id=None,
    item_name=None,
    seller_name=None,
    buyer_name=None,
    ref_id=None,
    topic=Topic.OTHER,
    topic_words="",
    words="",
    whole_text="",
    attachments=(),
    confidence=Confidence.NONE,
    authenticity=Authenticity.UNKNOWN,
)


def unreadable_letter(unreadable: Unreadable, mail: InboundMail) -> BuyerLetter:
    """The original is attached, and a person looks at it."""
    original = Attachment("original.eml", "message/rfc822", mail.raw[:_LARGEST_ATTACHED])
    relay = unreadable.relay_address
    return replace(_PLAIN, relay_address=relay, reply_address=relay, attachments=(original,))


def unfiled_letter(read: ReadMail, mail: InboundMail) -> BuyerLetter:
    """Of a mail that cannot be filed as what it was read for: nothing of it is used but where an answer goes."""
    match read.reading:
        case BuyerLetter(relay_address=relay, reply_address=reply):
            return replace(unreadable_letter(Unreadable("", relay), mail), reply_address=reply)
        case Unreadable() as unreadable:
            return unreadable_letter(unreadable, mail)
        case _:
            return unreadable_letter(Unreadable(""), mail)


def past_the_relay(parsed: ParsedMail) -> BuyerLetter:
    """A mail that no relay address stands behind: an answer to one of our replies from elsewhere, or a mail without
    any sender. An admin decides whether to answer."""
    return replace(_PLAIN, words=parsed.text, whole_text=parsed.text, attachments=parsed.attachments)

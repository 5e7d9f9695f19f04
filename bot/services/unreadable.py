"""A mail that could not be read still gets a ticket: the original is attached, and a person looks at it."""

from bot.domain.letters import Authenticity, BuyerLetter, Confidence, Topic, Unreadable
from bot.domain.mails import Attachment
from bot.ports.mail_records import InboundMail

_LARGEST_ATTACHED = 5 * 1024 * 1024


def as_letter(unreadable: Unreadable, mail: InboundMail) -> BuyerLetter:
    original = Attachment("original.eml", "message/rfc822", mail.raw[:_LARGEST_ATTACHED])
    return BuyerLetter(
        relay_address=unreadable.relay_address,
        reply_address=unreadable.relay_address,
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
        attachments=(original,),
        confidence=Confidence.NONE,
        authenticity=Authenticity.UNKNOWN,
    )

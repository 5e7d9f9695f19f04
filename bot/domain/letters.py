"""What a mail turned out to be."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeAlias

from bot.domain.mails import Attachment, ParsedMail
from bot.domain.sites import Market

LetterId = NewType("LetterId", int)


class Topic(StrEnum):
    """Walmart's own six inquiry families (walmart 2.6); the buyer's topic words are kept beside it."""

    TRACK_ORDER = "track order"
    CANCELLATION = "cancellation"
    RETURNS_REFUNDS = "returns & refunds"
    ITEM_ISSUE = "item issue"
    FEEDBACK = "feedback"
    OTHER = "other"


class Confidence(StrEnum):
    """How sure the reader is of the parts it took out of the letter."""

    HIGH = "high"  # a known layout, its labels and both ends of the buyer's words found
    LOW = "low"  # some labels; the text may hold some of Walmart's wrapper
    NONE = "none"  # nothing recognised: the whole text is shown


class Authenticity(StrEnum):
    """What the trusted Authentication-Results said of a letter that claims to come from the relay."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"  # no trusted header, or none that settles it


@dataclass(frozen=True, slots=True)
class BuyerLetter:
    """A message of a buyer, or of Walmart Customer Care for a buyer.

    `reply_address` is where an answer goes by the rule of design 4: Reply-To if it is on a relay domain, else From
    if it is, else empty, and then an admin has to approve an address. `words` are the buyer's own, without wrapper
    and quoted history; never empty unless the buyer sent files only. `whole_text` is everything.
    """

    relay_address: str
    reply_address: str
    market: Market | None  # by the relay domain
    order_id: str | None  # Walmart's customer order id, digits only
    item_id: str | None
    item_name: str | None
    seller_name: str | None  # as the letter greets the seller
    buyer_name: str | None
    ref_id: str | None
    topic: Topic
    topic_words: str  # as the buyer chose or wrote them; may be empty
    words: str
    whole_text: str
    attachments: tuple[Attachment, ...]
    confidence: Confidence
    authenticity: Authenticity
    before_purchase: bool = False
    from_customer_care: bool = False
    order_id_guessed: bool = False  # the order id stands in the buyer's text only, where anybody can write any number
    automatic: bool = False  # an out-of-office or bulk mark on a relay letter: kept and shown, never answered by itself


class NotForUsKind(StrEnum):
    BOUNCE = "bounce"
    OWN_COPY = "own copy"
    AUTO_REPLY = "automatic reply"
    WALMART_NEWS = "Walmart news"  # account health, performance, webhooks: for the seller, not from a buyer
    STRANGER = "not from Walmart"


@dataclass(frozen=True, slots=True)
class NotForUs:
    """Kept and counted, opens no ticket. A bounce carries the Message-IDs it is about."""

    kind: NotForUsKind
    reason: str
    about_message_ids: tuple[str, ...] = ()
    delivery_status: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The mail could not be taken apart at all. Nobody can say that it is not a buyer's, so it opens a ticket.

    `relay_address` is found by looking through the raw header lines only.
    """

    reason: str
    relay_address: str = ""


Reading: TypeAlias = BuyerLetter | NotForUs | Unreadable


@dataclass(frozen=True, slots=True)
class ReadMail:
    """The outcome of reading one raw mail; `mail` is None exactly when the reading is `Unreadable`."""

    mail: ParsedMail | None
    reading: Reading

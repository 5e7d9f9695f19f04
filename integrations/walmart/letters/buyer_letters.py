"""A mail that a buyer stands behind, turned into a `BuyerLetter`; never refuses, because refusing loses a buyer.

The order id is taken from where Walmart wrote it: its label, then its subject line, then the wrapper that a reply
quotes. Only if all of these are silent the buyer's own sentences are searched, and then only for one unmistakable
number; such a letter is never of high confidence.
"""

from bot.domain.letters import BuyerLetter, Confidence
from bot.domain.mails import ParsedMail
from integrations.walmart.letters.addresses import (
    RelaySide,
    is_allowed_recipient,
    is_before_purchase,
    market_of,
    relay_side,
    split,
)
from integrations.walmart.letters.authenticity import judge
from integrations.walmart.letters.automatic import automatic_mark
from integrations.walmart.letters.departments import signed_by_customer_care
from integrations.walmart.letters.items import item_of
from integrations.walmart.letters.labels import Label
from integrations.walmart.letters.lines import clean
from integrations.walmart.letters.order_ids import normalise_order_id, order_id_in_words
from integrations.walmart.letters.quoted import own_words
from integrations.walmart.letters.subjects import Subject, read_subject
from integrations.walmart.letters.topics import topic_of
from integrations.walmart.letters.wrapper import Wrapper, labels_in_history, read_wrapper

# What stands in the plain part of mails that are meant to be read as HTML.
_STUBS = (
    *("this message requires html", "this email requires html", "this is an html", "html email", "view this email in"),
    *("your email client does not support html", "your mail client does not support html", "please enable html"),
    *("to view this message", "this message contains html"),
)
_LONGEST_STUB = 400


def best_reading(mail: ParsedMail) -> tuple[str, Wrapper]:
    """Return the text that gives more of a wrapper, plain text or HTML text, and its reading."""
    # HTML leaves the indentation of its boxes behind, which says nothing.
    html = clean("\n".join(line.strip() for line in mail.html_text.split("\n")))
    plain = html if mail.text == mail.html_text else clean(mail.text)
    in_plain = read_wrapper(plain)
    if not html or html == plain:
        return plain, in_plain
    in_html = read_wrapper(html)
    stub = not plain or (len(plain) <= _LONGEST_STUB and plain.lower().startswith(_STUBS))
    return (html, in_html) if in_html.found > in_plain.found or stub else (plain, in_plain)


def buyer_letter(
    mail: ParsedMail, authserv_id: str, *, reading: tuple[str, Wrapper] | None = None, from_customer_care: bool = False
) -> BuyerLetter:
    text, wrapper = reading or best_reading(mail)
    subject = read_subject(mail.subject)
    # An empty mail says what it says in its subject.
    whole = text or ("" if mail.attachments else clean(mail.subject))
    words = own_words(wrapper.words) or whole
    order_id, order_id_by_walmart = _order_id(wrapper, subject, text, words)
    labels = wrapper.labels or (labels_in_history(text) if words != whole else {})
    item_id, item_name = item_of(labels)
    topic_words = wrapper.labels.get(Label.TOPIC) or subject.topic_words
    relay = next((each for each in (mail.from_address, mail.reply_to) if relay_side(each) is RelaySide.BUYER), "")
    return BuyerLetter(
        relay_address=relay,
        reply_address=next((each for each in (mail.reply_to, mail.from_address) if is_allowed_recipient(each)), ""),
        market=market_of(relay),
        order_id=order_id,
        item_id=item_id,
        item_name=item_name,
        seller_name=wrapper.seller,
        buyer_name=wrapper.buyer,
        ref_id=wrapper.ref_id,
        topic=topic_of(topic_words, words),
        topic_words=topic_words,
        words=words,
        whole_text=whole,
        attachments=mail.attachments,
        confidence=_confidence(wrapper, subject, certain=order_id is None or order_id_by_walmart),
        authenticity=judge(mail.authentication_results, authserv_id, split(mail.from_address)[1]),
        before_purchase=order_id is None and (is_before_purchase(relay) or _about_an_item_only(wrapper)),
        from_customer_care=from_customer_care or signed_by_customer_care(mail, wrapper),
        order_id_guessed=order_id is not None and not order_id_by_walmart,
        automatic=bool(automatic_mark(mail)),
    )


def _order_id(wrapper: Wrapper, subject: Subject, text: str, words: str) -> tuple[str | None, bool]:
    """Return the order id, and whether Walmart wrote it."""
    labelled = normalise_order_id(wrapper.labels.get(Label.ORDER_ID, ""))
    by_walmart = labelled or (subject.order_id if subject.by_walmart else None)
    if by_walmart:
        return by_walmart, True
    quoted = normalise_order_id(labels_in_history(text).get(Label.ORDER_ID, ""))
    return subject.order_id or quoted or order_id_in_words(words), False


def _about_an_item_only(wrapper: Wrapper) -> bool:
    """Tell whether Walmart's own labels name an item and no order."""
    return wrapper.words_begin_marked and wrapper.words_end_marked and Label.ORDER_ID not in wrapper.labels


def _confidence(wrapper: Wrapper, subject: Subject, *, certain: bool) -> Confidence:
    if wrapper.complete and certain:
        return Confidence.HIGH
    return Confidence.LOW if wrapper.found or subject.by_walmart else Confidence.NONE

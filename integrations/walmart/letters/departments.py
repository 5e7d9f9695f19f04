"""Mail from Walmart itself: Customer Care that speaks for a buyer, and everything that is for the seller.

Walmart publishes no list of its senders. So a department is told by exact domain first and by phrases of its subject
second; where Customer Care may be asking for a buyer, a ticket too many is better than a buyer without an answer.
"""

from bot.domain.mails import ParsedMail
from integrations.walmart.letters.addresses import is_machine, organisation, split
from integrations.walmart.letters.labels import CARE_SIGNS, CARE_SPEAKS, Label
from integrations.walmart.letters.lines import one_line
from integrations.walmart.letters.subjects import read_subject
from integrations.walmart.letters.wrapper import Wrapper

# The first row that matches names the mail.
_NEWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("a webhook failure notice of Walmart's", ("webhook",)),
    (
        "an account health or performance notice of Walmart's",
        (
            *(
                "performance alert",
                "performance",
                "suspension",
                "suspended",
                "suppression",
                "suppressed",
                "termination",
            ),
            *("terminated", "account health", "seller scorecard", "policy violation", "compliance", "reinstate"),
        ),
    ),
    (
        "a message of Walmart's seller support",
        ("case #", "case number", "case created", "case update", "seller support", "seller help", "partner support"),
    ),
)
_SUPPORT_BOXES = frozenset({"partnerhelp", "mpfraudreq", "sellerhelp", "sellersupport", "marketplacesupport"})
_CONSUMER_BOXES = frozenset({"help"})
_OPENING = 1_500  # characters; Customer Care says at the beginning for whom it writes


def is_walmart(address: str) -> bool:
    return organisation(split(address)[1]) is not None


def news_reason(mail: ParsedMail) -> str:
    """Say what a mail of Walmart's is when no buyer stands behind it; empty when its subject does not tell."""
    subject = one_line(mail.subject, 300).lower()
    local, domain = split(mail.from_address)
    named = next((reason for reason, phrases in _NEWS if any(phrase in subject for phrase in phrases)), "")
    if named:
        return named
    if local in _SUPPORT_BOXES or organisation(domain) == "wal-mart.com":
        return "a message of Walmart's seller support"
    return "a no-reply notice of Walmart's" if is_machine(mail.from_address) else ""


def speaks_for_buyer(mail: ParsedMail, wrapper: Wrapper) -> bool:
    """Tell whether a mail from a Walmart domain, without any relay address, is Customer Care asking for a buyer."""
    local, domain = split(mail.from_address)
    names_an_order = Label.ORDER_ID in wrapper.labels or read_subject(mail.subject).order_id is not None
    asks = wrapper.by_customer_care or _asks(mail.subject, wrapper.words)
    if names_an_order and (asks or wrapper.complete):
        return True
    if news_reason(mail):
        return False
    return local not in _CONSUMER_BOXES and (asks or domain.startswith("customercare."))


def signed_by_customer_care(mail: ParsedMail, wrapper: Wrapper) -> bool:
    """Tell whether a letter that came through the relay is Customer Care's and not the buyer's.

    A buyer who tells of his call to Customer Care must not pass for it: inside a wrapper only the sender's name
    counts, and in plain text the first line has to introduce the writer.
    """
    name = mail.from_name.lower()
    if "walmart" in name and ("customer care" in name or "customer service" in name):
        return True
    if wrapper.words_begin_marked or wrapper.by_customer_care:
        return wrapper.by_customer_care
    opening = wrapper.words[:_OPENING].lower()
    signed = any(line.startswith(CARE_SIGNS) for line in opening.split("\n"))
    introduced = any(f"{verb} {sign}" in opening for verb in ("from", "with", "is") for sign in CARE_SIGNS)
    return (signed or introduced) and any(phrase in opening for phrase in CARE_SPEAKS)


def _asks(subject: str, words: str) -> bool:
    text = f"{one_line(subject, 300)}\n{words[:_OPENING]}".lower()
    return any(phrase in text for phrase in CARE_SPEAKS)

"""Notices that a mail of ours could not be delivered: reports by RFC 3464, and those written in plain text.

About a third of real bounces are plain text, so the signs are taken together. Which reply a bounce is about is said by
the Message-IDs that it returns and by nothing else: never by the failing address, which several tickets share.
"""

import re

from bot.domain.mails import ParsedMail
from integrations.walmart.letters.addresses import is_machine, is_mail_server
from integrations.walmart.letters.automatic import automatic_mark
from integrations.walmart.letters.lines import one_line

_READ_AT_MOST = 200_000
_MOST_IDS = 20
# The returned header lines of a plain text bounce, quoted or indented. Bounded, so that no line costs more than 1 kB.
_RETURNED = re.compile(r"^[> \t|]{0,20}message-id:[ \t]{0,4}(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
_SUBJECTS = (
    *("undeliver", "delivery status notification", "delivery failure", "delivery has failed", "delivery notification"),
    *("mail delivery failed", "mail delivery failure", "mail delivery system", "mail system error", "returned mail"),
    *("failure notice", "failed delivery", "could not be delivered", "message not delivered", "not delivered"),
    *("mail failure", "message rejected", "rejected:", "nondeliverable", "non-deliverable", "unzustellbar"),
    *("nicht zugestellt", "no se pudo entregar", "non remis", "non remise", "echec de la remise", "échec de la remise"),
    *("退信", "投递失败", "無法傳遞", "配信不能"),
)
# Postfix and Exchange also tell of mails that are late, relayed or delivered; those have not come back.
_NOT_FINAL = ("delayed", "delivered", "relayed", "expanded")


def is_report(mail: ParsedMail) -> bool:
    """Tell whether the mail is a delivery report in the form of RFC 3464."""
    content_type = mail.headers.get("content-type", "").lower()
    return bool(mail.delivery_status) or ("multipart/report" in content_type and "delivery-status" in content_type)


def is_bounce(mail: ParsedMail) -> bool:
    """Tell whether a mail that is from no buyer tells of a delivery, final or not."""
    if is_report(mail) or "x-failed-recipients" in mail.headers:
        return True
    if "disposition-notification" in mail.headers.get("content-type", "").lower():
        return False
    subject = one_line(mail.subject, 200).lower()
    says_so = any(phrase in subject for phrase in _SUBJECTS)
    if is_mail_server(mail.from_address) or _has_null_sender(mail):
        return says_so or bool(_shown_ids(mail))
    # "Orders not delivered in time" is also what Walmart's no-reply boxes write, so others must name a mail.
    by_machine = is_machine(mail.from_address) or bool(automatic_mark(mail))
    return says_so and by_machine and bool(returned_ids(mail))


def is_final(mail: ParsedMail) -> bool:
    return not mail.delivery_status.strip().lower().startswith(_NOT_FINAL)


def returned_ids(mail: ParsedMail) -> tuple[str, ...]:
    """Return the Message-IDs of the mails that came back, as the bounce shows them.

    A bounce that returns no header lines at all may still answer our mail; then it is the one named by In-Reply-To.
    """
    return tuple(dict.fromkeys(_shown_ids(mail) or mail.in_reply_to))[:_MOST_IDS]


def _shown_ids(mail: ParsedMail) -> tuple[str, ...]:
    return mail.returned_message_ids or tuple(_RETURNED.findall(mail.text[:_READ_AT_MOST]))


def _has_null_sender(mail: ParsedMail) -> bool:
    return "<>" in {mail.return_path.strip(), mail.headers.get("return-path", "").strip()}

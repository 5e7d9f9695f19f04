"""The buyers' mailboxes as JSON for the page: what they wrote, and what reached them through the relay."""

from collections.abc import Sequence

from integrations.simulator.correspondence import Correspondence, Written
from integrations.simulator.mail.buyer_mailbox import BuyerMail
from integrations.simulator.mail.records import Attachment, Records
from integrations.simulator.slack.json_values import JsonObject

# A demo that floods the mailbox with letters shall not send all of them to the page at every change.
MOST_MAILS = 60


def mails_seen(correspondence: Correspondence, records: Records) -> JsonObject:
    """`mails` holds the newest last; `wrong` is what the product must never do and has done."""
    sent = [(written.at, _sent(number, written)) for number, written in enumerate(correspondence.written)]
    received = [
        (mail.at, _received(name, number, mail))
        for name, buyer in correspondence.buyers.items()
        for number, mail in enumerate(buyer.mailbox.mails)
    ]
    every = [shown for _at, shown in sorted([*sent, *received], key=lambda entry: entry[0])]
    return {
        "buyers": list(correspondence.buyers),
        "mails": every[-MOST_MAILS:],
        "earlier": max(0, len(every) - MOST_MAILS),
        "returned": [
            {"at": bounce.at.isoformat(), "recipient": bounce.recipient, "reason": bounce.reason}
            for bounce in records.bounces
        ],
        "wrong": [f"{violation.what}: {violation.recipient}" for violation in records.violations],
    }


def _sent(number: int, written: Written) -> JsonObject:
    letter = written.letter
    return {
        "id": f"sent-{number}",
        "kind": "sent",
        "at": written.at.isoformat(),
        "buyer": written.buyer,
        "from": letter.conversation.buyer_address,
        "subject": letter.subject,
        "text": letter.words,
        "layout": written.layout.value if written.layout else "",
        "order_id": written.order_id,
        "files": _files(written.attachments, f"sent/{number}"),
    }


def _received(name: str, number: int, mail: BuyerMail) -> JsonObject:
    return {
        "id": f"received-{name}-{number}",
        "kind": "received",
        "at": mail.at.isoformat(),
        "buyer": name,
        "number": number,
        "from": mail.sender_address,
        "from_name": mail.sender_name,
        "subject": mail.subject,
        "text": mail.text,
        "files": _files(mail.attachments, f"received/{name}/{number}"),
    }


def _files(attachments: Sequence[Attachment], place: str) -> list[JsonObject]:
    return [
        {
            "name": attachment.name,
            "type": attachment.content_type,
            "size": len(attachment.content),
            "place": f"{place}/{position}",
        }
        for position, attachment in enumerate(attachments)
    ]

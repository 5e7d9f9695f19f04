"""A buyer: writes to sellers through Walmart's relay, reads what comes back, and answers it."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, formataddr

from integrations.simulator.buyers import layouts
from integrations.simulator.buyers.composing import Shape, compose
from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.buyers.question import Body, Purchase, Question
from integrations.simulator.buyers.quoting import Quoting, with_history
from integrations.simulator.clock import MovableClock
from integrations.simulator.mail.addresses import Correspondent, relay_domain
from integrations.simulator.mail.buyer_mailbox import BuyerMail, BuyerMailbox
from integrations.simulator.mail.post_office import Authentication
from integrations.simulator.mail.records import Attachment, MailKind
from integrations.simulator.mail.relay import Conversation, Seller
from integrations.simulator.mail.server import MailServer

AS_WALMART_DOES = Shape()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it was sent. `message_id` is empty where the letter has none; `raw` is the first copy.

    `reply_address` is where an answer belongs: Reply-To if there is one, else From.
    """

    conversation: Conversation
    reply_address: str
    subject: str
    words: str
    message_id: str
    ref_id: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Posting:
    """How a letter arrives at the seller's mailbox.

    `copies` above one: what several contacts in Seller Center give, the same letter under other headers.
    `message_id`: None for a fresh one, empty for a letter without, or one that was used before. `date` is a Date
    header that lies. `answers_elsewhere` puts another relay address of the same buyer into Reply-To.
    """

    copies: int = 1
    message_id: str | None = None
    authentication: Authentication = Authentication.PASS
    received_at: datetime | None = None
    into_junk: bool = False
    date: str = ""
    answers_elsewhere: bool = False


USUAL = Posting()


class Buyer:
    """Every letter comes from a new relay address, as was noted in production, unless `same_address_as` says not."""

    def __init__(self, server: MailServer, clock: MovableClock, name: str, address: str) -> None:
        self._server = server
        self._clock = clock
        self._name = name
        self.mailbox = BuyerMailbox(name, address)

    def write(
        self,
        seller: Seller,
        words: str,
        *,
        purchase: Purchase | None = None,
        topic: str = "Order status",
        layout: Layout = Layout.ORDER,
        shape: Shape = AS_WALMART_DOES,
        posting: Posting = USUAL,
        attachments: tuple[Attachment, ...] = (),
        same_address_as: Letter | None = None,
    ) -> Letter:
        """Write to a seller; the letter is in the mailboxes of all registered contacts when this returns.

        Raises ValueError when the layout names an order and no purchase is given.
        """
        question = Question(
            market=seller.market,
            seller_name=seller.name,
            seller_address=seller.addresses[0],
            buyer_name=self._name,
            topic=topic,
            words=words,
            ref_id=secrets.token_hex(16).upper(),
            purchase=purchase,
        )
        body = layouts.write(layout, question)
        if same_address_as is None:
            prospect = layout is Layout.BEFORE_PURCHASE
            conversation = self._server.relay.open(
                seller, self.mailbox, Correspondent.PROSPECT if prospect else Correspondent.CUSTOMER
            )
        else:
            conversation = same_address_as.conversation
        name = "Walmart Customer Care" if layout is Layout.CUSTOMER_CARE else self._name
        letter = _Outgoing(conversation, name, body, words, question.ref_id, shape, attachments)
        return self._post(letter, posting)

    def answer(
        self,
        mail: BuyerMail,
        words: str,
        *,
        quoting: Quoting = Quoting.GMAIL,
        shape: Shape = AS_WALMART_DOES,
        posting: Posting = USUAL,
        attachments: tuple[Attachment, ...] = (),
    ) -> Letter:
        """Reply to a mail in the own mailbox; In-Reply-To and References name what the buyer saw.

        Raises KeyError when the mail did not come through this relay.
        """
        conversation = self._server.relay.renew(mail.relay_address)
        subject = mail.subject if mail.subject.upper().startswith("RE:") else f"RE: {mail.subject}"
        body = with_history(subject, words, mail, quoting)
        threading = (
            ("In-Reply-To", mail.message_id),
            ("References", " ".join((*mail.references, mail.message_id))),
        )
        letter = _Outgoing(conversation, self._name, body, words, "", shape, attachments, threading)
        return self._post(letter, posting)

    async def wait_for_mail(self, count: int = 1) -> BuyerMail:
        """Return the newest mail as soon as the mailbox holds `count`; the caller sets the time-out."""
        changed = asyncio.Event()
        end = self._server.changes.subscribe(changed.set)
        try:
            while len(self.mailbox.mails) < count:
                changed.clear()
                await changed.wait()
        finally:
            end()
        return self.mailbox.mails[-1]

    def _post(self, letter: "_Outgoing", posting: Posting) -> Letter:
        at = posting.received_at or self._clock.now()
        date = posting.date or format_datetime(at)
        seller = letter.conversation.seller
        reply_to = (
            self._server.relay.renew(letter.conversation.buyer_address).buyer_address
            if posting.answers_elsewhere
            else ""
        )
        sent: Letter | None = None
        for address in (known for known in seller.addresses if known.lower() in self._server.post_office.accounts):
            for _ in range(posting.copies):
                message_id = _message_id(letter, posting.message_id, at, is_first=sent is None)
                raw = letter.raw(message_id, address, date, reply_to)
                self._server.post_office.deliver(
                    address,
                    raw,
                    kind=MailKind.BUYER_LETTER if sent is None else MailKind.REPEAT,
                    envelope_sender=letter.conversation.buyer_address,
                    authentication=posting.authentication,
                    received_at=posting.received_at,
                    into_junk=posting.into_junk,
                )
                sent = sent or letter.as_sent(message_id, raw, reply_to)
        if sent is None:
            raise ValueError("None of the seller's registered contacts has a mailbox here, or no copy was asked for")
        return sent


@dataclass(frozen=True, slots=True)
class _Outgoing:
    conversation: Conversation
    sender_name: str
    body: Body
    words: str
    ref_id: str
    shape: Shape
    attachments: tuple[Attachment, ...]
    threading: tuple[tuple[str, str], ...] = ()

    def raw(self, message_id: str, to: str, date: str, reply_to: str) -> bytes:
        headers = [
            ("From", formataddr((self.sender_name, self.conversation.buyer_address))),
            ("To", to),
            ("Subject", self.body.subject),
            ("Reply-To", reply_to),
            ("Date", date),
            ("Message-ID", message_id),
            *self.threading,
        ]
        return compose(headers, self.body, self.shape, self.attachments)

    def as_sent(self, message_id: str, raw: bytes, reply_to: str) -> Letter:
        reply_address = reply_to or self.conversation.buyer_address
        return Letter(self.conversation, reply_address, self.body.subject, self.words, message_id, self.ref_id, raw)


def _message_id(letter: _Outgoing, ordered: str | None, at: datetime, *, is_first: bool) -> str:
    """Return a Message-ID as Mailgun writes it. A further copy of a letter has one of its own, unless it has none."""
    if ordered == "" or (ordered is not None and is_first):
        return ordered
    domain = relay_domain(letter.conversation.seller.market)
    return f"<{at:%Y%m%d%H%M%S}.{secrets.token_hex(8)}@{domain}>"

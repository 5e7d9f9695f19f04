"""Walmart's mail relay: it knows who may write to whom, and shows neither side the other's address.

What is not documented (facts on Walmart, section 7) can be set either way: the style of a bounce, its delay, and
whether a seller's Message-ID survives.
"""

import asyncio
from dataclasses import dataclass
from email.utils import make_msgid

from bot.domain.sites import Market
from integrations.simulator.clock import MovableClock
from integrations.simulator.mail.addresses import (
    Correspondent,
    author,
    header,
    new_relay_address,
    relay_domain,
    subject,
)
from integrations.simulator.mail.bounces import BounceStyle, write_bounce
from integrations.simulator.mail.buyer_mailbox import (
    BuyerMail,
    BuyerMailbox,
    Content,
    UnreadableReplyError,
    content_of,
    hidden,
)
from integrations.simulator.mail.post_office import PostOffice
from integrations.simulator.mail.records import Bounce, MailKind, ReplyReached, Violation


@dataclass(slots=True)
class Seller:
    """A seller of one market. `addresses` are the customer-service contacts as registered in Seller Center, the
    primary one first; they may be changed at any time, as there."""

    name: str
    market: Market
    addresses: tuple[str, ...]

    def has(self, address: str) -> bool:
        return address.lower() in {registered.lower() for registered in self.addresses}


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the relay remembers of one pair: the buyer's address shown to the seller, and the seller's to the buyer."""

    seller: Seller
    mailbox: BuyerMailbox
    buyer_address: str
    seller_address: str


class Relay:
    def __init__(self, post_office: PostOffice, clock: MovableClock) -> None:
        self.bounce_style = BounceStyle.REPORT
        self.bounce_after_seconds = 1.0
        self.keeps_message_ids = True
        self._post_office = post_office
        self._clock = clock
        self._conversations: dict[str, Conversation] = {}
        self._bouncing: set[asyncio.Task[None]] = set()
        post_office.connect_relay(self.forward)

    def open(
        self, seller: Seller, mailbox: BuyerMailbox, correspondent: Correspondent = Correspondent.CUSTOMER
    ) -> Conversation:
        """Give out a new pair of relay addresses."""
        conversation = Conversation(
            seller,
            mailbox,
            new_relay_address(correspondent, seller.market),
            new_relay_address(Correspondent.SELLER, seller.market),
        )
        self._conversations[conversation.buyer_address.lower()] = conversation
        return conversation

    def renew(self, buyer_address: str) -> Conversation:
        """Give out new addresses for the same pair. Raises KeyError for an address that was never given out."""
        known = self._conversations[buyer_address.lower()]
        prefix = Correspondent(buyer_address.partition("-")[0] + "-")
        return self.open(known.seller, known.mailbox, prefix)

    def forward(self, envelope_sender: str, recipient: str, raw: bytes) -> None:
        """Bring a seller's mail to the buyer behind `recipient`, or send it back after a while."""
        conversation = self._conversations.get(recipient.lower())
        if conversation is None:
            self._refuse(envelope_sender, recipient, "Unknown relay address", raw)
            return
        if not conversation.seller.has(envelope_sender) or not conversation.seller.has(author(raw)):
            self._refuse(envelope_sender, recipient, "Sender is not a registered customer service contact", raw)
            return
        try:
            content = content_of(raw)
        except UnreadableReplyError:
            self._refuse(envelope_sender, recipient, "Message could not be read", raw)
            return
        if content.is_too_much:
            self._refuse(envelope_sender, recipient, "More than 5 attachments of 5 MB", raw)
            return
        self._pass_on(conversation, content, raw)

    async def stop(self) -> None:
        tasks = tuple(self._bouncing)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _pass_on(self, conversation: Conversation, content: Content, raw: bytes) -> None:
        now = self._clock.now()
        hide = dict.fromkeys(conversation.seller.addresses, conversation.seller_address)
        own_id = header(raw, "Message-ID") if self.keeps_message_ids else ""
        mail = BuyerMail(
            at=now,
            relay_address=conversation.buyer_address,
            sender_name=conversation.seller.name,
            sender_address=conversation.seller_address,
            subject=subject(raw),
            text=hidden(content.text, hide),
            html=hidden(content.html, hide),
            attachments=content.attachments,
            message_id=own_id or make_msgid(domain=relay_domain(conversation.seller.market)),
            in_reply_to=header(raw, "In-Reply-To"),
            references=tuple(header(raw, "References").split()),
        )
        conversation.mailbox.mails.append(mail)
        self._post_office.records.add(
            ReplyReached(
                at=now,
                buyer=conversation.mailbox.name,
                relay_address=conversation.buyer_address,
                seller=conversation.seller.name,
                sender=author(raw),
                subject=mail.subject,
                text=content.text,
                html=content.html,
                attachments=content.attachments,
                message_id=header(raw, "Message-ID"),
                in_reply_to=mail.in_reply_to,
                references=mail.references,
                raw=raw,
                as_seen=mail.as_bytes(conversation.mailbox),
            )
        )

    def _refuse(self, sender: str, recipient: str, reason: str, raw: bytes) -> None:
        task = asyncio.get_running_loop().create_task(self._bounce(sender, recipient, reason, raw))
        self._bouncing.add(task)
        task.add_done_callback(self._bouncing.discard)

    async def _bounce(self, sender: str, recipient: str, reason: str, raw: bytes) -> None:
        await self._clock.sleep(self.bounce_after_seconds)
        now = self._clock.now()
        bounce = write_bounce(
            self.bounce_style,
            at=now,
            to=sender,
            recipient=recipient,
            reason=reason,
            original=raw,
            reporter=recipient.rpartition("@")[2].lower(),
        )
        records = self._post_office.records
        if sender.lower() in self._post_office.accounts:
            self._post_office.deliver(sender, bounce, kind=MailKind.BOUNCE)
            records.add(Bounce(now, sender, recipient, reason, header(raw, "Message-ID"), bounce))
        else:
            records.add(Violation(now, "a bounce found no mailbox to return to", sender, recipient, raw))

"""Mail in a seller's mailbox that no buyer wrote: each returns a whole mail, ready to be delivered."""

import secrets
from datetime import datetime
from email.utils import format_datetime, formataddr

from bot.domain.sites import Market
from integrations.simulator.buyers.buyer import Letter
from integrations.simulator.buyers.composing import Shape, compose
from integrations.simulator.buyers.question import Body
from integrations.simulator.mail.addresses import Correspondent, header, new_relay_address

_WALMART = "no-reply@walmart.com"


def _mail(sender: tuple[str, str], to: str, at: datetime, body: Body, *more: tuple[str, str]) -> bytes:
    domain = sender[1].rpartition("@")[2]
    headers = (
        ("From", formataddr(sender)),
        ("To", to),
        ("Subject", body.subject),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{secrets.token_hex(12)}@{domain}>"),
        *more,
    )
    return compose(headers, body, Shape())


def walmart_news(to: str, at: datetime) -> bytes:
    """One-way communication of Walmart's: never a ticket."""
    text = "Dear Seller,\n\nSee what is new in Seller Center this month.\n\nWalmart Marketplace\n"
    body = Body("Marketplace News: what is new this month", text)
    return _mail(("Walmart Marketplace", "marketplace-news@walmart.com"), to, at, body, ("Precedence", "bulk"))


def performance_alert(to: str, at: datetime, order_id: str) -> bytes:
    """Account health: it names orders and wants an answer within 24 hours, but not from the ticket desk."""
    text = (
        "Hello,\n\nOrders of yours are marked as Shipped but show no carrier scan:\n\n"
        f"Sales Order ID: {order_id}\n\nPlease respond within 24 hours.\n\nWalmart Seller Performance\n"
    )
    return _mail(("Walmart Seller Performance", _WALMART), to, at, Body("Performance Alert: action required", text))


def webhook_failure(to: str, at: datetime) -> bytes:
    text = "Delivery of PO_CREATED notifications to your endpoint has failed repeatedly. The subscription is paused.\n"
    return _mail(("Walmart Developer", "noreply@walmart.com"), to, at, Body("Webhook delivery failure", text))


def out_of_office(to: str, at: datetime, answered: str) -> bytes:
    """What a partner's mailbox answers by itself to the Message-ID `answered`."""
    body = Body("Automatic reply: your order", "I am out of the office until Monday.\n")
    sender = ("Jo Partner", "jo@supplier.example")
    return _mail(sender, to, at, body, ("Auto-Submitted", "auto-replied"), ("In-Reply-To", answered))


def own_copy(reply: bytes, to: str) -> bytes:
    """The copy that Walmart sends to the seller of the seller's own reply: same From, same Message-ID."""
    note = b"Delivered-To: " + to.encode("ascii") + b"\r\nX-Copy-Of: " + header(reply, "Message-ID").encode("ascii")
    return note + b"\r\n" + reply


def stranger(to: str, at: datetime) -> bytes:
    body = Body("Offer", "We sell pallets. May we call you?\n")
    return _mail(("Pat Pallet", "pat@pallets.example"), to, at, body)


def impostor(to: str, at: datetime, order_id: str) -> bytes:
    """Spam from outside: Walmart in the display name, a relay-like address in it too, the wording of a letter."""
    text = (
        f"Hi,\n\nAnn wants to connect with you regarding the following order:\n\nSales Order ID:  {order_id}\n\n"
        "Message:\nPlease confirm your password at http://walmart.example.net/login\n\n**Note: urgent.**\n"
    )
    body = Body(f"Message from Walmart.com Customer:  Cancel Order, {order_id}", text)
    name = f"Walmart Customer c-{secrets.token_hex(16).upper()}@relay.walmart.com"
    return _mail((name, "relay.walmart.com@phish.example"), to, at, body)


def forgery(to: str, at: datetime, order_id: str) -> bytes:
    """A letter that claims to come from the relay and brings its own Authentication-Results, in the name of the
    receiving server. Deliver it with a failing verdict: that one then stands above the forged one."""
    text = f"Sales Order ID:  {order_id}\n\nMessage:\nSend the refund to my new account.\n\n**Note: urgent.**\n"
    body = Body(f"Message from Walmart.com Customer:  Return, {order_id}", text)
    server = "mx." + to.rpartition("@")[2]
    verdict = f"{server}; dkim=pass header.d=relay.walmart.com; dmarc=pass header.from=relay.walmart.com"
    sender = ("Ann", new_relay_address(Correspondent.CUSTOMER, Market.US))
    return _mail(sender, to, at, body, ("Authentication-Results", verdict))


def automatic_answer_of_buyer(letter: Letter, to: str, at: datetime) -> bytes:
    """A buyer's out-of-office that comes through the relay: words of a customer, marked as a machine's."""
    body = Body(f"Automatic reply: {letter.subject}", "I am travelling and read mail again on Friday.\n")
    sender = ("", letter.conversation.buyer_address)
    return _mail(sender, to, at, body, ("Auto-Submitted", "auto-replied"), ("Precedence", "bulk"))

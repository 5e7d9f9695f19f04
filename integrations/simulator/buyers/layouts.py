"""Walmart's wrappers around a buyer's words, each as it was seen in public (facts on Walmart, 4.3 and 4.4)."""

from collections.abc import Callable
from enum import StrEnum
from html import escape

from integrations.simulator.buyers.question import Body, Purchase, Question
from integrations.simulator.mail.addresses import site_name


class Layout(StrEnum):
    ORDER = "order"  # layout A: labels, note, RefID; the Canadian wording follows from the market
    LABELS = "labels"  # layout B: `Order number:` and `Item name/number:`
    PLAIN = "plain"  # 2026: the question as subject, next to no wrapper
    BEFORE_PURCHASE = "before purchase"  # a question without an order, from a `pc-` address
    CUSTOMER_CARE = "customer care"  # an agent of Walmart's writes on behalf of a buyer


def write(layout: Layout, question: Question) -> Body:
    """Raises ValueError for an order layout without a purchase."""
    return _WRITERS[layout](question)


def _order(question: Question) -> Body:
    purchase = _bought(question)
    note = (
        "**Note: You have received this message from the customer, who has made a purchase from your company on "
        f"{site_name(question.market)}. Please respond within 1 business day.**"
    )
    text = (
        f"Hi {question.seller_name},\n\n"
        f"{question.buyer_name} wants to connect with you regarding the following order:\n\n"
        f"Sales Order ID:\N{NO-BREAK SPACE} {purchase.order_id}\n"
        f"Item ID:\N{NO-BREAK SPACE} {purchase.item_id}\n"
        f"Item:\N{NO-BREAK SPACE} {purchase.item_name}\n\n"
        f"Message:\n{question.words}\n\n{note}\n\n"
        f"Thank you,\nWalmart Customer Service Team\n\n{_small_print(question)}\n\nRefID: {question.ref_id}\n"
    )
    html = (
        f'<html><body><div dir="ltr"><div>Hi {escape(question.seller_name)},</div><br/>'
        f"<div>{escape(question.buyer_name)} wants to connect with you regarding the following order:</div><br/>"
        f"<div>Sales Order ID:&nbsp; {purchase.order_id}</div>"
        f"<div>Item ID:&nbsp; {escape(purchase.item_id)}</div>"
        f"<div>Item:&nbsp; {escape(purchase.item_name)}</div><br/>"
        f"<div>Message:<br/></div>{_lines(question.words)}<br/><br/>"
        f"<div><i>{escape(note)}</i></div><br/>"
        "<div>Thank you,</div><div>Walmart Customer Service Team</div><br/>"
        f"<div>{escape(_small_print(question))}</div><br/><div>RefID: {question.ref_id}</div></div></body></html>"
    )
    # Two spaces after the colon: so it was seen, and "may have different spaces count".
    subject = f"Message from {site_name(question.market)} Customer:  {question.topic}, {purchase.order_id}"
    return Body(subject, text, html)


def _labels(question: Question) -> Body:
    purchase = _bought(question)
    text = (
        f"Order number: {purchase.order_id}\n"
        f"Item name/number: {purchase.item_name} - {purchase.item_id} / {purchase.item_name} - {purchase.item_id}\n\n"
        f"{question.words}\n\n{question.buyer_name}\n"
    )
    return Body(f"Message from {site_name(question.market)} Customer: {question.topic}", text)


def _plain(question: Question) -> Body:
    first_line = question.words.strip().splitlines()[0] if question.words.strip() else question.topic
    order = "" if question.purchase is None else f"\n\nOrder #{question.purchase.order_id}"
    text = f"{question.words}{order}\n"
    return Body(first_line[:120], text, f"<html><body><p>{_lines(question.words)}</p>{escape(order)}</body></html>")


def _before_purchase(question: Question) -> Body:
    text = (
        f"Hi {question.seller_name},\n\n{question.buyer_name} has a question about your items on "
        f"{site_name(question.market)}:\n\nMessage:\n{question.words}\n\n"
        f"Thank you,\nWalmart Customer Service Team\n\n{_small_print(question)}\n\nRefID: {question.ref_id}\n"
    )
    return Body(f"Message from {site_name(question.market)} Customer:  {question.topic}", text)


def _customer_care(question: Question) -> Body:
    purchase = _bought(question)
    text = (
        f"Hello {question.seller_name},\n\n"
        f"This is Walmart Customer Care writing on behalf of our customer {question.buyer_name}.\n\n"
        f"Order number: {purchase.order_id}\n"
        f"Item name/number: {purchase.item_id} / {purchase.item_name} /\n\n"
        f"{question.words}\n\nPlease reply to the customer within 24 hours.\n\nWalmart Customer Care\n"
    )
    return Body(f"Customer inquiry - {question.topic} - {purchase.order_id}", text)


def _small_print(question: Question) -> str:
    return (
        "We will send a copy of your message to the customer, but we will not include your email address in that "
        "copy. We will keep a copy of each email sent and received, and we may review them to resolve disputes, "
        "improve customer experience, and assess seller performance. By using this messaging service, you agree to "
        "our retention and review of your messages. A copy of this message will be sent to "
        f"{question.seller_address}"
    )


def _lines(text: str) -> str:
    return "<br/>".join(escape(line) for line in text.splitlines())


def _bought(question: Question) -> Purchase:
    if question.purchase is None:
        raise ValueError("This layout names an order; give a purchase")
    return question.purchase


_WRITERS: dict[Layout, Callable[[Question], Body]] = {
    Layout.ORDER: _order,
    Layout.LABELS: _labels,
    Layout.PLAIN: _plain,
    Layout.BEFORE_PURCHASE: _before_purchase,
    Layout.CUSTOMER_CARE: _customer_care,
}

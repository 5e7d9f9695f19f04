"""The order component, open on the card: what was bought, for how much, where it is, and to whom it goes."""

from bot.i18n.pieces import Line
from bot.i18n.texts import Texts
from bot.views.order_panel import OrderPanel, ProductLine
from integrations.slack import limits
from integrations.slack.json_values import JsonObject
from integrations.slack.render.buttons import button
from integrations.slack.render.lines import context, emoji, leaves, plain_text, rich_text, section, space, text_leaf
from integrations.slack.safe_text import one_line

_PRODUCTS = 5
_LINES = 5


def order_blocks(panel: OrderPanel | None, remark: Line, texts: Texts, allowance: int) -> list[JsonObject]:
    """The five groups of order facts (M23), or in their place why there is no order."""
    if panel is None:
        return [rich_text("order", section(emoji("package"), space("  "), *leaves(remark, allowance)))]
    products: JsonObject = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [_product(line, texts, allowance) for line in panel.products[:_PRODUCTS]],
    }
    blocks: list[JsonObject] = [
        rich_text("order", _head(panel, texts, allowance), products, _logistics(panel, allowance)),
        _recipient(panel, texts, allowance),
    ]
    as_of = context("order read at", panel.as_of, min(600, allowance))
    return [*blocks, as_of] if as_of is not None else blocks


def _head(panel: OrderPanel, texts: Texts, allowance: int) -> JsonObject:
    elements: list[JsonObject] = [emoji("package"), space("  "), *_words(panel.title, 300, allowance, bold=True)]
    if status := _words(panel.status, 200, allowance, code=True):
        elements += [space("   "), *status]
    for flag in panel.flags[:_LINES]:
        if shown := _words(flag, 300, allowance, bold=True):
            elements += [space("\n"), emoji("triangular_flag_on_post"), space(), *shown]
    if money := _money(panel, texts, allowance):
        elements += [space("\n"), *money]
    return section(*elements)


def _money(panel: OrderPanel, texts: Texts, allowance: int) -> list[JsonObject]:
    amounts = ((texts("Total"), panel.total), (texts("Tax"), panel.taxes), (texts("Shipping"), panel.shipping))
    elements: list[JsonObject] = []
    for label, amount in amounts:
        if shown := _words(amount, 60, allowance, bold=True):
            elements += [space(f"{'    ' if elements else ''}{label} "), *shown]
    return elements


def _product(line: ProductLine, texts: Texts, allowance: int) -> JsonObject:
    elements = [text_leaf(f"{line.quantity} × "), *_words(line.name or texts("Product without a name"), 200, allowance)]
    if sku := _words(line.sku, 80, allowance, code=True):
        elements += [space("  "), *sku]
    if amount := _words(line.amount, 60, allowance, bold=True):
        elements += [space("  "), *amount]
    return section(*elements)


def _logistics(panel: OrderPanel, allowance: int) -> JsonObject:
    elements: list[JsonObject] = []
    if more := _words(panel.more_products, 200, allowance, italic=True):
        elements += [*more, space("\n")]
    for line in panel.logistics[:_LINES]:
        if shown := leaves(line, min(400, allowance)):
            elements += [emoji("truck"), space("  "), *shown, space("\n")]
    # The last line break would draw an empty line.
    return section(*elements[:-1])


def _recipient(panel: OrderPanel, texts: Texts, allowance: int) -> JsonObject:
    shown = texts("Recipient: {recipient}", recipient=one_line(panel.recipient) or "–")
    block: JsonObject = {
        "type": "section",
        "block_id": "recipient",
        "text": plain_text(shown, min(400, max(allowance, 60))),
    }
    return (
        block | {"accessory": button(panel.show_recipient, 0, allowance)} if panel.show_recipient is not None else block
    )


def _words(text: str, most: int, allowance: int, **style: bool) -> list[JsonObject]:
    kept = limits.shortened(one_line(text), min(most, allowance))
    return [text_leaf(kept, **style)] if kept else []

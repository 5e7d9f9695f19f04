"""The labels of Walmart's wrapper, kept as a table: a new wording is a new row.

English is the wording of the United States and Canada, seen in real letters (layouts A and B). The Spanish and French
rows are the plain translations, for letters of Mexico and Quebec that nobody has published.
"""

from enum import Enum


class Label(Enum):
    ORDER_ID = "order id"
    ITEM_ID = "item id"
    ITEM = "item"
    ITEM_AND_ID = "item name/number"
    TOPIC = "topic"
    BUYER = "buyer"
    REF_ID = "ref id"
    MESSAGE = "message"


_WORDINGS: dict[Label, tuple[str, ...]] = {
    Label.ORDER_ID: (
        *("sales order id", "sales order number", "sales order #", "sales order", "order id", "order number"),
        *("order #", "order#", "order no", "order no.", "order", "customer order id", "customer order number"),
        *(
            "customer order #",
            "walmart order number",
            "walmart order id",
            "walmart order #",
            "walmart.com order number",
        ),
        *("número de pedido", "numero de pedido", "id de pedido", "número de orden", "pedido"),
        *("numéro de commande", "numero de commande", "no de commande", "commande"),
    ),
    Label.ITEM_ID: (
        *("item id", "item number", "item #", "item no", "item no.", "walmart item id", "product id"),
        *("id del artículo", "número de artículo", "id de l'article", "numéro d'article"),
    ),
    Label.ITEM: ("item", "item name", "product", "product name", "artículo", "producto", "article", "produit"),
    Label.ITEM_AND_ID: ("item name/number", "item name / number", "item name/ number", "item name /number"),
    Label.TOPIC: (
        *(
            "topic",
            "inquiry topic",
            "inquiry type",
            "contact reason",
            "reason for contact",
            "reason",
            "motivo",
            "motif",
        ),
    ),
    Label.BUYER: ("customer name", "customer", "buyer", "buyer name", "nombre del cliente", "nom du client"),
    Label.REF_ID: ("refid", "ref id", "ref. id", "reference id"),
    Label.MESSAGE: (
        *("message", "customer message", "customer's message", "message from customer", "message from the customer"),
        *("buyer message", "mensaje", "mensaje del cliente", "message du client"),
    ),
}
_BY_WORDING = {wording: label for label, wordings in _WORDINGS.items() for wording in wordings}
_LONGEST_WORDING = max(map(len, _BY_WORDING))
_EMPHASIS = " *_\t"

# The wordings that open layout A in the order in which they come, for letters whose line ends were lost.
FLAT_ORDER = ("sales order id:", "item id:", "item:", "message:")


def read_label(line: str) -> tuple[Label, str] | None:
    """Return the label that a line begins with and what stands after it; None for a line of another kind."""
    start = line.lstrip(_EMPHASIS)
    # Room for doubled blanks and stars inside the label, and not more: a colon further on is no label's.
    head, colon, _ = start[: _LONGEST_WORDING + 12].replace("：", ":").partition(":")
    if not colon:
        return None
    label = _BY_WORDING.get(" ".join(head.strip(_EMPHASIS).lower().split()))
    return (label, start[len(head) + 1 :].strip(_EMPHASIS)) if label else None


_INTRODUCTIONS = (
    *(" wants to connect with you", " has a question about your item"),
    *(" desea ponerse en contacto con", " souhaite communiquer avec vous"),
)
CARE_SIGNS = ("walmart customer care", "walmart customer service", "walmart care", "customer care associate")
CARE_SPEAKS = (
    *(
        "on behalf of the customer",
        "on behalf of a customer",
        "on behalf of our customer",
        "on behalf of your customer",
    ),
    *("on behalf of our mutual customer", "on behalf of a walmart customer", "customer has contacted us"),
    *("customer contacted us", "customer has reached out", "customer reached out", "please contact the customer"),
)


def is_introduction(line: str) -> bool:
    """Tell whether a line is Walmart's "<buyer> wants to connect with you regarding the following order:"."""
    return introduced_buyer(line) is not None


def introduced_buyer(line: str) -> str | None:
    """Return the buyer whom Walmart introduces; None when the line introduces nobody."""
    lowered = line[:400].lower()
    ends = (lowered.find(phrase) for phrase in _INTRODUCTIONS)
    end = next((found for found in ends if found > 0), None)
    return None if end is None else line[:end].strip(" *_>") or None


def introduces_customer_care(line: str) -> bool:
    """Tell whether in a line Customer Care says that it writes for a buyer."""
    lowered = line[:400].lower()
    return any(sign in lowered for sign in CARE_SIGNS) and any(phrase in lowered for phrase in CARE_SPEAKS)

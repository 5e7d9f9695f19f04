"""One of each view that people see, with invented people and orders, for every platform's golden files."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.events import TicketId
from bot.i18n.pieces import Line, Link, Plain, Strong, When
from bot.views.acts import Act, ActName, Button, Confirm, Style
from bot.views.form import Choice, ChoiceField, FileField, Form, TextField, ToggleField
from bot.views.notice import Notice
from bot.views.order_panel import OrderPanel, ProductLine
from bot.views.sheet import Sheet, SheetPart
from bot.views.thread_message import ThreadMessage, Voice
from bot.views.ticket_card import Badge, BuyerWords, Remark, TicketCard, Tone

TICKET = TicketId(1042)
ARRIVED = datetime(2026, 11, 22, 14, 12, tzinfo=UTC)
DUE = datetime(2026, 11, 24, 14, 12, tzinfo=UTC)
ANSWERED = datetime(2026, 11, 22, 15, 2, tzinfo=UTC)
SHIPPED = datetime(2026, 11, 17, 5, tzinfo=UTC)
EXPECTED = datetime(2026, 11, 21, 5, tzinfo=UTC)

HOSTILE = (
    "<!channel> *bold* _it_ `code` ~no~ :tada: <@U123> <https://evil.example|Walmart> &amp; > quote\n"
    "<!subteam^S1|@agents> <!date^0^{date}|now> \u202egnp.exe\u202c \u200bhidden \x07 [link](http://evil.example)\n\n\n\n"
    "</script><script>alert(1)</script> {{7*7}} @here #general"
)


def line(*pieces: str | Plain | Strong | Link | When) -> Line:
    return tuple(Plain(piece) if isinstance(piece, str) else piece for piece in pieces)


def button(
    label: str, name: ActName, style: Style = Style.PLAIN, about: str = "", confirm: Confirm | None = None
) -> Button:
    return Button(label, Act(name, TICKET, about), style, confirm)


ORDER = OrderPanel(
    title="Order 200014712345678 (PO 108112345678901)",
    status="Shipped",
    total="$54.12",
    taxes="$3.71",
    shipping="$5.99",
    products=(
        ProductLine(1, "Garlic press, steel", "GP-1", "$24.99"),
        ProductLine(2, "Peeler, soft grip", "PL-2", "$19.43"),
    ),
    more_products="",
    logistics=(
        line("FedEx ", Link("612912345678", "https://www.fedex.com/fedextrack/?trknbr=612912345678")),
        line("Shipped ", When(SHIPPED, day_only=True), ", expected ", When(EXPECTED, day_only=True)),
    ),
    recipient="M. G., Springfield IL",
    show_recipient=button("Show recipient", ActName.SHOW_RECIPIENT),
    flags=("Late by 1 day",),
    as_of=(),
)

NEW_CARD = TicketCard(
    number="#1042",
    source="Walmart",
    title="Where is my order?",
    summary="#1042 New, High: where is my order. Reply due 2026-11-24 14:12 UTC.",
    status=Badge("New", Tone.INFO),
    priority=Badge("High", Tone.WARNING),
    context=("Acme Home", "US", "account Acme NA", "group us-agents", "nobody has it"),
    due=line("Reply due ", When(DUE), ", Walmart 48 h clock"),
    remarks=(),
    words=BuyerWords(
        line("Buyer ", Strong("M."), " wrote on ", When(ARRIVED)),
        "Tracking has not moved for five days. Is my parcel lost? I need it before the 25th.\n\nThanks, M.",
        shortened=False,
    ),
    order=ORDER,
    order_remark=(),
    buttons=(
        button("Reply", ActName.REPLY, Style.PRIMARY),
        button("Take it", ActName.TAKE),
        button("Resolve", ActName.RESOLVE),
    ),
    overflow=(
        button("Internal note", ActName.NOTE),
        button("Change priority", ActName.PRIORITY),
        button("Order details", ActName.ORDER_DETAILS),
        button("History", ActName.HISTORY),
    ),
)
_SENT = line("Walmart reply sent ", When(ANSWERED), " by ", Strong("Ana"), " to relay …1401 from care@acme.example")
_REPLIED = replace(
    NEW_CARD,
    status=Badge("Pending", Tone.WAITING),
    context=("Acme Home", "US", "account Acme NA", "group us-agents", "Ana has it"),
    due=line("Answered in time; waiting for the buyer"),
    remarks=(Remark(_SENT, Tone.GOOD, (button("View", ActName.VIEW_REPLY, about="7"),)),),
    buttons=(button("Reply again", ActName.REPLY), button("Resolve", ActName.RESOLVE, Style.PRIMARY)),
)


def with_remark(remark: Remark, status: Badge | None = None) -> TicketCard:
    return replace(_REPLIED, remarks=(remark,), status=status or Badge("Open", Tone.GOOD), due=NEW_CARD.due)


CARDS: dict[str, TicketCard] = {
    "card-new": NEW_CARD,
    "card-fields": replace(
        NEW_CARD,
        fields=line(
            "Fields as of creation, ",
            When(ARRIVED),
            ": Walmart Site US | Account Name Acme NA | Order Status Shipped | SKU <!here> | and 18 more",
        ),
    ),
    "card-taken": replace(
        NEW_CARD,
        status=Badge("Open", Tone.GOOD),
        context=("Acme Home", "US", "account Acme NA", "group us-agents", "Ana has it"),
        buttons=(button("Reply", ActName.REPLY, Style.PRIMARY), button("Resolve", ActName.RESOLVE)),
    ),
    "card-replied": _REPLIED,
    "card-buyer-answered-again": replace(
        _REPLIED,
        status=Badge("Open", Tone.GOOD),
        due=NEW_CARD.due,
        remarks=(*_REPLIED.remarks, Remark(line("The buyer wrote again ", When(DUE)), Tone.INFO)),
    ),
    "card-sending": with_remark(Remark(line("Sending Ana's reply to the buyer"), Tone.WAITING)),
    "card-failed": with_remark(
        Remark(
            line("The reply did not leave: the mail server refused the password. The buyer has received nothing."),
            Tone.BAD,
            (button("Try again", ActName.TRY_AGAIN, Style.PRIMARY, "7"), button("View", ActName.VIEW_REPLY, about="7")),
        )
    ),
    "card-outcome-unknown": with_remark(
        Remark(
            line("Nobody can tell whether the reply left: the connection broke while it was sent. Look into ", "Sent."),
            Tone.WARNING,
            (
                button("It arrived", ActName.IT_ARRIVED, about="7"),
                button(
                    "It did not arrive",
                    ActName.IT_DID_NOT_ARRIVE,
                    Style.DANGER,
                    "7",
                    Confirm("Did not arrive?", "The buyer may then get the reply twice.", "It did not arrive", "Back"),
                ),
            ),
        )
    ),
    "card-bounced": with_remark(
        Remark(
            line(
                "The reply came back: Walmart does not know care@acme.example. Check Customer Service in Seller Center."
            ),
            Tone.BAD,
            (button("View", ActName.VIEW_REPLY, about="7"),),
        )
    ),
    "card-pre-sale": replace(
        NEW_CARD, title="Does it fit a 12 oz jar?", order=None, order_remark=line("Pre-sale question, no order")
    ),
    "card-order-pending": replace(
        NEW_CARD, order=None, order_remark=line("Order 200014712345678: Walmart does not answer yet; it is asked again")
    ),
    "card-wfs": replace(
        NEW_CARD,
        order=replace(
            ORDER,
            title="Order 200014712345678 (PO 508112345678901)",
            status="Delivered",
            logistics=(line("Handled by Walmart Fulfillment Services"),),
            recipient="",
            show_recipient=None,
            flags=(),
            as_of=line("Order read ", When(ARRIVED), "; Walmart does not answer now"),
        ),
    ),
    "card-hostile": replace(
        NEW_CARD,
        title=HOSTILE,
        words=BuyerWords(line("Buyer ", Plain("<!here> *M*"), " wrote on ", When(ARRIVED)), HOSTILE, shortened=False),
        order=replace(
            ORDER,
            products=(ProductLine(1, HOSTILE, HOSTILE, "$1.00"),),
            recipient=HOSTILE,
            logistics=(line(Link("evil", "javascript:alert(1)"), Plain(HOSTILE)),),
        ),
    ),
    "card-long": replace(
        NEW_CARD,
        title="A very long question " * 20,
        fields=line("Fields as of creation, ", When(ARRIVED), ": " + "Walmart Site US | " * 100),
        words=BuyerWords(
            line("Buyer ", Strong("M."), " wrote on ", When(ARRIVED)), "All of it is lost. " * 400, shortened=True
        ),
        order=replace(
            ORDER,
            products=tuple(ProductLine(n, f"Product number {n} " * 20, f"SKU-{n}", "$1.00") for n in range(1, 4)),
            more_products="and 9 more",
        ),
        overflow=(
            *NEW_CARD.overflow,
            button("Whole letter", ActName.WHOLE_LETTER, about="5"),
            button("Approve address", ActName.APPROVE_ADDRESS),
            button(
                "Dismiss",
                ActName.DISMISS,
                Style.DANGER,
                confirm=Confirm("Dismiss?", "It is hidden.", "Dismiss", "Back"),
            ),
        ),
    ),
}

MESSAGES: dict[str, ThreadMessage | Notice] = {
    "thread-buyer": ThreadMessage(
        Voice.BUYER,
        "#1042: the buyer wrote again",
        line("Buyer ", Strong("M."), ", ", When(DUE)),
        HOSTILE,
        footer=line("Received ", When(DUE), " through care@acme.example"),
        buttons=(button("Whole letter", ActName.WHOLE_LETTER, about="6"),),
    ),
    "thread-reply": ThreadMessage(
        Voice.REPLY,
        "#1042: Ana's reply left",
        line(Strong("Walmart reply"), " by ", Strong("Ana")),
        "Hello M.,\n\nyour parcel is in Springfield and arrives tomorrow.\n\nAna, Acme Home",
        footer=line("Sent ", When(ANSWERED), " from care@acme.example to relay …1401"),
        buttons=(button("View", ActName.VIEW_REPLY, about="7"),),
    ),
    "thread-note": ThreadMessage(
        Voice.NOTE,
        "#1042: internal note by Ana",
        line(Strong("Internal note"), " by ", Strong("Ana"), ", never sent to the buyer"),
        "He has asked twice before; offer the refund if it is not there on Friday.",
        footer=line(When(ANSWERED)),
    ),
    "thread-desk": ThreadMessage(
        Voice.DESK, "#1042: a file could not be shown", line(Strong("RelayDesk")), "The buyer's file is too large."
    ),
    "notice-preview": Notice(
        Tone.INFO,
        (line("Send this to the buyer?"), line("It leaves from care@acme.example to relay …1401.")),
        quoted="Your parcel arrives tomorrow.\n<!channel> & so on",
        buttons=(
            button("Send to buyer", ActName.SEND_TO_BUYER, Style.PRIMARY, "1700000000.000100"),
            button("Dismiss", ActName.DISMISS),
        ),
    ),
    "notice-refused": Notice(Tone.BAD, (line("Guests cannot answer buyers. Ask ", Strong("Ada"), "."),)),
}

REPLY_FORM = Form(
    name="reply",
    token="k3n9",
    title="Walmart reply",
    intro=(line("Leaves from ", Strong("care@acme.example")), line("To relay …1401"), line("Ben is replying, too")),
    fields=(
        TextField("text", "Your words", hint="Only this text leaves; nothing is quoted.", long=True, most=4000),
        ChoiceField("kind", "Kind", (Choice("reply", "Walmart reply"), Choice("note", "Internal note")), "reply"),
        FileField("files", "Files", 5, "Up to 5 files of 5 MB"),
        ToggleField("vouch", "I have checked that this letter is the buyer's", hint="Its sender could not be proven."),
    ),
    submit="Send",
    cancel="Cancel",
    quoted=HOSTILE,
)
ORDER_SHEET = Sheet(
    "Order details",
    (
        SheetPart(
            "Order 200014712345678", (line("Shipped ", When(SHIPPED, day_only=True)), line("Total ", Strong("$54.12")))
        ),
        SheetPart("Products", tuple(line(f"{n} × Garlic press, SKU GP-{n}") for n in range(1, 12))),
        SheetPart("The buyer's letter", quoted=HOSTILE),
    ),
)

"""The buyers of the shop and all that they have written: the page and the story both write through it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from integrations.simulator.buyers.buyer import USUAL, Buyer, Letter, Posting
from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.buyers.question import Purchase
from integrations.simulator.buyers.quoting import Quoting
from integrations.simulator.clock import MovableClock
from integrations.simulator.mail.buyer_mailbox import BuyerMail
from integrations.simulator.mail.records import Attachment
from integrations.simulator.mail.relay import Seller
from integrations.simulator.mail.server import MailServer
from integrations.simulator.walmart.order_book import OrderBook

WITHOUT_ORDER = frozenset({Layout.BEFORE_PURCHASE, Layout.PLAIN})
PROSPECT = "Pat Prospect"


class NotWritableError(Exception):
    """A buyer could not have written this: the order does not exist, or the layout wants one."""


@dataclass(frozen=True, slots=True)
class Written:
    """`layout` is None for an answer to a mail, and `order_id` empty where the letter names no order."""

    at: datetime
    buyer: str
    letter: Letter
    layout: Layout | None
    order_id: str
    attachments: tuple[Attachment, ...]


class Correspondence:
    """Buyers by name; whoever has not written before is made on the spot, with a mailbox of their own."""

    def __init__(self, mail: MailServer, clock: MovableClock, seller: Seller, book: OrderBook) -> None:
        self._mail = mail
        self._clock = clock
        self._seller = seller
        self._book = book
        self.buyers: dict[str, Buyer] = {}
        self.written: list[Written] = []

    def ask(
        self,
        words: str,
        *,
        order_id: str = "",
        buyer_name: str = "",
        topic: str = "Order status",
        layout: Layout = Layout.ORDER,
        attachments: tuple[Attachment, ...] = (),
        posting: Posting = USUAL,
    ) -> Written:
        """Write a new letter to the shop, as the buyer of the order unless `buyer_name` says another.

        Raises NotWritableError.
        """
        if not order_id and layout not in WITHOUT_ORDER:
            raise NotWritableError("This kind of letter names an order; choose one.")
        if order_id and layout is Layout.BEFORE_PURCHASE:
            raise NotWritableError("A question before the purchase names no order; choose another kind of letter.")
        name, purchase = self._bought(order_id) if order_id else (PROSPECT, None)
        buyer = self.buyer(buyer_name or name)
        letter = buyer.write(
            self._seller,
            words,
            purchase=purchase,
            topic=topic,
            layout=layout,
            attachments=attachments,
            posting=posting,
        )
        return self._keep(Written(self._clock.now(), buyer.mailbox.name, letter, layout, order_id, attachments))

    def answer(
        self,
        buyer_name: str,
        mail: BuyerMail,
        words: str,
        *,
        quoting: Quoting = Quoting.GMAIL,
        attachments: tuple[Attachment, ...] = (),
    ) -> Written:
        """Answer a mail that has reached this buyer."""
        letter = self.buyer(buyer_name).answer(mail, words, quoting=quoting, attachments=attachments)
        return self._keep(Written(self._clock.now(), buyer_name, letter, None, "", attachments))

    def buyer(self, name: str) -> Buyer:
        if name not in self.buyers:
            self.buyers[name] = Buyer(self._mail, self._clock, name, _address(name))
        return self.buyers[name]

    def _keep(self, written: Written) -> Written:
        self.written.append(written)
        return written

    def _bought(self, order_id: str) -> tuple[str, Purchase]:
        try:
            order = self._book.under(order_id)[0]
        except KeyError:
            raise NotWritableError(f"There is no order {order_id} in the simulated shop.") from None
        product = order.lines[0].product
        return order.person.name, Purchase(order_id, product.name, product.item_id, product.sku)


def _address(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return f"{re.sub(r'[^a-z0-9]+', '.', plain).strip('.') or 'buyer'}@mail.example"

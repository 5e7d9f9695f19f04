"""The marketplace's order side; messages travel as mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.events import TicketId
from bot.domain.mails import Attachment, OutgoingMail
from bot.domain.orders import Order
from bot.domain.replies import Reply
from bot.domain.sites import AccountId, Market
from bot.ports.failures import Misconfigured
from bot.ports.vault import Secret


class KeyRefused(Misconfigured):
    """The marketplace does not take this key at all: it is wrong, or it was reset. Another key must be entered."""


class KeyRevoked(KeyRefused):
    """The key is known, and what it was given is not honoured: somebody has withdrawn it."""


class NotAllowed(Misconfigured):
    """The key is good and may not do this: a permission is missing, or the seller does not sell in the market."""


@dataclass(frozen=True, slots=True)
class Credentials:
    account: AccountId
    client_id: str
    client_secret: Secret


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What a key may do. `permissions` maps Walmart's category (`orders`, `returns`) to its level
    (`full_access`, `view_only`, `no_access`), as /v3/token/detail answers.

    `markets` are those whose orders the key was let to; `unasked` those that did not answer just now.
    """

    permissions: dict[str, str]
    markets: tuple[Market, ...] = ()
    unasked: tuple[Market, ...] = ()

    @property
    def may_read_orders(self) -> bool:
        return self.permissions.get("orders") in {"full_access", "view_only"}


@dataclass(frozen=True, slots=True)
class Return:
    return_order_id: str
    customer_order_id: str
    status: str
    refund_status: str | None


class Marketplace(Protocol):
    """Raises `Transient`, `Permanent` or `Misconfigured` (the key was refused); reads are never `Uncertain`."""

    async def authorise(self, credentials: Credentials) -> Authorisation:
        """Get a token with these credentials and ask what it may do, and in which markets; keeps nothing of a
        refused key. A key that may not read orders, or that no market shows orders to, is no failure.
        Raises `KeyRefused` or `KeyRevoked`, `NotAllowed` when every market turns the key away, and `Transient` when
        nothing could be found out."""
        ...

    async def order(self, credentials: Credentials, market: Market, customer_order_id: str) -> Order | None:
        """Look the buyer's order up over all three ship-node types and the last 180 days.

        None means that Walmart answered and knows no such order of this seller.
        """
        ...

    async def returns(self, credentials: Credentials, market: Market, customer_order_id: str) -> tuple[Return, ...]: ...


class ReplyRules(Protocol):
    """What Walmart's relay asks of a reply. Pure."""

    def may_receive(self, address: str) -> bool:
        """Whether a reply may go to this address at all: relay domains only, never Walmart's placeholder."""
        ...

    def message_id(self, ticket: TicketId, token: str, from_address: str) -> str:
        """The reply's own Message-ID, the same for the same token. `token` is lower-case letters and digits."""
        ...

    def subject(self, subject: str) -> str:
        """The subject of an answer to a letter with this subject."""
        ...

    def mail(self, reply: Reply, from_name: str, files: Sequence[Attachment]) -> OutgoingMail:
        """Compose the reply; the same reply gives the same mail. Raises ValueError for one that must not leave."""
        ...

"""The sellers whose keys the stand-in accepts, and the tokens it has given out."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from integrations.simulator.walmart.order_book import Now, OrderBook

LIFETIME = timedelta(seconds=900)
FULL_ACCESS: Mapping[str, str] = {"orders": "full_access", "returns": "full_access", "item": "full_access"}


@dataclass(slots=True)
class Seller:
    """One Walmart account with its key. Secret, markets and permissions may be changed at any time.

    A `revoked` key still gets tokens, and they are good for nothing: only the token's own detail says so.
    """

    client_id: str
    client_secret: str = field(repr=False)
    name: str
    markets: frozenset[str]
    permissions: dict[str, str]
    order_book: OrderBook
    revoked: bool = False

    def may_read(self, category: str) -> bool:
        return self.permissions.get(category) in {"full_access", "view_only"}


@dataclass(frozen=True, slots=True)
class IssuedToken:
    value: str = field(repr=False)
    client_id: str
    issued_at: datetime
    expires_at: datetime


class Sellers:
    def __init__(self, clock: Now) -> None:
        self._clock = clock
        self._sellers: dict[str, Seller] = {}
        self._tokens: dict[str, IssuedToken] = {}
        self._count = 0

    @property
    def all(self) -> tuple[Seller, ...]:
        return tuple(self._sellers.values())

    def add(self, seller: Seller) -> None:
        self._sellers[seller.client_id] = seller

    def known(self, client_id: str, client_secret: str) -> Seller | None:
        seller = self._sellers.get(client_id)
        if seller and hmac.compare_digest(seller.client_secret.encode(), client_secret.encode()):
            return seller
        return None

    def issue(self, seller: Seller) -> IssuedToken:
        self._count += 1
        now = self._clock.now()
        token = IssuedToken(f"eyJraWQiOiJzdGFuZC1pbiJ9.{self._count:06d}", seller.client_id, now, now + LIFETIME)
        self._tokens[token.value] = token
        return token

    def holder(self, token: str) -> tuple[Seller, IssuedToken] | None:
        """Return whose token this is, while it is good."""
        issued = self._tokens.get(token)
        if issued is None or self._clock.now() >= issued.expires_at:
            return None
        return self._sellers[issued.client_id], issued

    def reset_secret(self, client_id: str, client_secret: str) -> None:
        """Do what a seller does who resets the key in the portal: the old key and its tokens end at once."""
        self._sellers[client_id].client_secret = client_secret
        self.revoke_tokens([client_id])

    def revoke(self, client_id: str) -> None:
        """Do what a seller does who withdraws the key in the portal."""
        self._sellers[client_id].revoked = True

    def revoke_tokens(self, client_ids: Iterable[str] = ()) -> None:
        """End tokens before their time, those of the named sellers or all."""
        ending = set(client_ids) or set(self._sellers)
        for value in [value for value, token in self._tokens.items() if token.client_id in ending]:
            del self._tokens[value]

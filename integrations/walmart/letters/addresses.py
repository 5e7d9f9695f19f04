"""Who is who on Walmart's side of an address, by exact domain and never by display name.

The forms are those of the wild: `<32 hex>@relay.walmart.com` (an order's customerEmailId), `c-` (a customer about an
order), `pc-` (a customer before purchase), `s-` (the seller, as the buyer sees him). Ids of other lengths exist, and
the relay may invent new prefixes, so any plain local part of a relay domain counts as a buyer except the known
machines and the seller's own side: an unknown form opens a ticket, it is not lost.
"""

import re
from enum import StrEnum

from bot.domain.sites import Market

# Chile has a relay domain but no market here; its letters open tickets without one.
RELAY_DOMAINS: dict[str, Market | None] = {
    "relay.walmart.com": Market.US,
    "relay.walmart.ca": Market.CA,
    "relay.walmart.com.mx": Market.MX,
    "relay.walmart.cl": None,
}
_ORGANISATIONS = ("walmart.com", "walmart.ca", "walmart.com.mx", "walmart.cl", "wal-mart.com", "walmartone.com")

# Walmart's placeholder while an order has no address yet; its API page forbids writing to it.
PLACEHOLDER = "nocxemail@walmartone.com"

_LOCAL_PART = re.compile(r"[a-z0-9][a-z0-9._+=-]{0,63}", re.ASCII)
_MAIL_SERVERS = frozenset({"bounce", "bounces", "daemon", "mail-daemon", "mailerdaemon", "postmaster"})
_MAIL_SERVERS_BEGIN = ("mailer-daemon", "microsoftexchange")
_MACHINES = frozenset({"abuse", "do-not-reply", "donotreply", "no_reply", "notification", "notifications"})
_MACHINES_BEGIN = ("no-reply", "noreply")


class RelaySide(StrEnum):
    """Which end of a relay an address stands for."""

    BUYER = "buyer"
    SELLER = "seller"  # `s-`: our own side, as the buyer sees it
    MACHINE = "machine"  # postmaster, no-reply and their kind


def split(address: str) -> tuple[str, str]:
    """Return local part and domain, lower-cased; both are empty when there is no sign between them."""
    local, sign, domain = address.strip().lower().rpartition("@")
    return (local, domain) if sign else ("", "")


def is_mail_server(address: str) -> bool:
    """Tell whether the local part is one that mail servers write notices from, whatever the domain."""
    local, _ = split(address)
    return local in _MAIL_SERVERS or local.startswith(_MAIL_SERVERS_BEGIN)


def is_machine(address: str) -> bool:
    """Tell whether the local part names a mail server or a no-reply box, whatever the domain."""
    local, _ = split(address)
    return is_mail_server(address) or local in _MACHINES or local.startswith(_MACHINES_BEGIN)


def relay_side(address: str) -> RelaySide | None:
    """Return the side that a relay address stands for; None for every address that is on no relay domain."""
    local, domain = split(address)
    if domain not in RELAY_DOMAINS or not _LOCAL_PART.fullmatch(local):
        return None
    if is_machine(address):
        return RelaySide.MACHINE
    # `s-<hex>` is the seller as the buyer sees him. A reply to it would go to a seller, and a mail from it is ours.
    return RelaySide.SELLER if local.startswith("s-") else RelaySide.BUYER


def is_before_purchase(address: str) -> bool:
    """Tell whether the relay marks its customer as one without an order (`pc-`; inferred from live mail of 2026)."""
    return relay_side(address) is RelaySide.BUYER and split(address)[0].startswith("pc-")


def market_of(relay_address: str) -> Market | None:
    return RELAY_DOMAINS.get(split(relay_address)[1])


def is_allowed_recipient(address: str) -> bool:
    """Tell whether a Walmart reply may go there without anybody's approval: a buyer's side on a relay domain.

    Never the placeholder, a machine, the seller's own side, nor anything that is more than one bare address.
    """
    return address == address.strip() and relay_side(address) is RelaySide.BUYER


def organisation(domain: str) -> str | None:
    """Return Walmart's own domain that `domain` is or lies under; None for the rest of the world."""
    lowered = domain.lower()
    return next((own for own in _ORGANISATIONS if lowered == own or lowered.endswith("." + own)), None)


def imitates_walmart(address: str, display_name: str) -> bool:
    """Tell whether somebody else wants to be taken for Walmart; only said in a reason, never decides anything."""
    domain = split(address)[1]
    claim = f"{address} {display_name}".lower().replace("-", "")
    return organisation(domain) is None and ("walmart" in claim or "xn--" in domain)

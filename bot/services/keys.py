"""Asking the marketplace what a key is good for; what is wrong with it is an answer, no failure."""

from bot.domain.keys import KeyFault, KeyReport
from bot.ports.clock import Clock
from bot.ports.failures import Misconfigured
from bot.ports.marketplace import Credentials, KeyRefused, KeyRevoked, Marketplace, NotAllowed


async def look_at_key(marketplace: Marketplace, credentials: Credentials, clock: Clock) -> KeyReport:
    """Raises `Transient` or `Permanent` when nothing could be found out: the key is not to blame then."""
    try:
        granted = await marketplace.authorise(credentials)
    except Misconfigured as failure:
        return KeyReport(clock.now(), _fault_of(failure), said=failure.reason)
    fault = None
    if not granted.may_read_orders:
        fault = KeyFault.NO_ORDERS
    elif not granted.markets:
        fault = KeyFault.NO_MARKET
    return KeyReport(clock.now(), fault, dict(granted.permissions), granted.markets, granted.unasked)


def _fault_of(failure: Misconfigured) -> KeyFault:
    match failure:
        case KeyRevoked():
            return KeyFault.REVOKED
        case NotAllowed():
            return KeyFault.NO_MARKET
        case KeyRefused() | _:
            return KeyFault.WRONG

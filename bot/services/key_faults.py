"""How a key that does not do is refused, in the words of the command line."""

from bot.domain.keys import KeyFault, KeyReport
from bot.services.invalid import Invalid


def refuse_faults(report: KeyReport, field: str) -> None:
    match report.fault:
        case None:
            return
        case KeyFault.NO_ORDERS:
            raise Invalid(field, "this key may not read orders; give it at least 'view only' for Orders at Walmart")
        case KeyFault.NO_MARKET:
            raise Invalid(
                field,
                "Walmart knows this key and shows it the orders of no market (US, CA, MX). Take the key of the account "
                "that sells there, or let its owner ask Walmart to enable the market",
            )
        case KeyFault.REVOKED:
            raise Invalid(field, f"{report.said} The key was withdrawn at Walmart: make a new one")
        case KeyFault.WRONG:
            raise Invalid(field, report.said)

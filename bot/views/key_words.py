"""What was found out about a key, in words: what is wrong with it, what that means, and what to do next."""

from typing import assert_never

from bot.domain.keys import KeyFault, KeyReport
from bot.domain.sites import Market
from bot.i18n import Texts
from bot.i18n.pieces import Line, Strong, When


def fault_lines(report: KeyReport, _: Texts) -> tuple[Line, ...]:
    """Empty for a key without a fault. Walmart's own sentence stands at the end."""
    match report.fault:
        case None:
            return ()
        case KeyFault.WRONG:
            said = (
                _.line("Walmart does not take this Client ID with this Client Secret."),
                _.line(
                    "Copy both again from developer.walmart.com > My Account > API Keys, without blanks. If the key "
                    "was reset there, only its new secret works."
                ),
            )
        case KeyFault.REVOKED:
            said = (
                _.line("This key was withdrawn: Walmart knows it and honours it no more."),
                _.line("Make a new key at developer.walmart.com > My Account > API Keys and enter that one."),
            )
        case KeyFault.NO_ORDERS:
            said = (
                _.line("Walmart takes the key, and the key may not read orders."),
                _.line(
                    "Give it View Only for Orders at developer.walmart.com > My Account > API Keys (Full Access is not "
                    "needed), then enter it again. {granted}",
                    granted=granted_words(report, _),
                ),
            )
        case KeyFault.NO_MARKET:
            said = (
                _.line("Walmart takes the key and shows it the orders of no market: not of US, CA or MX."),
                _.line(
                    "Take the key of the account that sells there, or have its owner ask Walmart to enable the market."
                ),
            )
        case _:
            assert_never(report.fault)
    return said + ((_.line("Walmart says: {said}", said=report.said),) if report.said else ())


def success_lines(report: KeyReport, _: Texts) -> tuple[Line, ...]:
    lines: list[Line] = [(Strong(_("Authorization successful")),)]
    lines.append(
        _.line("Checked {at}. Markets: {markets}.", at=When(report.checked_at), markets=market_words(report.markets))
    )
    if report.unasked:
        lines.append(
            _.line(
                "{markets} did not answer just now; a site there can be set up all the same.",
                markets=market_words(report.unasked),
            )
        )
    lines.append(_.line("{granted}", granted=granted_words(report, _)))
    if report.missing:
        lines.append(
            _.line(
                "Missing: {areas}. Cards come without it; View Only is enough, and nothing else is needed.",
                areas=", ".join(report.missing),
            )
        )
    else:
        lines.append(_.line("Nothing is missing: RelayDesk only reads orders and returns."))
    return tuple(lines)


def granted_words(report: KeyReport, _: Texts) -> str:
    words = {
        "full_access": _("full access"),
        "view_only": _("view only"),
        "no_access": _("no access"),
    }
    areas = ", ".join(f"{area} {words.get(level, level)}" for area, level in sorted(report.permissions.items()))
    return _("Permissions: {areas}.", areas=areas) if areas else _("Walmart names no permissions.")


def market_words(markets: tuple[Market, ...]) -> str:
    return ", ".join(market.upper() for market in markets)

"""The docked accounts, what ends with one, and what became of a key that was entered anew."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.docking import DockingDraft, Step
from bot.domain.sites import Account, AccountState, Docked, SiteState
from bot.i18n import Texts
from bot.i18n.pieces import Line, Strong
from bot.views.acts import Button, Run, Style
from bot.views.docking_page import region_words
from bot.views.key_words import fault_lines, success_lines
from bot.views.page import Page, Row


@dataclass(frozen=True, slots=True)
class Ends:
    """What a delete stops."""

    account: str
    sites: tuple[str, ...]
    open_tickets: int
    waiting_replies: int


def accounts_page(accounts: Iterable[Account], sites: Iterable[Docked], _: Texts) -> Page:
    docked = [site for site in sites if site.site.state is not SiteState.DELETED]
    rows = tuple(_row(account, [one for one in docked if one.account.id == account.id], _) for account in accounts)
    intro: tuple[Line, ...] = (_.line("Each account is one docked Walmart application; its name stands on its cards."),)
    if not rows:
        intro = (_.line("No account is docked yet."),)
    buttons = (Button(_("Dock an account"), Run("dock"), Style.PLAIN if rows else Style.PRIMARY),)
    return Page("accounts", _("Accounts"), intro, rows, buttons, again="account list")


def _row(account: Account, sites: list[Docked], _: Texts) -> Row:
    refused = account.state is AccountState.REAUTHORISE
    about = ", ".join(f"{one.site.seller_name} {one.site.market.upper()}" for one in sites) or _("no site")
    lines: tuple[Line, ...] = (
        _.line("{region}; sites: {sites}", region=region_words(account.region, _), sites=about),
        _.line("Walmart refuses its key: orders are missing on new cards until another is entered.")
        if refused
        else _.line("Walmart takes its key."),
    )
    controls = (
        Button(_("Rename"), Run(f"account rename {account.id}")),
        Button(_("Another key"), Run(f"reauthorise {account.id}"), Style.PRIMARY if refused else Style.PLAIN),
        Button(_("Delete"), Run(f"account delete {account.id}"), Style.DANGER),
    )
    return Row(account.name, lines, controls)


def stops_lines(ends: Ends, _: Texts) -> tuple[Line, ...]:
    lines: list[Line] = [
        _.line("Deleting {account} cannot be taken back. What stops:", account=Strong(ends.account)),
        _.line("- Its sites are deleted: {sites}.", sites=", ".join(ends.sites))
        if ends.sites
        else _.line("- It has no site."),
        _.line("- New buyer messages to them are kept as dead letters and open no ticket."),
        _.many_line(
            "- {count} open ticket can no longer be answered here.",
            "- {count} open tickets can no longer be answered here.",
            ends.open_tickets,
        ),
    ]
    if ends.waiting_replies:
        lines.append(
            _.many_line(
                "- {count} reply that is written and has not left will not leave.",
                "- {count} replies that are written and have not left will not leave.",
                ends.waiting_replies,
            )
        )
    lines.append(_.line("- Its key is forgotten. Withdraw it at Walmart too if nothing else uses it."))
    return tuple(lines)


def key_page(draft: DockingDraft, _: Texts) -> Page:
    """What became of a key that was entered for an account."""
    anew = Button(_("Enter another key"), Run(f"reauthorise {draft.account}"))
    head: Line = _.line("Key of account {account}", account=Strong(draft.account_name))
    if draft.step is Step.CHECKING:
        said: tuple[Line, ...] = (_.line("Walmart is being asked about the key; look again in a moment."),)
        if draft.trouble:
            said = (
                _.line("Walmart could not say anything about the key yet: {trouble}", trouble=draft.trouble),
                _.line("What you entered is kept, sealed, and Walmart is asked again by itself."),
            )
        row = Row(_("The key before stays in use"), controls=(Button(_("Look again"), Run("reauthorise state")), anew))
        return _key(head, said, (row,), _)
    if draft.step is Step.AUTHORISED and draft.report is not None:
        return _key(head, (*success_lines(draft.report, _), _.line("Orders that waited are looked up now.")), (), _)
    found = fault_lines(draft.report, _) if draft.report is not None else ()
    if draft.trouble:
        found = (*found, _.line("{trouble}", trouble=draft.trouble))
    return _key(head, found, (Row(_("The key before stays in use"), controls=(anew,)),), _)


def _key(head: Line, lines: tuple[Line, ...], rows: tuple[Row, ...], _: Texts) -> Page:
    return Page("key", _("Walmart key"), (head, *lines), rows, again="reauthorise state")

"""The docking wizard as a page: where its admin is, what was found out, and what comes next."""

from dataclasses import dataclass
from typing import assert_never

from bot.domain.docking import NORTH_AMERICA, DockingDraft, Step
from bot.domain.sites import Account, Docked, Market, SiteState
from bot.i18n import Texts
from bot.i18n.pieces import Line, Strong
from bot.views.acts import Button, Confirm, Run, Style
from bot.views.key_words import fault_lines, success_lines
from bot.views.page import LinkButton, Page, Row

PAGE = "docking"
API_KEYS = "https://developer.walmart.com/"
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Docking:
    """A draft and what stands by now. `mailboxes` are the addresses of the preset list."""

    draft: DockingDraft
    account: Account | None
    sites: tuple[Docked, ...]
    mailboxes: tuple[str, ...]


def docking_page(docking: Docking, _: Texts) -> Page:
    match docking.draft.step:
        case Step.OWNER | Step.ACCOUNT:
            page = _owner(_)
        case Step.KEY:
            page = _key(docking, _)
        case Step.CHECKING:
            page = _checking(docking, _)
        case Step.AUTHORISED:
            page = _authorised(docking, _)
        case Step.SITE:
            page = _sites(docking, _)
        case Step.DONE:
            page = _done(docking, _)
        case step:
            assert_never(step)
    return page


def region_words(code: str, _: Texts) -> str:
    return _("North America") if code == NORTH_AMERICA.code else code


def owner_lines(_: Texts) -> tuple[Line, ...]:
    """What only the owner of the Walmart account can do; also sent to the owner as it stands here."""
    return (
        _.line("1. Sign in at developer.walmart.com as the owner of the account, and choose the US market."),
        _.line("2. Open My Account > API Keys. The page is there once Walmart has verified the business."),
        _.line(
            "3. Use the account's own key, My API Key: Orders and Returns on View Only; Full Access is not needed. "
            "Resetting a key stops every other tool that uses it."
        ),
        _.line("4. Keep Client ID and Client Secret at hand for the admin. Never write the secret into a chat."),
        _.line("5. In Seller Center > Account > Manage contacts, be ready to change the Customer Service address."),
    )


def _page(number: int, heading: str, lines: tuple[Line, ...], rows: tuple[Row, ...], _: Texts) -> Page:
    head: Line = (Strong(_("Step {number}/{all}: {heading}", number=number, all=_STEPS, heading=heading)),)
    return Page(PAGE, _("Dock Walmart"), (head, *lines), rows, again="dock")


def _owner(_: Texts) -> Page:
    rows = (
        Row(
            _("Then give the account a name and choose its region"),
            controls=(
                LinkButton(_("Open developer.walmart.com"), API_KEYS),
                Button(_("Send this to the owner"), Run("dock owner")),
                Button(_("Next"), Run("dock account"), Style.PRIMARY),
            ),
        ),
    )
    return _page(1, _("what the owner of the Walmart account must do"), owner_lines(_), rows, _)


def _key(docking: Docking, _: Texts) -> Page:
    draft = docking.draft
    found: tuple[Line, ...] = fault_lines(draft.report, _) if draft.report is not None else ()
    if draft.trouble:
        found = (_.line("{trouble}", trouble=draft.trouble),)
    lines: tuple[Line, ...] = (
        _.line(
            "Account {name}, region {region}.",
            name=Strong(draft.account_name),
            region=region_words(draft.region, _),
        ),
        *found,
        _.line('1. Visit developer.walmart.com, click "My Account" and select the US market.'),
        _.line("2. Under API Keys take the seller's own key: My API Key, the one with the lock."),
        _.line("3. A key made for a Solution Provider is taken too until 30 April 2027; no new ones are made."),
        _.line(
            "4. Copy Client ID and Client Secret into the form. The secret is sealed at once and never shown again."
        ),
    )
    rows = (
        Row(
            "",
            controls=(
                LinkButton(_("Open developer.walmart.com"), API_KEYS),
                Button(_("Enter the key"), Run("dock key"), Style.PRIMARY),
                Button(_("Change name or region"), Run("dock account")),
                _start_over(_),
            ),
        ),
    )
    return _page(2, _("the key"), lines, rows, _)


def _checking(docking: Docking, _: Texts) -> Page:
    draft = docking.draft
    lines: tuple[Line, ...] = (_.line("Walmart is being asked about the key; look again in a moment."),)
    if draft.trouble:
        lines = (
            _.line("Walmart could not say anything about the key yet: {trouble}", trouble=draft.trouble),
            _.line(
                "What you entered is kept, sealed, and Walmart is asked again by itself. You may close this window."
            ),
        )
    rows = (
        Row(
            "",
            controls=(
                Button(_("Look again"), Run("dock"), Style.PRIMARY),
                Button(_("Enter another key"), Run("dock key")),
                _start_over(_),
            ),
        ),
    )
    return _page(2, _("the key"), lines, rows, _)


def _authorised(docking: Docking, _: Texts) -> Page:
    draft, account = docking.draft, docking.account
    lines: tuple[Line, ...] = success_lines(draft.report, _) if draft.report is not None else ()
    if account is not None:
        lines = (
            *lines,
            _.line("Account {name}, region {region}.", name=account.name, region=region_words(account.region, _)),
        )
    rows = (Row("", controls=(Button(_("Next"), Run("dock go site"), Style.PRIMARY),)),)
    return _page(2, _("the key"), lines, rows, _)


def _sites(docking: Docking, _: Texts) -> Page:
    lines = (
        _.line(
            "Each market of {region} in which the account sells becomes a site with its own mailbox and channel.",
            region=region_words(docking.draft.region, _),
        ),
    )
    rows = [_mailbox_row(docking, _), *(_market_row(docking, market, _) for market in NORTH_AMERICA.markets)]
    if docking.sites:
        rows.append(Row("", controls=(Button(_("Next"), Run("dock go done"), Style.PRIMARY),)))
    return _page(3, _("the sites"), lines, tuple(rows), _)


def _mailbox_row(docking: Docking, _: Texts) -> Row:
    """Buyers write to it, so there must be one before there can be a site."""
    known = ", ".join(docking.mailboxes[:5])
    if known:
        return Row(_("Mailboxes for buyer messages"), (_.line("{addresses}", addresses=known),))
    none = _.line("None is set up yet. Add it with `relaydesk mailbox add` on the server, then look again.")
    return Row(_("Mailboxes for buyer messages"), (none,), (Button(_("Look again"), Run("dock")),))


def _market_row(docking: Docking, market: Market, _: Texts) -> Row:
    for docked in docking.sites:
        if docked.site.market is market:
            where = _.line(
                "{seller}, mail in {address}", seller=docked.site.seller_name, address=docked.mailbox.address
            )
            return Row(_("Site {market}", market=market.upper()), (where,))
    report = docking.draft.report
    sells = report is None or market in report.markets or market in report.unasked
    line = _.line("Not set up.") if sells else _.line("Walmart shows this key no orders of this market.")
    controls = (Button(_("Set up"), Run(f"dock site {market}")),) if sells and docking.mailboxes else ()
    return Row(_("Site {market}", market=market.upper()), (line,), controls)


def _done(docking: Docking, _: Texts) -> Page:
    lines: list[Line] = [_.line("The account is docked, and buyer messages become cards from now on.")]
    rows = []
    for docked in docking.sites:
        site = docked.site
        standing = (
            _.line("In rehearsal: replies reach no buyer until you let it go live.")
            if site.state is SiteState.REHEARSAL
            else _.line("Live. Buyer messages to {address} come to its channel.", address=docked.mailbox.address)
        )
        hint = _.line(
            "Make {address} the primary Customer Service contact in Seller Center and delete the others there.",
            address=docked.mailbox.address,
        )
        rows.append(Row(_("{seller} {market}", seller=site.seller_name, market=site.market.upper()), (standing, hint)))
    rows.append(
        Row(
            "",
            controls=(Button(_("Set up another site"), Run("dock go site")), Button(_("Finish"), Run("dock finish"))),
        )
    )
    return _page(4, _("try it"), tuple(lines), tuple(rows), _)


def _start_over(_: Texts) -> Button:
    confirm = Confirm(
        _("Start over?"),
        _("What was entered for this docking is forgotten, its key too."),
        _("Start over"),
        _("Keep it"),
    )
    return Button(_("Start over"), Run("dock discard"), Style.DANGER, confirm)

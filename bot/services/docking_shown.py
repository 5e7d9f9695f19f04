"""The docking wizard's page as it is now."""

from bot.domain.docking import DockingDraft
from bot.domain.sites import SiteState
from bot.i18n import Texts
from bot.ports.store import Snapshot
from bot.views.docking_page import Docking, docking_page
from bot.views.page import Page


def shown(records: Snapshot, draft: DockingDraft, _: Texts) -> Page:
    account = records.accounts.get(draft.account) if draft.account is not None else None
    sites = tuple(
        records.sites.docked(site.id)
        for site in records.sites.all()
        if account is not None and site.account == account.id and site.state is not SiteState.DELETED
    )
    mailboxes = tuple(mailbox.address for mailbox in records.mailboxes.all())
    return docking_page(Docking(draft, account, sites, mailboxes), _)

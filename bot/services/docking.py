"""Docking an account, and giving one another key: what an admin enters is kept first and looked at by Walmart after.

The key is sealed in the transaction that takes it, so that nothing typed is lost while Walmart is down, and looked at
in a job (`bot.services.docking_checks`).
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.docking import DockingDraft, Purpose, Step
from bot.domain.keys import KeyReport
from bot.domain.people import AgentId
from bot.domain.sites import Account, AccountId, AccountState, Channel, MailAccountId, Market, Site, SiteId
from bot.ports.marketplace import Credentials
from bot.ports.store import NameTaken, Snapshot, UnitOfWork
from bot.ports.vault import Secret, Vault
from bot.services.account_changes import present
from bot.services.accounts import account_name, add_account, key_renewed
from bot.services.invalid import Invalid
from bot.services.mailbox_sharing import sharing


def resume(uow: UnitOfWork, agent: AgentId, now: datetime) -> DockingDraft:
    """The docking that the agent was about, or a new one. One whose account was deleted meanwhile begins anew."""
    draft = uow.drafts.begin(agent, Purpose.DOCK, now)
    if draft.account is not None and uow.accounts.get(draft.account).state is AccountState.DELETED:
        discard(uow, draft)
        draft = uow.drafts.begin(agent, Purpose.DOCK, now)
    return draft


def discard(uow: UnitOfWork, draft: DockingDraft) -> None:
    """Forget what was entered, the sealed key first of all. An account that Walmart has let in stays docked."""
    uow.drafts.discard(draft.id)
    if draft.client_secret is not None:
        uow.secrets.forget(draft.client_secret)


def go_to(uow: UnitOfWork, draft: DockingDraft, step: Step) -> DockingDraft:
    """Raises `Invalid` for a step that needs what has not been done yet."""
    if step in {Step.AUTHORISED, Step.SITE, Step.DONE} and draft.account is None:
        raise Invalid("", "Walmart has not let the key in yet")
    if step is Step.KEY and not draft.account_name:
        raise Invalid("", "the account has no name yet")
    if step is Step.CHECKING and draft.client_secret is None:
        raise Invalid("", "no key was entered yet")
    if step in {Step.OWNER, Step.ACCOUNT, Step.KEY, Step.CHECKING} and draft.account is not None:
        raise Invalid("", "the account is docked already")
    return _saved(uow, replace(draft, step=step))


def name_account(uow: UnitOfWork, draft: DockingDraft, name: str, region: str) -> DockingDraft:
    kept = account_name(uow, name)
    return _saved(uow, replace(draft, account_name=kept, region=region, step=Step.KEY))


def for_account(uow: UnitOfWork, draft: DockingDraft, account: AccountId) -> DockingDraft:
    """Another key is to be entered for this account. Raises `Invalid` for one that is deleted."""
    docked = present(uow, account)
    return _saved(uow, replace(draft, account=docked.id, account_name=docked.name, client_id=docked.client_id))


def enter_key(uow: UnitOfWork, vault: Vault, draft: DockingDraft, client_id: str, secret: Secret) -> DockingDraft:
    """Seal the key and have it looked at."""
    if not client_id.strip():
        raise Invalid("client_id", "is missing")
    if not secret.reveal().strip():
        raise Invalid("client_secret", "is missing")
    context = f"draft:{draft.id}:client_secret"
    sealed = vault.seal(Secret(secret.reveal().strip()), context)
    kept = draft.client_secret
    if kept is None:
        kept = uow.secrets.keep(context, sealed)
    else:
        uow.secrets.replace(kept, context, sealed)
    return _saved(
        uow,
        replace(draft, client_id=client_id.strip(), client_secret=kept, report=None, trouble="", step=Step.CHECKING),
    )


def entered_key(records: Snapshot, vault: Vault, draft: DockingDraft) -> Credentials | None:
    """The key that waits to be looked at; None when there is none (any more)."""
    if draft.step is not Step.CHECKING or draft.client_secret is None:
        return None
    context, sealed = records.secrets.sealed(draft.client_secret)
    return Credentials(draft.account or AccountId(0), draft.client_id, vault.open(sealed, context))


def looked_at(
    uow: UnitOfWork, vault: Vault, draft: DockingDraft, key: Credentials, report: KeyReport
) -> Account | None:
    """Take a good key over to its account; a bad one stays until another is entered. Returns the account that has the
    key now. Raises `Invalid` when the account, or its name, was taken away meanwhile."""
    if report.fault is not None:
        _saved(uow, replace(draft, report=report, trouble="", step=Step.KEY))
        return None
    if draft.purpose is Purpose.REAUTHORISE:
        account = present(uow, key.account)
        key_renewed(uow, vault, key, report.checked_at)
    else:
        account = add_account(uow, vault, draft.account_name, key.client_id, key.client_secret)
    forgotten = draft.client_secret
    done = replace(draft, account=account.id, report=report, client_secret=None, trouble="", step=Step.AUTHORISED)
    _saved(uow, done)
    if forgotten is not None:
        uow.secrets.forget(forgotten)
    return account


def add_site(
    uow: UnitOfWork,
    draft: DockingDraft,
    market: Market,
    *,
    seller_name: str,
    mailbox: MailAccountId,
    channels: tuple[Channel, ...],
) -> Site:
    """Raises `Invalid` for a mailbox in which nothing would tell this site's letters from another's."""
    if draft.account is None:
        raise Invalid("", "Walmart has not let the key in yet")
    name = " ".join(seller_name.split())
    if mailbox not in {each.id for each in uow.mailboxes.all()}:
        raise Invalid("mailbox", "is not on the list any more. Choose another one")
    sharing(uow, mailbox, market, name)
    try:
        site = uow.sites.add(Site(SiteId(0), draft.account, market, name, mailbox, channels))
    except NameTaken:
        raise Invalid("", f"The account has a site in {market.upper()} already; somebody else has made it") from None
    _saved(uow, replace(draft, site=site.id, step=Step.SITE))
    return site


def not_looked_at(uow: UnitOfWork, draft: DockingDraft, trouble: str, *, lasting: bool) -> DockingDraft:
    """Nothing is known of the key yet. `lasting`: nobody tries again by itself."""
    return _saved(uow, replace(draft, trouble=trouble, step=Step.KEY if lasting else Step.CHECKING))


def _saved(uow: UnitOfWork, draft: DockingDraft) -> DockingDraft:
    uow.drafts.save(draft)
    return uow.drafts.get(draft.id)

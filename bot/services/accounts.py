"""The keys of Walmart accounts: kept, refused by Walmart, given anew. Walmart was asked before each transaction."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.jobs import EnrichTicket, WarnOfKey
from bot.domain.people import ChatUser
from bot.domain.sites import Account, AccountId, AccountState, SiteState
from bot.domain.tickets import Caution
from bot.ports.marketplace import Credentials
from bot.ports.store import NameTaken, Snapshot, UnitOfWork
from bot.ports.vault import Secret, Vault
from bot.services.invalid import Invalid

LONGEST_NAME = 80
# Walmart shows an order for so long; a ticket that waits longer has nothing to wait for.
_ORDERS_LAST = timedelta(days=180)


def account_name(records: Snapshot, typed: str, *, but: AccountId | None = None) -> str:
    """The name as it is kept. Raises `Invalid`: it tells the accounts apart on every card, so each has its own."""
    name = " ".join(typed.split())
    if not name:
        raise Invalid("name", "is missing")
    if len(name) > LONGEST_NAME:
        raise Invalid("name", f"is longer than {LONGEST_NAME} characters")
    for account in records.accounts.all():
        if account.name.casefold() == name.casefold() and account.id != but:
            raise Invalid("name", f"there is an account called {account.name} already")
    return name


def add_account(uow: UnitOfWork, vault: Vault, name: str, client_id: str, client_secret: Secret) -> Account:
    """Keep an account with its key. Somebody else may have added it while Walmart was asked."""
    name = account_name(uow, name)
    # Sealed for the account's number, which is there only when the row is: the name may change, and be given again.
    secret = uow.secrets.keep("account:new:client_secret", b"")
    try:
        account = uow.accounts.add(name, client_id, secret)
    except NameTaken:
        raise Invalid("name", f"there is an account called {name} already") from None
    _seal(uow, vault, account, client_secret)
    return account


def credentials(records: Snapshot, vault: Vault, account: Account) -> Credentials:
    """Raises `Misconfigured` when the secret cannot be opened with the keys at hand."""
    context, sealed = records.secrets.sealed(account.client_secret)
    return Credentials(account.id, account.client_id, vault.open(sealed, context))


def key_renewed(uow: UnitOfWork, vault: Vault, key: Credentials, now: datetime) -> None:
    """Keep a key that Walmart has taken for the one before, and have everything that waited for it catch up."""
    account = uow.accounts.get(key.account)
    if account.state is AccountState.DELETED:
        raise Invalid("", f"{account.name} was deleted meanwhile. Nothing was kept")
    _seal(uow, vault, account, key.client_secret)
    _works_again(uow, replace(account, client_id=key.client_id), now)


def key_works(uow: UnitOfWork, account_id: AccountId, now: datetime) -> None:
    """Walmart takes the key that it refused: what refused it was an accident of Walmart's own."""
    account = uow.accounts.get(account_id)
    if account.state is AccountState.REAUTHORISE:
        _works_again(uow, account, now)


def key_refused(
    uow: UnitOfWork, vault: Vault, asked_with: Credentials, admins: Iterable[ChatUser], now: datetime
) -> None:
    """Tell the channels of the account and the admins, once, that another key must be entered."""
    account = uow.accounts.get(asked_with.account)
    if account.state is not AccountState.ACTIVE or credentials(uow, vault, account) != asked_with:
        # Told already, or somebody has entered another key while Walmart was asked with the one before.
        return
    uow.accounts.save(replace(account, state=AccountState.REAUTHORISE))
    sites = [site for site in uow.sites.all() if site.account == account.id and site.state is not SiteState.DELETED]
    for channel in dict.fromkeys(channel for site in sites for channel in site.channels):
        uow.jobs.enqueue(WarnOfKey(account.id, channel.platform, now.isoformat(), channel=channel.id))
    for admin in sorted(admins, key=str):
        uow.jobs.enqueue(WarnOfKey(account.id, admin.platform, now.isoformat(), user=admin.id))


def _works_again(uow: UnitOfWork, account: Account, now: datetime) -> None:
    """Orders that could not be looked up with the key before are looked up now."""
    uow.accounts.save(replace(account, state=AccountState.ACTIVE))
    ours = {site.id for site in uow.sites.all() if site.account == account.id}
    for ticket in uow.tickets.awaiting_order(now - _ORDERS_LAST):
        if ticket.site in ours or Caution.SITE_UNSURE in ticket.cautions:
            uow.jobs.enqueue(EnrichTicket(ticket.id))


def _seal(uow: UnitOfWork, vault: Vault, account: Account, secret: Secret) -> None:
    context = f"account:{account.id}:client_secret"
    uow.secrets.replace(account.client_secret, context, vault.seal(secret, context))

"""Renaming an account and deleting it, with its sites. One transaction each."""

from dataclasses import dataclass, replace

from bot.domain.sites import Account, AccountId, AccountState, SiteState
from bot.ports.store import NotFound, Snapshot, UnitOfWork
from bot.services.accounts import account_name
from bot.services.invalid import Invalid
from bot.services.site_deletion import Stops, bury, what_stops
from bot.services.site_settings import draw_again


@dataclass(frozen=True, slots=True)
class AccountStops:
    """What ends with an account."""

    account: Account
    sites: tuple[Stops, ...]

    @property
    def open_tickets(self) -> int:
        return sum(site.open_tickets for site in self.sites)

    @property
    def waiting_replies(self) -> int:
        return sum(site.waiting_replies for site in self.sites)


def docked_accounts(records: Snapshot) -> tuple[Account, ...]:
    """All but the tombstones, by name."""
    accounts = [account for account in records.accounts.all() if account.state is not AccountState.DELETED]
    return tuple(sorted(accounts, key=lambda account: account.name.casefold()))


def present(records: Snapshot, account: AccountId) -> Account:
    """Raises `Invalid` for an account that somebody else has deleted while this one's form was open."""
    try:
        found = records.accounts.get(account)
    except NotFound:
        raise Invalid("", "This account does not exist. Nothing was changed: look at the list of accounts") from None
    if found.state is AccountState.DELETED:
        raise Invalid("", f"{found.name} was deleted meanwhile. Nothing was changed: look at the list of accounts")
    return found


def rename_account(uow: UnitOfWork, account_id: AccountId, typed: str) -> Account:
    """Cards that are open say the new name at once, those of solved tickets with their next news."""
    account = present(uow, account_id)
    uow.accounts.save(replace(account, name=account_name(uow, typed, but=account.id)))
    for site in uow.sites.all():
        if site.account == account.id and site.state is not SiteState.DELETED:
            draw_again(uow, site)
    return uow.accounts.get(account.id)


def what_ends(records: Snapshot, account_id: AccountId) -> AccountStops:
    """Raises `Invalid` for an account that is deleted already."""
    account = present(records, account_id)
    ours = [site for site in records.sites.all() if site.account == account.id]
    return AccountStops(
        account, tuple(what_stops(records, site.id) for site in ours if site.state is not SiteState.DELETED)
    )


def delete_account(uow: UnitOfWork, account_id: AccountId, typed: str) -> AccountStops:
    """Its sites become tombstones and its key is forgotten; tickets and letters stay. `typed` must be its name."""
    ends = what_ends(uow, account_id)
    account = ends.account
    if typed.strip() != account.name:
        raise Invalid("typed", f"does not match. Type {account.name} to delete it; nothing was deleted")
    for site in ends.sites:
        bury(uow, site.site)
    uow.secrets.replace(account.client_secret, f"account:{account.id}:deleted", b"")
    # The name is free for another account; what hangs on this one still says whose it was.
    uow.accounts.save(replace(account, name=f"{account.name} (deleted {account.id})", state=AccountState.DELETED))
    return ends

"""Setting up accounts, mailboxes and sites: tested before anything is kept, refused by field."""

from dataclasses import dataclass
from functools import partial

from bot.domain.sites import (
    AccountId,
    Channel,
    Endpoint,
    MailAccount,
    MailAccountId,
    Market,
    SecretId,
    Site,
    SiteId,
    SiteState,
)
from bot.ports.failures import Failure
from bot.ports.mail import MailboxReport, MailSource, Postman
from bot.ports.marketplace import Authorisation, Credentials, Marketplace
from bot.ports.store import NameTaken, Store, UnitOfWork
from bot.ports.vault import Secret, Vault


class Invalid(Exception):
    """`field` names what was typed wrongly; nothing was kept."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class NewMailbox:
    address: str
    imap: Endpoint
    smtp: Endpoint
    username: str
    password: Secret
    authserv_id: str = ""


@dataclass(frozen=True, slots=True)
class NewSite:
    account: str
    market: Market
    seller_name: str
    mailbox: str
    channels: tuple[Channel, ...]


class SettingUp:
    def __init__(
        self, *, store: Store, vault: Vault, marketplace: Marketplace, source: MailSource, postman: Postman
    ) -> None:
        self._store = store
        self._vault = vault
        self._marketplace = marketplace
        self._source = source
        self._postman = postman

    async def add_account(self, name: str, client_id: str, client_secret: Secret) -> Authorisation:
        """Verify the key with Walmart, then keep it. Raises `Invalid`, or the marketplace's failure."""
        _required("name", name)
        _required("client-id", client_id)
        _required("client secret", client_secret.reveal())
        granted = await self._marketplace.authorise(Credentials(AccountId(0), client_id, client_secret))
        if not granted.may_read_orders:
            raise Invalid(
                "client-id", "this key may not read orders; give it at least 'view only' for Orders at Walmart"
            )
        context = f"account:{name}:client_secret"
        sealed = self._vault.seal(client_secret, context)
        work = partial(_add_account, name=name, client_id=client_id, context=context, sealed=sealed)
        await self._store.run(work)
        return granted

    async def add_mailbox(self, new: NewMailbox) -> MailboxReport:
        """Log in to both servers, then keep the mailbox. Raises `Invalid` naming the server that refused."""
        address = new.address.strip().lower()
        if address.count("@") != 1 or address.startswith("@") or address.endswith("@"):
            raise Invalid("address", "is not an e-mail address")
        _required("password", new.password.reveal())
        mailbox = MailAccount(
            id=MailAccountId(0),
            address=address,
            imap=new.imap,
            smtp=new.smtp,
            username=new.username or address,
            password=SecretId(0),
            authserv_id=new.authserv_id,
        )
        try:
            report = await self._source.check(mailbox, new.password)
        except Failure as failure:
            raise Invalid("imap", failure.reason) from failure
        try:
            await self._postman.check(mailbox, new.password)
        except Failure as failure:
            raise Invalid("smtp", failure.reason) from failure
        context = f"mailbox:{address}:password"
        sealed = self._vault.seal(new.password, context)
        await self._store.run(partial(_add_mailbox, mailbox=mailbox, context=context, sealed=sealed))
        return report

    async def add_site(self, new: NewSite) -> Site:
        _required("seller-name", new.seller_name)
        if not new.channels:
            raise Invalid("channel", "name at least one channel, like slack:C0123456789")
        return await self._store.run(partial(_add_site, new=new))


def _required(field: str, value: str) -> None:
    if not value.strip():
        raise Invalid(field, "is missing")


def _add_account(uow: UnitOfWork, name: str, client_id: str, context: str, sealed: bytes) -> None:
    try:
        uow.accounts.add(name, client_id, uow.secrets.keep(context, sealed))
    except NameTaken:
        raise Invalid("name", f"there is an account called {name} already") from None


def _add_mailbox(uow: UnitOfWork, mailbox: MailAccount, context: str, sealed: bytes) -> None:
    if uow.mailboxes.with_address(mailbox.address) is not None:
        raise Invalid("address", f"{mailbox.address} is on the list already")
    secret = uow.secrets.keep(context, sealed)
    uow.mailboxes.add(
        MailAccount(
            id=mailbox.id,
            address=mailbox.address,
            imap=mailbox.imap,
            smtp=mailbox.smtp,
            username=mailbox.username,
            password=secret,
            authserv_id=mailbox.authserv_id,
        )
    )


def _add_site(uow: UnitOfWork, new: NewSite) -> Site:
    account = uow.accounts.named(new.account)
    if account is None:
        raise Invalid("account", f"there is no account called {new.account}; add it first")
    mailbox = uow.mailboxes.with_address(new.mailbox.strip().lower())
    if mailbox is None:
        raise Invalid("mailbox", f"{new.mailbox} is not on the list; add it first")
    site = Site(SiteId(0), account.id, new.market, new.seller_name, mailbox.id, new.channels, SiteState.LIVE)
    try:
        return uow.sites.add(site)
    except NameTaken:
        raise Invalid("market", f"{new.account} has a site in {new.market.upper()} already") from None

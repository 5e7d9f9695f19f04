"""Setting up accounts, mailboxes and sites: tested before anything is kept, refused by field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.domain.people import Platform
from bot.domain.sites import (
    Account,
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
from bot.ports.chat import Chat
from bot.ports.failures import Failure, Misconfigured
from bot.ports.mail import MailboxReport, MailSource, Postman
from bot.ports.marketplace import Authorisation, Credentials, Marketplace
from bot.ports.store import NameTaken, Snapshot, Store, UnitOfWork
from bot.ports.vault import Secret, Vault

_HIGHEST_PORT = 65535


class Invalid(Exception):
    """`field` names what was typed wrongly, `message` goes on after it; nothing was kept."""

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
        self,
        *,
        store: Store,
        vault: Vault,
        marketplace: Marketplace,
        source: MailSource,
        postman: Postman,
        chats: Mapping[Platform, Chat],
    ) -> None:
        self._store = store
        self._vault = vault
        self._marketplace = marketplace
        self._source = source
        self._postman = postman
        self._chats = chats

    async def add_account(self, name: str, client_id: str, client_secret: Secret) -> Authorisation:
        """Verify the key with Walmart, then keep it. Raises `Invalid`, and `Transient` when Walmart does not answer."""
        name, client_id = _required("name", name), _required("client-id", client_id)
        _required("client secret", client_secret.reveal())
        await self._store.read(partial(_refuse_known_account, name=name))
        try:
            granted = await self._marketplace.authorise(Credentials(AccountId(0), client_id, client_secret))
        except Misconfigured as failure:
            raise Invalid("client-id or client secret", failure.reason) from failure
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
        for field, endpoint in (("imap", new.imap), ("smtp", new.smtp)):
            _required(f"{field}-host", endpoint.host)
            if not 0 < endpoint.port <= _HIGHEST_PORT:
                raise Invalid(f"{field}-port", f"{endpoint.port} is not a port; it lies between 1 and {_HIGHEST_PORT}")
        await self._store.read(partial(_refuse_known_mailbox, address=address))
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
        """Look into the channels, then keep the site. Raises `Invalid`, and `Transient` when the chat is down."""
        new = replace(
            new,
            seller_name=_required("seller-name", new.seller_name),
            account=new.account.strip(),
            channels=tuple(dict.fromkeys(new.channels)),
        )
        if not new.channels:
            raise Invalid("channel", "name at least one channel, like slack:C0123456789")
        await self._store.read(partial(_found, new=new))
        for channel in new.channels:
            await self._look_into(channel)
        return await self._store.run(partial(_add_site, new=new))

    async def _look_into(self, channel: Channel) -> None:
        chat = self._chats.get(channel.platform)
        if chat is None:
            raise Invalid(
                "channel", f"{channel.platform} is not connected; set its tokens first, see `relaydesk doctor`"
            )
        try:
            await chat.directory.channel(channel.id)
        except Misconfigured as failure:
            raise Invalid("channel", f"{channel.id}: {failure.reason}") from failure


def _required(field: str, value: str) -> str:
    if not value.strip():
        raise Invalid(field, "is missing")
    return value.strip()


def _refuse_known_account(snapshot: Snapshot, name: str) -> None:
    if snapshot.accounts.named(name) is not None:
        raise Invalid("name", f"there is an account called {name} already")


def _refuse_known_mailbox(records: Snapshot | UnitOfWork, address: str) -> None:
    if records.mailboxes.with_address(address) is not None:
        raise Invalid("address", f"{address} is on the list already")


def _add_account(uow: UnitOfWork, name: str, client_id: str, context: str, sealed: bytes) -> None:
    # Somebody else may have added it while Walmart was asked.
    try:
        uow.accounts.add(name, client_id, uow.secrets.keep(context, sealed))
    except NameTaken:
        raise Invalid("name", f"there is an account called {name} already") from None


def _add_mailbox(uow: UnitOfWork, mailbox: MailAccount, context: str, sealed: bytes) -> None:
    # Somebody else may have added it while the servers were asked.
    _refuse_known_mailbox(uow, mailbox.address)
    uow.mailboxes.add(replace(mailbox, password=uow.secrets.keep(context, sealed)))


def _found(records: Snapshot | UnitOfWork, new: NewSite) -> tuple[Account, MailAccount]:
    account = records.accounts.named(new.account)
    if account is None:
        raise Invalid("account", f"there is no account called {new.account}; add it first with `relaydesk account add`")
    mailbox = records.mailboxes.with_address(new.mailbox.strip().lower())
    if mailbox is None:
        raise Invalid("mailbox", f"{new.mailbox} is not on the list; add it first with `relaydesk mailbox add`")
    return account, mailbox


def _add_site(uow: UnitOfWork, new: NewSite) -> Site:
    account, mailbox = _found(uow, new)
    site = Site(SiteId(0), account.id, new.market, new.seller_name, mailbox.id, new.channels, SiteState.LIVE)
    try:
        return uow.sites.add(site)
    except NameTaken:
        raise Invalid("market", f"{new.account} has a site in {new.market.upper()} already") from None

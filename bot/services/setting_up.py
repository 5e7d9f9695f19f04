"""Setting up accounts, mailboxes and sites: tested before anything is kept, refused by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.domain.audit import AuditKind
from bot.domain.keys import KeyReport
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
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured
from bot.ports.mail import MailboxReport, MailSource, Postman
from bot.ports.marketplace import Credentials, Marketplace
from bot.ports.store import NameTaken, Snapshot, Store, UnitOfWork
from bot.ports.vault import Secret, Vault
from bot.services.accounts import account_name, add_account, key_renewed
from bot.services.invalid import Invalid as Invalid
from bot.services.key_faults import refuse_faults
from bot.services.keys import look_at_key
from bot.services.mailbox_sharing import sharing
from bot.services.recording import by_operator, of_account, of_mailbox, of_site, shown

_HIGHEST_PORT = 65535
_KEY_FIELDS = "client-id or client secret"


@dataclass(frozen=True, slots=True)
class NewMailbox:
    address: str
    imap: Endpoint
    smtp: Endpoint
    username: str
    password: Secret
    authserv_id: str = ""
    junk_folder: str = ""
    sent_folder: str = ""


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
        clock: Clock,
    ) -> None:
        self._store = store
        self._vault = vault
        self._marketplace = marketplace
        self._source = source
        self._postman = postman
        self._chats = chats
        self._clock = clock

    async def add_account(self, name: str, client_id: str, client_secret: Secret) -> KeyReport:
        """Verify the key with Walmart, then keep it. Raises `Invalid`, and `Transient` when Walmart does not answer."""
        name, client_id = _required("name", name), _required("client-id", client_id)
        _required("client secret", client_secret.reveal())
        await self._store.read(partial(account_name, typed=name))
        key = Credentials(AccountId(0), client_id, client_secret)
        report = await look_at_key(self._marketplace, key, self._clock)
        refuse_faults(report, _KEY_FIELDS)

        def keep(uow: UnitOfWork) -> None:
            account = add_account(uow, self._vault, name, client_id, client_secret)
            by_operator(uow, self._clock.now(), AuditKind.ADDED, of_account(account))

        await self._store.run(keep)
        return report

    async def change_client_secret(self, name: str, client_secret: Secret) -> KeyReport:
        """Verify a new secret of the same Client ID, then keep it for the old one. Raises as `add_account` does."""
        name = _required("name", name)
        _required("client secret", client_secret.reveal())
        account = await self._store.read(partial(_account, field="name", name=name))
        key = Credentials(account.id, account.client_id, client_secret)
        report = await look_at_key(self._marketplace, key, self._clock)
        refuse_faults(report, "client secret")

        def keep(uow: UnitOfWork) -> None:
            key_renewed(uow, self._vault, key, self._clock.now())
            by_operator(uow, self._clock.now(), AuditKind.CHANGED, of_account(account), aspect="client secret")

        await self._store.run(keep)
        return report

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
            junk_folder=new.junk_folder,
            sent_folder=new.sent_folder,
        )
        report = await self._log_in(mailbox, new.password)
        for field, named, found in (
            ("junk-folder", new.junk_folder, report.junk_folder),
            ("sent-folder", new.sent_folder, report.sent_folder),
        ):
            if named and found is None:
                raise Invalid(field, f"the mail server has no folder called {named}")
        context = _password_of(address)
        sealed = self._vault.seal(new.password, context)

        def keep(uow: UnitOfWork) -> None:
            added = _add_mailbox(uow, mailbox, context, sealed)
            by_operator(uow, self._clock.now(), AuditKind.ADDED, of_mailbox(added))

        await self._store.run(keep)
        return report

    async def change_password(self, address: str, password: Secret) -> None:
        """Log in to both servers with a new password, then keep it for the old one. Raises as `add_mailbox` does."""
        _required("password", password.reveal())
        mailbox = await self._store.read(partial(_mailbox, field="address", address=address))
        await self._log_in(mailbox, password)
        context = _password_of(mailbox.address)
        sealed = self._vault.seal(password, context)

        def keep(uow: UnitOfWork) -> None:
            uow.secrets.replace(mailbox.password, context, sealed)
            by_operator(uow, self._clock.now(), AuditKind.CHANGED, of_mailbox(mailbox), aspect="password")

        await self._store.run(keep)

    async def _log_in(self, mailbox: MailAccount, password: Secret) -> MailboxReport:
        try:
            report = await self._source.check(mailbox, password)
        except Failure as failure:
            raise Invalid("imap", failure.reason) from failure
        try:
            await self._postman.check(mailbox, password)
        except Failure as failure:
            raise Invalid("smtp", failure.reason) from failure
        return report

    async def add_site(self, new: NewSite) -> Site:
        """Look into the channels, then keep the site. Raises `Invalid`, and `Transient` when the chat is down."""
        new = replace(
            new,
            seller_name=_required("seller-name", new.seller_name),
            account=new.account.strip(),
            channels=_some(new.channels),
        )
        await self._store.read(partial(_found, new=new))
        await self._look_into(new.channels)

        def keep(uow: UnitOfWork) -> Site:
            site = _add_site(uow, new)
            after = shown(site.channels)
            by_operator(uow, self._clock.now(), AuditKind.ADDED, of_site(site), aspect="channels", after=after)
            return site

        return await self._store.run(keep)

    async def change_channels(self, account: str, market: Market, channels: Sequence[Channel]) -> Site:
        """Look into the channels, then show the site's tickets in these and no others. Raises as `add_site` does."""
        channels = _some(channels)
        await self._store.read(partial(_site, account=account.strip(), market=market))
        await self._look_into(channels)

        def keep(uow: UnitOfWork) -> Site:
            before = _site(uow, account.strip(), market)
            after = replace(before, channels=channels)
            uow.sites.save(after)
            by_operator(
                uow,
                self._clock.now(),
                AuditKind.CHANGED,
                of_site(after),
                aspect="channels",
                before=shown(before.channels),
                after=shown(after.channels),
            )
            return after

        return await self._store.run(keep)

    async def _look_into(self, channels: Sequence[Channel]) -> None:
        for channel in channels:
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


def _some(channels: Sequence[Channel]) -> tuple[Channel, ...]:
    if not channels:
        raise Invalid("channel", "name at least one channel, like slack:C0123456789")
    return tuple(dict.fromkeys(channels))


def _password_of(address: str) -> str:
    """What the password is sealed for, so that it opens in no other place."""
    return f"mailbox:{address}:password"


def _refuse_known_mailbox(records: Snapshot | UnitOfWork, address: str) -> None:
    if records.mailboxes.with_address(address) is not None:
        raise Invalid("address", f"{address} is on the list already")


def _add_mailbox(uow: UnitOfWork, mailbox: MailAccount, context: str, sealed: bytes) -> MailAccount:
    # Somebody else may have added it while the servers were asked.
    _refuse_known_mailbox(uow, mailbox.address)
    return uow.mailboxes.add(replace(mailbox, password=uow.secrets.keep(context, sealed)))


def _account(records: Snapshot | UnitOfWork, field: str, name: str) -> Account:
    account = records.accounts.named(name)
    if account is None:
        raise Invalid(field, f"there is no account called {name}; add it first with `relaydesk account add`")
    return account


def _mailbox(records: Snapshot | UnitOfWork, field: str, address: str) -> MailAccount:
    mailbox = records.mailboxes.with_address(address.strip().lower())
    if mailbox is None:
        raise Invalid(field, f"{address} is not on the list; add it first with `relaydesk mailbox add`")
    return mailbox


def _found(records: Snapshot | UnitOfWork, new: NewSite) -> tuple[Account, MailAccount]:
    return _account(records, "account", new.account), _mailbox(records, "mailbox", new.mailbox)


def _site(records: Snapshot | UnitOfWork, account: str, market: Market) -> Site:
    owner = _account(records, "account", account)
    for site in records.sites.all():
        if (site.account, site.market) == (owner.id, market) and site.state is not SiteState.DELETED:
            return site
    raise Invalid("market", f"{account} has no site in {market.upper()}; add it first with `relaydesk site add`")


def _add_site(uow: UnitOfWork, new: NewSite) -> Site:
    account, mailbox = _found(uow, new)
    site = Site(SiteId(0), account.id, new.market, new.seller_name, mailbox.id, new.channels, SiteState.LIVE)
    try:
        added = uow.sites.add(site)
    except NameTaken:
        raise Invalid("market", f"{new.account} has a site in {new.market.upper()} already") from None
    sharing(uow, mailbox.id, new.market, new.seller_name, but=added.id)
    return added

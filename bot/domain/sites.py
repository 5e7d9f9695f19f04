"""What an admin docks: accounts, their sites, and the mailboxes that buyer messages arrive in."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from bot.domain.categories import CategoryId
from bot.domain.people import Platform

AccountId = NewType("AccountId", int)
SiteId = NewType("SiteId", int)
MailAccountId = NewType("MailAccountId", int)
SecretId = NewType("SecretId", int)
TemplateId = NewType("TemplateId", int)


class Market(StrEnum):
    """The markets of region North America; the values are those of Walmart's WM_MARKET header."""

    US = "us"
    CA = "ca"
    MX = "mx"


class AccountState(StrEnum):
    ACTIVE = "active"
    REAUTHORISE = "reauthorise"  # Walmart refused the key; an admin must enter a new one
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Account:
    """One docked Walmart application. The client secret is sealed in the vault under `client_secret`."""

    id: AccountId
    name: str
    client_id: str
    client_secret: SecretId
    region: str = "na"
    state: AccountState = AccountState.ACTIVE
    version: int = 1


class SiteState(StrEnum):
    REHEARSAL = "rehearsal"
    LIVE = "live"
    OFF = "off"
    DELETED = "deleted"  # a tombstone: letters that match it are kept and open no ticket


@dataclass(frozen=True, slots=True)
class Channel:
    """A chat channel of one platform; `id` is the platform's own."""

    platform: Platform
    id: str


@dataclass(frozen=True, slots=True)
class Site:
    id: SiteId
    account: AccountId
    market: Market
    seller_name: str
    mailbox: MailAccountId
    channels: tuple[Channel, ...]
    state: SiteState = SiteState.LIVE
    # Where replies go instead of to the buyer while the site is in rehearsal: an admin's own address.
    rehearsal_address: str = ""
    # What tickets of the site begin with (bot.domain.templates).
    category: CategoryId | None = None
    template: TemplateId | None = None
    version: int = 1

    @property
    def label(self) -> str:
        """How people call it: the seller's name and the market."""
        return f"{self.seller_name} {self.market.upper()}"


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"  # accepted for loopback addresses only


@dataclass(frozen=True, slots=True)
class Endpoint:
    host: str
    port: int
    security: Security


@dataclass(frozen=True, slots=True)
class MailAccount:
    """One address of the preset e-mail list. The password is sealed in the vault under `password`."""

    id: MailAccountId
    address: str
    imap: Endpoint
    smtp: Endpoint
    username: str
    password: SecretId
    # The only server whose Authentication-Results header is believed (RFC 8601); empty believes none.
    authserv_id: str = ""
    junk_folder: str = ""  # empty: found by its \Junk mark
    sent_folder: str = ""  # empty: found by its \Sent mark
    version: int = 1


@dataclass(frozen=True, slots=True)
class Docked:
    """A site together with what it stands on; what most use cases need at once."""

    account: Account
    site: Site
    mailbox: MailAccount = field(repr=False)

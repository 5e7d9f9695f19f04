"""Where accounts, sites, mailboxes, sealed secrets and people are kept. `…Reading` is what a snapshot offers."""

from datetime import datetime
from typing import Protocol

from bot.domain.people import Agent, AgentId, ChatUser, Person
from bot.domain.sites import Account, AccountId, Channel, Docked, MailAccount, MailAccountId, SecretId, Site, SiteId


class AccountsReading(Protocol):
    def get(self, account: AccountId) -> Account: ...

    def named(self, name: str) -> Account | None: ...

    def all(self) -> tuple[Account, ...]: ...


class Accounts(AccountsReading, Protocol):
    def add(self, name: str, client_id: str, client_secret: SecretId) -> Account:
        """Raises `NameTaken`."""
        ...

    def save(self, account: Account) -> None:
        """Raises `VersionConflict`."""
        ...


class MailAccountsReading(Protocol):
    def get(self, mailbox: MailAccountId) -> MailAccount: ...

    def with_address(self, address: str) -> MailAccount | None: ...

    def all(self) -> tuple[MailAccount, ...]: ...


class MailAccounts(MailAccountsReading, Protocol):
    def add(self, mailbox: MailAccount) -> MailAccount:
        """Keep a new mailbox under an id of its own; the given one is ignored. Raises `NameTaken`."""
        ...

    def save(self, mailbox: MailAccount) -> None: ...


class SitesReading(Protocol):
    def get(self, site: SiteId) -> Site: ...

    def docked(self, site: SiteId) -> Docked: ...

    def of_mailbox(self, mailbox: MailAccountId) -> tuple[Docked, ...]:
        """All sites that receive in this mailbox, deleted ones too, by id."""
        ...

    def in_channel(self, channel: Channel) -> tuple[Site, ...]: ...

    def all(self) -> tuple[Site, ...]: ...


class Sites(SitesReading, Protocol):
    def add(self, site: Site) -> Site:
        """Keep a new site under an id of its own; the given one is ignored. Raises `NameTaken` when the account
        already has a site in this market."""
        ...

    def save(self, site: Site) -> None: ...


class SecretsReading(Protocol):
    def sealed(self, secret: SecretId) -> tuple[str, bytes]:
        """Return the context that it was sealed for, and the sealed bytes."""
        ...


class Secrets(SecretsReading, Protocol):
    def keep(self, context: str, sealed: bytes) -> SecretId: ...

    def replace(self, secret: SecretId, context: str, sealed: bytes) -> None: ...

    def forget(self, secret: SecretId) -> None: ...


class PeopleReading(Protocol):
    def person(self, user: ChatUser) -> Person | None: ...

    def agent(self, agent: AgentId) -> Agent: ...

    def agent_of(self, user: ChatUser) -> Agent | None: ...

    def membership(self, channel: Channel, user: ChatUser) -> tuple[bool, datetime] | None:
        """Whether the platform said that the user is in the channel, and when it said so."""
        ...


class People(PeopleReading, Protocol):
    def put(self, person: Person) -> None: ...

    def put_membership(self, channel: Channel, user: ChatUser, *, member: bool, at: datetime) -> None: ...

    def make_agent(self, person: Person) -> Agent:
        """Return the agent of this person, made now if there is none."""
        ...

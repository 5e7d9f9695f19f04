from dataclasses import replace
from datetime import datetime

from bot.domain.people import Agent, AgentId, ChatUser, Person
from bot.domain.sites import (
    Account,
    AccountId,
    Channel,
    Docked,
    MailAccount,
    MailAccountId,
    SecretId,
    Site,
    SiteId,
    SiteState,
)
from bot.ports.store import NameTaken
from tests.fakes.tables import Tables, got, save


class FakeAccounts:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, account: AccountId) -> Account:
        return got(self._tables.accounts, account)

    def named(self, name: str) -> Account | None:
        return next((account for account in self.all() if account.name == name), None)

    def all(self) -> tuple[Account, ...]:
        return tuple(self._tables.accounts.values())

    def add(self, name: str, client_id: str, client_secret: SecretId) -> Account:
        if self.named(name):
            raise NameTaken(name)
        account = Account(AccountId(self._tables.number("account")), name, client_id, client_secret)
        self._tables.accounts[account.id] = account
        return account

    def save(self, account: Account) -> None:
        save(self._tables.accounts, account)


class FakeMailAccounts:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, mailbox: MailAccountId) -> MailAccount:
        return got(self._tables.mailboxes, mailbox)

    def with_address(self, address: str) -> MailAccount | None:
        return next((mailbox for mailbox in self.all() if mailbox.address == address), None)

    def all(self) -> tuple[MailAccount, ...]:
        return tuple(self._tables.mailboxes.values())

    def add(self, mailbox: MailAccount) -> MailAccount:
        if self.with_address(mailbox.address):
            raise NameTaken(mailbox.address)
        kept = replace(mailbox, id=MailAccountId(self._tables.number("mailbox")))
        self._tables.mailboxes[kept.id] = kept
        return kept

    def save(self, mailbox: MailAccount) -> None:
        save(self._tables.mailboxes, mailbox)


class FakeSites:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, site: SiteId) -> Site:
        return got(self._tables.sites, site)

    def docked(self, site: SiteId) -> Docked:
        found = self.get(site)
        return Docked(got(self._tables.accounts, found.account), found, got(self._tables.mailboxes, found.mailbox))

    def of_mailbox(self, mailbox: MailAccountId) -> tuple[Docked, ...]:
        return tuple(self.docked(site.id) for site in self.all() if site.mailbox == mailbox)

    def in_channel(self, channel: Channel) -> tuple[Site, ...]:
        return tuple(site for site in self.all() if channel in site.channels)

    def all(self) -> tuple[Site, ...]:
        return tuple(self._tables.sites.values())

    def add(self, site: Site) -> Site:
        living = [other for other in self.all() if other.state is not SiteState.DELETED]
        if any(other.account == site.account and other.market == site.market for other in living):
            raise NameTaken(site.market)
        kept = replace(site, id=SiteId(self._tables.number("site")))
        self._tables.sites[kept.id] = kept
        return kept

    def save(self, site: Site) -> None:
        save(self._tables.sites, site)


class FakeSecrets:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def sealed(self, secret: SecretId) -> tuple[str, bytes]:
        return got(self._tables.secrets, secret)

    def keep(self, context: str, sealed: bytes) -> SecretId:
        secret = SecretId(self._tables.number("secret"))
        self._tables.secrets[secret] = (context, sealed)
        return secret

    def replace(self, secret: SecretId, context: str, sealed: bytes) -> None:
        got(self._tables.secrets, secret)
        self._tables.secrets[secret] = (context, sealed)

    def forget(self, secret: SecretId) -> None:
        self._tables.secrets.pop(secret, None)


class FakePeople:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def person(self, user: ChatUser) -> Person | None:
        return self._tables.people.get(user)

    def agent(self, agent: AgentId) -> Agent:
        return got(self._tables.agents, agent)

    def agent_of(self, user: ChatUser) -> Agent | None:
        return next((agent for agent in self._tables.agents.values() if user in agent.identities), None)

    def membership(self, channel: Channel, user: ChatUser) -> tuple[bool, datetime] | None:
        return self._tables.memberships.get((channel, user))

    def put(self, person: Person) -> None:
        self._tables.people[person.user] = person

    def put_membership(self, channel: Channel, user: ChatUser, *, member: bool, at: datetime) -> None:
        self._tables.memberships[channel, user] = (member, at)

    def make_agent(self, person: Person) -> Agent:
        known = self.agent_of(person.user)
        if known is not None:
            return known
        agent = Agent(AgentId(self._tables.number("agent")), person.name, (person.user,))
        self._tables.agents[agent.id] = agent
        return agent

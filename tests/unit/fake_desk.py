"""A desk whose every adapter is a fake: for what is above the ports."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.fernet import Fernet

from bot.application import Adapters
from bot.domain.people import Platform
from bot.domain.sites import AccountId, Channel, Endpoint, Market, Security
from bot.ports.marketplace import Credentials
from bot.ports.vault import Secret
from bot.services.setting_up import NewMailbox, NewSite, SettingUp
from integrations.mail.mime import parse_mail
from integrations.simulator.clock import MovableClock
from integrations.walmart.letters import recognise
from integrations.walmart.letters.reply_rules import WalmartReplyRules
from storage.vault import FernetVault
from tests.fakes.chat import FakeChat
from tests.fakes.jobs import FakeJobs
from tests.fakes.mail import FakeLetterReader, FakeMailSource, FakePostman
from tests.fakes.marketplace import FakeMarketplace
from tests.fakes.store import FakeStore

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ADDRESS = "care@acme.example"
CHANNEL = Channel(Platform.SLACK, "C1")
SITE = NewSite("Acme NA", Market.US, "Acme Home", ADDRESS, (CHANNEL,))
MAILBOX = NewMailbox(
    ADDRESS,
    Endpoint("imap.acme.example", 993, Security.TLS),
    Endpoint("smtp.acme.example", 587, Security.STARTTLS),
    "",
    Secret("pw"),
)


class Leases:
    """One process only: it gets whatever it asks for."""

    async def acquire(self, name: str, holder: str, seconds: float) -> bool:
        return True

    async def release(self, name: str, holder: str) -> None:
        return


@dataclass
class FakeDesk:
    clock: MovableClock = field(default_factory=lambda: MovableClock(start=START))

    def __post_init__(self) -> None:
        self.store = FakeStore(self.clock)
        self.runner = FakeJobs(self.store, self.clock)
        self.vault = FernetVault([Secret(Fernet.generate_key().decode())])
        self.source = FakeMailSource()
        self.postman = FakePostman()
        self.marketplace = FakeMarketplace(self.clock)
        self.marketplace.accept(Credentials(AccountId(0), "client-1", Secret("secret-1")))
        self.chat = FakeChat(self.clock)
        self.chat.add_person("U1", "Ann", CHANNEL.id)

    @property
    def adapters(self) -> Adapters:
        return Adapters(
            store=self.store,
            runner=self.runner,
            leases=Leases(),
            vault=self.vault,
            source=self.source,
            postman=self.postman,
            reader=FakeLetterReader(parse_mail, recognise),
            marketplace=self.marketplace,
            rules=WalmartReplyRules(),
            chats={Platform.SLACK: self.chat.chat()},
        )

    @property
    def setting_up(self) -> SettingUp:
        return SettingUp(
            store=self.store,
            vault=self.vault,
            marketplace=self.marketplace,
            source=self.source,
            postman=self.postman,
            chats=self.adapters.chats,
            clock=self.clock,
        )

    async def set_up(self) -> None:
        await self.setting_up.add_account("Acme NA", "client-1", Secret("secret-1"))
        await self.setting_up.add_mailbox(MAILBOX)
        await self.setting_up.add_site(SITE)

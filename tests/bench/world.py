"""What product and bare scripts meet alike: the stand-ins, in the process that measures, on the wall's clock."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.app import assembled
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import Channel, Endpoint, Market, Security
from bot.ports.vault import Secret
from bot.services.setting_up import NewMailbox, NewSite
from bot.settings import HttpSettings, Settings, SlackSettings, WalmartSettings
from integrations.simulator.buyers.buyer import Buyer
from integrations.simulator.buyers.question import Purchase
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.mail.folders import Folder
from integrations.simulator.mail.records import MailKind
from integrations.simulator.mail.relay import Seller
from integrations.simulator.mail.server import MailServer
from integrations.simulator.slack.people.person import Person
from integrations.simulator.slack.server import SlackServer
from integrations.simulator.walmart.server import WalmartServer

ADDRESS = "care@acme.example"
PASSWORD = "pw"
_KEY = Fernet.generate_key().decode()


@dataclass(slots=True)
class World:
    clock: MovableClock
    slack: SlackServer
    walmart: WalmartServer
    mail: MailServer
    seller: Seller
    channels: tuple[str, ...]
    ana: Person
    _count: int = field(default=0)

    @property
    def inbox(self) -> Folder:
        return self.mail.post_office.accounts[ADDRESS].inbox

    def letters(self, count: int) -> list[bytes]:
        """Letters of as many buyers about as many orders, written and not yet delivered."""
        raws = []
        for _each in range(count):
            self._count += 1
            order = self.walmart.sellers.all[0].order_book.invent()
            purchase = Purchase(order.customer_order_id, order.item_name, order.item_id, order.sku)
            buyer = Buyer(self.mail, self.clock, f"Buyer{self._count} Smith", f"buyer{self._count}@buyer.example")
            words = f"Question {self._count}: when will it arrive? It was to be here on Tuesday."
            # The trace headers of the mailbox's own server come first, and are written when it is delivered.
            raws.append(buyer.write(self.seller, words, purchase=purchase).raw)
            self.inbox.remove(self.inbox.uids[-1])
        return raws

    def deliver(self, raws: Sequence[bytes]) -> None:
        """All at once: whoever idles on the mailbox hears of the first when the last is there."""
        for raw in raws:
            self.mail.post_office.deliver(ADDRESS, raw, kind=MailKind.BUYER_LETTER)

    def empty_mailbox(self) -> None:
        for uid in self.inbox.uids:
            self.inbox.remove(uid)

    def settings(self, directory: Path, *, database_url: str = "", slack: bool = True) -> Settings:
        tokens = SlackSettings(
            bot_token=SecretStr(self.slack.bot_token),
            app_token=SecretStr(self.slack.app_token),
            api_url=self.slack.api_url,
        )
        return Settings(
            data_dir=directory,
            database_url=database_url,
            secret_keys=(SecretStr(_KEY),),
            admins=(ChatUser(Platform.SLACK, self.ana.user.id),),
            http=HttpSettings(port=0),
            slack=tokens if slack else SlackSettings(),
            walmart=WalmartSettings(api_url=self.walmart.api_url),
        )

    async def set_up(self, settings: Settings, *, mailbox: bool = True) -> None:
        """What an operator does once with `account add`, `mailbox add` and `site add`."""
        async with assembled(settings, alone=False) as desk:
            await desk.setting_up.add_account("Acme NA", "client-1", Secret("secret-1"))
            if not mailbox:
                return
            imap = Endpoint("127.0.0.1", self.mail.imap_port, Security.PLAIN)
            smtp = Endpoint("127.0.0.1", self.mail.smtp_port, Security.PLAIN)
            await desk.setting_up.add_mailbox(NewMailbox(ADDRESS, imap, smtp, "", Secret(PASSWORD), "mx.acme.example"))
            channels = tuple(Channel(Platform.SLACK, channel) for channel in self.channels)
            await desk.setting_up.add_site(NewSite("Acme NA", Market.US, "Acme Home", ADDRESS, channels))


def environment(settings: Settings) -> Mapping[str, str]:
    """The same settings for a process of its own."""
    slack = settings.slack
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("RELAYDESK_")},
        "RELAYDESK_DATA_DIR": str(settings.data_dir),
        "RELAYDESK_DATABASE_URL": settings.database_url,
        "RELAYDESK_SECRET_KEYS": ",".join(key.get_secret_value() for key in settings.secret_keys),
        "RELAYDESK_ADMINS": ",".join(f"{user.platform}:{user.id}" for user in settings.admins),
        "RELAYDESK_HTTP__PORT": str(settings.http.port),
        "RELAYDESK_SLACK__BOT_TOKEN": slack.bot_token.get_secret_value(),
        "RELAYDESK_SLACK__APP_TOKEN": slack.app_token.get_secret_value(),
        "RELAYDESK_SLACK__API_URL": slack.api_url,
        "RELAYDESK_WALMART__API_URL": settings.walmart.api_url,
        "RELAYDESK_WORKERS__REPLIES": str(settings.workers.replies),
        "RELAYDESK_WORKERS__MAIL": str(settings.workers.mail),
        "RELAYDESK_LOG_LEVEL": "ERROR",
    }


@asynccontextmanager
async def world(
    *, channels: int = 1, limits: bool = False, rate: float = 1.0, faults: Faults | None = None
) -> AsyncIterator[World]:
    clock, faults = MovableClock(rate=rate), faults or Faults()
    slack = SlackServer(clock, faults, limits=limits)
    walmart, mail = WalmartServer(clock, faults), MailServer(clock, faults)
    await slack.start()
    await walmart.start()
    await mail.start()
    try:
        walmart.add_seller("client-1", "secret-1", "Acme Home")
        mail.add_account(ADDRESS, PASSWORD)
        seller = mail.register_seller("Acme Home", Market.US, ADDRESS)
        ana = slack.workspace.add_user("Ana Ruiz", email="ana@acme.example")
        places = [slack.workspace.add_channel(f"walmart-{number}", ana.id) for number in range(channels)]
        yield World(clock, slack, walmart, mail, seller, tuple(place.id for place in places), slack.person(ana.id))
    finally:
        await mail.stop()
        await walmart.stop()
        await slack.stop()


async def until(there: Callable[[], bool], what: str, *, within: float = 60.0, every: float = 0.005) -> None:
    """Wait until something is so. Raises TimeoutError, which says what was waited for."""
    try:
        async with asyncio.timeout(within):
            while not there():  # noqa: ASYNC110 -- what is waited for happens in another process
                await asyncio.sleep(every)
    except TimeoutError:
        raise TimeoutError(f"waited {within:g} s for {what}") from None

"""A whole shop for one test: stand-ins that speak the real protocols, and the real application between them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.app import Assembled, Change, assembled
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import Channel, Endpoint, Market, Security
from bot.ports.vault import Secret
from bot.services.setting_up import NewMailbox, NewSite
from bot.services.waits import Waits
from bot.settings import Settings, SlackSettings, WalmartSettings
from integrations.simulator.buyers.buyer import Buyer
from integrations.simulator.buyers.question import Purchase
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.mail.records import MailKind
from integrations.simulator.mail.relay import Seller
from integrations.simulator.mail.server import MailServer
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.people.person import Person
from integrations.simulator.slack.server import SlackServer
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.walmart.order_book import Invented
from integrations.simulator.walmart.server import WalmartServer
from tests.journeys.databases import clock_of, usual_url

ADDRESS = "care@acme.example"
SHORT = Waits(
    card_for_order=0.5,
    card_rest=0.05,
    channel_look=0.5,
    chat_silence=0.2,
    chat_silence_most=0.5,
    reply_lease=1.5,
    reply_conversation=1.0,
    settle=0.1,
    form_rest=0.1,
    mail_poll=0.5,
    mail_retry=0.1,
    mail_retry_most=0.2,
    lease=3.0,
    job_retry=0.05,
    job_retry_most=0.3,
    stop=3.0,
    tick=0.5,
)


@dataclass
class Shop:
    clock: MovableClock
    faults: Faults
    slack: SlackServer
    walmart: WalmartServer
    mail: MailServer
    seller: Seller
    channel: str
    ana: Person
    ben: Person
    settings: Settings
    desk: Assembled | None = None
    _running: "asyncio.Task[None] | None" = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    # --- what a buyer does ---------------------------------------------------------------------------------------

    def order(self, kind: OrderKind = OrderKind.PLAIN) -> Invented:
        return self.walmart.sellers.all[0].order_book.invent(kind)

    def buyer(self, name: str = "Maria Garcia") -> Buyer:
        return Buyer(self.mail, self.clock, name, f"{name.split(maxsplit=1)[0].lower()}@buyer.example")

    def deliver(self, raw: bytes, **how: object) -> None:
        """Put a mail into the seller's mailbox as it is; `how` as the post office takes it."""
        how.setdefault("kind", MailKind.OTHER)
        self.mail.post_office.deliver(ADDRESS, raw, **how)  # type: ignore[arg-type]

    @staticmethod
    def purchase(order: Invented) -> Purchase:
        return Purchase(order.customer_order_id, order.item_name, order.item_id, order.sku)

    # --- what an agent sees and does -----------------------------------------------------------------------------

    @property
    def cards(self) -> list[Message]:
        """The root messages of the channel that the bot wrote."""
        return [message for message in self.slack.messages(self.channel) if not message.is_reply]

    def thread(self, card: Message) -> list[Message]:
        return [message for message in self.slack.thread(self.channel, card.ts) if message.is_reply]

    def text_of(self, message: Message) -> str:
        return " ".join(words_in(message.content.blocks).split())

    async def card(self, holding: str = "") -> Message:
        """Wait for a card that shows these words."""
        found: list[Message] = []

        def there() -> bool:
            found[:] = [card for card in self.cards if holding in self.text_of(card)]
            return bool(found)

        await until(there, lambda: f"a card with {holding!r}; there are {[self.text_of(card) for card in self.cards]}")
        return found[0]

    async def reply(self, who: Person, card: Message, text: str, **values: object) -> None:
        """Press Reply, type and press Send."""
        await who.press(self.channel, card.ts, "reply.0")
        await until(lambda: self.slack.open_view(who.user.id) is not None, "the reply form")
        view = self.slack.open_view(who.user.id)
        assert view is not None
        outcome = await who.submit(view.id, {"text": text, **values})  # type: ignore[dict-item]
        assert outcome.acknowledged, outcome.warning
        assert not outcome.errors, outcome.errors

    # --- the desk itself -----------------------------------------------------------------------------------------

    @asynccontextmanager
    async def open(self, change: Change = lambda adapters: adapters) -> AsyncIterator["Shop"]:
        async with assembled(self.settings, clock=self.clock, change=change) as desk:
            self.desk = desk
            self._stop = asyncio.Event()
            running = asyncio.create_task(desk.application.run(self._stop))
            try:
                yield self
            finally:
                self._stop.set()
                await running
                self.desk = None

    async def set_up(self) -> None:
        """What an operator does with `account add`, `mailbox add` and `site add`."""
        async with assembled(self.settings, clock=self.clock) as desk:
            await desk.setting_up.add_account("Acme NA", "client-1", Secret("secret-1"))
            imap = Endpoint("127.0.0.1", self.mail.imap_port, Security.PLAIN)
            smtp = Endpoint("127.0.0.1", self.mail.smtp_port, Security.PLAIN)
            await desk.setting_up.add_mailbox(NewMailbox(ADDRESS, imap, smtp, "", Secret("pw"), "mx.acme.example"))
            channels = (Channel(Platform.SLACK, self.channel),)
            await desk.setting_up.add_site(NewSite("Acme NA", Market.US, "Acme Home", ADDRESS, channels))


@asynccontextmanager
async def shop(
    directory: Path, *, waits: Waits = SHORT, limits: bool = False, rate: float = 1.0, database_url: str | None = None
) -> AsyncIterator[Shop]:
    """`database_url` is empty for a file in `directory`; None leaves it to the test's fixture."""
    url = usual_url() if database_url is None else database_url
    with clock_of(url, rate) as clock:
        async with _shop(directory, clock, waits, url, limits=limits) as made:
            yield made


@asynccontextmanager
async def _shop(
    directory: Path, clock: MovableClock, waits: Waits, database_url: str, *, limits: bool
) -> AsyncIterator[Shop]:
    faults = Faults()
    # What Slack's three seconds bound is the desk's own work, which a fast clock does not make faster.
    slack = SlackServer(clock, faults, limits=limits, patience_seconds=3.0 * clock.rate)
    waits = replace(waits, chat_answer=waits.chat_answer * clock.rate)
    walmart, mail = WalmartServer(clock, faults), MailServer(clock, faults)
    await slack.start()
    await walmart.start()
    await mail.start()
    try:
        walmart.add_seller("client-1", "secret-1", "Acme Home")
        mail.add_account(ADDRESS, "pw")
        seller = mail.register_seller("Acme Home", Market.US, ADDRESS)
        ana = slack.workspace.add_user("Ana Ruiz", email="ana@acme.example")
        ben = slack.workspace.add_user("Ben Cole", email="ben@acme.example")
        channel = slack.workspace.add_channel("walmart-us", ana.id, ben.id)
        settings = Settings(
            data_dir=directory,
            database_url=database_url,
            secret_keys=(SecretStr(Fernet.generate_key().decode()),) if database_url else (),
            admins=(ChatUser(Platform.SLACK, ben.id),),
            slack=SlackSettings(bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.api_url),
            walmart=WalmartSettings(api_url=walmart.api_url),
            waits=waits,
        )
        made = Shop(
            clock=clock,
            faults=faults,
            slack=slack,
            walmart=walmart,
            mail=mail,
            seller=seller,
            channel=channel.id,
            ana=slack.person(ana.id),
            ben=slack.person(ben.id),
            settings=settings,
        )
        await made.set_up()
        yield made
    finally:
        await mail.stop()
        await walmart.stop()
        await slack.stop()


def brisk(directory: Path) -> AbstractAsyncContextManager[Shop]:
    """A shop whose clock runs five times as fast as the wall, so that a second between two posts costs little."""
    return shop(directory, waits=replace(SHORT, card_for_order=3.0, chat_silence=1.0, chat_silence_most=2.0), rate=5.0)


async def until(
    there: Callable[[], bool], what: str | Callable[[], str], *, within: float = 20.0, every: float = 0.02
) -> None:
    """Wait until something is so; fails with what was waited for."""
    for _step in range(int(within / every)):
        if there():
            return
        await asyncio.sleep(every)
    raise AssertionError(f"waited {within} s for {what if isinstance(what, str) else what()}")


async def until_true(there: Callable[[], Awaitable[bool]], what: str, *, within: float = 20.0) -> None:
    """The same for what has to be asked for."""
    for _step in range(int(within / 0.02)):
        if await there():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"waited {within} s for {what}")


def words_in(value: object) -> str:
    """All texts of a Block Kit structure, in order."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return " ".join([*own, *(words_in(part) for key, part in value.items() if isinstance(part, dict | list))])
    if isinstance(value, list):
        return " ".join(filter(None, (words_in(part) for part in value)))
    return ""

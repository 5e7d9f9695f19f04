"""The simulated world as one object: the shop, the page to play with it, and what a bot must know of it."""

from dataclasses import dataclass, field

from integrations.simulator.clock import MovableClock
from integrations.simulator.correspondence import Correspondence
from integrations.simulator.faults import Faults
from integrations.simulator.mail.server import MailServer
from integrations.simulator.page.server import Page
from integrations.simulator.shop import (
    ACCOUNT_NAME,
    CLIENT_ID,
    CLIENT_SECRET,
    MAILBOX,
    MAILBOX_PASSWORD,
    SELLER_NAME,
    Shop,
    open_shop,
)
from integrations.simulator.slack.server import SlackServer
from integrations.simulator.walmart.server import WalmartServer


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What `relaydesk account add` asks for."""

    name: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailboxFacts:
    """What `relaydesk mailbox add` asks for; `security` is the word for a connection without TLS."""

    address: str
    password: str = field(repr=False)
    imap_host: str
    imap_port: int
    smtp_host: str
    smtp_port: int
    security: str = "plain"


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What `relaydesk site add` asks for, beside the account and the mailbox."""

    market: str
    seller_name: str
    channel: str


class World:
    """Everything outside the bot. It can be started once; ports are known after `start`.

    `clock` is for the bot too, so that both see one time; without one it runs with the wall. `slack_limits=False`
    switches Slack's rate limits off, for tests of other things.
    """

    def __init__(self, clock: MovableClock | None = None, *, slack_limits: bool = True) -> None:
        self.shop: Shop = open_shop(clock or MovableClock(), Faults(), slack_limits=slack_limits)
        self._page = Page(self.shop)
        self._host = "127.0.0.1"

    @property
    def clock(self) -> MovableClock:
        return self.shop.clock

    @property
    def faults(self) -> Faults:
        return self.shop.faults

    @property
    def slack(self) -> SlackServer:
        return self.shop.slack

    @property
    def walmart(self) -> WalmartServer:
        return self.shop.walmart

    @property
    def mail(self) -> MailServer:
        return self.shop.mail

    @property
    def correspondence(self) -> Correspondence:
        return self.shop.correspondence

    @property
    def page_url(self) -> str:
        """Where a person plays; ends with a slash."""
        return self._page.url

    async def start(
        self,
        host: str = "127.0.0.1",
        page_port: int = 0,
        *,
        slack_port: int = 0,
        walmart_port: int = 0,
        smtp_port: int = 0,
        imap_port: int = 0,
    ) -> None:
        """Listen. Port 0 takes a free one; a simulator that a bot shall find again after a restart needs fixed ones.

        Whatever listens already is stopped again when one port cannot be had; that OSError is passed on.
        """
        self._host = host
        try:
            await self.slack.start(host, slack_port)
            await self.walmart.start(host, walmart_port)
            await self.mail.start(host, smtp_port=smtp_port, imap_port=imap_port)
            await self._page.start(host, page_port)
        except OSError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End everything, the page first, so that nobody acts on a world that is half gone. May be called twice."""
        await self._page.stop()
        await self.mail.stop()
        await self.walmart.stop()
        await self.slack.stop()

    def bot_environment(self) -> dict[str, str]:
        """The settings with which `relaydesk run` works in this world; Ana is an admin."""
        return {
            "RELAYDESK_SLACK__BOT_TOKEN": self.slack.bot_token,
            "RELAYDESK_SLACK__APP_TOKEN": self.slack.app_token,
            "RELAYDESK_SLACK__API_URL": self.slack.api_url,
            "RELAYDESK_WALMART__API_URL": self.walmart.api_url,
            "RELAYDESK_ADMINS": f"slack:{self.shop.staff.ana.id}",
        }

    @property
    def account(self) -> AccountFacts:
        return AccountFacts(ACCOUNT_NAME, CLIENT_ID, CLIENT_SECRET)

    @property
    def mailbox(self) -> MailboxFacts:
        return MailboxFacts(MAILBOX, MAILBOX_PASSWORD, self._host, self.mail.imap_port, self._host, self.mail.smtp_port)

    @property
    def site(self) -> SiteFacts:
        return SiteFacts("us", SELLER_NAME, self.shop.channel.id)

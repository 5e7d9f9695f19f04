"""The shop that every simulation starts with: Acme Home, its people in Slack, its orders at Walmart, its mailbox."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.sites import Market
from integrations.simulator.clock import MovableClock
from integrations.simulator.correspondence import Correspondence
from integrations.simulator.faults import Faults
from integrations.simulator.mail.server import MailServer
from integrations.simulator.slack.channels import Channel
from integrations.simulator.slack.installation import Installation
from integrations.simulator.slack.server import SlackServer
from integrations.simulator.slack.users import User, UserKind
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.walmart.order_book import OrderBook
from integrations.simulator.walmart.server import WalmartServer

SELLER_NAME = "Acme Home"
ACCOUNT_NAME = "Acme NA"
CLIENT_ID = "11111111-2222-3333-4444-555555555555"
CLIENT_SECRET = "simulated-walmart-secret"  # noqa: S105 - opens nothing but the stand-in
MAILBOX = "care@acme.example"
MAILBOX_PASSWORD = "simulated-mailbox-password"  # noqa: S105 - the same
CHANNEL_NAME = "walmart-us"

FIRST_ORDERS = (
    OrderKind.LATE,
    OrderKind.PLAIN,
    OrderKind.SEVERAL_PURCHASE_ORDERS,
    OrderKind.PARTLY_SHIPPED,
    OrderKind.DELIVERED,
    OrderKind.WFS,
    OrderKind.CANCEL_INTENT,
    OrderKind.NULLS,
)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who looks at the channel. Ana is the one whom the settings make an admin; the stranger sits in the channel of
    a partner only, so that the ticket channel is not a shared one."""

    ana: User
    ben: User
    guest: User
    stranger: User


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything that the page shows and its visitors act upon. `first_orders` has the order ids by kind."""

    clock: MovableClock
    faults: Faults
    slack: SlackServer
    walmart: WalmartServer
    mail: MailServer
    staff: Staff
    channel: Channel
    orders: OrderBook
    first_orders: Mapping[OrderKind, str]
    correspondence: Correspondence


def open_shop(clock: MovableClock, faults: Faults, *, slack_limits: bool = True) -> Shop:
    """Furnish the stand-ins; none of them listens yet."""
    installation = Installation(team_name=SELLER_NAME, team_domain="acme-home")
    slack = SlackServer(clock, faults, installation=installation, limits=slack_limits)
    staff, channel = _people(slack)
    walmart = WalmartServer(clock, faults)
    orders = walmart.add_seller(CLIENT_ID, CLIENT_SECRET, SELLER_NAME).order_book
    first_orders = {kind: orders.invent(kind).customer_order_id for kind in FIRST_ORDERS}
    mail = MailServer(clock, faults)
    mail.add_account(MAILBOX, MAILBOX_PASSWORD)
    seller = mail.register_seller(SELLER_NAME, Market.US, MAILBOX)
    correspondence = Correspondence(mail, clock, seller, orders)
    return Shop(clock, faults, slack, walmart, mail, staff, channel, orders, first_orders, correspondence)


def _people(slack: SlackServer) -> tuple[Staff, Channel]:
    add = slack.workspace.add_user
    staff = Staff(
        ana=add("Ana Alvarez", user_id="U0ANA", email="ana@acme.example", tz="America/Chicago", is_admin=True),
        ben=add("Ben Brooks", user_id="U0BEN", email="ben@acme.example", tz="America/New_York"),
        guest=add("Gil Guest", user_id="U0GUEST", kind=UserKind.SINGLE_CHANNEL_GUEST, email="gil@agency.example"),
        stranger=add("Sam Stranger", user_id="U0STRANGER", kind=UserKind.STRANGER, email="sam@partner.example"),
    )
    channel = slack.workspace.add_channel(
        CHANNEL_NAME, staff.ana.id, staff.ben.id, staff.guest.id, channel_id="C0WALMARTUS"
    )
    slack.workspace.add_channel("general", staff.ana.id, staff.ben.id, with_bot=False, channel_id="C0GENERAL")
    slack.workspace.add_channel("partners", staff.ana.id, staff.stranger.id, channel_id="C0PARTNERS")
    return staff, channel

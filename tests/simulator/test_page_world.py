"""The world as a whole: it starts, tells a bot all it needs, plays its story, and leaves nothing behind."""

import asyncio
import socket
from email import message_from_bytes

import httpx
import pytest
from imapclient import IMAPClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.sites import AccountId, Market
from bot.ports.marketplace import Credentials
from bot.ports.vault import Secret
from integrations.simulator.mail.records import MailKind
from integrations.simulator.story import PHOTO, answers, tell
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.world import World
from integrations.walmart.client import WalmartMarketplace
from tests.simulator.mail_world import reply, visit
from tests.simulator.small_bot import CHANNEL, a_world


async def test_a_port_that_is_taken_leaves_nothing_listening():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        world = World()
        with pytest.raises(OSError, match="address already in use"):
            await world.start(page_port=taken.getsockname()[1])
        with pytest.raises(httpx.ConnectError):
            async with httpx.AsyncClient(timeout=2) as http:
                await http.get(world.walmart.api_url)
    await world.stop()


async def test_the_settings_and_facts_are_what_a_bot_needs():
    async with a_world() as world:
        environment = world.bot_environment()
        slack = AsyncWebClient(
            token=environment["RELAYDESK_SLACK__BOT_TOKEN"], base_url=environment["RELAYDESK_SLACK__API_URL"]
        )
        assert (await slack.auth_test())["team"] == "Acme Home"
        assert (await slack.conversations_info(channel=world.site.channel))["channel"]["name"] == "walmart-us"
        opened = await slack.apps_connections_open(app_token=environment["RELAYDESK_SLACK__APP_TOKEN"])
        assert str(opened["url"]).startswith("ws://127.0.0.1:")
        assert environment["RELAYDESK_ADMINS"] == "slack:U0ANA"
        account = world.account
        key = Credentials(AccountId(1), account.client_id, Secret(account.client_secret))
        async with WalmartMarketplace(world.clock, api_url=environment["RELAYDESK_WALMART__API_URL"]) as market:
            order = await market.order(key, Market(world.site.market), world.shop.first_orders[OrderKind.LATE])
        assert order is not None
        mailbox = world.mailbox

        def log_in() -> None:
            with IMAPClient(mailbox.imap_host, mailbox.imap_port, ssl=False, timeout=2) as client:
                client.login(mailbox.address, mailbox.password)

        await visit(log_in)
        assert mailbox.security == "plain"
        assert "secret" not in repr(account)
        assert mailbox.password not in repr(mailbox)


async def test_the_story_is_four_letters_of_four_kinds():
    async with a_world() as world:
        told = [sentence async for sentence in tell(world, pause_seconds=0)]
        damaged, news, question, care = world.correspondence.written
        assert "photo" in told[0]
        assert damaged.order_id == news.order_id == world.shop.first_orders[OrderKind.LATE]
        assert damaged.letter.reply_address != news.letter.reply_address
        attached = [part for part in message_from_bytes(damaged.letter.raw).walk() if part.get_filename()]
        assert attached[0].get_payload(decode=True) == PHOTO.read_bytes()
        assert question.order_id == ""
        assert question.letter.conversation.buyer_address.startswith("pc-")
        assert care.letter.subject.startswith("Customer inquiry")
        assert all(sentence.endswith((".", "?")) for sentence in told)
        kinds = [delivery.kind for delivery in world.mail.records.deliveries]
        assert kinds == [MailKind.BUYER_LETTER] * 4


async def test_the_story_waits_on_the_simulators_clock():
    async with a_world() as world:
        telling = tell(world, pause_seconds=3600)
        await anext(telling)
        second = asyncio.ensure_future(anext(telling))
        await asyncio.sleep(0.05)
        assert not second.done()
        world.clock.move(world.clock.now() - world.clock.now().replace(year=world.clock.now().year - 1))
        assert "any news" in await asyncio.wait_for(second, 5)
        await telling.aclose()


async def test_the_story_tells_of_every_reply_that_reaches_a_buyer():
    async with a_world() as world:
        order = world.shop.first_orders[OrderKind.PLAIN]
        written = world.correspondence.ask("Where is it?", order_id=order)
        telling = answers(world)
        first = asyncio.ensure_future(anext(telling))
        await asyncio.sleep(0)
        office = world.mail.post_office
        answer = reply(written.letter.reply_address, "It ships\non Monday.", sender="care@acme.example").as_bytes()
        office.submit(office.accounts["care@acme.example"], "care@acme.example", [written.letter.reply_address], answer)
        told = await asyncio.wait_for(first, 5)
        assert told == f"A reply has reached {written.buyer} through Walmart's relay: It ships on Monday."
        await telling.aclose()
        assert world.mail.records.violations == ()


async def test_the_stranger_and_the_guest_are_where_they_may_be():
    async with a_world() as world:
        members = world.slack.workspace.channels[CHANNEL].members
        assert world.shop.staff.guest.id in members
        assert world.shop.staff.stranger.id not in members
        # A ticket channel that is shared with another company would show buyers to strangers.
        assert world.slack.workspace.channels[CHANNEL].shared_with == ()

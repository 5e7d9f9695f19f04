"""From a desk on which no account is docked to the first buyer's card, in a real browser and by clicking only."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, TimeoutError, expect  # noqa: A004  # Playwright's own

from bot.app import assembled
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import Endpoint, Security
from bot.ports.vault import Secret
from bot.services.setting_up import NewMailbox
from bot.services.waits import Waits
from bot.settings import Settings, SlackSettings, WalmartSettings
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.world import World
from tests.simulator.page_driver import SECONDS, a_browser, act_as, card, modal, open_page, write_as_buyer

pytestmark = pytest.mark.timeout(120)


@asynccontextmanager
async def an_empty_desk(directory: Path) -> AsyncIterator[World]:
    """A bot that knows nobody's account and no site, in a world with people, a shop and a mailbox."""
    world = World()
    await world.start()
    slack = SlackSettings(bot_token=world.slack.bot_token, app_token=world.slack.app_token, api_url=world.slack.api_url)
    settings = Settings(
        data_dir=directory,
        admins=(ChatUser(Platform.SLACK, world.shop.staff.ana.id),),
        slack=slack,
        walmart=WalmartSettings(api_url=world.walmart.api_url),
        waits=Waits(tick=1.0, mail_poll=1.0),
    )
    try:
        async with assembled(settings, clock=world.clock) as desk:
            box = world.mailbox
            imap = Endpoint(box.imap_host, box.imap_port, Security.PLAIN)
            smtp = Endpoint(box.smtp_host, box.smtp_port, Security.PLAIN)
            await desk.setting_up.add_mailbox(NewMailbox(box.address, imap, smtp, "", Secret(box.password)))
            stop = asyncio.Event()
            running = asyncio.create_task(desk.application.run(stop))
            try:
                yield world
            finally:
                stop.set()
                await running
    finally:
        await world.stop()


async def shows(page: Page, words: str) -> None:
    """The window that is open, on a machine that may be busy."""
    await expect(modal(page)).to_contain_text(words, timeout=SECONDS * 1000)


async def press(page: Page, label: str) -> None:
    await modal(page).get_by_role("button", name=label, exact=True).first.click()


async def test_an_admin_docks_an_account_by_clicking_and_the_first_card_comes(tmp_path: Path) -> None:
    async with an_empty_desk(tmp_path) as world, a_browser() as browser:
        page, seen = await open_page(browser, world.page_url)
        await act_as(page, "Ana Alvarez")
        await page.get_by_role("button", name="RelayDesk").first.click()
        home = page.get_by_role("tabpanel", name="Home")
        await expect(home).to_contain_text("Docking Center")
        await home.get_by_role("button", name="Walmart: Start Docking").click()

        await shows(page, "Step 1/4")
        await press(page, "Next")
        await modal(page).get_by_label("Account name").fill("Acme NA")
        await press(page, "Next")

        await shows(page, "Step 2/4")
        for secret, found in (
            ("not-the-secret", "Copy both again"),
            (world.account.client_secret, "Authorization successful"),
        ):
            await press(page, "Enter the key")
            await modal(page).get_by_label("Client ID").fill(world.account.client_id)
            await modal(page).get_by_label("Client Secret").fill(secret)
            await press(page, "Next")
            await looks(page, found)
        await press(page, "Next")

        await shows(page, "Step 3/4")
        await press(page, "Set up")
        await modal(page).get_by_label("Seller name").fill("Acme Home")
        await modal(page).get_by_label("Mailbox for buyer messages").select_option(label=world.mailbox.address)
        await modal(page).get_by_label("walmart-us").check()
        await press(page, "Save")
        await shows(page, "Acme Home, mail in care@acme.example")
        await press(page, "Next")
        await shows(page, "Step 4/4")
        await press(page, "Finish")
        await shows(page, "Acme NA is docked")
        for _window in range(3):
            if await modal(page).count():
                await press(page, "Close")
                await page.wait_for_timeout(300)

        await page.get_by_role("button", name="walmart-us").first.click()
        order = world.shop.first_orders[OrderKind.PLAIN]
        await write_as_buyer(page, "When will it come?", order_id=order)
        await expect(card(page, "When will it come?")).to_contain_text("Acme Home")
        await expect(card(page, "When will it come?")).to_contain_text("account Acme NA")
        assert seen.complaints == []
        assert world.account.client_secret not in await page.content()


async def looks(page: Page, found: str) -> None:
    """Press *Look again* until Walmart has answered."""
    again = modal(page).get_by_role("button", name="Look again", exact=True)
    await expect(again).to_be_visible()
    for _look in range(50):
        if not await again.count():
            break
        with contextlib.suppress(TimeoutError):
            # It may be gone by the time it is reached: the answer has come.
            await again.click(timeout=1000)
        await page.wait_for_timeout(200)
    await shows(page, found)

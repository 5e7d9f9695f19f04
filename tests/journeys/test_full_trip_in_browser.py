"""The whole trip as a newcomer plays it on the demo's page: the real bot, the real page, a real browser.

With `SCREENSHOTS=docs/screenshots` it also takes the pictures that the README shows.
"""

import asyncio
import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.demo import bot_in
from integrations.simulator.story import tell
from integrations.simulator.world import World
from tests.simulator.page_driver import (
    a_browser,
    act_as,
    card,
    fill_reply,
    in_thread,
    mail,
    modal,
    open_page,
    open_thread,
    press,
    say_in_thread,
)

pytestmark = pytest.mark.timeout(120)

WORDS = "Hello Thuy, we are sorry about the dent. A new one leaves our warehouse today and reaches you on Friday."


async def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def test_a_newcomer_plays_the_whole_trip(tmp_path: Path):
    world = World()
    await world.start()
    bot = bot_in(world, tmp_path)
    await bot.start()
    try:
        async with a_browser() as browser:
            page, seen = await open_page(browser, world.page_url)
            async for _sentence in tell(world, pause_seconds=0.2):
                pass
            await expect(card(page, "Can you send me another one before the weekend?")).to_be_visible()
            await expect(card(page, "Pre-sale question, no order")).to_be_visible()
            damaged = card(page, "Can you send me another one before the weekend?")
            await expect(damaged).to_contain_text("Recipient: T. N.")
            await expect(damaged).to_contain_text("Message 2")

            await act_as(page, "Ana Alvarez")
            await press(damaged, "Take it")
            await expect(damaged).to_contain_text("assignee Ana Alvarez")
            await open_thread(page, damaged)
            await expect(page.locator(".thread img").first).to_be_visible()
            await page.wait_for_timeout(500)
            await damaged.scroll_into_view_if_needed()
            await picture(page, "channel")

            await press(damaged, "Reply")
            await modal(page).get_by_label("Your answer").fill(WORDS)
            await expect(modal(page)).to_contain_text("leaves from care@acme.example")
            await picture(page, "reply")
            await fill_reply(page, WORDS, label="Your answer")
            await expect(damaged).to_contain_text("Walmart reply sent")
            reached = mail(page, "A new one leaves our warehouse today")
            await expect(reached).to_be_visible()
            await reached.scroll_into_view_if_needed()

            await say_in_thread(page, "Does anybody know why this carrier tears everything open?")
            offer = in_thread(page, "Only your team sees this message")
            await expect(offer).to_be_visible()
            await picture(page, "thread")
            await press(offer, "Keep internal")
            await expect(offer).to_have_count(0)

            await asyncio.sleep(0.5)
            texts = [reply.text for reply in world.mail.records.replies]
            assert len(texts) == 1
            assert WORDS in texts[0].replace("\n", " ")
            assert not world.mail.records.violations
            assert seen.complaints == []
    finally:
        await bot.stop()
        await world.stop()

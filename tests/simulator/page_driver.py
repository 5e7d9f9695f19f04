"""Playing in the simulator's page with a real browser, in the words of the people who sit in front of it.

Everything here takes what a person takes: names of buttons, labels of fields, words on a card. A test that plays the
whole trip with the real bot uses the same functions as the page's own tests.
"""

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS = 15.0


@dataclass
class Seen:
    """What the browser complained about, and every address that it asked for."""

    complaints: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Skips the test where there is no Chromium, unless the run was told that nothing may be missing."""
    executable = shutil.which("chromium")
    if executable is None:
        reason = "Chromium is not installed (Debian's package chromium)"
        if os.environ.get("RELAYDESK_TEST_REQUIRE") == "all":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def open_page(browser: Browser, url: str, *, width: int = 1400, height: int = 900) -> tuple[Page, Seen]:
    """Open the page and wait until it has drawn the world; `Seen` goes on being filled."""
    page = await browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(SECONDS * 1000)
    seen = Seen()
    page.on("console", lambda said: seen.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.addresses.append(request.url))
    await page.goto(url)
    await expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    return page, seen


async def act_as(page: Page, name: str) -> None:
    """Be somebody else in Slack; `name` as the list shows it, `Gil Guest (guest)`."""
    await page.get_by_label("You act as").select_option(label=name)


def card(page: Page, words: str) -> Locator:
    """The newest message in the channel that shows these words."""
    return page.locator(".channel .message", has_text=words).last


def in_thread(page: Page, words: str) -> Locator:
    """The newest message in the open thread that shows these words."""
    return page.locator(".thread .message", has_text=words).last


def modal(page: Page) -> Locator:
    return page.get_by_role("dialog")


def mail(page: Page, words: str) -> Locator:
    """The newest mail in the buyers' mailbox that shows these words."""
    return page.locator(".mail", has_text=words).first


async def write_as_buyer(
    page: Page,
    words: str,
    *,
    order_id: str = "",
    topic: str = "Order status",
    layout: str = "order",
    files: Sequence[Path] = (),
) -> None:
    """Write to the shop; without an order id the buyer asks before the purchase, whatever `layout` says."""
    await page.get_by_role("button", name="Write as a buyer").click()
    form = page.get_by_role("form", name="Write as a buyer")
    await form.get_by_label("About").select_option(value=order_id)
    await form.get_by_label("Topic").select_option(label=topic)
    if order_id:
        await form.get_by_label("Kind of letter").select_option(value=layout)
    await form.get_by_label("Message").fill(words)
    if files:
        await form.locator("input[type=file]").set_input_files(files)
    await form.get_by_role("button", name="Send to the shop").click()
    await expect(form).to_be_hidden()


async def answer_as_buyer(page: Page, to: str, words: str) -> None:
    """Answer the newest mail that shows the words `to`."""
    entry = mail(page, to)
    await entry.get_by_role("button", name="Answer").click()
    await entry.get_by_label("Your answer").fill(words)
    await entry.get_by_role("button", name="Send answer").click()


async def press(where: Locator, label: str) -> None:
    """Press a button of a card, a thread message or a modal."""
    await where.get_by_role("button", name=label, exact=True).first.click()


async def choose_more(page: Page, where: Locator, label: str) -> None:
    """Choose in the menu behind a card's three dots."""
    await where.get_by_role("button", name="More actions", exact=True).click()
    await page.get_by_role("menuitem", name=label).click()


async def use_shortcut(page: Page, where: Locator, label: str) -> None:
    """Choose a message shortcut from a message's own menu."""
    await where.hover()
    await where.get_by_role("button", name="More message actions").click()
    await page.get_by_role("menuitem", name=label).click()


async def fill_reply(page: Page, words: str, *, label: str, submit: str = "Send") -> None:
    """Type into the open modal's field and press its button."""
    await modal(page).get_by_label(label).fill(words)
    await modal(page).get_by_role("button", name=submit, exact=True).click()


async def say(page: Page, words: str) -> None:
    """Write into the channel, or type a slash command."""
    await page.get_by_label("Message to the channel").fill(words)
    await page.get_by_label("Message to the channel").press("Enter")


async def say_in_thread(page: Page, words: str) -> None:
    await page.get_by_label("Reply in the thread").fill(words)
    await page.get_by_label("Reply in the thread").press("Enter")


async def open_thread(page: Page, where: Locator) -> None:
    await where.hover()
    await where.get_by_role("button", name="Reply in thread").click()
    await expect(page.get_by_role("complementary", name="Thread")).to_be_visible()

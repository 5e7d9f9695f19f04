"""The page in a real browser: what people see and do, live, and nothing that a stranger wrote ever runs."""

import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from integrations.simulator.story import PHOTO, tell
from tests.simulator.mail_world import reply
from tests.simulator.page_driver import (
    a_browser,
    act_as,
    answer_as_buyer,
    card,
    choose_more,
    fill_reply,
    in_thread,
    mail,
    modal,
    open_page,
    open_thread,
    press,
    say,
    say_in_thread,
    use_shortcut,
    write_as_buyer,
)
from tests.simulator.slack_room import until
from tests.simulator.small_bot import a_small_bot, a_world

HOSTILE = '<img src=x onerror="window.hacked = 1"> <script>window.hacked = 2</script> <!channel> *bold* &amp;lt; :x:'
GOLDEN = Path(__file__).parents[1] / "golden" / "slack"

pytestmark = pytest.mark.timeout(90)


def rich_text(words: str) -> list[object]:
    leaf = {"type": "text", "text": words}
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [leaf]}]}]


async def test_without_a_browser_the_tests_say_so(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.delenv("RELAYDESK_TEST_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Chromium is not installed"):
        await a_browser().__aenter__()
    monkeypatch.setenv("RELAYDESK_TEST_REQUIRE", "all")
    with pytest.raises(pytest.fail.Exception, match="Chromium is not installed"):
        await a_browser().__aenter__()


async def test_the_page_loads_without_a_complaint_and_talks_to_nobody_else():
    async with a_world() as world, a_browser() as browser:
        page, seen = await open_page(browser, world.page_url)
        await expect(page.locator(".sidebar li")).to_contain_text(["walmart-us", "general", "partners", "RelayDesk"])
        await expect(page.locator(".order")).to_have_count(8)
        assert seen.complaints == []
        assert all(address.startswith(world.page_url) for address in seen.addresses)


async def test_what_a_stranger_writes_is_shown_letter_by_letter_everywhere():
    async with a_world() as world, a_small_bot(world) as bot, a_browser() as browser:
        order = world.shop.orders.orders[0].customer_order_id
        world.correspondence.ask(HOSTILE, order_id=order, topic=HOSTILE)
        picture = {"type": "image", "image_url": "https://evil.example/pixel.png", "alt_text": HOSTILE}
        header = {"type": "header", "text": {"type": "plain_text", "text": HOSTILE[:150], "emoji": False}}
        section = {"type": "section", "text": {"type": "plain_text", "text": HOSTILE, "emoji": False}}
        link = {"type": "link", "url": "javascript:window.hacked=3", "text": "a link"}
        linked = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]}
        await bot.post([*rich_text(HOSTILE), header, section, picture, linked])
        page, seen = await open_page(browser, world.page_url)
        shown = card(page, "window.hacked")
        await expect(shown.locator(".rich-section").first).to_have_text(HOSTILE, use_inner_text=True)
        await expect(shown.locator(".section-body .words")).to_have_text(HOSTILE, use_inner_text=True)
        await expect(mail(page, "window.hacked").locator(".words")).to_have_text(HOSTILE, use_inner_text=True)
        await expect(shown.locator("a, img, script")).to_have_count(0)
        assert await page.evaluate("window.hacked") is None
        assert not [address for address in seen.addresses if "evil.example" in address]
        assert seen.complaints == []


# What stands in the JSON, what a person reads, and which elements that takes.
MRKDWN = [
    ("&lt;!channel&gt; stays words", "<!channel> stays words", []),
    ("&amp;lt; is undone once", "&lt; is undone once", []),
    ("<!channel> is a mention", "@channel is a mention", ["span.mention.everyone"]),
    ("<@U0ANA> and <#C0WALMARTUS>", "@Ana Alvarez and #walmart-us", ["span.mention", "span.mention"]),
    ("*bold* _it_ ~no~ `a*b*`", "bold it no a*b*", ["strong", "em", "s", "code"]),
    ("2*3*4 snake_case_name", "2*3*4 snake_case_name", []),
    ("&gt; said\nand done", "saidand done", ["blockquote"]),
    ("```&lt;b&gt; *x*```", "<b> *x*", ["pre"]),
    ("<https://acme.example?a=1&amp;b=2|Acme>", "Acme", ["a"]),
    ("<javascript:alert(1)|click>", "click", []),
    ("<!date^1763999520^{date_short} at {time}|then>", "Nov 24, 2025 at 9:52 AM", ["time"]),
    ("<!date^1763999520^{unknown}|then>", "then", ["time"]),
]


async def test_mrkdwn_is_read_as_slack_reads_it():
    async with a_world() as world, a_browser() as browser:
        page, _seen = await open_page(browser, world.page_url)
        read = """async (text) => {
            const { mrkdwn } = await import('/static/slack/mrkdwn.js');
            const box = document.createElement('div');
            box.append(...mrkdwn(text));
            const names = [...box.querySelectorAll('*')].map((one) => [one.localName, ...one.classList].join('.'));
            return [box.textContent, names];
        }"""
        for text, shown, tags in MRKDWN:
            assert await page.evaluate(read, text) == [shown, tags], text


async def test_a_button_opens_a_modal_errors_stand_at_their_field_and_what_was_typed_is_kept():
    async with a_world() as world, a_small_bot(world) as bot, a_browser() as browser:
        await bot.post()
        page, _seen = await open_page(browser, world.page_url)
        await press(card(page, "#1042"), "Reply")
        await expect(modal(page)).to_contain_text("Walmart reply")
        await press(modal(page), "Send")
        await expect(modal(page).get_by_role("alert")).to_have_text("Please complete this required field.")
        await fill_reply(page, "That is rude.", label="Reply")
        await expect(modal(page).get_by_role("alert")).to_have_text("Say it kindly.")
        await expect(modal(page).get_by_label("Reply")).to_have_value("That is rude.")
        await fill_reply(page, "It ships today.\nSorry!", label="Reply")
        await expect(modal(page)).to_have_count(0)
        assert bot.received == ["It ships today.\nSorry!"]


async def test_what_the_bot_does_meanwhile_appears_without_a_reload_and_leaves_the_typing_alone():
    async with a_world() as world, a_small_bot(world) as bot, a_browser() as browser:
        ts = await bot.post()
        page, seen = await open_page(browser, world.page_url)
        await press(card(page, "#1042"), "Reply")
        await modal(page).get_by_label("Reply").fill("Half a sen")
        await bot.update(ts, "#1042 Solved")
        await expect(card(page, "#1042 Solved")).to_be_visible()
        await bot.post(rich_text("A second ticket"))
        await expect(card(page, "A second ticket")).to_be_visible()
        await expect(modal(page).get_by_label("Reply")).to_have_value("Half a sen")
        await expect(modal(page).get_by_label("Reply")).to_be_focused()
        assert len([address for address in seen.addresses if address == world.page_url]) == 1


async def test_only_the_one_who_chose_sees_the_answer_and_somebody_else_may_look():
    async with a_world() as world, a_small_bot(world) as bot, a_browser() as browser:
        await bot.post()
        page, _seen = await open_page(browser, world.page_url)
        await choose_more(page, card(page, "#1042"), "Junk")
        await expect(card(page, "You chose junk")).to_contain_text("Only visible to you")
        await act_as(page, "Ben Brooks")
        await expect(card(page, "#1042")).to_be_visible()
        await expect(page.get_by_text("You chose junk")).to_have_count(0)
        await act_as(page, "Gil Guest (guest)")
        await expect(page.locator(".sidebar li")).to_have_text(["walmart-us", "RelayDesk"])


async def test_threads_commands_and_shortcuts_reach_the_bot():
    async with a_world() as world, a_small_bot(world) as bot, a_browser() as browser:
        await bot.post()
        page, _seen = await open_page(browser, world.page_url)
        await say(page, "/walmart help me")
        await expect(card(page, "You typed help me")).to_be_visible()
        await open_thread(page, card(page, "#1042"))
        await say_in_thread(page, "I <b>call</b> @Ben Brooks")
        await expect(in_thread(page, "I <b>call</b>").locator(".mention")).to_have_text("@Ben Brooks")
        await expect(card(page, "#1042").locator(".replies")).to_contain_text("1 reply")
        await use_shortcut(page, in_thread(page, "I <b>call</b>"), "Send to buyer")
        await until(lambda: "shortcut on: I &lt;b&gt;call&lt;/b&gt; <@U0BEN>" in bot.received)
        await say_in_thread(page, "/walmart help")
        await expect(page.get_by_text("/walmart is not supported in threads")).to_be_visible()


async def test_nobody_who_answers_is_told_as_slack_tells_it():
    async with a_world() as world, a_browser() as browser:
        async with a_small_bot(world) as bot:
            await bot.post()
        page, _seen = await open_page(browser, world.page_url)
        await press(card(page, "#1042"), "Reply")
        await expect(page.get_by_text("We had some trouble connecting. Try again?")).to_be_visible()


async def test_a_buyer_writes_with_a_photo_reads_the_reply_and_answers():
    async with a_world() as world, a_browser() as browser:
        page, _seen = await open_page(browser, world.page_url)
        order = world.shop.orders.orders[0]
        await write_as_buyer(page, "One side is torn.", order_id=order.customer_order_id, files=[PHOTO])
        await write_as_buyer(page, "Does it fit?", topic="Product question")
        first, second = world.correspondence.written
        assert (first.buyer, first.order_id) == (order.person.name, order.customer_order_id)
        assert first.attachments[0].content == PHOTO.read_bytes()
        assert second.letter.conversation.buyer_address.startswith("pc-")
        await expect(mail(page, "One side is torn.").locator("img")).to_be_visible()
        _reply(world, first)
        await expect(mail(page, "A new one leaves today.")).to_contain_text("Acme Home")
        await answer_as_buyer(page, "A new one leaves today.", "Thanks!")
        await expect(mail(page, "Thanks!")).to_contain_text("Answer to a reply")
        assert b"In-Reply-To: <one@acme.example>" in world.correspondence.written[-1].letter.raw


async def test_orders_move_faults_are_ordered_and_the_clock_goes_forward():
    async with a_world() as world, a_browser() as browser:
        page, _seen = await open_page(browser, world.page_url)
        await page.get_by_label("Kind of order to invent").select_option("plain")
        await page.get_by_role("button", name="New order").click()
        await expect(page.locator(".order")).to_have_count(9)
        newest = page.locator(".order").first
        for act, status in (("Make late", "Late"), ("Ship", "Shipped"), ("Deliver", "Delivered")):
            await press(newest, act)
            await expect(newest.locator(".order-head")).to_contain_text(status)
        await press(newest, "Open a return")
        await expect(newest).to_contain_text("Return open")
        await page.get_by_role("button", name="Faults & clock").click()
        before = world.clock.now()
        await page.get_by_role("button", name="+24 h").click()
        await until(lambda: (world.clock.now() - before).total_seconds() > 86_000)
        await page.get_by_label("What happens").select_option("hang")
        await page.get_by_role("button", name="Order this fault").click()
        await expect(page.locator(".pending")).to_contain_text("slack:chat.postMessage hang")
        assert world.faults.take("slack:chat.postMessage") is not None


async def test_the_products_own_cards_are_drawn_whole_at_both_widths():
    async with a_world() as world, a_small_bot(world) as bot, a_browser() as browser:
        for name in sorted(GOLDEN.glob("card-*.json")):
            message = json.loads(name.read_text(encoding="utf-8"))
            await bot.post(message["blocks"], message["text"])
        wide, seen = await open_page(browser, world.page_url)
        narrow, _seen = await open_page(browser, world.page_url, width=1000, height=800)
        for page in (wide, narrow):
            await expect(card(page, "#1042")).to_be_visible()
            await expect(page.locator(".unknown")).to_have_count(0)
            # An emoji without a picture would stand there as its name.
            names = await page.locator(".emoji").all_text_contents()
            assert not [name for name in names if name.startswith(":")]
            assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            spilling = "(list) => list.filter((one) => one.scrollWidth > one.clientWidth + 1).length"
            assert await page.locator(".message-main").evaluate_all(spilling) == 0
        assert seen.complaints == []


async def test_the_story_can_be_watched():
    async with a_world() as world, a_browser() as browser:
        page, _seen = await open_page(browser, world.page_url)
        told = [sentence async for sentence in tell(world, pause_seconds=0)]
        assert len(told) == 4
        for words in ("one side is torn open", "Any news?", "US plug", "only one of three pieces"):
            await expect(mail(page, words)).to_have_count(1)


def _reply(world, written):
    answer = reply(written.letter.reply_address, "A new one leaves today.", sender="care@acme.example")
    answer.replace_header("Message-ID", "<one@acme.example>")
    office = world.mail.post_office
    office.submit(office.accounts["care@acme.example"], "care@acme.example", [answer["To"]], answer.as_bytes())

"""Each row of the mission has a check that fails when the product is broken there on purpose, and passes when it is
not. A check that stays green while the product is broken proves nothing."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.journeys import breaks, checks, people_checks
from tests.journeys.breaks import Break
from tests.journeys.checks import Check, Noticed
from tests.journeys.shop import shop

# Seconds of the wall that something may take to come about.
ALL_IS_WELL = 8.0
BROKEN = 0.8
# So much faster runs the world's clock, on which the product keeps Slack's one post a second.
RATE = 3.0


@dataclass(frozen=True)
class Sabotage:
    """`says` is what the check must name, so that it fails for this reason and no other."""

    row: str
    broken: Break
    check: Check
    says: str


TABLE = {
    "the source badge is dropped": Sabotage(
        "M21",
        breaks.card(lambda shown: replace(shown, source="Support")),
        checks.the_card_names_its_source,
        "source is Walmart",
    ),
    "triggers never act": Sabotage(
        "M10",
        people_checks.triggers_that_never_act,
        people_checks.orders_of_the_us_site_go_to_the_agents_in_the_us,
        "no trigger has placed",
    ),
    "the reply method binds nobody": Sabotage(
        "M24",
        people_checks.reply_methods_that_bind_nobody,
        people_checks.whoever_has_no_walmart_reply_cannot_write_one,
        "the reply form opened",
    ),
    "the order is not on the card": Sabotage(
        "M22",
        breaks.card(lambda shown: replace(shown, order=None)),
        checks.the_order_stands_on_the_card_in_five_groups,
        "lacks the order's order",
    ),
    "the total is missing": Sabotage(
        "M23",
        breaks.order_without(total=""),
        checks.the_order_stands_on_the_card_in_five_groups,
        "lacks the order's total",
    ),
    "the taxes are missing": Sabotage(
        "M23",
        breaks.order_without(taxes=""),
        checks.the_order_stands_on_the_card_in_five_groups,
        "lacks the order's taxes",
    ),
    "the products are missing": Sabotage(
        "M23",
        breaks.order_without(products=()),
        checks.the_order_stands_on_the_card_in_five_groups,
        "lacks the order's products",
    ),
    "the logistics are missing": Sabotage(
        "M23",
        breaks.order_without(logistics=()),
        checks.the_order_stands_on_the_card_in_five_groups,
        "lacks the order's logistics",
    ),
    "the recipient is missing": Sabotage(
        "M23",
        breaks.order_without(recipient=""),
        checks.the_order_stands_on_the_card_in_five_groups,
        "lacks the order's recipient",
    ),
    "the recipient is shown to everybody": Sabotage(
        "M23", breaks.unmasked, checks.the_recipient_is_masked, "shown in clear"
    ),
    "Reply means a note": Sabotage(
        "M25",
        breaks.form(breaks.defaulting_to_a_note),
        checks.reply_means_a_walmart_reply_with_a_preview,
        "default to a Walmart reply",
    ),
    "the form does not say where the reply goes": Sabotage(
        "M25",
        breaks.form(lambda shown: replace(shown, intro=())),
        checks.reply_means_a_walmart_reply_with_a_preview,
        "from which address",
    ),
    "a second card instead of an update": Sabotage(
        "M26",
        breaks.card_again_instead_of_an_update,
        checks.a_second_letter_updates_the_card_and_hangs_in_its_thread,
        "cards for one ticket",
    ),
    "the first message is lost": Sabotage(
        "M26",
        breaks.card(lambda shown: replace(shown, words=replace(shown.words, text=""))),
        checks.a_second_letter_updates_the_card_and_hangs_in_its_thread,
        "no card shows",
    ),
    "a reply never leaves": Sabotage(
        "M27", breaks.reply_that_never_leaves, checks.each_reply_reaches_its_own_buyer_once, r"got \[\]"
    ),
    "a reply leaves twice": Sabotage(
        "M27",
        breaks.as_the_demo_breaks_it("double"),
        checks.each_reply_reaches_its_own_buyer_once,
        r"got \['(Answer to .*)', '\1'\]",
    ),
    "a reply goes to another buyer": Sabotage(
        "M27",
        breaks.as_the_demo_breaks_it("misaddress"),
        checks.each_reply_reaches_its_own_buyer_once,
        "Maria Garcia got .*John Smith",
    ),
    "a note leaves": Sabotage("M27", breaks.as_the_demo_breaks_it("leak"), checks.a_note_never_leaves, "it left"),
    "thread text leaves by itself": Sabotage(
        "N13",
        breaks.thread_text_that_leaves_by_itself,
        checks.thread_text_stays_inside_until_it_is_sent,
        "it left",
    ),
    "a letter waits for Walmart's API": Sabotage(
        "N18",
        breaks.letter_that_waits_for_walmart,
        checks.a_letter_does_not_wait_for_a_dead_walmart,
        "no card shows",
    ),
    "a mail is dropped": Sabotage(
        "M26", breaks.as_the_demo_breaks_it("lose"), checks.every_letter_becomes_a_ticket, "lost: Question"
    ),
    "the clock is not started": Sabotage(
        "N18", breaks.clock_that_does_not_start, checks.the_48_hours_run_from_receipt, "no deadline"
    ),
    "the clock starts at another time": Sabotage(
        "N18", breaks.clock_that_starts_late, checks.the_48_hours_run_from_receipt, "not 48 hours"
    ),
}
ROWS = {"M10", "M21", "M22", "M23", "M24", "M25", "M26", "M27", "N13", "N18"}


def test_every_row_of_the_trip_is_broken_somewhere() -> None:
    """N9, the simulator itself, is broken in test_demo_check.py: there the whole check is the one who must notice."""
    assert {each.row for each in TABLE.values()} == ROWS


@pytest.mark.parametrize(
    "check", dict.fromkeys(each.check for each in TABLE.values()), ids=lambda check: check.__name__
)
async def test_the_untouched_product_passes(check: Check, tmp_path: Path) -> None:
    async with shop(tmp_path, rate=RATE) as acme, acme.open():
        await check(acme, ALL_IS_WELL)


@pytest.mark.parametrize("what", TABLE)
async def test_it_is_noticed_that(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sabotage = TABLE[what]
    change = sabotage.broken(monkeypatch)
    async with shop(tmp_path, rate=RATE) as acme, acme.open(change):
        with pytest.raises(Noticed, match=sabotage.says):
            await sabotage.check(acme, BROKEN)

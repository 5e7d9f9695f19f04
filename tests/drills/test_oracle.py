"""The oracle objects to everything that it is there for, and to nothing else."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from tests.drills import oracle
from tests.drills.oracle import Buyer, Evidence, Letter, Message, Press, Reached, judge

ASKED = "Letter 01 asks: where is it?"
AGAIN = "Letter 02 asks: and now?"
ANSWER = "Answer 01: it is on its way."
CARD = Message("C1", "1.0", "", f"#1001 Open {ASKED} Walmart reply sent 9:00 by Ann", ("reply", "resolve"))
HUNG = Message("C1", "1.1", "1.0", f"The buyer wrote {AGAIN}")
SENT = Message("C1", "1.2", "1.0", f"Walmart reply sent 9:00 by Ann {ANSWER}")
MAIL = Reached(f"{ANSWER}\n", "Maria", "c-1@relay.walmart.com", "<1@buyer>")
GOOD = Evidence(
    channel="C1",
    letters=(Letter(ASKED, "one"), Letter(AGAIN, "one")),
    presses=(Press(ANSWER, "one", accepted=True),),
    internal=("Between us: no refund.",),
    buyers={"one": Buyer("Maria", frozenset({"c-1@relay.walmart.com"}), frozenset({"<1@buyer>", "<2@buyer>"}))},
    taken=(f"Re: It\n{ANSWER}",),
    reached=(MAIL,),
    messages=(CARD, HUNG, SENT),
)
UNSENT = replace(GOOD, taken=(), reached=(), messages=(replace(CARD, words=f"#1001 {ASKED}"), HUNG))


def card(words: str, *choices: str) -> tuple[Message, ...]:
    return (replace(CARD, words=f"#1001 {ASKED} {words}", choices=choices), HUNG)


def test_what_is_right_is_let_be() -> None:
    assert judge(GOOD).violations == []


@pytest.mark.parametrize(
    "words",
    [
        "The reply by Ann was not sent: the server refused it. The buyer has not got it.",
        "The reply by Ann came back (no such user). The buyer has not got it",
    ],
)
def test_a_reply_that_was_not_sent_may_be_told(words: str) -> None:
    assert judge(replace(UNSENT, messages=card(words, "try_again"))).violations == []


def test_an_outcome_that_nobody_knows_may_be_left_to_a_person() -> None:
    words = "Nobody can tell whether the reply by Ann has left: the answer was lost."
    asked = card(words, "it_arrived", "it_did_not_arrive")
    assert judge(replace(UNSENT, messages=asked)).violations == []
    assert judge(replace(GOOD, messages=asked)).violations == []
    assert judge(replace(GOOD, messages=card(words))).unresolved


def test_a_letter_without_a_card_is_lost() -> None:
    assert judge(replace(GOOD, messages=())).lost
    assert judge(replace(GOOD, messages=(CARD, SENT))).lost == [
        f"not on the card of one and not in its thread: {AGAIN!r}"
    ]


def test_a_letter_in_another_thread_is_lost_where_it_belongs() -> None:
    other = Message("C1", "2.0", "", "#1002 Open Letter 03", ())
    elsewhere = replace(GOOD, messages=(CARD, SENT, other, replace(HUNG, root="2.0")))
    assert judge(elsewhere).lost


def test_a_mail_that_left_twice_is_doubled() -> None:
    assert judge(replace(GOOD, taken=GOOD.taken * 2)).doubled
    assert judge(replace(GOOD, reached=(MAIL, MAIL))).doubled


def test_a_second_card_is_a_twin_and_so_is_a_second_message() -> None:
    assert judge(replace(GOOD, messages=(*GOOD.messages, replace(CARD, id="3.0")))).twins
    assert judge(replace(GOOD, messages=(*GOOD.messages, replace(HUNG, id="1.3")))).twins
    assert judge(replace(GOOD, messages=(*GOOD.messages, replace(SENT, id="1.3")))).twins


def test_a_reply_of_which_nothing_is_told_is_silent() -> None:
    assert judge(UNSENT).silent
    assert judge(replace(UNSENT, messages=GOOD.messages)).silent


def test_two_that_were_not_sent_want_two_words() -> None:
    second = Press("Answer 02: sorry.", "one", accepted=True)
    told = card("The reply by Ann was not sent: refused.")
    assert judge(replace(UNSENT, presses=(*UNSENT.presses, second), messages=told)).silent


def test_a_card_that_waits_for_ever_is_unresolved() -> None:
    assert judge(replace(GOOD, messages=card("Sending the reply by Ann …"))).unresolved
    assert judge(replace(GOOD, messages=card("The reply by Ann waits: the server is busy."))).unresolved


def test_a_card_that_tells_the_wrong_thing_is_unresolved() -> None:
    assert judge(replace(GOOD, messages=card("The reply by Ann was not sent: it died."))).unresolved
    assert judge(replace(GOOD, messages=card(""))).unresolved


def test_a_reply_whose_agent_never_learnt_is_owed_nothing_but_must_not_be_doubled() -> None:
    unsure = (replace(GOOD.presses[0], accepted=None),)
    assert judge(replace(UNSENT, presses=unsure)).violations == []
    assert judge(replace(GOOD, presses=unsure, taken=GOOD.taken * 2)).doubled


@pytest.mark.parametrize(
    "evidence",
    [
        replace(GOOD, reached=(replace(MAIL, buyer="Eve"),)),
        replace(GOOD, reached=(replace(MAIL, address="c-9@relay.walmart.com"),)),
        replace(GOOD, reached=(replace(MAIL, in_reply_to="<9@buyer>"),)),
        replace(GOOD, presses=(replace(GOOD.presses[0], accepted=False),)),
        replace(GOOD, taken=(*GOOD.taken, "Between us: no refund.")),
        replace(GOOD, taken=(*GOOD.taken, "Whatever this is.")),
        replace(GOOD, messages=(*GOOD.messages, replace(CARD, id="9.0", channel="C9", words="Hello"))),
        replace(GOOD, messages=(*GOOD.messages, replace(HUNG, id="9.1", root="9.0"))),
        replace(GOOD, broken_rules=("wrote to nobody",)),
    ],
    ids=[
        "buyer", "address", "answered mail", "held", "note", "nobody's", "channel", "orphan", "rule",
    ],
)  # fmt: skip
def test_what_stands_or_went_where_it_does_not_belong_is_misplaced(evidence: Evidence) -> None:
    assert judge(evidence).misplaced


def test_the_oracle_shares_no_code_with_the_product() -> None:
    tree = ast.parse(Path(oracle.__file__).read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"re", "collections.abc", "dataclasses"}

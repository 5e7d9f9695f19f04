"""The state machine of a reply: every move that design 6 allows, and none beside them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import replies
from bot.domain.events import EventKind, TicketId
from bot.domain.letters import LetterId
from bot.domain.people import SYSTEM, AgentId, by
from bot.domain.replies import Reply, ReplyId, ReplyState, Turned, WrongMove
from bot.domain.sites import MailAccountId

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=7)
ANN = by(AgentId(1))

Move = Callable[[Reply], Turned]
MOVES: dict[str, tuple[Move, ReplyState, set[ReplyState]]] = {
    "start": (
        lambda reply: replies.start(reply, LATER, timedelta(seconds=180)),
        ReplyState.SENDING,
        {ReplyState.QUEUED},
    ),
    "accepted": (
        lambda reply: replies.accepted(reply, LATER),
        ReplyState.SENT,
        {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCERTAIN},
    ),
    "put back": (
        lambda reply: replies.put_back(reply, "the server is busy.", LATER),
        ReplyState.QUEUED,
        {ReplyState.QUEUED, ReplyState.SENDING},
    ),
    "failed": (
        lambda reply: replies.failed(reply, "refused.", LATER),
        ReplyState.FAILED,
        {ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCERTAIN},
    ),
    "outcome unknown": (
        lambda reply: replies.outcome_unknown(reply, "cut.", LATER),
        ReplyState.UNCERTAIN,
        {ReplyState.SENDING},
    ),
    "bounced": (
        lambda reply: replies.bounced(reply, "5.7.1", LATER),
        ReplyState.BOUNCED,
        {ReplyState.SENT, ReplyState.SENDING, ReplyState.UNCERTAIN},
    ),
    "queue again": (lambda reply: replies.queue_again(reply, LATER, ANN), ReplyState.QUEUED, {ReplyState.FAILED}),
}


def a_reply(state: ReplyState = ReplyState.QUEUED) -> Reply:
    return Reply(
        ReplyId(3),
        TicketId(1001),
        "t1",
        AgentId(1),
        "It leaves today.",
        (),
        MailAccountId(1),
        "care@acme.example",
        "c-1@relay.walmart.com",
        "<t1@acme.example>",
        "RE: Hello",
        "<1@relay.walmart.com>",
        (),
        LetterId(1),
        NOW,
        state=state,
    )


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", list(ReplyState))
def test_each_move_starts_only_where_it_may(name: str, state: ReplyState) -> None:
    move, end, allowed = MOVES[name]
    if state not in allowed:
        with pytest.raises(WrongMove):
            move(a_reply(state))
        return
    turned = move(a_reply(state))
    assert turned.reply.state is end
    (event,) = turned.events
    assert (event.before, event.after, event.about) == (state, end, 3)


def test_nothing_is_moved_out_of_bounced() -> None:
    assert not [name for name, (_move, _end, allowed) in MOVES.items() if ReplyState.BOUNCED in allowed]


def test_only_sending_is_fenced() -> None:
    sending = replies.start(a_reply(), NOW, timedelta(seconds=180)).reply
    assert sending.until == NOW + timedelta(seconds=180)
    for name in ("accepted", "put back", "failed", "outcome unknown", "bounced"):
        assert MOVES[name][0](sending).reply.until is None, name


def test_trying_again_keeps_the_message_id_and_begins_the_wait_anew() -> None:
    failed = replace(a_reply(ReplyState.FAILED), reason="refused.")
    again = replies.queue_again(failed, LATER, ANN)
    assert again.reply.message_id == failed.message_id
    assert (again.reply.queued_at, again.reply.reason) == (LATER, "")
    assert (again.events[0].kind, again.events[0].actor) == (EventKind.REPLY_QUEUED, ANN)


def test_what_the_program_finds_out_is_told_as_its_own_act() -> None:
    assert replies.accepted(a_reply(ReplyState.UNCERTAIN), NOW).events[0].actor == SYSTEM
    assert replies.accepted(a_reply(ReplyState.UNCERTAIN), NOW, ANN).events[0].actor == ANN

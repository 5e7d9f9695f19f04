"""What follows from each event."""

from datetime import UTC, datetime

import pytest

from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.jobs import DeliverReply, EnrichTicket, Lane, SettleReply, SyncCard, lane, serial_key
from bot.domain.letters import Topic
from bot.domain.people import BUYER, SYSTEM, Actor, AgentId, Platform, by
from bot.domain.replies import ReplyId
from bot.domain.sites import Channel, SiteId
from bot.domain.tickets import Ticket
from bot.services.reactions import Follow, jobs_for
from bot.services.waits import Waits

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WAITS = Waits(card_for_order=2.0, settle=30.0)
CHANNELS = (Channel(Platform.SLACK, "C1"), Channel(Platform.FEISHU, "oc_1"))
ANN = by(AgentId(1))


def follows(kind: EventKind, actor: Actor = SYSTEM, *, order: str | None = None) -> list[Follow]:
    ticket = Ticket(TicketId(1001), SiteId(1), "key", "Hello", Topic.OTHER, NOW, order_id=order)
    return jobs_for(TicketEvent(ticket.id, NOW, actor, kind, about=3), ticket, CHANNELS, WAITS)


def cards(*, delay: float = 0.0, urgent: bool = False) -> list[Follow]:
    return [Follow(SyncCard(TicketId(1001), channel.platform, channel.id, urgent), delay) for channel in CHANNELS]


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_kind_has_a_reaction_on_the_page(kind: EventKind) -> None:
    follows(kind)


def test_a_new_ticket_is_shown_when_its_order_may_have_come() -> None:
    assert follows(EventKind.OPENED, BUYER) == cards()
    assert follows(EventKind.OPENED, BUYER, order="2000") == [Follow(EnrichTicket(TicketId(1001))), *cards(delay=2.0)]


def test_a_queued_reply_is_delivered_and_shown_before_other_cards() -> None:
    deliver = Follow(DeliverReply(ReplyId(3), TicketId(1001)))
    assert follows(EventKind.REPLY_QUEUED, ANN) == [deliver, *cards(urgent=True)]


def test_an_unknown_outcome_is_looked_into_after_a_while() -> None:
    settle = Follow(SettleReply(ReplyId(3), TicketId(1001)), 30.0)
    assert follows(EventKind.REPLY_UNCERTAIN) == [settle, *cards(urgent=True)]


def test_what_a_person_did_is_shown_to_them_at_once_and_what_came_in_waits_its_turn() -> None:
    assert follows(EventKind.REOPENED, ANN) == cards(urgent=True)
    assert follows(EventKind.REOPENED, BUYER) == cards(urgent=False)


@pytest.mark.parametrize("kind", [EventKind.RECIPIENT_SHOWN, EventKind.REPEAT_LINKED, EventKind.REPLY_SENDING])
def test_what_changes_nothing_on_the_card_causes_nothing(kind: EventKind) -> None:
    assert follows(kind, ANN) == []


def test_replies_and_what_shows_them_have_a_lane_of_their_own() -> None:
    lanes = [lane(follow.job) for follow in follows(EventKind.REPLY_QUEUED, ANN)]
    assert lanes == [Lane.REPLIES] * 3
    assert [lane(follow.job) for follow in follows(EventKind.OPENED)] == [Lane.CARDS] * 2


def test_the_search_for_proof_does_not_stand_in_the_line_of_the_tickets_replies() -> None:
    deliver, settle = DeliverReply(ReplyId(4), TicketId(1001)), SettleReply(ReplyId(3), TicketId(1001))
    assert serial_key(deliver) == "reply:1001"
    assert serial_key(settle) != serial_key(deliver)

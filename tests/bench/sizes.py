"""How much is measured: enough to tell, or just enough to prove that the harness runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    ingest_rounds: int
    ingest_mails: int
    latency_rounds: int
    latency_mails: int
    click_rounds: int
    clicks: int
    few_tickets: int
    many_tickets: int
    growth_rounds: int
    growth_mails: int
    idle_rounds: int
    reply_rounds: int
    replies: int  # of one replica; four get four times as many
    minutes_of_cards: float


FULL = Sizes(
    ingest_rounds=3,
    ingest_mails=60,
    latency_rounds=1,
    latency_mails=6,
    click_rounds=1,
    clicks=150,
    few_tickets=1_000,
    many_tickets=1_000_000,
    growth_rounds=3,
    growth_mails=50,
    idle_rounds=2,
    reply_rounds=1,
    replies=40,
    minutes_of_cards=1.2,
)
TINY = Sizes(
    ingest_rounds=1,
    ingest_mails=5,
    latency_rounds=1,
    latency_mails=1,
    click_rounds=1,
    clicks=5,
    few_tickets=5,
    many_tickets=50,
    growth_rounds=1,
    growth_mails=5,
    idle_rounds=1,
    reply_rounds=1,
    replies=4,
    minutes_of_cards=0.05,
)

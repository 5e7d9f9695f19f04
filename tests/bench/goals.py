"""What is promised (the table of goals), and how a measured figure stands beside it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Goal:
    """`at_least`: more is better; else less is."""

    what: str
    limit: float
    at_least: bool

    def met_by(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.limit:g}"


GOALS = {
    "ingest_sqlite": Goal("mail to committed ticket on SQLite, times the bare rate", 1.0, at_least=True),
    "ingest_postgres": Goal("mail to committed ticket on PostgreSQL, times the bare rate", 1.0, at_least=True),
    "latency_commits": Goal("added between pushed mail and posted card, in durable commits", 8.0, at_least=False),
    "ack_p50": Goal("click to acknowledgement at 50 clicks/s, times bare, median", 1.25, at_least=False),
    "ack_p99": Goal("click to acknowledgement at 50 clicks/s, times bare, 99th percentile", 2.0, at_least=False),
    "growth": Goal("cost per mail with 1,000,000 tickets stored, times that with 1,000", 1.2, at_least=False),
    "memory": Goal("resident memory of the idle desk, times bare", 1.3, at_least=False),
    "start": Goal("start to ready of the idle desk, times bare", 1.3, at_least=False),
    "replicas_1": Goal("replies/s of one replica, times the 40 that its 8 workers permit", 0.8, at_least=True),
    "replicas_4": Goal("replies/s of four replicas, times the 160 that their 32 workers permit", 0.8, at_least=True),
    "rate_limit": Goal("cards/s over 10 channels, times what Slack's limits permit; no 429", 0.95, at_least=True),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """`rounds` are the same ratio in each round alone, which shows how far the machine's noise reaches."""

    key: str
    value: float
    detail: str
    rounds: tuple[float, ...] = field(default=())

    def __str__(self) -> str:
        goal = GOALS[self.key]
        verdict = "met   " if goal.met_by(self.value) else "MISSED"
        spread = f"; rounds {min(self.rounds):.2f} to {max(self.rounds):.2f}" if self.rounds else ""
        return f"{verdict} {self.key:<16} {self.value:>7.2f}  ({goal}): {goal.what}\n       {self.detail}{spread}"

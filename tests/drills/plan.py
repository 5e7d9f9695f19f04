"""What will happen in a run, drawn from its seed alone: the same seed gives the same plan on every machine."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tests.drills.boundaries import Boundary, all_boundaries

LETTERS = 20
REPLIES = 10
CONVERSATIONS = 13
AGENTS = 5
LEAST_FAULTS = 3
WAITING_AT_START = 6


class Database(StrEnum):
    SQLITE = "sqlite"
    POSTGRES = "postgres"

    @property
    def replicas(self) -> int:
        return 3 if self is Database.POSTGRES else 1


# How often each process may die in a run, and how many boundaries it is aimed at: some are not passed in every run.
DEATHS = {Database.SQLITE: 3, Database.POSTGRES: 2}
AIMS = 4


class Mishap(StrEnum):
    CUT_AFTER_DATA = "SMTP cut after DATA"
    CUT_BEFORE_DATA = "SMTP cut before DATA"
    MAIL_SERVER_SILENT = "SMTP silent after DATA"
    MAIL_SERVER_BUSY = "SMTP busy"
    POST_CUT_AFTER = "Slack cut after a post"
    POST_CUT_BEFORE = "Slack cut before a post"
    UPDATE_CUT_AFTER = "Slack cut after an update"
    CHAT_STORM = "a storm of 429 from Slack"
    MARKETPLACE_STORM = "a storm of 429 from Walmart"
    FETCH_CUT = "IMAP cut in the middle of a fetch"
    READERS_CUT = "every IMAP connection cut"
    MAILBOX_DOWN = "the mailbox out of reach"
    RENUMBERED = "another UIDVALIDITY"
    EVENTS_TWICE = "Slack delivers twice"
    EVENTS_LATE = "Slack delivers late and out of order"
    ACKNOWLEDGEMENTS_LOST = "Slack loses acknowledgements"
    SOCKETS_CUT = "every Slack connection cut"
    CARD_DELETED = "somebody deletes a card"
    STALL = "a process stands still beyond its lease"
    TOLD_TO_STOP = "a process told to stop"
    DATABASE_RESTART = "the database restarts"
    FULL_DISK = "the disk is full"
    KILLED = "a process killed from outside"


_ONLY_ON = {Mishap.DATABASE_RESTART: Database.POSTGRES, Mishap.FULL_DISK: Database.SQLITE}
# What has to happen so that a boundary is passed at all, by a part of its name.
_LEADS_TO = (
    ("settling", (Mishap.CUT_AFTER_DATA,)),
    ("Pacing._pause", (Mishap.CHAT_STORM, Mishap.POST_CUT_BEFORE)),
    ("store.run in bot.services.card_sync.CardSync._post", (Mishap.POST_CUT_BEFORE, Mishap.CHAT_STORM)),
    ("Cards.sync", (Mishap.CARD_DELETED,)),
    ("alarm", (Mishap.MAILBOX_DOWN,)),
    ("leases.release", (Mishap.READERS_CUT, Mishap.FETCH_CUT)),
    ("_Run._stop", (Mishap.TOLD_TO_STOP,)),
)


class Way(StrEnum):
    """How an agent answers."""

    FORM = "form"
    FILE = "form with a file"
    THREAD = "thread"
    DOUBLE_CLICK = "double click"
    TOGETHER = "two agents at once"


@dataclass(frozen=True, slots=True)
class PlannedLetter:
    """`at` is in seconds after the start; one below zero lies in the mailbox when the desk starts."""

    at: float
    words: str
    conversation: int
    copies: int = 1
    with_file: bool = False


@dataclass(frozen=True, slots=True)
class PlannedReply:
    at: float
    text: str
    conversation: int
    agent: int
    way: Way


@dataclass(frozen=True, slots=True)
class Fatal:
    """A boundary at which a process dies, at the `turn`-th time that it comes there; or stands still."""

    boundary: int
    turn: int
    stalls: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`fatal` are the boundaries at which a process may die: the first that it comes to ends its life, the next one its
    next life, until it has died `deaths` times."""

    database: Database
    seed: int
    number: int
    letters: tuple[PlannedLetter, ...]
    replies: tuple[PlannedReply, ...]
    mishaps: tuple[tuple[float, Mishap, int], ...]
    fatal: tuple[Fatal, ...]
    deaths: int
    keeps_sent: bool
    pause: float  # between a death and the next life
    agents: int = AGENTS

    @property
    def faults(self) -> int:
        return len(self.mishaps) + min(self.deaths, len(self.fatal))


@dataclass(frozen=True, slots=True)
class Planner:
    """`targets` are the boundaries to aim at, in place of all of them in turn: those that were hit least, say."""

    database: Database
    seed: int
    targets: tuple[int, ...] = ()
    _boundaries: tuple[Boundary, ...] = field(default_factory=all_boundaries)

    def plan(self, number: int) -> Plan:
        chance = random.Random(f"{self.database}:{self.seed}:{number}")  # noqa: S311  # drawn for variety, not secrecy
        fatal = self._deaths(chance, number)
        mishaps = tuple(self._mishaps(chance, fatal))
        letters = tuple(_letters(chance))
        return Plan(
            database=self.database,
            seed=self.seed,
            number=number,
            letters=letters,
            replies=tuple(_replies(chance)),
            mishaps=mishaps,
            fatal=fatal,
            deaths=DEATHS[self.database],
            keeps_sent=chance.random() < 0.8,
            pause=chance.choice([0.0, 0.05, 0.2]),
        )

    def _deaths(self, chance: random.Random, number: int) -> tuple[Fatal, ...]:
        """All boundaries are aimed at in turn, so that none is left to luck."""
        return tuple(
            Fatal(boundary, chance.choice([1, 1, 1, 2]), stalls=chance.random() < 0.06)
            for boundary in self._aims(number)
        )

    def _aims(self, number: int) -> Sequence[int]:
        candidates = list(self.targets) or list(range(len(self._boundaries)))
        each = AIMS
        drawn: list[int] = []
        for place in range(number * each, number * each + each):
            cycle, position = divmod(place, len(candidates))
            order = candidates[:]
            random.Random(f"{self.seed}:{cycle}").shuffle(order)  # noqa: S311  # the same
            drawn.append(order[position])
        return drawn

    def _mishaps(self, chance: random.Random, fatal: Sequence[Fatal]) -> Iterator[tuple[float, Mishap, int]]:
        wanted: list[Mishap] = []
        for each in fatal:
            name = str(self._boundaries[each.boundary])
            wanted += [chance.choice(mishaps) for part, mishaps in _LEADS_TO if part in name]
        possible = [each for each in Mishap if _ONLY_ON.get(each, self.database) is self.database]
        # Processes die at boundaries here; from outside they are killed in the scenario of the replicas.
        possible.remove(Mishap.KILLED)
        drawn = list(dict.fromkeys([*wanted, *chance.sample(possible, chance.choice([1, 2, 2, 3]))]))
        for mishap in drawn:
            yield round(chance.uniform(0.1, 1.4), 2), mishap, chance.randrange(3)


def replicas_plan(seed: int) -> Plan:
    """Three replicas are killed one after another while 500 mails and 300 replies pass."""
    letters, replies, agents = 500, 300, 12
    conversations = 400
    return Plan(
        database=Database.POSTGRES,
        seed=seed,
        number=0,
        letters=tuple(
            PlannedLetter(
                at=number / 40 if number >= WAITING_AT_START else -1.0,
                words=f"Letter {number:03} asks: where is parcel {number:03}?",
                conversation=number if number < conversations else (number * 7) % conversations,
            )
            for number in range(letters)
        ),
        replies=tuple(
            PlannedReply(
                at=0.0,
                text=f"Answer {number:03}: we look for it, says agent {number % agents}.",
                conversation=number,
                agent=number % agents,
                way=Way.FORM,
            )
            for number in range(replies)
        ),
        mishaps=tuple((4.0 + 5.0 * which, Mishap.KILLED, which) for which in range(3)),
        fatal=(),
        deaths=0,
        keeps_sent=True,
        pause=1.0,
        agents=agents,
    )


def _letters(chance: random.Random) -> Iterator[PlannedLetter]:
    """Each conversation begins with a letter; the others are asked again in some of them."""
    for number in range(LETTERS):
        first = number < CONVERSATIONS
        conversation = number if first else chance.randrange(CONVERSATIONS)
        early = number < WAITING_AT_START
        yield PlannedLetter(
            at=-1.0 if early else round(chance.uniform(0.0, 0.7) + (0.0 if first else 0.7), 2),
            words=f"Letter {number:02} asks: where is parcel {number:02}?",
            conversation=conversation,
            copies=2 if chance.random() < 0.15 else 1,
            with_file=number in {2, 9},
        )


def _replies(chance: random.Random) -> Iterator[PlannedReply]:
    ways = [Way.FILE, Way.THREAD, Way.DOUBLE_CLICK, Way.TOGETHER, *[Way.FORM] * (REPLIES - 4)]
    chance.shuffle(ways)
    for number, way in enumerate(ways):
        yield PlannedReply(
            at=round(chance.uniform(0.0, 1.2), 2),
            text=f"Answer {number:02}: we look for it, says agent {number % AGENTS}.",
            # Two replies go into one conversation now and then.
            conversation=chance.randrange(CONVERSATIONS) if chance.random() < 0.2 else number,
            agent=number % AGENTS,
            way=way,
        )

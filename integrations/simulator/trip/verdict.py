"""Counting what the simulator recorded against what the trip expected."""

import re
from collections import Counter
from dataclasses import dataclass, field

from integrations.simulator.mail.records import MailKind
from integrations.simulator.trip.hands import Hands, words_of
from integrations.simulator.world import World

_NUMBER = re.compile(r"#(\d+)")


@dataclass(frozen=True, slots=True)
class ExpectedReply:
    text: str
    buyer: str


@dataclass(slots=True)
class Expected:
    """What was written and pressed: `letters` by their words, with the conversation that each belongs to."""

    letters: dict[str, str] = field(default_factory=dict)
    replies: list[ExpectedReply] = field(default_factory=list)
    internal: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of JSON. `problems` is what to tell a person; the figures are right exactly if there are none."""

    mails_in: int
    tickets: int
    cards: int
    replies_out: int
    duplicates: int
    lost: int
    seconds: float
    problems: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "mails_in": self.mails_in,
            "tickets": self.tickets,
            "cards": self.cards,
            "replies_out": self.replies_out,
            "duplicates": self.duplicates,
            "lost": self.lost,
            "seconds": round(self.seconds, 1),
            "platforms": {"slack": {"cards": self.cards, "replies": self.replies_out}},
        }


def judge(world: World, expected: Expected, seconds: float, interrupted: str) -> Figures:
    """`interrupted` is what the trip waited for in vain, empty if it came to its end."""
    hands = Hands(world)
    cards = hands.cards()
    shown = [words_of(card.content.blocks) for card in cards]
    threads = [words_of(message.content.blocks) for card in cards for message in hands.thread(card)]
    reached = world.mail.records.replies
    lost = [f"lost: {words!r}" for words in expected.letters if not any(words in text for text in (*shown, *threads))]
    lost += [f"never reached the buyer: {reply.text!r}" for reply in expected.replies if not _reached(world, reply)]
    duplicates = [f"{len(cards)} cards for {len(set(expected.letters.values()))} conversations"] * max(
        len(cards) - len(set(expected.letters.values())), 0
    )
    for words in expected.letters:
        duplicates += [f"twice in a thread: {words!r}"] * max(sum(words in text for text in threads) - 1, 0)
    counted = Counter(_first_line(reply.text) for reply in reached)
    duplicates += [f"sent twice: {text!r}" for text, count in counted.items() for _again in range(count - 1)]
    problems = [*lost, *duplicates, *_wrong(world, expected)]
    if interrupted:
        problems.append(f"did not happen in time: {interrupted}")
    kinds = Counter(delivery.kind for delivery in world.mail.records.deliveries)
    numbers = {found.group(1) for text in shown if (found := _NUMBER.search(text))}
    if len(numbers) != len(set(expected.letters.values())):
        problems.append(f"{len(numbers)} tickets for {len(set(expected.letters.values()))} conversations")
    return Figures(
        mails_in=kinds[MailKind.BUYER_LETTER],
        tickets=len(numbers),
        cards=len(cards),
        replies_out=len(reached),
        duplicates=len(duplicates),
        lost=len(lost),
        seconds=seconds,
        problems=tuple(problems),
    )


def _reached(world: World, expected: ExpectedReply) -> bool:
    return any(expected.text in reply.text and reply.buyer == expected.buyer for reply in world.mail.records.replies)


def _wrong(world: World, expected: Expected) -> list[str]:
    """What must never happen: a wrong recipient, an internal word outside, a bounce, a mail to where none may go."""
    records = world.mail.records
    wrong = [f"{bounce.recipient}: {bounce.reason}" for bounce in records.bounces]
    wrong += [f"violation: {violation.what}" for violation in records.violations]
    for reply in records.replies:
        wrong += [f"internal words reached a buyer: {text!r}" for text in expected.internal if text in reply.text]
        meant = [each.buyer for each in expected.replies if each.text in reply.text]
        if reply.buyer not in meant:
            wrong.append(f"{reply.buyer} got what was meant for {meant or 'nobody'}")
    return wrong


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]

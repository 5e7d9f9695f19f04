"""Counting what the simulator recorded against what the trip expected."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from integrations.simulator.mail.records import MailKind
from integrations.simulator.slack.messages import Message
from integrations.simulator.trip.cards import faults_of, recipient_faults
from integrations.simulator.trip.forms import form_faults, reply_forms
from integrations.simulator.trip.hands import Hands
from integrations.simulator.trip.words import words_in_mail, words_of
from integrations.simulator.walmart.orders import PurchaseOrder
from integrations.simulator.world import World

_NUMBER = re.compile(r"#(\d+)")


@dataclass(frozen=True, slots=True)
class ExpectedReply:
    text: str
    buyer: str
    about: str  # the words of the letter whose card was answered


@dataclass(slots=True)
class Expected:
    """What was written and pressed: `letters` by their words, in the order of their writing, with the conversation
    that each belongs to: an order's id, or for a question before a purchase its own words."""

    letters: dict[str, str] = field(default_factory=dict)
    replies: list[ExpectedReply] = field(default_factory=list)
    internal: list[str] = field(default_factory=list)

    @property
    def conversations(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for words, conversation in self.letters.items():
            found.setdefault(conversation, []).append(words)
        return found


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
    seen = Seen(world, expected)
    lost, duplicates = seen.lost(), seen.duplicates()
    kinds = Counter(delivery.kind for delivery in world.mail.records.deliveries)
    numbers = {found.group(1) for card in seen.cards if (found := _NUMBER.search(words_of(card.content.blocks)))}
    problems = [*lost, *duplicates, *seen.faults(), *seen.leaked(), *seen.misdirected()]
    if interrupted:
        problems.append(f"did not happen in time: {interrupted}")
    for what, counted, meant in (
        ("tickets for conversations", len(numbers), len(expected.conversations)),
        ("cards for conversations", len(seen.cards), len(expected.conversations)),
        ("mails put into the mailbox for letters written", kinds[MailKind.BUYER_LETTER], len(expected.letters)),
    ):
        if counted != meant:
            problems.append(f"{what}: {counted} for {meant}")
    return Figures(
        mails_in=kinds[MailKind.BUYER_LETTER],
        tickets=len(numbers),
        cards=len(seen.cards),
        replies_out=len(world.mail.records.replies),
        duplicates=len(duplicates),
        lost=len(lost),
        seconds=seconds,
        problems=tuple(problems),
    )


def tells_of_reply(card: Message) -> bool:
    return "Walmart reply sent" in words_of(card.content.blocks)


class Seen:
    """What stands in the chat and has reached the buyers' mailboxes, held against what was meant."""

    def __init__(self, world: World, expected: Expected) -> None:
        self._world = world
        self._expected = expected
        self._hands = Hands(world)
        self._records = world.mail.records
        self.cards = self._hands.cards()
        self._threads = {card.ts: self._hands.thread(card) for card in self.cards}

    def lost(self) -> list[str]:
        """Letters of which nothing is to be seen, and replies that their buyers never got."""
        hung = [words_of(message.content.blocks) for thread in self._threads.values() for message in thread]
        shown = [*(words_of(card.content.blocks) for card in self.cards), *hung]
        lost = [f"lost: {words!r}" for words in self._expected.letters if not any(words in text for text in shown)]
        for reply in self._expected.replies:
            reached = [each for each in self._records.replies if reply.text in each.text]
            if not any(each.buyer == reply.buyer for each in reached):
                lost.append(f"never reached the buyer: {reply.text!r}")
        return lost

    def duplicates(self) -> list[str]:
        """A second card of a conversation, a message twice in a thread, a reply that was sent again."""
        found = []
        for first, *_later in self._expected.conversations.values():
            again = len(self._hands.cards_with(first)) - 1
            found += [f"another card for {first!r}"] * max(again, 0)
        for thread in self._threads.values():
            hung = [words_of(message.content.blocks) for message in thread]
            for words in self._expected.letters:
                found += [f"twice in a thread: {words!r}"] * max(sum(words in text for text in hung) - 1, 0)
        sent = Counter(words_in_mail(submission.raw) for submission in self._records.submissions)
        return found + [f"sent again: {text[:120]!r}" for text, count in sent.items() for _again in range(count - 1)]

    def faults(self) -> list[str]:
        """Cards that do not show what they must, in the channel where they must stand."""
        found = []
        for conversation, (first, *later) in self._expected.conversations.items():
            for card in self._hands.cards_with(first)[:1]:
                faults = faults_of(card, self._purchases(conversation))
                hung = [words_of(message.content.blocks) for message in self._threads[card.ts]]
                faults += [f"{words!r} is not in its thread" for words in later if not any(words in at for at in hung)]
                faults += self._replies_untold(card, first)
                found += [f"{fault}: {first!r}" for fault in faults]
        for form in reply_forms(self._world.slack):
            found += form_faults(form, self._world.mailbox.address)
        return found

    def _replies_untold(self, card: Message, first: str) -> list[str]:
        about = self._expected.letters[first]
        answered = [each for each in self._expected.replies if self._expected.letters[each.about] == about]
        untold = answered and not tells_of_reply(card)
        return ["the card does not tell that a reply was sent"] if untold else []

    def leaked(self) -> list[str]:
        """What colleagues write to each other in a mail, and what only one person may see in a channel."""
        found = []
        for submission in self._records.submissions:
            written = words_in_mail(submission.raw)
            found += [f"internal words left: {text!r}" for text in self._expected.internal if text in written]
        everybody = self._purchases(*self._expected.conversations)
        for message in (message for card in self.cards for message in (card, *self._threads[card.ts])):
            found += recipient_faults(message, everybody)
        bot, own = self._world.slack.bot_user_id, self._world.shop.channel.id
        for name in self._world.slack.workspace.channels:
            elsewhere = [message for message in self._world.slack.messages(name) if message.author.user == bot]
            found += [f"posted into {name}, which is not the site's channel"] * (len(elsewhere) if name != own else 0)
        return found

    def misdirected(self) -> list[str]:
        """A wrong recipient, a bounce, a mail to where none may go."""
        wrong = [f"{bounce.recipient}: {bounce.reason}" for bounce in self._records.bounces]
        wrong += [f"violation: {violation.what}" for violation in self._records.violations]
        for reply in self._records.replies:
            meant = [each.buyer for each in self._expected.replies if each.text in reply.text]
            if reply.buyer not in meant:
                wrong.append(f"{reply.buyer} got what was meant for {meant or 'nobody'}")
        return wrong

    def _purchases(self, *conversations: str) -> Sequence[PurchaseOrder]:
        """Those of the orders among the conversations."""
        orders = self._world.shop.orders.orders
        return [order for order in orders if order.customer_order_id in conversations]

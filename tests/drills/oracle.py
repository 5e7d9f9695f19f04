"""The judge of a drill. It shares no code with the product and asks it nothing: it holds what buyers wrote and what
agents pressed against the mails that reached buyers and the messages that stand in the chat."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_SENT = re.compile(r"Walmart reply sent")
_NOT_SENT = re.compile(r"The reply by .{1,80}? was not sent:")
_CAME_BACK = re.compile(r"The reply by .{1,80}? came back \(")
_NOBODY_KNOWS = re.compile(r"Nobody can tell whether the reply by")
_UNDER_WAY = re.compile(r"Sending the reply by|The reply by .{1,80}? waits:")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a buyer wrote; `words` are like no other letter's. A letter that arrives twice is one letter."""

    words: str
    conversation: str


@dataclass(frozen=True, slots=True)
class Press:
    """A Send. `accepted`: the chat said so to its agent; False: it was held or refused, and its agent let it be; None:
    its agent never learnt."""

    text: str
    conversation: str
    accepted: bool | None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whom a conversation is with, where answers to them go, and the ids of the mails that they wrote."""

    name: str
    addresses: frozenset[str]
    message_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reached:
    """A mail that reached a buyer."""

    text: str
    buyer: str
    address: str
    in_reply_to: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the desk's in a chat; `root` is the message that it hangs under, if any. `choices` are its buttons."""

    channel: str
    id: str
    root: str
    words: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    channel: str
    letters: tuple[Letter, ...]
    presses: tuple[Press, ...]
    internal: tuple[str, ...]
    buyers: dict[str, Buyer]
    taken: tuple[str, ...]  # the texts of the mails that the mailbox's server took over
    reached: tuple[Reached, ...]
    messages: tuple[Message, ...]
    broken_rules: tuple[str, ...] = ()  # what the stand-ins say that nobody may do


@dataclass(frozen=True, slots=True)
class Verdict:
    """Sentences for a person; all is right exactly if there are none."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    unresolved: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)

    @property
    def violations(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.twins, *self.silent, *self.unresolved, *self.misplaced]


def judge(seen: Evidence) -> Verdict:
    verdict = Verdict()
    verdict.misplaced.extend(seen.broken_rules)
    _judge_mails(seen, verdict)
    for conversation in dict.fromkeys(letter.conversation for letter in seen.letters):
        _judge_conversation(seen, conversation, verdict)
    own = {message.id for message in seen.messages if not message.root}
    for message in seen.messages:
        if message.channel != seen.channel:
            verdict.misplaced.append(f"posted into {message.channel}, which is not the site's: {message.words[:80]!r}")
        if message.root and message.root not in own and any(letter.words in message.words for letter in seen.letters):
            verdict.misplaced.append(f"hangs under nothing: {message.words[:80]!r}")
    return verdict


def _judge_mails(seen: Evidence, verdict: Verdict) -> None:
    for press in seen.presses:
        taken = sum(press.text in text for text in seen.taken)
        reached = [mail for mail in seen.reached if press.text in mail.text]
        if max(taken, len(reached)) > 1:
            verdict.doubled.append(f"left {taken} times and reached {len(reached)} times: {press.text!r}")
        if taken and press.accepted is False:
            verdict.misplaced.append(f"left although its agent was told that it did not: {press.text!r}")
        buyer = seen.buyers[press.conversation]
        for mail in reached:
            if mail.buyer != buyer.name or mail.address.lower() not in buyer.addresses:
                verdict.misplaced.append(f"{mail.buyer} at {mail.address} got what was meant for {buyer.name}")
            elif mail.in_reply_to not in buyer.message_ids:
                verdict.misplaced.append(f"answers no mail of this conversation: {press.text!r}")
    pressed = [press.text for press in seen.presses]
    for text in seen.taken:
        if any(internal in text for internal in seen.internal):
            verdict.misplaced.append(f"internal words left: {text[:120]!r}")
        elif not any(press in text for press in pressed):
            verdict.misplaced.append(f"left without anybody's Send: {text[:120]!r}")


def _judge_conversation(seen: Evidence, conversation: str, verdict: Verdict) -> None:
    words = [letter.words for letter in seen.letters if letter.conversation == conversation]
    roots = [message for message in seen.messages if not message.root and _holds_any(message, words)]
    if not roots:
        verdict.lost.append(f"no card for {conversation}: {words[0]!r}")
        return
    if len(roots) > 1:
        verdict.twins.append(f"{len(roots)} cards for {conversation}: {words[0]!r}")
    card = roots[0]
    thread = [message for message in seen.messages if message.root == card.id]
    for letter in words:
        hung = sum(letter in message.words for message in thread)
        if not hung and letter not in card.words:
            verdict.lost.append(f"not on the card of {conversation} and not in its thread: {letter!r}")
        if hung > 1:
            verdict.twins.append(f"{hung} times in the thread of {conversation}: {letter!r}")
    presses = [press for press in seen.presses if press.conversation == conversation]
    for press in presses:
        hung = sum(press.text in message.words for message in thread if _SENT.search(message.words))
        if hung > 1:
            verdict.twins.append(f"{hung} times as sent in the thread of {conversation}: {press.text!r}")
    _judge_replies(seen, card, presses, verdict)


def _judge_replies(seen: Evidence, card: Message, presses: Sequence[Press], verdict: Verdict) -> None:
    """What a card must say of the replies that were accepted."""
    arrived = [press for press in presses if any(press.text in mail.text for mail in seen.reached)]
    missing = [press for press in presses if press.accepted and press not in arrived]
    unknown = len(_NOBODY_KNOWS.findall(card.words))
    not_sent = len(_NOT_SENT.findall(card.words)) + len(_CAME_BACK.findall(card.words))
    if len(missing) > unknown + not_sent:
        verdict.silent.extend(
            f"never reached its buyer, and the card does not say so: {press.text!r}" for press in missing
        )
    for said in _UNDER_WAY.findall(card.words):
        verdict.unresolved.append(f"{said!r} stands on the card for ever: {_texts(presses)}")
    if not_sent > sum(press not in arrived for press in presses):
        verdict.unresolved.append(f"the card says of a reply that arrived that it was not sent: {_texts(presses)}")
    if arrived and not unknown and not _SENT.search(card.words):
        verdict.unresolved.append(f"the card does not tell that a reply was sent: {_texts(arrived)}")
    if unknown and not {"it_arrived", "it_did_not_arrive"} <= set(card.choices):
        verdict.unresolved.append(f"nobody can decide about a reply whose outcome is unknown: {_texts(presses)}")


def _holds_any(message: Message, words: Sequence[str]) -> bool:
    return any(each in message.words for each in words)


def _texts(presses: Sequence[Press]) -> str:
    return ", ".join(_each(presses))


def _each(presses: Sequence[Press]) -> Iterator[str]:
    return (repr(press.text) for press in presses)

"""How a trigger is written: an occasion, conditions, and what is to be done.

    when created if "Walmart Site" is US or CA and text contains refund then assign group us-agents and junk stop

Words of the sentence count only outside quotation marks; a value of several words needs none, as long as it holds none
of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.commands.grammar import Word, words
from bot.commands.nearest import nearest
from bot.domain.fields import folded
from bot.domain.opening_hours import in_hours, on_weekday
from bot.domain.people import Platform
from bot.domain.tickets import Priority
from bot.domain.triggers import EXAMPLE, Action, Comparison, Condition, Occasion, Subject, Verb
from bot.i18n import Texts
from bot.ports.store import Snapshot

# Longest first: "is not" before "is".
_COMPARISONS = sorted(Comparison, key=len, reverse=True)
_OCCASIONS = sorted(Occasion, key=len, reverse=True)
_JOINS = {"and", "or", "then", "stop"}
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)


class Unreadable(Exception):
    """The message says what is expected, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a rule may name. Fields are by folded name."""

    fields: Mapping[str, str]
    groups: Mapping[str, int]
    agents: Mapping[str, int]
    mentioned: Mapping[str, int]  # agents by how the chat mentions them
    platform: Platform


def known_to(snapshot: Snapshot, platform: Platform) -> Known:
    agents = [agent for agent in snapshot.agents.all() if agent.enabled and agent.identities]
    return Known(
        fields={folded(field.name): field.name for field in snapshot.custom_fields.all()},
        groups={group.name.casefold(): group.id for group in snapshot.groups.all()},
        agents={agent.name.casefold(): agent.id for agent in agents},
        mentioned={
            f"<@{user.id}>": agent.id for agent in agents for user in agent.identities if user.platform is platform
        },
        platform=platform,
    )


@dataclass(frozen=True, slots=True)
class Rule:
    occasion: Occasion
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]
    stops: bool


def read_rule(text: str, known: Known, _: Texts) -> Rule:
    """Raises `Unreadable`."""
    typed = words(text)
    if typed.unclosed:
        raise Unreadable(_("A quotation mark is not closed."))
    return _Reading(list(typed.words), known, _).rule()


class _Reading:
    def __init__(self, typed: list[Word], known: Known, texts: Texts) -> None:
        self._left = typed
        self._known = known
        self._texts = texts

    def rule(self) -> Rule:
        _ = self._texts
        if not self._take("when"):
            raise Unreadable(_("A trigger begins with: when. For instance: {rule}", rule=EXAMPLE))
        occasion = next((each for each in _OCCASIONS if self._take(each)), None)
        if occasion is None:
            raise Unreadable(_("After when comes one of these: {choices}", choices=", ".join(Occasion)))
        conditions: list[Condition] = []
        if self._take("if"):
            conditions.append(self._condition())
            while self._take("and"):
                conditions.append(self._condition())
        if not self._take("then"):
            raise Unreadable(_("What is to be done comes after: then. For instance: {rule}", rule=EXAMPLE))
        actions = [self._action()]
        while self._take("and"):
            actions.append(self._action())
        stops = self._take("stop")
        if self._left:
            raise Unreadable(_("This cannot be read from here on: {word}", word=self._left[0].value))
        return Rule(occasion, tuple(conditions), tuple(actions), stops)

    def _condition(self) -> Condition:
        _ = self._texts
        said: list[str] = []
        while self._left and not self._ahead(_JOINS) and not self._comparison(take=False):
            said.append(self._next())
        comparison = self._comparison(take=True)
        if not said or comparison is None:
            raise Unreadable(
                _(
                    "A condition is a field, one of {tests}, and a value.",
                    tests=", ".join(each.value for each in Comparison),
                )
            )
        subject = self._subject(" ".join(said))
        values = [self._value()]
        while self._take("or"):
            values.append(self._value())
        for value in values:
            self._check(subject, comparison, value)
        return Condition(subject, comparison, tuple(values))

    def _comparison(self, *, take: bool) -> Comparison | None:
        for comparison in _COMPARISONS:
            if self._begins(comparison):
                if take:
                    self._take(comparison)
                return comparison
        return None

    def _subject(self, said: str) -> str:
        if said.casefold() in list(Subject):
            return said.casefold()
        field = self._known.fields.get(folded(said))
        if field is not None:
            return field
        _ = self._texts
        near = nearest(folded(said), [*self._known.fields, *Subject])
        if near:
            raise Unreadable(_("There is no field {name}. Did you mean {near}?", name=said, near=near))
        raise Unreadable(
            _(
                "There is no field {name}. Make it first, or use one of these: {choices}",
                name=said,
                choices=", ".join(Subject),
            )
        )

    def _check(self, subject: str, comparison: Comparison, value: str) -> None:
        _ = self._texts
        timed = subject in {Subject.TIME, Subject.WEEKDAY}
        if timed and comparison not in {Comparison.IS, Comparison.IS_NOT}:
            raise Unreadable(_("Of a time say: is, or is not."))
        try:
            if subject == Subject.TIME:
                in_hours(_ANY_DAY, value)
            elif subject == Subject.WEEKDAY:
                on_weekday(_ANY_DAY, value)
            elif comparison in {Comparison.ABOVE, Comparison.BELOW}:
                float(value)
        except ValueError:
            told = {
                Subject.TIME: _('Write hours like this: "18:00-08:00 Europe/Berlin"'),
                Subject.WEEKDAY: _('Write days like this: "sat-sun Europe/Berlin"'),
            }
            number = _("{value} is no number.", value=value)
            raise Unreadable(told[Subject(subject)] if timed else number) from None

    def _action(self) -> Action:
        _ = self._texts
        for words_of, verb in _VERBS:
            if self._take(words_of):
                return self._with_target(verb)
        raise Unreadable(
            _("What is to be done is one of these: {choices}", choices=", ".join(said for said, _verb in _VERBS))
        )

    def _with_target(self, verb: Verb) -> Action:
        _ = self._texts
        if verb is Verb.JUNK:
            return Action(verb)
        said = self._value()
        match verb:
            case Verb.GROUP | Verb.NOTIFY_GROUP:
                return Action(verb, self._named(said, self._known.groups, _("There is no group {name}.", name=said)))
            case Verb.AGENT | Verb.NOTIFY_AGENT:
                people = {**self._known.agents, **self._known.mentioned}
                told = _(
                    "{name} is nobody who works here. Give them a role first, with agent set.", name=said.strip("<@>")
                )
                return Action(verb, self._named(said, people, told))
            case Verb.CHANNEL:
                if not (said.startswith("<#") and said.endswith(">")):
                    raise Unreadable(_("Type # and pick the channel from the chat's list."))
                return Action(verb, f"{self._known.platform}:{said[2:-1].partition('|')[0]}")
            case Verb.PRIORITY:
                if said.upper() not in Priority.__members__:
                    choices = ", ".join(priority.name.lower() for priority in Priority)
                    raise Unreadable(_("A priority is one of these: {choices}", choices=choices))
                return Action(verb, said.lower())

    def _named(self, said: str, known: Mapping[str, int], none: str) -> str:
        found = known.get(said, known.get(said.casefold()))
        if found is not None:
            return str(found)
        near = nearest(said.casefold(), [name for name in known if not name.startswith("<")])
        raise Unreadable(f"{none} {self._texts('Did you mean {near}?', near=near)}" if near else none)

    def _value(self) -> str:
        said: list[str] = []
        while self._left and not self._ahead(_JOINS):
            said.append(self._next())
        if not said:
            raise Unreadable(self._texts("A value is missing."))
        return " ".join(said)

    def _next(self) -> str:
        word = self._left.pop(0)
        return f"{word.key}={word.value}" if word.key else word.value

    def _ahead(self, wanted: set[str]) -> bool:
        return bool(self._left) and not self._left[0].quoted and self._left[0].value.casefold() in wanted

    def _begins(self, sentence: str) -> bool:
        parts = sentence.split()
        return len(self._left) >= len(parts) and all(
            not word.quoted and not word.key and word.value.casefold() == part
            for word, part in zip(self._left, parts, strict=False)
        )

    def _take(self, sentence: str) -> bool:
        if not self._begins(sentence):
            return False
        del self._left[: len(sentence.split())]
        return True


_VERBS: Sequence[tuple[str, Verb]] = [(verb.value, verb) for verb in sorted(Verb, key=len, reverse=True)]

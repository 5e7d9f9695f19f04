'''How a command is written: one frozen dataclass says it all.

    class SetSeller(Command):
        """One sentence for whoever reads the code."""

        about: ClassVar = About("site seller", _("Change the name under which a site sells"), needs=Role.ADMIN)

        site: Annotated[str, OneOf(_("Site"), fixed=True, choices=sites, none=_("There is no site yet."))]
        seller_name: Annotated[str, Text(_("Seller name"), most=60)]
        note: Annotated[str, Text(_("Note"), long=True)] = ""

        def run(self, uow: UnitOfWork, acting: Acting) -> Answer: ...

Decorate it with `@dataclass(frozen=True, slots=True)`, import `marked as _` from bot.i18n for the texts above, and add
the class to `COMMANDS` in bot/commands/table.py. That is all: from it come

- the grammar: `site seller us "Acme Home" note="as agreed"`. What has no default is given by its place, in order (and
  what is `placed`); what has one by `note=…` or `note …`. Kinds of values are in bot/commands/parameters.py.
- the form, which opens with what was typed filled in when something is missing or wrong, errors by field. Fill in what
  holds now with `present`, and say what the form is about with `intro`.
- the help, the permission (`needs`), the completion hints and the manifest's usage hint.

`run` is one transaction: it must not wait for anything. It answers with what the person is to see (bot/ports/chat.py),
`only_you(line, tone=Tone.GOOD)`, `ShowPage(page)` or `ShowSheet(sheet)`. It refuses with `raise refuse(line)`, or by
field with `raise refuse_field("seller_name", message)` (a use case's `Invalid` becomes that too); nothing is kept then,
and the form opens with the message in its place. Every change of a setting is recorded in the same transaction:
`acting.record(uow, AuditKind.CHANGED, *of_site(site), aspect="seller name", before=…, after=…)`.
tests/unit/example_command.py is a whole one, tests/unit/test_commands.py shows it at work.

What needs the network (to verify a key, to test a mailbox) is an errand (bot/services/errands.py): `run` keeps what
the errand needs under an id and returns `acting.errand(uow, "test mailbox", str(id), line)`. The person sees the line
at once, and the errand's own answer takes its place: in the form that was sent or the page that was pressed, else only
to them. An errand answers like a command; it may run twice, and hours later.

A button runs a command: `Button(label, Run("fields page=2"))`. Answered with a page of the same name, the page where it
was pressed is brought up to date in place (bot/views/page.py).
'''

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import ClassVar, get_type_hints

from bot.commands.parameters import Kind, Reader
from bot.domain.people import Role
from bot.i18n.pieces import Line, Strong
from bot.ports.chat import Answer
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting


@dataclass(frozen=True, slots=True)
class About:
    """`name` is what is typed, one to three words; `says` and `submit` (the form's button) are marked texts.

    What `needs` nobody in particular is for every full member of the workspace; the roles are those of
    bot/services/access.py. `title` heads the form, in at most 24 characters; without it, `says` does as far as it
    fits. What is `hidden` is left out of the help: steps that only buttons lead to. What has a label for the bot's
    `home` gets a button there, and under the platform's command without words, for those who may.
    """

    name: str
    says: str
    needs: Role
    title: str = ""
    submit: str = ""
    hidden: bool = False
    home: str = ""


class Command(ABC):
    """What a person asks for, read and checked by kind. See the module's own text for how one is written."""

    __slots__ = ()

    about: ClassVar[About]

    @abstractmethod
    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        """Do it, in one transaction. Raises `Refused`."""

    @classmethod
    def present(cls, given: Mapping[str, str], by: Reader) -> Mapping[str, str]:
        """What the form shows where nothing was typed, by parameter, as it would be typed: the values that hold now
        for what is `fixed` in `given`. Raises `Refused` when that does not exist."""
        del given, by
        return {}

    @classmethod
    def intro(cls, given: Mapping[str, str], by: Reader) -> tuple[Line, ...]:
        """What the form says above its fields."""
        del given, by
        return ()


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: Kind
    required: bool

    @property
    def key(self) -> str:
        return self.name.replace("_", "-")

    @property
    def by_place(self) -> bool:
        """Whether it is given by its place among the words; everything may be given by its key."""
        return not self.kind.secret and (self.required or self.kind.placed or self.kind.sentence)


def slash(words: str) -> Strong:
    """A command as it is typed, in a line for people."""
    return Strong(f"/walmart {words}")


@cache
def parameters(command: type[Command]) -> tuple[Parameter, ...]:
    """What a command can be given, in the order in which it is written. Raises TypeError for a field without a kind."""
    hints = get_type_hints(command, include_extras=True)
    return tuple(
        Parameter(
            field.name,
            _kind(command, field.name, getattr(hints[field.name], "__metadata__", ())),
            field.default is MISSING and field.default_factory is MISSING,
        )
        for field in fields(command)  # type: ignore[arg-type]  # every command is a dataclass; the table's test says so
    )


def _kind(command: type[Command], name: str, metadata: tuple[object, ...]) -> Kind:
    for entry in metadata:
        if isinstance(entry, Kind):
            return entry
    raise TypeError(f"{command.__name__}.{name} has no kind")

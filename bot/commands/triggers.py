"""`/walmart trigger …`: what happens to tickets by itself."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from bot.commands.command import About, Command
from bot.commands.parameters import Number, OneOf, Sentence, Text
from bot.commands.people_kinds import trigger_choices
from bot.commands.trigger_grammar import Unreadable, known_to, read_rule
from bot.domain.people import Role
from bot.domain.triggers import Trigger, TriggerId
from bot.i18n import marked as _
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import NameTaken, UnitOfWork
from bot.services.acting import Acting, only_you, refuse, refuse_field
from bot.services.triggering import names_of, would_fire
from bot.views.ticket_card import Tone
from bot.views.trigger_pages import dry_run_page, trigger_page, trigger_sheet
from bot.views.trigger_words import trigger_words

_MOST = 100
_LONGEST_NAME = 60
_LAST = 50
_NONE = _("There is no trigger yet: make one with trigger add.")


def _found(uow: UnitOfWork, number: str, acting: Acting) -> Trigger:
    trigger = uow.triggers.find(TriggerId(int(number)))
    if trigger is None:
        raise refuse(acting.texts.line("This trigger was deleted meanwhile. Nothing was done."))
    return trigger


def _list(uow: UnitOfWork, acting: Acting) -> Answer:
    return ShowPage(trigger_page(uow.triggers.all(), names_of(uow), acting.texts))


def _free_name(uow: UnitOfWork, wanted: str) -> str:
    taken = {trigger.name.casefold() for trigger in uow.triggers.all()}
    free = (f"{wanted} {number}" for number in range(1, _MOST + 2))
    return next(name for name in free if name.casefold() not in taken)


def _last_place(uow: UnitOfWork) -> int:
    return max((trigger.place for trigger in uow.triggers.all()), default=0) + 1


@dataclass(frozen=True, slots=True)
class AddTrigger(Command):
    about: ClassVar = About(
        "trigger add", _("Let something happen to tickets by itself"), Role.ADMIN, title=_("Trigger")
    )

    rule: Annotated[
        str,
        Sentence(
            _("Rule"), _('When created if "Walmart Site" is US then assign group us-agents'), long=True, most=2000
        ),
    ]
    name: Annotated[str, Text(_("Name"), most=_LONGEST_NAME)] = ""

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        if len(uow.triggers.all()) >= _MOST:
            raise refuse_field("rule", acting.texts("There are {most} triggers, and no more are taken.", most=_MOST))
        try:
            rule = read_rule(self.rule, known_to(uow, acting.user.platform), acting.texts)
        except Unreadable as unreadable:
            raise refuse_field("rule", str(unreadable)) from None
        name = self.name or _free_name(uow, acting.texts("Trigger"))
        taken = acting.texts("There is a trigger of this name already. Choose another one.")
        if any(other.name.casefold() == name.casefold() for other in uow.triggers.all()):
            raise refuse_field("name", taken)
        new = Trigger(
            TriggerId(0), name, _last_place(uow), rule.occasion, rule.conditions, rule.actions, stops=rule.stops
        )
        try:
            kept = uow.triggers.add(new)
        except NameTaken:
            raise refuse_field("name", taken) from None
        return only_you(
            acting.texts.line(
                'Trigger "{name}" is on: {rule}', name=kept.name, rule=trigger_words(kept, names_of(uow))
            ),
            acting.texts.line("Try it on the last tickets, without changing anything: trigger dry-run."),
            tone=Tone.GOOD,
        )


@dataclass(frozen=True, slots=True)
class ListTriggers(Command):
    about: ClassVar = About("trigger list", _("What happens by itself, in order"), Role.ADMIN, home=_("Triggers"))

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return _list(uow, acting)


@dataclass(frozen=True, slots=True)
class _AboutOne(Command):
    about: ClassVar = About("", "", Role.ADMIN)

    trigger: Annotated[str, OneOf(_("Trigger"), choices=trigger_choices, none=_NONE)]


@dataclass(frozen=True, slots=True)
class ShowTrigger(_AboutOne):
    about: ClassVar = About("trigger show", _("A trigger in full"), Role.ADMIN)

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return ShowPage(trigger_sheet(_found(uow, self.trigger, acting), names_of(uow), acting.texts))


@dataclass(frozen=True, slots=True)
class MoveTrigger(_AboutOne):
    about: ClassVar = About("trigger move", _("Change the order in which triggers are tried"), Role.ADMIN)

    place: Annotated[int, Number(_("Place"), least=1, most=_MOST)]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        moved = _found(uow, self.trigger, acting)
        others = [trigger for trigger in uow.triggers.all() if trigger.id != moved.id]
        others.insert(self.place - 1, moved)
        for place, trigger in enumerate(others, start=1):
            if trigger.place != place:
                uow.triggers.save(replace(trigger, place=place))
        return _list(uow, acting)


@dataclass(frozen=True, slots=True)
class SwitchOn(_AboutOne):
    about: ClassVar = About("trigger on", _("Switch a trigger on"), Role.ADMIN, submit=_("Switch on"))

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        uow.triggers.save(replace(_found(uow, self.trigger, acting), enabled=True))
        return _list(uow, acting)


@dataclass(frozen=True, slots=True)
class SwitchOff(_AboutOne):
    about: ClassVar = About("trigger off", _("Switch a trigger off"), Role.ADMIN, submit=_("Switch off"))

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        uow.triggers.save(replace(_found(uow, self.trigger, acting), enabled=False))
        return _list(uow, acting)


@dataclass(frozen=True, slots=True)
class DeleteTrigger(_AboutOne):
    """What it did stays in the tickets' histories."""

    about: ClassVar = About("trigger delete", _("Delete a trigger"), Role.ADMIN, submit=_("Delete"))

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        uow.triggers.delete(_found(uow, self.trigger, acting).id)
        return _list(uow, acting)


@dataclass(frozen=True, slots=True)
class CopyTrigger(_AboutOne):
    about: ClassVar = About("trigger copy", _("Copy a trigger; the copy is off"), Role.ADMIN, submit=_("Copy"))

    name: Annotated[str, Text(_("Name of the copy"), most=_LONGEST_NAME)] = ""

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        original = _found(uow, self.trigger, acting)
        wanted = acting.texts("Copy of {name}", name=original.name)[: _LONGEST_NAME - 4]
        name = self.name or _free_name(uow, wanted)
        if any(other.name.casefold() == name.casefold() for other in uow.triggers.all()):
            raise refuse_field("name", acting.texts("There is a trigger of this name already. Choose another one."))
        uow.triggers.add(replace(original, name=name, place=_last_place(uow), enabled=False, version=1))
        return _list(uow, acting)


@dataclass(frozen=True, slots=True)
class DryRun(_AboutOne):
    about: ClassVar = About(
        "trigger dry-run", _("On which of the last 50 tickets a trigger would fire"), Role.ADMIN, title=_("Dry run")
    )

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        trigger = _found(uow, self.trigger, acting)
        tickets = uow.finding.newest(_LAST)
        found = tuple(would_fire(uow, trigger, tickets, acting.now))
        return ShowPage(dry_run_page(trigger, found, len(tickets), acting.texts))


TRIGGERS: tuple[type[Command], ...] = (
    ListTriggers,
    AddTrigger,
    ShowTrigger,
    MoveTrigger,
    SwitchOn,
    SwitchOff,
    DryRun,
    CopyTrigger,
    DeleteTrigger,
)

"""`/walmart` alone: how the desk stands, and what comes next."""

from dataclasses import dataclass
from typing import ClassVar

from bot.commands.command import About, Command
from bot.commands.state import state
from bot.domain.people import Role
from bot.i18n import marked as _
from bot.ports.chat import Answer
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting, only_you
from bot.views.acts import Button, Run
from bot.views.ticket_card import Tone

_MOST_BUTTONS = 5


def status_of(others: tuple[type[Command], ...]) -> type[Command]:
    """The command that shows the state, with a button for each of the others that has one."""

    @dataclass(frozen=True, slots=True)
    class Status(Command):
        """No buyer's words and no secrets, so any member of the workspace may see it."""

        about: ClassVar = About("status", _("How the desk stands, and what comes next"), Role.NOBODY)

        def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
            stands = state(uow, acting.desk.health, acting.texts)
            return only_you(
                *stands.lines,
                tone=Tone.GOOD if stands.well else Tone.WARNING,
                buttons=(*home_buttons(others, acting)[: _MOST_BUTTONS - 1], Button(acting.texts("Help"), Run("help"))),
            )

    return Status


def home_buttons(table: tuple[type[Command], ...], acting: Acting) -> tuple[Button, ...]:
    return tuple(
        Button(acting.texts.told(command.about.home), Run(command.about.name))
        for command in table
        if command.about.home and command.about.needs <= acting.role
    )

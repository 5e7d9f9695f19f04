"""`/walmart help` and `/walmart help site set`: what there is, in the reader's language, each a click away."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands.command import About, Command, parameters, slash
from bot.commands.grammar import words
from bot.commands.parameters import Sentence
from bot.commands.reading import command_of, unknown
from bot.commands.suggesting import did_you_mean
from bot.domain.people import Role
from bot.i18n import Texts
from bot.i18n import marked as _
from bot.i18n.pieces import Line, Strong
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting
from bot.views.acts import Button, Run
from bot.views.page import Page, Row


def help_of(others: tuple[type[Command], ...]) -> type[Command]:
    """The command that explains all others, and itself."""

    @dataclass(frozen=True, slots=True)
    class Help(Command):
        about: ClassVar = About("help", _("What you can type, and what it does"), Role.NOBODY, home=_("Help"))

        command: Annotated[str, Sentence(_("Command"), _("Leave it empty to see all of them."))] = ""

        def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
            del uow
            table: tuple[type[Command], ...] = (*others, Help)
            typed = words(self.command)
            if not typed.words:
                return ShowPage(_all(table, acting))
            found = command_of(typed, table)
            if found is None:
                return did_you_mean(unknown(typed, table), acting.texts)
            return ShowPage(_one(found[0], acting.texts))

    return Help


def _all(table: tuple[type[Command], ...], acting: Acting) -> Page:
    texts = acting.texts
    listed = [command.about for command in table if not command.about.hidden and command.about.needs <= acting.role]
    beyond = sum(not command.about.hidden for command in table) - len(listed)
    intro = [texts.line("Type {command} and the words below, or press a button.", command=Strong("/walmart"))]
    if beyond:
        intro.append(texts.many_line("{count} more is for admins.", "{count} more are for admins.", beyond))
    rows = tuple(
        Row(slash(about.name).text, ((Strong(texts.told(about.says)),),), (Button(texts("Open"), Run(about.name)),))
        for about in listed
    )
    return Page("help", texts("What you can do"), tuple(intro), rows, again="help")


def _one(command: type[Command], texts: Texts) -> Page:
    about = command.about
    rows = []
    for one in parameters(command):
        need = texts("needed") if one.required else texts("optional")
        said = texts.told(one.kind.hint)
        if one.kind.secret:
            said = f"{said} {texts('Only the form asks for it; never type it behind a command.')}".strip()
        lines: tuple[Line, ...] = (texts.line("{need}: {hint}", need=need, hint=said),) if said else (texts.line(need),)
        rows.append(Row(f"{texts.told(one.kind.label)}  {one.kind.shown(one.name)}", lines))
    intro = (texts.line("{says}.", says=texts.told(about.says).rstrip(".")), (Strong(usage(command)),))
    buttons = (Button(texts("Open"), Run(about.name)), Button(texts("All commands"), Run("help")))
    return Page("help", texts("How to use it"), intro, tuple(rows), buttons, again=f"help {about.name}")


def usage(command: type[Command]) -> str:
    """One line: `/walmart site set <site> [seller-name=<seller-name>]`."""
    said = [slash(command.about.name).text]
    for one in parameters(command):
        if one.kind.secret:
            continue
        shown = one.kind.shown(one.name) if one.by_place else f"{one.key}={one.kind.shown(one.name)}"
        said.append(shown if one.required else f"[{shown}]")
    return " ".join(said)

"""From what was typed, pressed or filled in to a command that runs, in one transaction.

A complete command runs; an incomplete or a wrong one opens its form with all that was typed, errors by field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.commands.asking import COMMAND_FORM, decode_token, entered, form_of
from bot.commands.command import Command
from bot.commands.grammar import words
from bot.commands.parameters import Reader
from bot.commands.reading import Asked, Unknown, asked, command_of, missing, read
from bot.commands.suggesting import did_you_mean
from bot.commands.table import COMMANDS
from bot.domain.people import Role
from bot.ports.chat import Answer, FormErrors, Nothing, ShowForm, Submitted, Typed
from bot.ports.store import NotFound, UnitOfWork
from bot.services.acting import Acting, Refused, refuse, refuse_field
from bot.services.invalid import Invalid
from bot.views.form import Form


def is_command_form(form: str) -> bool:
    return form.startswith(COMMAND_FORM)


def command_asked(interaction: Typed | Submitted, table: Sequence[type[Command]] = COMMANDS) -> type[Command] | None:
    """Which command this is, by its words alone; None for one that does not exist."""
    if isinstance(interaction, Submitted):
        name = interaction.form.removeprefix(COMMAND_FORM)
        return next((command for command in table if command.about.name == name), None)
    if not interaction.words.strip():
        return table[0]
    found = command_of(words(interaction.words), table)
    return found[0] if found else None


def needed(interaction: Typed | Submitted, table: Sequence[type[Command]] = COMMANDS) -> Role:
    """The role that this takes; a command that does not exist is answered to every member of the workspace."""
    command = command_asked(interaction, table)
    return command.about.needs if command is not None else Role.NOBODY


def carry_out(
    uow: UnitOfWork, interaction: Typed | Submitted, acting: Acting, table: Sequence[type[Command]] = COMMANDS
) -> Answer:
    """Run what was asked for, by somebody whose role was looked at. Raises `Refused`: nothing is kept then."""
    if isinstance(interaction, Submitted):
        return _submitted(uow, interaction, acting, table)
    by = Reader(uow, acting.user.platform, acting.texts)
    found = asked(interaction.words, table, by) if interaction.words.strip() else Asked(table[0], {})
    if isinstance(found, Unknown):
        return did_you_mean(found, acting.texts)
    return _typed(uow, found, acting, by)


def _typed(uow: UnitOfWork, found: Asked, acting: Acting, by: Reader) -> Answer:
    values, errors = read(found.command, found.given, by)
    errors = {**found.errors, **errors}
    if errors or missing(found.command, found.given):
        return ShowForm(_form(found.command, found.given, errors, acting, by))
    try:
        with uow.savepoint():
            return _run(uow, found.command, values, acting)
    except Refused as refused:
        if not isinstance(refused.answer, FormErrors):
            raise
        return ShowForm(_form(found.command, found.given, refused.answer.errors, acting, by))


def _submitted(uow: UnitOfWork, sent: Submitted, acting: Acting, table: Sequence[type[Command]]) -> Answer:
    _ = acting.texts
    command, token = command_asked(sent, table), decode_token(sent.token)
    if command is None or token is None:
        raise refuse_field("", _("This form is from another release. Open it again."))
    key = f"form:{token.key}"
    if not uow.interactions.record(key, command.about.name, acting.user, acting.now):
        return Nothing()
    by = Reader(uow, acting.user.platform, _)
    given = entered(command, token, sent.values)
    values, errors = read(command, given, by)
    lacking = {one.name: _("This is missing.") for one in missing(command, given)}
    if errors or lacking:
        raise Refused(FormErrors({**lacking, **errors}))
    return _run(uow, command, values, replace(acting, key=key))


def _run(uow: UnitOfWork, command: type[Command], values: Mapping[str, object], acting: Acting) -> Answer:
    try:
        made = command(**values)
        return made.run(uow, acting)
    except NotFound:
        raise _vanished(acting) from None
    except Invalid as invalid:
        # What the use case says goes on after the name of its field.
        said = invalid.message.rstrip(".")
        raise refuse_field(invalid.field.replace("-", "_"), f"{said[:1].upper()}{said[1:]}.") from None


def _form(
    command: type[Command], given: Mapping[str, str], errors: Mapping[str, str], acting: Acting, by: Reader
) -> Form:
    try:
        return form_of(command, given, errors, by, key=acting.key)
    except NotFound:
        raise _vanished(acting) from None


def _vanished(acting: Acting) -> Refused:
    return refuse(
        acting.texts.line("What this is about does not exist any more: somebody has removed it. Nothing was done.")
    )

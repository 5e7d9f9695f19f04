"""All commands, in the order in which the help lists them. A command that is not named here does not exist."""

from bot.commands.command import Command
from bot.commands.help import help_of
from bot.commands.status import status_of

_LISTED: tuple[type[Command], ...] = ()
_STATUS = status_of(_LISTED)

# The first is what the platform's command without any words asks for.
COMMANDS: tuple[type[Command], ...] = (_STATUS, *_LISTED, help_of((_STATUS, *_LISTED)))

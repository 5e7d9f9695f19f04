"""All commands, in the order in which the help lists them. A command that is not named here does not exist."""

from bot.commands.accounts import ACCOUNTS
from bot.commands.agents import AGENTS
from bot.commands.audit import AUDIT
from bot.commands.categories import CATEGORIES
from bot.commands.command import Command
from bot.commands.docking import DOCKING
from bot.commands.field_permissions import FIELD_PERMISSIONS
from bot.commands.fields import FIELDS
from bot.commands.groups import GROUPS
from bot.commands.help import help_of
from bot.commands.status import status_of
from bot.commands.templates import TEMPLATES
from bot.commands.tickets import TICKETS
from bot.commands.triggers import TRIGGERS

_LISTED: tuple[type[Command], ...] = (
    *DOCKING,
    *ACCOUNTS,
    *TICKETS,
    *AGENTS,
    *GROUPS,
    *TRIGGERS,
    *FIELDS,
    *FIELD_PERMISSIONS,
    *CATEGORIES,
    *TEMPLATES,
    *AUDIT,
)
_STATUS = status_of(_LISTED)

# The first is what the platform's command without any words asks for.
COMMANDS: tuple[type[Command], ...] = (_STATUS, *_LISTED, help_of((_STATUS, *_LISTED)))

"""Whom a command names, read before anything else of it."""

import re

from bot.commands.command import Command, parameters
from bot.commands.parameters import Someone
from bot.commands.people_kinds import Colleague
from bot.domain.people import ChatUser
from bot.ports.chat import Submitted, Typed

_PERSON = re.compile(r"<@([A-Za-z0-9_-]{1,80})(?:\|[^<>]*)?>")


def mentions(interaction: Typed | Submitted, command: type[Command] | None) -> tuple[ChatUser, ...]:
    """Each once, as they come."""
    found = _PERSON.findall(_words(interaction, command))
    return tuple(dict.fromkeys(ChatUser(interaction.user.platform, identity) for identity in found))


def _words(interaction: Typed | Submitted, command: type[Command] | None) -> str:
    if isinstance(interaction, Typed):
        return interaction.words
    people = [one for one in parameters(command) if isinstance(one.kind, Someone | Colleague)] if command else []
    return " ".join(one.kind.typed(interaction.values.get(one.name, "")) for one in people)

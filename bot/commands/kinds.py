"""What every kind of parameter is (bot/commands/parameters.py)."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from bot.domain.people import Platform
from bot.i18n import Texts
from bot.ports.store import Snapshot
from bot.views.form import Field


class Wrong(Exception):
    """What was typed or chosen cannot be meant; the message says what is, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What a kind may look at while it reads."""

    records: Snapshot
    platform: Platform
    texts: Texts


@dataclass(frozen=True, slots=True)
class Kind(ABC):
    """`label` and `hint` are `marked` texts. What is `fixed` is asked for only while it is not given: it says what the
    command is about (which site, which field), and the form for the rest belongs to it. What is `placed` is given by
    its place though it has a default."""

    label: str
    hint: str = ""
    fixed: bool = False
    placed: bool = False

    # Only a form may hold it: whatever is typed behind a command stands in the chat's history.
    secret = False
    # Takes all that follows, quotes and all.
    sentence = False

    @abstractmethod
    def read(self, word: str, by: Reader) -> object:
        """Raises `Wrong`."""

    @abstractmethod
    def field(self, name: str, value: str, by: Reader, *, required: bool) -> Field: ...

    def typed(self, value: str) -> str:
        """What a form sends for this kind, as a person would have typed it."""
        return value

    def shown(self, name: str) -> str:
        """What stands for a value in a usage line."""
        return f"<{name.replace('_', '-')}>"

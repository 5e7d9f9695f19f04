"""What the application and its reading process say to each other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.domain.letters import BuyerLetter, NotForUs
from bot.domain.mails import ParsedMail

# Both are module-level functions: they cross by name.
Parse: TypeAlias = Callable[[bytes], ParsedMail]
Recognise: TypeAlias = Callable[[ParsedMail, str, str], BuyerLetter | NotForUs]


@dataclass(frozen=True, slots=True)
class Start:
    """The first frame: what to read with, and within which limits."""

    parse: Parse
    recognise: Recognise
    seconds: float  # of the wall, per letter
    memory: int  # bytes of address space


@dataclass(frozen=True, slots=True)
class Task:
    """Letters of one mailbox; each is answered by one frame, in order."""

    raws: tuple[bytes, ...] = field(repr=False)
    own_address: str
    authserv_id: str

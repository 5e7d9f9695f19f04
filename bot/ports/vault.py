"""Secrets at rest."""

from typing import Protocol, final


@final
class Secret:
    """A password, a key or a token in memory; it shows itself only when it is asked by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Vault(Protocol):
    """Seals and opens text; knows nothing of where the sealed text is kept.

    `context` names what the secret belongs to (`mailbox:3:password`). It is sealed with the text, so that a
    sealed text moved to another row does not open there.
    """

    def seal(self, secret: Secret, context: str) -> bytes: ...

    def open(self, sealed: bytes, context: str) -> Secret:
        """Raises `Misconfigured` when no key opens it, or when it was sealed for another context."""
        ...

"""What may take effect once only: human acts and scheduled firings."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert

from bot.domain.people import ChatUser
from storage.dialects import Insertion
from storage.schema import chat as schema

# Long past the time in which a second process could still claim the same firing.
TICKS_ARE_KEPT = timedelta(days=7)


_RECORD = Insertion(schema.interaction, lambda insert: insert.on_conflict_do_nothing())
_CLAIM = Insertion(schema.tick, lambda insert: insert.on_conflict_do_nothing())


class SqlInteractions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, key: str, kind: str, user: ChatUser, at: datetime) -> bool:
        values: dict[str, object] = {"key": key, "kind": kind, "platform": user.platform, "user": user.id, "at": at}
        return self._connection.execute(_RECORD.on(self._connection), values).rowcount == 1

    def refuse(self, kind: str, user: ChatUser, reason: str, at: datetime) -> None:
        values = {"kind": kind, "platform": user.platform, "user": user.id, "reason": reason, "at": at}
        self._connection.execute(insert(schema.refusal), values)

    def forget_before(self, at: datetime) -> int:
        """Refusals stay: they are part of the audit."""
        return self._connection.execute(delete(schema.interaction).where(schema.interaction.c.at < at)).rowcount


class SqlTicks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def win(self, name: str, slot: datetime) -> bool:
        claimed = self._connection.execute(_CLAIM.on(self._connection), {"name": name, "slot": slot})
        won = claimed.rowcount == 1
        if won:
            outdated = delete(schema.tick).where(schema.tick.c.name == name, schema.tick.c.slot < slot - TICKS_ARE_KEPT)
            self._connection.execute(outdated)
        return won

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete

from bot.domain.docking import DockingDraft, DraftId, Purpose
from bot.domain.people import AgentId
from bot.ports.store import VersionConflict
from storage.records import Rows, Shape
from storage.schema import drafts as schema

DRAFTS = Shape(schema.docking_draft, DockingDraft)

_ROWS = Rows(schema.docking_draft)


class SqlDrafts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, draft: DraftId) -> DockingDraft:
        return DRAFTS.get(self._connection, draft)

    def of_agent(self, agent: AgentId, purpose: Purpose) -> DockingDraft | None:
        table = schema.docking_draft.c
        return DRAFTS.one(self._connection, DRAFTS.select.where(table.agent == agent, table.purpose == purpose))

    def begin(self, agent: AgentId, purpose: Purpose, now: datetime) -> DockingDraft:
        known = self.of_agent(agent, purpose)
        if known is not None:
            return known
        new = DockingDraft(DraftId(0), agent, now, purpose)
        identity = _ROWS.add(self._connection, DRAFTS.values(new))
        if identity is None:
            # The same person in another window, a moment earlier: the work is run again and finds it.
            raise VersionConflict(f"agent {agent} has begun already")
        return replace(new, id=DraftId(identity))

    def save(self, draft: DockingDraft) -> None:
        _ROWS.save(self._connection, draft.id, draft.version, DRAFTS.values(draft))

    def discard(self, draft: DraftId) -> None:
        self._connection.execute(delete(schema.docking_draft).where(schema.docking_draft.c.id == draft))

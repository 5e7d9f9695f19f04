from datetime import datetime

from bot.domain.docking import DockingDraft, DraftId, Purpose
from bot.domain.people import AgentId
from tests.fakes.tables import Tables, got, save


class FakeDrafts:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, draft: DraftId) -> DockingDraft:
        return got(self._tables.drafts, draft)

    def of_agent(self, agent: AgentId, purpose: Purpose) -> DockingDraft | None:
        drafts = self._tables.drafts.values()
        return next((draft for draft in drafts if (draft.agent, draft.purpose) == (agent, purpose)), None)

    def begin(self, agent: AgentId, purpose: Purpose, now: datetime) -> DockingDraft:
        known = self.of_agent(agent, purpose)
        if known is not None:
            return known
        draft = DockingDraft(DraftId(self._tables.number("draft")), agent, now, purpose)
        self._tables.drafts[draft.id] = draft
        return draft

    def save(self, draft: DockingDraft) -> None:
        save(self._tables.drafts, draft)

    def discard(self, draft: DraftId) -> None:
        self._tables.drafts.pop(draft, None)

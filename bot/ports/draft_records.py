"""Where dockings in progress are kept."""

from datetime import datetime
from typing import Protocol

from bot.domain.docking import DockingDraft, DraftId, Purpose
from bot.domain.people import AgentId


class DraftsReading(Protocol):
    def get(self, draft: DraftId) -> DockingDraft: ...

    def of_agent(self, agent: AgentId, purpose: Purpose) -> DockingDraft | None: ...


class Drafts(DraftsReading, Protocol):
    def begin(self, agent: AgentId, purpose: Purpose, now: datetime) -> DockingDraft:
        """Return the agent's draft, made now if there is none."""
        ...

    def save(self, draft: DockingDraft) -> None:
        """Raises `VersionConflict`."""
        ...

    def discard(self, draft: DraftId) -> None: ...

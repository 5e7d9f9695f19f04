"""Having Walmart look at a key that an admin entered, outside the transaction that took it."""

from functools import partial

from bot.domain.docking import DockingDraft, DraftId
from bot.domain.jobs import CheckDraft
from bot.domain.keys import KeyReport
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Transient
from bot.ports.marketplace import Credentials, Marketplace
from bot.ports.store import NotFound, Snapshot, Store, UnitOfWork
from bot.ports.vault import Vault
from bot.services.docking import entered_key, looked_at, not_looked_at
from bot.services.invalid import Invalid
from bot.services.keys import look_at_key


class DockingChecks:
    def __init__(self, *, store: Store, marketplace: Marketplace, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._marketplace = marketplace
        self._vault = vault
        self._clock = clock

    async def check(self, job: CheckDraft) -> None:
        """Raises `Transient` while Walmart does not answer, to be tried again; the page says so meanwhile."""
        key = await self._store.read(partial(self._key, draft_id=job.draft))
        if key is None:
            return
        try:
            report = await look_at_key(self._marketplace, key, self._clock)
        except Failure as failure:
            lasting = not isinstance(failure, Transient)
            await self._store.run(
                partial(self._in_trouble, draft_id=job.draft, key=key, trouble=failure.reason, lasting=lasting)
            )
            if not lasting:
                raise
        else:
            await self._store.run(partial(self._found, draft_id=job.draft, key=key, report=report))

    def _key(self, snapshot: Snapshot, draft_id: DraftId) -> Credentials | None:
        draft = self._draft(snapshot, draft_id)
        return entered_key(snapshot, self._vault, draft) if draft is not None else None

    def _found(self, uow: UnitOfWork, draft_id: DraftId, key: Credentials, report: KeyReport) -> None:
        draft = self._still(uow, draft_id, key)
        if draft is None:
            return
        try:
            with uow.savepoint():
                looked_at(uow, self._vault, draft, key, report)
        except Invalid as invalid:
            # The name was taken, or the account deleted, while Walmart was asked.
            not_looked_at(uow, draft, invalid.message, lasting=True)

    def _in_trouble(self, uow: UnitOfWork, draft_id: DraftId, key: Credentials, trouble: str, lasting: bool) -> None:  # noqa: FBT001
        draft = self._still(uow, draft_id, key)
        if draft is not None:
            not_looked_at(uow, draft, trouble, lasting=lasting)

    def _still(self, uow: UnitOfWork, draft_id: DraftId, key: Credentials) -> DockingDraft | None:
        """The draft, unless it was discarded or given another key while Walmart was asked."""
        draft = self._draft(uow, draft_id)
        return draft if draft is not None and entered_key(uow, self._vault, draft) == key else None

    def _draft(self, records: Snapshot, draft_id: DraftId) -> DockingDraft | None:
        try:
            return records.drafts.get(draft_id)
        except NotFound:
            return None

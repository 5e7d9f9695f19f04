"""Having a key looked at that a form brought."""

from bot.domain.docking import DockingDraft
from bot.domain.jobs import CheckDraft
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting


def have_checked(uow: UnitOfWork, draft: DockingDraft, acting: Acting) -> None:
    where = acting.where
    uow.jobs.enqueue(CheckDraft(draft.id, where.platform, where.user, where.channel, where.form))

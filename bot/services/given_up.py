"""Jobs that were given up: what an operator may do with them, and how long they are kept.

They are marks of what went wrong, not work that waits: the tickets and replies that they were about are whole.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.ports.store import UnitOfWork

# `/healthz` is red for so long after a job was given up; then only the doctor speaks of it.
NEWS = timedelta(days=1)
KEPT = timedelta(days=30)


def retry(uow: UnitOfWork, numbers: Collection[int]) -> tuple[int, int]:
    """Put given-up jobs back into their lines, as if they were new. Without numbers, all of them.

    Returns how many, and how many of the named ones cannot be: they are gone, or of another release. Safe whatever has
    happened meanwhile: a job looks at the present state, and a reply that left or failed is not sent by one.
    """
    asked = [job for job in uow.jobs.given_up() if not numbers or job.id in numbers]
    again = [(number.id, number.job) for number in asked if number.job is not None]
    uow.jobs.forget([number for number, _job in again])
    for _number, job in again:
        uow.jobs.enqueue(job)
    return len(again), len(numbers or asked) - len(again)


def forget(uow: UnitOfWork, numbers: Collection[int]) -> int:
    """Without numbers, all of them."""
    return uow.jobs.forget(numbers or [job.id for job in uow.jobs.given_up()])


def forget_old(uow: UnitOfWork, now: datetime) -> None:
    uow.jobs.forget([job.id for job in uow.jobs.given_up() if job.at < now - KEPT])

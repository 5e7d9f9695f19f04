"""The back door: a job is handed to its use case, and one policy turns failures into verdicts."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

import structlog

from bot.domain.jobs import (
    CheckDraft,
    CheckKey,
    DeliverReply,
    EnrichTicket,
    FindAnswers,
    Job,
    NotifyAgent,
    OfferToSend,
    ReadNewMail,
    RunErrand,
    SettleReply,
    SyncCard,
    TellOwner,
    WarnOfKey,
    WarnOfMailbox,
)
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured, Permanent, Transient, Uncertain
from bot.ports.jobs import Again, ClaimedJob, Done, GivenUp, MovedTo, Verdict
from bot.ports.store import NotFound
from bot.services.alarms import Alarms
from bot.services.answers_elsewhere import AnswersElsewhere
from bot.services.cards import Cards
from bot.services.delivery import Delivery
from bot.services.docking_checks import DockingChecks
from bot.services.enrichment import Enrichment
from bot.services.errands import Errands
from bot.services.intake import Intake
from bot.services.key_watch import KeyWatch
from bot.services.notifying import Notifying
from bot.services.offering import Offering
from bot.services.pacing import NotYet
from bot.services.settling import Settling
from bot.services.waits import Waits

_log = structlog.get_logger(__name__)

# A job that has failed so often needs a person; with the longest pause of a quarter of an hour that is two days.
_MOST_ATTEMPTS = 200
# A search for proof is worth a few looks; after that the card's two buttons are the way.
_MOST_SEARCHES = 5
# Where a card does not show what is true, nobody learns of the letter or of what became of a reply, and nobody could
# ask for these jobs once more. Both are safe to repeat and wait for somebody to invite the bot or to renew a key, which
# may take weeks; so they go on, and the slowest pace keeps that cheap.
_NEVER_GIVEN_UP = (SyncCard, EnrichTicket)


@dataclass(frozen=True, slots=True)
class UseCases:
    intake: Intake
    enrichment: Enrichment
    cards: Cards
    delivery: Delivery
    settling: Settling
    answers_elsewhere: AnswersElsewhere
    offering: Offering
    key_watch: KeyWatch
    docking_checks: DockingChecks
    alarms: Alarms
    notifying: Notifying
    errands: Errands


class Worker:
    """Implements the queue's `JobHandler`."""

    def __init__(self, use_cases: UseCases, clock: Clock, waits: Waits) -> None:
        self._use_cases = use_cases
        self._clock = clock
        self._waits = waits

    async def __call__(self, claimed: ClaimedJob) -> Verdict:
        with structlog.contextvars.bound_contextvars(job=claimed.id, kind=claimed.job.kind, attempt=claimed.attempt):
            try:
                await self._do(claimed)
            except NotYet as wait:
                return MovedTo(wait.at, wait.reserved)
            except NotFound:
                _log.error("job was given up", reason="what it is about does not exist")  # no defect
                return GivenUp("what the job is about does not exist")
            except Failure as failure:
                return self._verdict(failure, claimed)
            return Done()

    async def _do(self, claimed: ClaimedJob) -> None:  # noqa: C901, PLR0912 - one line for each kind
        match claimed.job:
            case ReadNewMail() as job:
                await self._use_cases.intake.read_new_mail(job.mailbox)
            case EnrichTicket() as job:
                await self._use_cases.enrichment.enrich(job.ticket)
            case SyncCard() as job:
                await self._use_cases.cards.sync(job, claimed.reserved)
            case DeliverReply() as job:
                await self._use_cases.delivery.deliver(job)
            case SettleReply() as job:
                await self._use_cases.settling.settle(job)
            case FindAnswers() as job:
                await self._use_cases.answers_elsewhere.find(job)
            case OfferToSend() as job:
                await self._use_cases.offering.offer(job, claimed.reserved)
            case WarnOfMailbox() as job:
                await self._use_cases.alarms.warn(job, claimed)
            case CheckKey() as job:
                await self._use_cases.key_watch.look(job.account)
            case WarnOfKey() as job:
                await self._use_cases.alarms.warn_of_key(job, claimed)
            case NotifyAgent() as job:
                await self._use_cases.notifying.notify(job, claimed.reserved)
            case TellOwner() as job:
                await self._use_cases.alarms.tell_owner(job, claimed)
            case CheckDraft() as job:
                await self._use_cases.docking_checks.check(job)
            case RunErrand() as job:
                await self._use_cases.errands.run(job, claimed.enqueued_at)
            case job:
                assert_never(job)

    def _verdict(self, failure: Failure, claimed: ClaimedJob) -> Verdict:
        verdict = verdict_for(failure, claimed.attempt, _most_attempts(claimed.job), self._waits)
        if isinstance(verdict, float):
            _log.warning("job failed and is tried again", reason=failure.reason, seconds=verdict)
            return Again(self._clock.now() + timedelta(seconds=verdict), failure.reason)
        _log.error("job was given up", reason=failure.reason)
        return verdict


def _most_attempts(job: Job) -> int | None:
    if isinstance(job, _NEVER_GIVEN_UP):
        return None
    return _MOST_SEARCHES if isinstance(job, SettleReply) else _MOST_ATTEMPTS


def verdict_for(failure: Failure, attempt: int, most: int | None, waits: Waits) -> float | GivenUp:
    """The one failure policy: seconds until the next try, or giving up, which without a `most` never happens.

    `Uncertain` is tried again like a passing failure, because every use case that may repeat an effect looks first
    and those that must not repeat one settle it themselves. What is misconfigured is tried at the slowest pace: a
    person is needed, and when they have come the work goes on by itself. So is what is permanent and must not be
    given up.
    """
    if most is not None and (isinstance(failure, Permanent) or attempt >= most):
        return GivenUp(failure.reason)
    if isinstance(failure, Misconfigured | Permanent):
        return waits.job_retry_most
    if isinstance(failure, Transient) and failure.retry_after is not None:
        return failure.retry_after
    if not isinstance(failure, Transient | Uncertain):
        raise TypeError(f"{type(failure).__name__} is none of the four failure words")
    # Many jobs that failed together must not all come back together.
    pause = min(waits.job_retry * 2.0 ** min(attempt - 1, 20), waits.job_retry_most)
    return pause * random.uniform(0.8, 1.2)  # noqa: S311  # spread, not secrecy

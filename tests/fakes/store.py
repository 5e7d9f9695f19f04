"""The store in memory: the same promises without a database, for tests of everything above it."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from bot.ports.clock import Clock
from bot.ports.store import Snapshot, UnitOfWork, VersionConflict
from tests.fakes.audit_rows import FakeAudit
from tests.fakes.category_rows import FakeCategories, FakeTemplates
from tests.fakes.chat_rows import FakeInteractions, FakePosts, FakeReplyForms, FakeThreadTexts, FakeTicks
from tests.fakes.docking_rows import FakeAccounts, FakeMailAccounts, FakePeople, FakeSecrets, FakeSites
from tests.fakes.draft_rows import FakeDrafts
from tests.fakes.field_rows import FakeCustomFields, FakeFieldMappings, FakeFieldValues
from tests.fakes.finding_rows import FakeFinding
from tests.fakes.job_rows import FakeJobQueue, FakeRateSlots
from tests.fakes.mail_rows import FakeInbound, FakeLetters, FakeSentMails
from tests.fakes.people_rows import FakeAgents, FakeGroups
from tests.fakes.site_rows import FakeSiteMail
from tests.fakes.tables import Tables
from tests.fakes.ticket_rows import FakeEvents, FakeInquiries, FakeNotes, FakeOrders, FakeReplies, FakeTickets
from tests.fakes.trigger_rows import FakeFirings, FakeTriggers

T = TypeVar("T")

MOST_RUNS = 4


class FakeUnitOfWork:
    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self.accounts = FakeAccounts(tables)
        self.mailboxes = FakeMailAccounts(tables)
        self.sites = FakeSites(tables)
        self.site_mail = FakeSiteMail(tables)
        self.drafts = FakeDrafts(tables)
        self.secrets = FakeSecrets(tables)
        self.people = FakePeople(tables)
        self.agents = FakeAgents(tables)
        self.groups = FakeGroups(tables)
        self.finding = FakeFinding(tables)
        self.triggers = FakeTriggers(tables)
        self.firings = FakeFirings(tables)
        self.inbound = FakeInbound(tables)
        self.letters = FakeLetters(tables)
        self.sent_mails = FakeSentMails(tables)
        self.tickets = FakeTickets(tables)
        self.events = FakeEvents(tables)
        self.inquiries = FakeInquiries(tables)
        self.replies = FakeReplies(tables)
        self.notes = FakeNotes(tables)
        self.orders = FakeOrders(tables)
        self.custom_fields = FakeCustomFields(tables)
        self.field_mappings = FakeFieldMappings(tables)
        self.field_values = FakeFieldValues(tables)
        self.categories = FakeCategories(tables)
        self.templates = FakeTemplates(tables)
        self.posts = FakePosts(tables)
        self.reply_forms = FakeReplyForms(tables)
        self.thread_texts = FakeThreadTexts(tables)
        self.audit = FakeAudit(tables)
        self.interactions = FakeInteractions(tables)
        self.ticks = FakeTicks(tables)
        self.jobs = FakeJobQueue(tables, clock)
        self.slots = FakeRateSlots(tables)

    def savepoint(self) -> AbstractContextManager[None]:
        return self._tables.savepoint()


class FakeStore:
    """Work runs on the loop itself, one transaction after the other; `tables` may be looked into by a test."""

    def __init__(self, clock: Clock) -> None:
        self.tables = Tables()
        self._clock = clock
        self._listeners: list[Callable[[], None]] = []

    def when_jobs_commit(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        # Others get their turn here, as they would while a thread works.
        await asyncio.sleep(0)
        for _ in range(MOST_RUNS - 1):
            try:
                return self._transaction(work)
            except VersionConflict:
                continue
        return self._transaction(work)

    def _transaction(self, work: Callable[[UnitOfWork], T]) -> T:
        before = self.tables.numbers["job"]
        with self.tables.savepoint():
            result = work(FakeUnitOfWork(self.tables, self._clock))
        if self.tables.numbers["job"] > before:
            for listener in self._listeners:
                listener()
        return result

    async def read(self, work: Callable[[Snapshot], T]) -> T:
        await asyncio.sleep(0)
        return work(FakeUnitOfWork(self.tables, self._clock))

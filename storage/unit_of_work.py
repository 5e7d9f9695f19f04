"""One transaction with its repositories. Each is made when it is first asked for: most work needs two or three."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.domain.events import TicketId
from bot.ports.clock import Clock
from bot.ports.store import Snapshot, UnitOfWork
from storage.dialects import is_collision
from storage.jobs.queue import RowsQueue, SqlJobQueue
from storage.jobs.slots import SqlRateSlots
from storage.repositories.agents import SqlAgents, SqlGroups
from storage.repositories.audit import SqlAudit
from storage.repositories.categories import SqlCategories, SqlTemplates
from storage.repositories.chat import SqlPosts, SqlReplyForms, SqlThreadTexts
from storage.repositories.docking import SqlAccounts, SqlMailAccounts, SqlSecrets
from storage.repositories.drafts import SqlDrafts
from storage.repositories.fields import SqlCustomFields, SqlFieldMappings, SqlFieldValues
from storage.repositories.finding import SqlFinding
from storage.repositories.letters import SqlLetters
from storage.repositories.mail import SqlInbound, SqlSentMails
from storage.repositories.once import SqlInteractions, SqlTicks
from storage.repositories.orders import SqlOrders
from storage.repositories.people import SqlPeople
from storage.repositories.replies import SqlReplies
from storage.repositories.site_mail import SqlSiteMail
from storage.repositories.sites import SqlSites
from storage.repositories.tickets import SqlEvents, SqlInquiries, SqlNotes, SqlTickets
from storage.repositories.triggers import SqlFirings, SqlTriggers
from storage.transactions import failure_of


class SqlUnitOfWork:
    """Also a `Snapshot`, when its connection may only read."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        # Another transaction that was in the way while a part of the work ran.
        self.collision: DBAPIError | None = None
        self._changed_tickets: set[TicketId] = set()

    @cached_property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self._connection)

    @cached_property
    def mailboxes(self) -> SqlMailAccounts:
        return SqlMailAccounts(self._connection)

    @cached_property
    def sites(self) -> SqlSites:
        return SqlSites(self._connection)

    @cached_property
    def site_mail(self) -> SqlSiteMail:
        return SqlSiteMail(self._connection)

    @cached_property
    def drafts(self) -> SqlDrafts:
        return SqlDrafts(self._connection)

    @cached_property
    def secrets(self) -> SqlSecrets:
        return SqlSecrets(self._connection)

    @cached_property
    def people(self) -> SqlPeople:
        return SqlPeople(self._connection)

    @cached_property
    def agents(self) -> SqlAgents:
        return SqlAgents(self._connection)

    @cached_property
    def groups(self) -> SqlGroups:
        return SqlGroups(self._connection)

    @cached_property
    def finding(self) -> SqlFinding:
        return SqlFinding(self._connection)

    @cached_property
    def triggers(self) -> SqlTriggers:
        return SqlTriggers(self._connection)

    @cached_property
    def firings(self) -> SqlFirings:
        return SqlFirings(self._connection)

    @cached_property
    def inbound(self) -> SqlInbound:
        return SqlInbound(self._connection)

    @cached_property
    def letters(self) -> SqlLetters:
        return SqlLetters(self._connection)

    @cached_property
    def sent_mails(self) -> SqlSentMails:
        return SqlSentMails(self._connection)

    @cached_property
    def tickets(self) -> SqlTickets:
        return SqlTickets(self._connection, self._changed_tickets)

    @cached_property
    def events(self) -> SqlEvents:
        return SqlEvents(self._connection, self._changed_tickets)

    @cached_property
    def inquiries(self) -> SqlInquiries:
        return SqlInquiries(self._connection)

    @cached_property
    def replies(self) -> SqlReplies:
        return SqlReplies(self._connection)

    @cached_property
    def notes(self) -> SqlNotes:
        return SqlNotes(self._connection)

    @cached_property
    def orders(self) -> SqlOrders:
        return SqlOrders(self._connection)

    @cached_property
    def custom_fields(self) -> SqlCustomFields:
        return SqlCustomFields(self._connection)

    @cached_property
    def field_mappings(self) -> SqlFieldMappings:
        return SqlFieldMappings(self._connection)

    @cached_property
    def field_values(self) -> SqlFieldValues:
        return SqlFieldValues(self._connection)

    @cached_property
    def categories(self) -> SqlCategories:
        return SqlCategories(self._connection)

    @cached_property
    def templates(self) -> SqlTemplates:
        return SqlTemplates(self._connection)

    @cached_property
    def posts(self) -> SqlPosts:
        return SqlPosts(self._connection)

    @cached_property
    def reply_forms(self) -> SqlReplyForms:
        return SqlReplyForms(self._connection)

    @cached_property
    def thread_texts(self) -> SqlThreadTexts:
        return SqlThreadTexts(self._connection)

    @cached_property
    def audit(self) -> SqlAudit:
        return SqlAudit(self._connection)

    @cached_property
    def interactions(self) -> SqlInteractions:
        return SqlInteractions(self._connection)

    @cached_property
    def ticks(self) -> SqlTicks:
        return SqlTicks(self._connection)

    @cached_property
    def jobs(self) -> RowsQueue:
        if self._connection.dialect.name == "sqlite":
            return SqlJobQueue(self._connection, self._clock)
        # Only those who have the database as a server need the engine for several processes.
        from storage.jobs.procrastinate_queue import ProcrastinateQueue

        return ProcrastinateQueue(self._connection, self._clock)

    @cached_property
    def slots(self) -> SqlRateSlots:
        return SqlRateSlots(self._connection)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        try:
            with self._connection.begin_nested():
                yield
        except BaseException as error:
            # What was changed in it has been taken back.
            self._changed_tickets.clear()
            self.sites.forget()
            if not isinstance(error, DBAPIError):
                raise
            if is_collision(error):
                self.collision = error
                raise
            failure = failure_of(error)
            if failure is None:
                raise
            # Whoever guards a part of the work must not take a full disk for that part's own defect.
            raise failure from error


if TYPE_CHECKING:
    # What may write may also be handed to what only reads; the type checker proves it here.
    def _as_snapshot(unit: UnitOfWork) -> Snapshot:
        return unit

"""No statement of a trip reads a whole table on PostgreSQL either, once the tables are full."""
# ruff: noqa: S608 -- the only thing in these texts that is not written here is a number

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event, make_url

from bot.domain.jobs import DeliverReply, Lane, SyncCard
from bot.domain.people import Platform
from bot.domain.replies import ReplyId
from bot.ports.jobs import Again, Done, GivenUp, MovedTo, Pace, Verdict
from bot.system_clock import SystemClock
from storage.jobs.procrastinate_line import ProcrastinateLine
from storage.jobs.turns import Settled
from storage.postgres import Begin, engine
from storage.server_clock import ServerClock
from storage.transactions import begun
from storage.unit_of_work import SqlUnitOfWork
from tests.adapters.test_storage_plans import everything_about_chats, everything_about_mail, everything_about_tickets
from tests.contract.postgres_server import postgres_server
from tests.contract.store_places import START
from tests.contract.store_world import conversation

# What an old desk has gathered; the numbers are far from those that the tests use.
MANY = 20_000
FULL = f"""
SET session_replication_role = replica;
INSERT INTO inbound_mail (id, mailbox, folder, uid_validity, uid, received_at, fetched_at, problem, state, attempts,
    outcome, answered, raw) SELECT n, 1 + n % 5, 'inbox', 7, n, now(), now(), '', 'ticketed', 0, '', false, ''
    FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO ticket (id, site, thread_key, title, topic, opened_at, status, priority, order_knowledge, before_purchase,
    cautions, vouched, approved_address, order_id, version)
    SELECT n, 1 + n % 5, 'k' || n, '', 'other', now() - interval '1 year', 'solved', 2, 'known', false, '[]', false, '',
    'o' || n, 1 FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO letter (id, ticket, site, inbound, mailbox, received_at, message_id, "references", ref_id, date_header,
    body_hash, sender, reply_address, subject, words, whole_text, authenticity, files)
    SELECT n, n, 1, n, 1 + n % 5, now(), 'm' || n, '[]', 'r' || n, '', 'h' || n, '', '', '', repeat('words ', 80), '', 'passed', 0
    FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO ticket_event (ticket, at, actor_kind, kind, before, after)
    SELECT n, now(), 'system', 'opened', '', '' FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO trigger_firing (ticket, trigger, version, name, rule, at, matched, problem)
    SELECT n, 1, 1, '', '', now(), '[]', '' FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO dead_letter (inbound, received_at, about, reason)
    SELECT n, now(), '', '' FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO inquiry (ticket, letter, received_at, due_at, answered_at, answered_by)
    SELECT n, n, now(), now(), now(), n FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO note (ticket, author, text, at) SELECT n, 1, '', now() FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO reply (id, ticket, token, author, text, files, mailbox, from_address, recipient, message_id, subject,
    in_reply_to, "references", shown_letter, queued_at, state, reason, version)
    SELECT n, n, 't' || n, 1, '', '[]', 1 + n % 5, '', '', 'm' || n, '', '', '[]', n, now(), 'sent', '', 1
    FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO post (ticket, platform, channel, item, state, since, message, thread, fingerprint)
    SELECT n, 'slack', 'C' || n % 9, 'card', 'posted', now(), 'p' || n, '', ''
    FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO ticket_channel (ticket, platform, channel)
    SELECT n, 'slack', 'C9' FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO ticket_field (ticket, field, position, value, open_until)
    SELECT n, 1, 0, '', now() FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO reply_form (token, ticket, agent, opened_at, shown_letter, warned_of)
    SELECT 'f' || n, n, 1, now(), n, '' FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO thread_text (platform, channel, message, ticket, "user", at, text, files)
    SELECT 'slack', 'C', 'm' || n, n, 'U', now(), '', '[]' FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO interaction (key, kind, platform, "user", at)
    SELECT 'i' || n, '', 'slack', 'U', now() FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO refusal (kind, platform, "user", reason, at)
    SELECT '', 'slack', 'U', '', now() FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO tick (name, slot) SELECT 't', now() + n * interval '1s' FROM generate_series(1, {MANY}) AS n;
INSERT INTO person (platform, "user", name, standing, time_zone, language, seen_at)
    SELECT 'slack', 'U' || n, '', 'member', '', '', now() FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO membership (platform, channel, "user", member, at)
    SELECT 'slack', 'C', 'U' || n, true, now() FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO order_snapshot (site, customer_order_id, fetched_at, shape, content)
    SELECT 1, 'o' || n, now(), 1, '' FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO letter_file (letter, position, name, content_type, inline, content)
    SELECT n, 0, '', '', false, '' FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO sent_file (reply, position, name, content_type, inline, content)
    SELECT n, 0, '', '', false, '' FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO sent_mail (reply, raw) SELECT n, '' FROM generate_series(100001, 100000 + {MANY}) AS n;
INSERT INTO rate_slot (key, next_at) SELECT 'k' || n, now() FROM generate_series(1, {MANY}) AS n;
SET session_replication_role = origin;
"""
QUEUED = """
SET session_replication_role = replica;
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args)
    SELECT 'cards', 'sync card', 'card:' || n, '{}' FROM generate_series(1, 5000) AS n;
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status)
    SELECT 'cards', 'sync card', 'failed:' || n, '{}', 'failed' FROM generate_series(1, 5000) AS n;
INSERT INTO job (id, place, kind, payload, lane, serial_key, state, due_at, attempt, enqueued_at, reserved, reason)
    SELECT n, 0, 'sync card', '{}', 'cards', 'k', 'delayed', now() + interval '1 day', 0, now(), '{}', ''
    FROM generate_series(100001, 105000) AS n;
SET session_replication_role = origin;
"""

# Tables that hold a handful of rows in the largest organisation: to read them whole is the quickest way.
SMALL = {
    "account",
    "mailbox",
    "site",
    "site_channel",
    "secret",
    "agent",
    "agent_identity",
    "agent_group",
    "custom_field",
    "group_member",
    "mail_cursor",
    "lease",
}
SMALL |= {"procrastinate_workers", "alembic_version"}


@dataclass
class Plans:
    of: dict[str, list[str]] = field(default_factory=dict)

    def note(self, connection: Connection, _: object, statement: str, parameters: Any, *__: object) -> None:
        if not statement.startswith(("SELECT", "UPDATE", "DELETE")) or statement in self.of:
            return
        given = parameters[0] if isinstance(parameters, list) else parameters
        raw: Any = connection.connection.dbapi_connection
        self.of[statement] = [row[0].strip() for row in raw.execute(f"EXPLAIN {statement}", given).fetchall()]

    @property
    def scans(self) -> dict[str, list[str]]:
        return {
            statement: plan
            for statement, plan in self.of.items()
            if any("Seq Scan on" in step and step.split("Seq Scan on ")[1].split()[0] not in SMALL for step in plan)
        }


@contextmanager
def full(request: pytest.FixtureRequest, begin: Begin, *fillings: str) -> Iterator[tuple[Engine, psycopg.Connection]]:
    server = postgres_server(request.config)
    name = server.database()
    used = engine(make_url(server.url(name)), begin, 1)
    try:
        with server.administration(name) as database:
            for filling in fillings:
                database.execute(filling)
            database.execute("ANALYZE")
            yield used, database
    finally:
        used.dispose()


def test_no_statement_of_a_trip_reads_a_whole_table(request: pytest.FixtureRequest) -> None:
    plans = Plans()
    with full(request, Begin.WORK, FULL) as (used, _):
        event.listen(used, "before_cursor_execute", plans.note)
        with begun(used) as connection:
            unit = SqlUnitOfWork(connection, SystemClock())
            world, ticket, letter = everything_about_mail(unit)
            everything_about_tickets(unit, world, ticket, letter)
            everything_about_chats(unit, world, ticket, letter)
            unit.slots.reserve(Pace("key", timedelta(seconds=1)), START)
    assert len(plans.of) > 50
    assert plans.scans == {}


@pytest.mark.parametrize("known", [True, False], ids=["statistics", "no statistics"])
def test_no_statement_of_the_queue_reads_a_whole_table(request: pytest.FixtureRequest, *, known: bool) -> None:
    """Nor where the statistics are those of an empty table, as they are when a storm begins."""
    plans = Plans()
    free = dict.fromkeys(Lane, 4)
    with full(request, Begin.QUEUE, *([QUEUED] if known else [])) as (used, database):
        if not known:
            database.execute(QUEUED)
        event.listen(used, "before_cursor_execute", plans.note)
        with begun(used) as connection:
            clock = ServerClock(SystemClock())
            line = ProcrastinateLine(clock, dead_after=30)
            line.recover(connection, ())
            unit = SqlUnitOfWork(connection, clock)
            _, ticket, _ = conversation(unit)
            for number in range(4):
                unit.jobs.enqueue(DeliverReply(ReplyId(number), ticket.id + number))  # type: ignore[arg-type]
            unit.jobs.enqueue(SyncCard(ticket.id, Platform.SLACK, "C1"), due=START)
            del free[Lane.CARDS]
            first = line.turn(connection, (), free, clock.now())
            later = clock.now() + timedelta(hours=1)
            verdicts: list[Verdict] = [Done(), MovedTo(later), Again(later, "no"), GivenUp("no")]
            settled = [Settled(job, verdict, START) for job, verdict in zip(first.start, verdicts, strict=True)]
            line.turn(connection, settled, free, clock.now())
            line.stop(connection, (), ())
        assert plans.scans == {}
        assert len(plans.of) > 12


def test_a_claim_costs_the_same_in_a_storm(request: pytest.FixtureRequest) -> None:
    """The engine's own statement cannot be explained from outside; that it reads few pages can be seen."""
    claim = "SELECT id FROM procrastinate_fetch_job_v2('{cards}', 1)"
    with full(request, Begin.QUEUE, "INSERT INTO procrastinate_workers DEFAULT VALUES") as (used, database):
        database.execute(QUEUED)
        with begun(used) as connection:
            connection.exec_driver_sql(claim)
            plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {claim}").scalars().all()
    (pages,) = [int(step.split("shared hit=")[1].split()[0]) for step in plan[:2] if "shared hit=" in step]
    assert pages < 200

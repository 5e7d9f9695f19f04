"""The job engine for several processes, on PostgreSQL only.

Revision ID: 0003
Revises: 0002
"""

from pathlib import Path

from alembic import op

from storage import migrations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A queue is nearly empty and its rows live for seconds: what is right for a large table would be done far too seldom,
# and the planner would believe in the size that the table had at some other hour.
BUSY = ("procrastinate_jobs", "procrastinate_events", "job")
OFTEN = {
    "autovacuum_vacuum_scale_factor": "0",
    "autovacuum_vacuum_threshold": "500",
    "autovacuum_analyze_scale_factor": "0",
    "autovacuum_analyze_threshold": "500",
    "autovacuum_vacuum_cost_delay": "0",
}
# Updated in place by every firing, reservation and sign of life.
SMALL = ("rate_slot", "lease", "tick", "procrastinate_workers")
IN_PLACE = {"fillfactor": "50", "autovacuum_vacuum_scale_factor": "0", "autovacuum_vacuum_threshold": "200"}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # The words of that release, kept: a revision does the same for ever, whichever release is installed.
    schema = Path(migrations.__file__).parent / "procrastinate" / "3.10.sql"
    # As it is: in these functions a percent sign is no parameter.
    op.get_bind().exec_driver_sql(schema.read_text("utf-8"), execution_options={"no_parameters": True}).close()
    # Its own index by number and key is read from one end to find who stands before a job in its key's line.
    op.execute(
        "CREATE INDEX ix_procrastinate_jobs_lock ON procrastinate_jobs (lock, id) WHERE status IN ('todo', 'doing')"
    )
    op.execute(
        "CREATE INDEX ix_procrastinate_jobs_waiting ON procrastinate_jobs (queue_name, priority DESC, id) "
        "WHERE status = 'todo'"
    )
    op.execute(
        "CREATE INDEX ix_procrastinate_jobs_retry ON procrastinate_jobs (scheduled_at) "
        "WHERE status = 'todo' AND scheduled_at IS NOT NULL"
    )
    for table in BUSY:
        set_parameters(table, OFTEN)
    for table in SMALL:
        set_parameters(table, IN_PLACE)


def set_parameters(table: str, parameters: dict[str, str]) -> None:
    listed = ", ".join(f"{name} = {value}" for name, value in parameters.items())
    op.execute(f"ALTER TABLE {table} SET ({listed})")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in ("job", "rate_slot", "lease", "tick"):
        names = OFTEN if table == "job" else IN_PLACE
        op.execute(f"ALTER TABLE {table} RESET ({', '.join(names)})")
    op.execute("DROP FUNCTION procrastinate_fetch_job_v2")
    for table in ("periodic_defers", "events", "jobs", "workers"):
        op.execute(f"DROP TABLE procrastinate_{table}")
    op.execute(
        "DO $$ DECLARE one regprocedure; BEGIN FOR one IN SELECT p.oid FROM pg_proc p "
        "WHERE p.proname LIKE 'procrastinate\\_%' AND p.pronamespace = current_schema()::regnamespace "
        "LOOP EXECUTE 'DROP FUNCTION ' || one; END LOOP; END $$"
    )
    for name in ("job_to_defer_v1", "job_status", "job_event_type"):
        op.execute(f"DROP TYPE procrastinate_{name}")

"""The embedded line: one process runs the jobs of one SQLite file."""

from storage.jobs import line

# That a machine was suspended, or that another program enqueued a job, is noticed by looking now and then.
LONGEST_NAP = 30.0


class EmbeddedLine:
    """Implements `Line` on the table `job`."""

    longest_nap = LONGEST_NAP
    recover = staticmethod(line.recover)
    turn = staticmethod(line.turn)
    stop = staticmethod(line.stop)
    is_idle = staticmethod(line.is_idle)
    backlog = staticmethod(line.backlog)

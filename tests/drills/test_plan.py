"""Plans are drawn from their seed, and all boundaries of the code are aimed at."""

from collections import Counter

from tests.drills.boundaries import Side, Site, all_boundaries
from tests.drills.plan import LEAST_FAULTS, LETTERS, REPLIES, Database, Mishap, Planner, Way


def test_the_same_seed_gives_the_same_plan() -> None:
    plans = [Planner(Database.SQLITE, 7).plan(number) for number in range(10)]
    assert plans == [Planner(Database.SQLITE, 7).plan(number) for number in range(10)]
    assert plans != [Planner(Database.SQLITE, 8).plan(number) for number in range(10)]


def test_every_run_has_its_letters_replies_and_faults() -> None:
    for database in Database:
        for number in range(40):
            plan = Planner(database, 3).plan(number)
            assert (len(plan.letters), len(plan.replies)) == (LETTERS, REPLIES)
            assert plan.faults >= LEAST_FAULTS
            assert {Way.THREAD, Way.FILE, Way.DOUBLE_CLICK, Way.TOGETHER} <= {reply.way for reply in plan.replies}


def test_every_mishap_is_drawn_and_none_that_the_database_cannot_have() -> None:
    for database, never in ((Database.SQLITE, Mishap.DATABASE_RESTART), (Database.POSTGRES, Mishap.FULL_DISK)):
        planner = Planner(database, 1)
        drawn = {mishap for number in range(150) for _at, mishap, _which in planner.plan(number).mishaps}
        assert drawn == set(Mishap) - {never, Mishap.KILLED}


def test_all_boundaries_are_aimed_at_in_turn() -> None:
    planner = Planner(Database.POSTGRES, 5)
    aimed = Counter(fatal.boundary for number in range(200) for fatal in planner.plan(number).fatal)
    assert set(aimed) == set(range(len(all_boundaries())))
    assert max(aimed.values()) - min(aimed.values()) <= 1


def test_runs_can_be_aimed_at_few_boundaries() -> None:
    planner = Planner(Database.SQLITE, 1, targets=(4, 9))
    assert {fatal.boundary for number in range(5) for fatal in planner.plan(number).fatal} == {4, 9}


def test_the_boundaries_are_those_of_the_code() -> None:
    boundaries = all_boundaries()
    sites = {boundary.site for boundary in boundaries}
    assert len(boundaries) == len(set(boundaries)) == 2 * len(sites)
    assert {boundary.side for boundary in boundaries} == set(Side)
    # One of each kind: taking mail over, filing, posting, sending, what became of it, a click, a job's own transaction.
    assert sites >= {
        Site("bot.services.mailbox_watch.MailboxWatch._take_over", "store.run"),
        Site("bot.services.card_sync.CardSync._post", "connection.post"),
        Site("bot.services.delivery.Delivery._send", "postman.send"),
        Site("bot.services.delivery.Delivery._finish", "store.run"),
        Site("bot.gateway.Gateway._answer", "store.run"),
        Site("storage.jobs.engine._Run._serve", "store.transact"),
    }

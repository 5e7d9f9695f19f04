"""`/walmart audit`: who did what, page by page, and as a file to its reader alone."""

from datetime import timedelta

from bot.commands.table import COMMANDS
from bot.domain.audit import AuditEntry, AuditFilter, AuditKind, AuditLine
from bot.domain.jobs import RunErrand
from bot.domain.people import OPERATOR
from bot.i18n import Texts
from bot.i18n.pieces import plain
from bot.ports.chat import Answer, OnlyYou, ShowForm, ShowPage, Wait
from bot.services.audit_export import EXPORT_AUDIT, AuditExport, as_csv
from bot.services.errands import Sent
from bot.views.acts import Run
from bot.views.page import Page
from tests.contract.store_places import START
from tests.unit.command_desk import BEN, GIL, Desk, a_desk, words


async def changes(at: Desk, count: int) -> None:
    for number in range(count):
        entry = AuditEntry(
            START + timedelta(minutes=number), OPERATOR, AuditKind.CHANGED, "site:1", f"Site {number}", after="=1+1"
        )
        await at.store.run(lambda uow, entry=entry: uow.audit.record(entry))


def page(answer: Answer) -> Page:
    assert isinstance(answer, ShowPage), answer
    return answer.page


def told(shown: Page) -> list[str]:
    return [plain(row.lines[0]) for row in shown.rows]


async def test_nobody_but_an_admin_reads_it_and_the_attempt_is_in_it() -> None:
    async with a_desk(COMMANDS) as at:
        assert "Only admins" in words(await at.type("audit", GIL))
        (line,) = told(page(await at.type("audit")))
        assert "Gil Green  refused  audit  needs admin" in line


async def test_it_is_filtered_and_turned_by_words_that_its_buttons_hold() -> None:
    async with a_desk(COMMANDS) as at:
        await changes(at, 45)
        first = page(await at.type("audit kind=changed since=2026-01-01"))
        assert "Site 44" in told(first)[0]
        assert len(first.rows) == 20
        following = next(button.act for button in first.buttons if button.label == "Next page")
        assert following == Run("audit kind=changed since=2026-01-01 page=2")
        assert isinstance(following, Run)
        second = page(await at.type(following.words))
        assert "Site 24" in told(second)[0]
        last = page(await at.type("audit page=3"))
        assert len(last.rows) == 5
        assert [button.label for button in last.buttons] == ["Previous page", "As a file, to me"]
        assert page(await at.type(f"audit who=<@{GIL.id}>")).rows == ()
        wrong = await at.type("audit kind=chnged since=yesterday")
        assert isinstance(wrong, ShowForm)
        assert wrong.form.errors == {
            "kind": "There is none of this name. Did you mean changed?",
            "since": "Give a day like 2026-11-30.",
        }


async def test_the_file_goes_to_whoever_asks_and_the_asking_is_recorded() -> None:
    async with a_desk(COMMANDS) as at:
        await changes(at, 3)
        assert isinstance(await at.type("audit export kind=changed"), Wait)
        (row,) = [job.job for job in at.store.tables.jobs.values()]
        assert isinstance(row, RunErrand)
        assert row.errand == EXPORT_AUDIT
        export = AuditExport(at.store, {BEN.platform: at.chat.chat()})
        answer = await export(Sent(row.about, row.agent, row.where, START, Texts()))
        assert isinstance(answer, OnlyYou)
        assert "3 lines" in plain(answer.notice.lines[0])
        ((user, file),) = at.chat.handed
        assert user == BEN
        assert file.content.decode("utf-8-sig").splitlines()[1].startswith("2026")
        assert at.chat.messages == {}, "nothing stands in a channel"
        (entry,) = await at.store.read(lambda snapshot: snapshot.audit.lines(AuditFilter(kind="exported"), most=9))
        assert entry.who == "Ben Cole"


def test_a_cell_is_no_formula() -> None:
    written = as_csv((AuditLine(START, "Ann", "changed", "site:1", '=HYPERLINK("x")', before="-1", after="a,b"),))
    assert written.splitlines()[1].endswith("""Ann,changed,site:1,"'=HYPERLINK(""x"")",,'-1,"a,b\"""")

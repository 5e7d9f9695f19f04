"""News for somebody who waits: into the view that was open, else in a message to them alone."""

import structlog

from bot.domain.where import Where
from bot.i18n.pieces import Line, Plain
from bot.i18n.texts import Texts
from bot.ports.chat import Answer, FormErrors, Nothing, OnlyYou, ShowForm, ShowPage, ShowSheet, Wait
from bot.ports.failures import Failure
from bot.views.acts import Button, Run
from bot.views.notice import Notice
from bot.views.ticket_card import Tone
from integrations.slack.calls import SlackCalls
from integrations.slack.errors import VIEW_GONE
from integrations.slack.forms import modal
from integrations.slack.json_values import JsonObject
from integrations.slack.pages import page_view, waiting_view
from integrations.slack.posting import Posting
from integrations.slack.sheets import notice_view, sheet_view

_log = structlog.get_logger(__name__)


class SlackForms:
    """Implements `ChatForms`."""

    def __init__(self, calls: SlackCalls, posting: Posting, texts: Texts) -> None:
        self._calls = calls
        self._posting = posting
        self._ = texts

    async def refresh(self, where: Where, answer: Answer) -> None:
        view = view_of(answer, self._) if where.form else None
        if view is not None:
            try:
                await self._calls.write_again("views.update", view_id=where.form, view=view)
            except Failure as failure:
                if failure.code not in VIEW_GONE:
                    raise
                _log.info("whoever waited has closed the window", user=where.user)
            else:
                return
        notice = notice_of(answer, self._)
        if notice is not None:
            await self._posting.tell(where.channel, where.person, notice)


def view_of(answer: Answer, texts: Texts) -> JsonObject | None:
    """The modal that shows an answer; None for one that shows nothing."""
    match answer:
        case ShowForm(form=form):
            return modal(form, texts)
        case ShowPage(page=page):
            return page_view(page, texts)
        case ShowSheet(sheet=sheet):
            return sheet_view(sheet, texts)
        case Wait(line=line):
            return waiting_view(line, texts)
        case OnlyYou() | FormErrors():
            notice = notice_of(answer, texts)
            return notice_view(notice, "RelayDesk", texts) if notice is not None else None
        case Nothing():
            return None


def notice_of(answer: Answer, texts: Texts) -> Notice | None:
    """An answer as a message, for where no window can open: what it says, and a button that opens it."""
    match answer:
        case OnlyYou(notice=notice):
            return notice
        case ShowForm(form=form):
            errors: tuple[Line, ...] = tuple((Plain(error),) for error in form.errors.values())
            tone = Tone.BAD if errors else Tone.NEUTRAL
            return Notice(tone, (*errors, *form.intro) or ((Plain(form.title),),), buttons=_opening(form.again, texts))
        case ShowPage(page=page):
            return Notice(Tone.NEUTRAL, page.intro or ((Plain(page.title),),), buttons=_opening(page.again, texts))
        case ShowSheet(sheet=sheet):
            lines = tuple(line for part in sheet.parts for line in ((Plain(part.heading),), *part.lines))
            return Notice(Tone.NEUTRAL, lines or ((Plain(sheet.title),),))
        case FormErrors(errors=refused):
            return Notice(Tone.BAD, tuple((Plain(error),) for error in refused.values()))
        case Wait(line=line):
            return Notice(Tone.NEUTRAL, (line,))
        case Nothing():
            return None


def _opening(words: str, texts: Texts) -> tuple[Button, ...]:
    return (Button(texts("Open it"), Run(words)),) if words else ()

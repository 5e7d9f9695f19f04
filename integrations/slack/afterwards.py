"""What is done for a person once their act was acknowledged: opening a form, telling them something."""

from dataclasses import replace

import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.people import ChatUser, Platform
from bot.i18n.pieces import Plain
from bot.i18n.texts import Texts
from bot.ports.chat import Answer, FormErrors, Nothing, OnlyYou, ShowForm, ShowPage, ShowSheet, Wait
from bot.ports.failures import Failure
from bot.views.acts import Button, Run
from bot.views.notice import Notice
from bot.views.page import Page
from bot.views.ticket_card import Tone
from integrations.slack.calls import SlackCalls, vendor_logger
from integrations.slack.errors import HASH_CONFLICT, TRIGGER_SPENT, TRIGGER_USED
from integrations.slack.forms import errors_by_block, modal
from integrations.slack.inbound import Way
from integrations.slack.json_values import JsonObject
from integrations.slack.pages import PAGE, page_home, page_view, waiting_view
from integrations.slack.posting import Posting
from integrations.slack.render import SlackRenderer
from integrations.slack.sheets import home_view, notice_view, sheet_view

_log = structlog.get_logger(__name__)
_RESPOND_TIMEOUT = 5
_DONE = 200


class Answering:
    """Carries an `Answer` to the person who acted, the way Slack has for what they did."""

    def __init__(self, calls: SlackCalls, posting: Posting, texts: Texts) -> None:
        self._calls = calls
        self._posting = posting
        self._renderer = SlackRenderer(texts)
        self._ = texts

    def acknowledgement(self, answer: Answer, way: Way) -> JsonObject:
        """What a submission is acknowledged with; its modal takes the answer at once."""
        match answer:
            case FormErrors(errors=errors):
                return self._errors(dict(errors), way)
            case ShowForm(form=form):
                return {"response_action": "update", "view": modal(form, self._)}
            case ShowSheet(sheet=sheet):
                return {"response_action": "update", "view": sheet_view(sheet, self._)}
            case OnlyYou(notice=notice):
                return {"response_action": "update", "view": notice_view(notice, "RelayDesk", self._)}
            case Wait(line=line):
                return {"response_action": "update", "view": waiting_view(line, self._)}
            case ShowPage(page=page) if not way.previous:
                return {"response_action": "update", "view": page_view(page, self._)}
            case ShowPage():
                # The form closes, and `after_submission` brings the page under it up to date.
                return {}
            case Nothing():
                return {} if way.previous else {"response_action": "clear"}

    def _errors(self, errors: dict[str, str], way: Way) -> JsonObject:
        by_block = errors_by_block(errors, way.inputs)
        if by_block:
            return {"response_action": "errors", "errors": by_block}
        said = Notice(Tone.BAD, tuple((Plain(error),) for error in errors.values()))
        return {"response_action": "update", "view": notice_view(said, "RelayDesk", self._)}

    async def after_submission(self, answer: Answer, way: Way) -> None:
        """What an acknowledged submission leaves to be done. Never raises."""
        if not isinstance(answer, ShowPage) or not way.previous:
            return
        try:
            await self._calls.write_again("views.update", view_id=way.previous, view=page_view(answer.page, self._))
        except Failure as failure:
            _log.info("the page under a form did not change", user=way.user, reason=failure.reason)

    async def carry_out(self, answer: Answer, way: Way) -> None:
        """Answer a press, a command, a shortcut or an opened home. Never raises: nobody is left to hear it."""
        try:
            await self._carry_out(answer, way)
        except Failure as failure:
            _log.warning("an answer did not reach its person", user=way.user, reason=failure.reason)

    async def say(self, tone: Tone, text: str, way: Way) -> None:
        """Tell whoever acted something in a sentence of the adapter's own."""
        await self.carry_out(OnlyYou(Notice(tone, ((Plain(text),),))), way)

    async def _carry_out(self, answer: Answer, way: Way) -> None:
        match answer:
            case Nothing():
                if way.only_you:
                    await self._respond(way, {"delete_original": True})
            case OnlyYou(notice=notice):
                await self._tell(notice, way)
            case ShowForm(form=form):
                await self._show(modal(form, self._), way, form.again)
            case ShowSheet(sheet=sheet):
                await self._show(sheet_view(sheet, self._), way)
            case ShowPage(page=page):
                await self._show_page(page, way)
            case Wait(line=line) if way.in_modal:
                await self._replace(waiting_view(line, self._), way)
            case Wait(line=line):
                await self._tell(Notice(Tone.NEUTRAL, (line,)), way)
            case FormErrors(errors=errors):
                await self._tell(Notice(Tone.BAD, tuple((Plain(error),) for error in errors.values())), way)

    async def _show_page(self, page: Page, way: Way) -> None:
        same = way.callback == f"{PAGE}{page.name}"
        if way.home and (same or not way.trigger):
            await self._calls.write_again("views.publish", user_id=way.user, view=page_home(page, self._))
        elif way.in_modal and same:
            await self._replace(page_view(page, self._), way)
        else:
            await self._show(page_view(page, self._), way, page.again)

    async def _replace(self, view: JsonObject, way: Way) -> None:
        """Bring the view in which somebody acted up to date."""
        try:
            await self._calls.write_again("views.update", view_id=way.view, hash=way.hash, view=view)
        except Failure as failure:
            if failure.code != HASH_CONFLICT:
                raise
            # It changed since they pressed, by a press of theirs just before: what this one shows is newer.
            await self._calls.write_again("views.update", view_id=way.view, view=view)

    async def _show(self, view: JsonObject, way: Way, again: str = "") -> None:
        """`again` is the command that shows it once more."""
        if way.in_modal and way.deepest:
            await self._replace(view, way)
            return
        method = "views.push" if way.in_modal else "views.open"
        try:
            await self._calls.write_again(method, trigger_id=way.trigger, view=view)
        except Failure as failure:
            if failure.code == TRIGGER_USED:
                # The same press was delivered twice, and the first delivery has opened the window.
                return
            _log.warning("a view did not open", method=method, user=way.user, reason=failure.reason)
            late = failure.code in TRIGGER_SPENT or not failure.code
            text = (
                self._("That took too long and Slack did not let the window open. Nothing was done; press it again.")
                if late
                else self._("Slack did not open the window. Nothing was done; press it again in a moment.")
            )
            buttons = (Button(self._("Open it"), Run(again)),) if again else ()
            await self._tell(Notice(Tone.WARNING, ((Plain(text),),), buttons=buttons), replace(way, trigger=""))

    async def _tell(self, notice: Notice, way: Way) -> None:
        if way.home and not way.trigger and not way.view:
            await self._calls.write_again("views.publish", user_id=way.user, view=home_view(notice, self._))
            return
        if (way.in_modal or way.home) and way.trigger and not way.deepest:
            view = notice_view(notice, "RelayDesk", self._)
            method = "views.push" if way.in_modal else "views.open"
            await self._calls.write_again(method, trigger_id=way.trigger, view=view)
            return
        said = self._renderer.message(notice) | {"response_type": "ephemeral", "replace_original": way.only_you}
        if way.thread:
            said["thread_ts"] = way.thread
        if not await self._respond(way, said):
            await self._posting.tell(way.channel, ChatUser(Platform.SLACK, way.user), notice, thread=way.thread)

    async def _respond(self, way: Way, said: JsonObject) -> bool:
        """Answer through the act's own address, which needs no right and no rate slot; False if that did not work."""
        if not way.response_url:
            return False
        webhook = AsyncWebhookClient(
            way.response_url, timeout=_RESPOND_TIMEOUT, retry_handlers=[], logger=vendor_logger()
        )
        webhook.proxy = self._calls.writer.proxy
        try:
            response = await webhook.send_dict(said)
        except Exception as error:  # noqa: BLE001 - the SDK lets through whatever its transport raises
            _log.info("response_url failed", user=way.user, error=type(error).__name__)
            return False
        return response.status_code == _DONE

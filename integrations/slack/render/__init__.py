"""Views as Block Kit. Pure: the same view gives the same JSON in every process."""

import hashlib
import json

from bot.i18n.pieces import plain
from bot.i18n.texts import Texts
from bot.ports.chat import ChatCall, Rendered, View
from bot.ports.jobs import Pace
from bot.views.notice import Notice
from bot.views.thread_message import ThreadMessage
from bot.views.ticket_card import TicketCard
from integrations.slack import limits
from integrations.slack.json_values import JsonObject
from integrations.slack.rates import USUAL, Rates
from integrations.slack.render.card import card_blocks
from integrations.slack.render.notice import notice_blocks
from integrations.slack.render.thread import thread_blocks
from integrations.slack.safe_text import escaped, one_line


class SlackRenderer:
    """Implements `ChatRenderer`. `texts` words the few labels that are Slack's own and not the view's."""

    def __init__(self, texts: Texts | None = None, rates: Rates = USUAL) -> None:
        self._texts = texts or Texts()
        self._rates = rates

    def render(self, view: View) -> Rendered:
        body = json.dumps(self.message(view), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return Rendered(body, hashlib.sha256(body.encode()).hexdigest())

    def message(self, view: View) -> JsonObject:
        """The message as the Web API takes it: `blocks`, and `text` for notifications and screen readers."""
        return {"text": _fallback(_summary(view)), "blocks": limits.fitted(lambda most: self._blocks(view, most))}

    def _blocks(self, view: View, allowance: int) -> list[JsonObject]:
        match view:
            case TicketCard():
                return card_blocks(view, self._texts, allowance)
            case ThreadMessage():
                return thread_blocks(view, self._texts, allowance)
            case Notice():
                return notice_blocks(view, self._texts, allowance)

    def pace(self, call: ChatCall, channel: str) -> Pace:
        return self._rates.pace(call, channel)


def _summary(view: View) -> str:
    return " ".join(plain(line) for line in view.lines) if isinstance(view, Notice) else view.summary


def _fallback(summary: str) -> str:
    # Cut before it is escaped, so that no half of an escape is left standing at the end.
    return escaped(limits.shortened(one_line(summary), limits.FALLBACK // 5)) or "RelayDesk"

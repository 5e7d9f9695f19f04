"""Something said to one person."""

from bot.i18n.texts import Texts
from bot.views.notice import Notice
from integrations.slack.json_values import JsonObject
from integrations.slack.render.buttons import actions
from integrations.slack.render.lines import emoji, paragraph, quote, rich_text, section, space, words
from integrations.slack.render.tones import mark

_LINES = 20


def notice_blocks(notice: Notice, texts: Texts, allowance: int) -> list[JsonObject]:
    """The blocks of a notice, no single text longer than `allowance`."""
    said = section(emoji(mark(notice.tone)), space("  "), *paragraph(notice.lines[:_LINES], allowance))
    quoted = quote(*words(notice.quoted, allowance, texts(" … (shortened)")))
    return [rich_text("notice", said, quoted), *actions("acts", notice.buttons, allowance)]

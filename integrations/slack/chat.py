"""Slack, put together for the composition root."""

from datetime import timedelta

from bot.domain.people import Platform
from bot.i18n.texts import Texts
from bot.ports.chat import Chat
from bot.ports.clock import Clock
from bot.ports.vault import Secret
from integrations.slack.calls import SlackCalls
from integrations.slack.connection import SlackConnection
from integrations.slack.directory import SlackDirectory
from integrations.slack.files import SlackFiles
from integrations.slack.posting import Posting
from integrations.slack.rates import USUAL, Rates
from integrations.slack.refreshing import SlackForms
from integrations.slack.render import SlackRenderer
from integrations.slack.sockets import Patience


def slack_chat(
    bot_token: Secret,
    app_token: Secret,
    clock: Clock,
    *,
    api_url: str = "https://slack.com/api/",
    texts: Texts | None = None,
    sockets: int = 2,
    patience: Patience | None = None,
    settle: timedelta = timedelta(seconds=5),
    rates: Rates = USUAL,
) -> Chat:
    """Slack with one pair of tokens. Nothing is sent before a method is called; nothing has to be closed.

    `settle` is how long after a lost answer a message may still appear before it is posted again.
    """
    patience = patience or Patience()
    calls = SlackCalls(bot_token, app_token, api_url, patience=patience.call)
    posting = Posting(calls, clock, texts or Texts(), settle=settle)
    return Chat(
        Platform.SLACK,
        SlackConnection(calls, clock, texts=texts, sockets=sockets, patience=patience, settle=settle),
        SlackRenderer(texts, rates),
        SlackDirectory(calls, clock),
        SlackFiles(calls, clock, patience=patience.file, settle=settle),
        SlackForms(calls, posting, texts or Texts()),
    )

"""What is needed to boot: whatever cannot be used is named by its variable, and no value is repeated."""

from pathlib import Path

import pytest

from bot.domain.people import ChatUser, Platform
from bot.services.waits import Waits
from bot.settings import NotSet, load, unread


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HTTP__PORT", "99999", "RELAYDESK_HTTP__PORT: "),
        ("HTTP__PORT", "http", "RELAYDESK_HTTP__PORT: "),
        ("LOG_LEVEL", "LOUD", "RELAYDESK_LOG_LEVEL: is one of DEBUG"),
        ("LANGUAGE", "klingon", "RELAYDESK_LANGUAGE: is no language"),
        ("ADMINS", "Ana", "write slack:U0123"),
        ("ADMINS", "teams:U1", "RELAYDESK_ADMINS: "),
        ("WORKERS__MAIL", "0", "RELAYDESK_WORKERS__MAIL: "),
        ("WAITS__TICK", "0", "RELAYDESK_WAITS__TICK must be"),
        ("WAITS__TICK", "-1", "RELAYDESK_WAITS__TICK must be"),
        ("WAITS__LEASE", "nan", "RELAYDESK_WAITS__LEASE must be"),
        ("WAITS__LEASE", "soon", "RELAYDESK_WAITS__LEASE: "),
        ("WAITS__REPLY_LEASE", "60", "longer than RELAYDESK_WAITS__REPLY_CONVERSATION"),
        ("SLACK__BOT_TOKEN", "xoxb-1", "RELAYDESK_SLACK__APP_TOKEN is missing"),
        ("SLACK", "xoxb-1", "whose names begin with RELAYDESK_SLACK__"),
    ],
)
def test_what_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(f"RELAYDESK_{name}", value)
    with pytest.raises(NotSet) as refused:
        load()
    (problem,) = refused.value.problems
    assert says in problem
    assert "xoxb-1" not in problem


def test_exchanged_tokens_are_noticed_before_slack_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAYDESK_SLACK__BOT_TOKEN", "xapp-1")
    monkeypatch.setenv("RELAYDESK_SLACK__APP_TOKEN", "xoxb-1")
    with pytest.raises(NotSet, match="exchanged"):
        load()


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAYDESK_HTTP__PORT", "x")
    monkeypatch.setenv("RELAYDESK_LOG_LEVEL", "x")
    with pytest.raises(NotSet) as refused:
        load()
    assert len(refused.value.problems) == 2


def test_without_any_setting_it_boots_with_the_defaults() -> None:
    settings = load()
    assert settings.data_dir == Path("data")
    assert not settings.slack.configured
    assert settings.waits == Waits()


def test_what_is_set_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAYDESK_SLACK__BOT_TOKEN", " xoxb-1\n")
    monkeypatch.setenv("RELAYDESK_SLACK__APP_TOKEN", "xapp-1")
    monkeypatch.setenv("RELAYDESK_ADMINS", "slack:U1, feishu:ou_2,")
    monkeypatch.setenv("RELAYDESK_SECRET_KEYS", "one, two")
    monkeypatch.setenv("RELAYDESK_WAITS__TICK", "0.5")
    monkeypatch.setenv("RELAYDESK_WAITS__CARD_FOR_ORDER", "0")
    settings = load()
    assert settings.slack.configured
    assert settings.slack.bot_token.get_secret_value() == "xoxb-1"
    assert settings.admins == (ChatUser(Platform.SLACK, "U1"), ChatUser(Platform.FEISHU, "ou_2"))
    assert [key.get_secret_value() for key in settings.secret_keys] == ["one", "two"]
    assert (settings.waits.tick, settings.waits.card_for_order, settings.waits.lease) == (0.5, 0.0, 60.0)
    for secret in ("xoxb-1", "xapp-1", "one"):
        assert secret not in repr(settings)


def test_a_name_that_nothing_reads_is_told() -> None:
    environment = [
        "RELAYDESK_SLAK__BOT_TOKEN",
        "RELAYDESK_WAITS__TICK",
        "RELAYDESK_HTTP__PORT",
        "PATH",
        "RELAYDESK_SLACK",
    ]
    assert unread(environment) == ["RELAYDESK_SLAK__BOT_TOKEN"]

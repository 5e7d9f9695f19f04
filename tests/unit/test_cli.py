"""The commands as they are typed: what is refused, with what words and which exit status. Nothing here is online."""

import io
from pathlib import Path

import pytest
import yaml

from bot.cli import _mailbox, _parser, main

MAILBOX = ["mailbox", "add", "--address", "care@acme.example", "--imap-host", "i.example", "--smtp-host", "s.example"]
SITE = ["site", "add", "--account", "Acme", "--market", "us", "--seller-name", "Acme Home", "--mailbox", "a@b.example"]

NEW_SECRET = ["account", "secret", "--name", "Acme"]
NEW_PASSWORD = ["mailbox", "password", "--address", "care@acme.example"]


@pytest.fixture(autouse=True)
def _in_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAYDESK_DATA_DIR", str(tmp_path / "desk"))
    monkeypatch.setattr("sys.stdin", io.StringIO(""))


def typed(*words: str) -> int:
    """The exit status, whether the parser or the command gave it."""
    try:
        return main(words)
    except SystemExit as refused:
        return int(str(refused.code))


def test_a_setting_that_cannot_be_used_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RELAYDESK_HTTP__PORT", "many")
    monkeypatch.setenv("RELAYDESK_SLACK__BOT_TOKEN", "xoxb-secret")
    assert typed("run") == 2
    said = capsys.readouterr().err
    assert "RELAYDESK_HTTP__PORT: " in said
    assert "RELAYDESK_SLACK__APP_TOKEN is missing" in said
    assert "xoxb-secret" not in said


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["account"],
        ["account", "add", "--name", "Acme"],
        ["account", "secret"],
        ["mailbox", "password"],
        ["site", "channel", "--account", "Acme", "--market", "us"],
        ["site", "add", "--market", "uk"],
        [*SITE[:4], "--market", "uk", *SITE[6:]],
        [*MAILBOX, "--imap-security", "ssl"],
        [*MAILBOX, "--imap-port", "70000"],
        ["demo", "--sabotage", "explode"],
        ["demo", "--port", "70000"],
        ["manifest", "teams"],
        ["reread", "--days", "0"],
    ],
)
def test_what_is_typed_wrongly_is_refused_with_the_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(*words) == 2
    assert "usage: relaydesk" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--secret", "--client-secret", "--password"])
@pytest.mark.parametrize(
    "command",
    [["account", "add", "--name", "A", "--client-id", "c"], MAILBOX, NEW_SECRET, NEW_PASSWORD],
    ids=lambda command: " ".join(command[:2]),
)
def test_no_option_takes_a_secret(option: str, command: list[str], tmp_path: Path) -> None:
    assert typed(*command, option, "the-secret") == 2
    assert not (tmp_path / "desk").exists()


def test_a_secret_typed_where_a_variables_name_belongs_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("account", "add", "--name", "A", "--client-id", "c", "--secret-from", "the-secret") == 2
    said = capsys.readouterr().err
    assert said.startswith("secret-from: ")
    assert "the-secret" not in said
    assert "Nothing was saved." in said


def test_without_a_secret_nothing_is_asked_or_saved(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("account", "add", "--name", "A", "--client-id", "c") == 2
    assert capsys.readouterr().err == "client secret: is missing. Nothing was saved.\n"
    assert typed(*MAILBOX) == 2
    assert capsys.readouterr().err == "password: is missing. Nothing was saved.\n"
    assert typed(*NEW_SECRET) == 2
    assert capsys.readouterr().err == "client secret: is missing. Nothing was saved.\n"
    assert typed(*NEW_PASSWORD) == 2
    assert capsys.readouterr().err == "password: is missing. Nothing was saved.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (NEW_SECRET, "name: there is no account called Acme; add it first with `relaydesk account add`"),
        (NEW_PASSWORD, "address: care@acme.example is not on the list; add it first with `relaydesk mailbox add`"),
        (
            ["site", "channel", "--account", "Acme", "--market", "us", "--channel", "slack:C1"],
            "account: there is no account called Acme; add it first with `relaydesk account add`",
        ),
    ],
    ids=["account secret", "mailbox password", "site channel"],
)
def test_what_is_not_there_cannot_be_changed(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("the-secret\n"))
    assert typed(*words) == 2
    assert capsys.readouterr().err == f"{said}. Nothing was saved.\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_a_secret_is_asked_for_without_echo(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def hidden(prompt: str) -> str:
        asked.append(prompt)
        raise EOFError

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", hidden)
    assert typed("account", "add", "--name", "A", "--client-id", "c") == 2
    assert typed(*MAILBOX) == 2
    assert typed(*NEW_SECRET) == 2
    assert typed(*NEW_PASSWORD) == 2
    assert asked == ["Client Secret: ", "Password of the mailbox: "] * 2


def test_ctrl_c_at_the_prompt_leaves_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(prompt: str) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", interrupted)
    assert typed("account", "add", "--name", "A", "--client-id", "c") == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("channel", ["C0123", "slack:", "teams:C1", ":C1"])
def test_a_channel_is_named_with_its_platform(channel: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(*SITE, "--channel", channel) == 2
    assert "write slack:C0123456789. Nothing was saved." in capsys.readouterr().err


def test_a_site_wants_its_account_first_and_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(*SITE, "--channel", "slack:C1") == 2
    assert "relaydesk account add" in capsys.readouterr().err


def test_plain_text_passwords_leave_for_this_machine_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("pw\n"))
    assert typed(*MAILBOX, "--imap-security", "plain") == 2
    assert capsys.readouterr().err.startswith("imap: ")


def test_the_slack_manifest_is_written_and_needs_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RELAYDESK_HTTP__PORT", "many")
    monkeypatch.chdir(tmp_path)
    assert typed("manifest", "slack") == 0
    manifest = yaml.safe_load((tmp_path / "manifest/slack.yaml").read_text())
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["features"]["slash_commands"][0]["command"] == "/walmart"
    assert "https://api.slack.com/apps?new_app=1&manifest_yaml=" in capsys.readouterr().out


def test_migrate_makes_the_database_and_doctor_says_what_comes_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("migrate") == 0
    assert "this release's schema" in capsys.readouterr().out
    assert (tmp_path / "desk" / "relaydesk.db").stat().st_mode & 0o077 == 0
    assert typed("doctor") == 1
    said = capsys.readouterr().out
    assert "BAD   Slack: no tokens" in said
    assert "BAD   No site" in said


def test_a_directory_that_cannot_be_written_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("RELAYDESK_DATA_DIR", str(tmp_path / "file" / "desk"))
    assert typed("doctor") == 1
    said = capsys.readouterr().err
    assert "cannot write to" in said
    assert "RELAYDESK_DATA_DIR" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://user:the-password@host/db"),
        ("DATABASE_URL", "no url"),
        ("SECRET_KEYS", "the-password"),
    ],
)
def test_what_the_storage_refuses_is_named_and_no_password_is_repeated(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"RELAYDESK_{name}", value)
    assert typed("doctor") == 1
    said = capsys.readouterr().err
    assert f"RELAYDESK_{name}" in said
    assert "the-password" not in said


def test_reread_of_an_empty_desk_says_that_there_was_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("reread", "--days", "3") == 0
    assert capsys.readouterr().out.startswith("0 mails of the last 3 days")


def test_the_usual_port_follows_the_security(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARE", "pw")
    securities = ["--imap-security", "starttls", "--smtp-security", "starttls"]
    new = _mailbox(_parser().parse_args([*MAILBOX, *securities, "--secret-from", "CARE"]))
    assert (new.imap.port, new.smtp.port) == (143, 587)
    assert new.password.reveal() == "pw"

"""Every text that a person reads goes through the translator, as a literal that the catalogue's tool can find.

What is looked at: in what people see (views, services, commands, the front door) a literal of two words or more is a
text for people, unless it is a docstring, an event of the log, or the reason of an exception. A reason is put into a
card as it is: it often holds a vendor's own words, which nobody can translate.
"""

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

import pytest

from tests.house.tree import modules, name, tree

_PEOPLE_SEE = ("bot/views", "bot/services", "bot/commands", "bot/gateway.py")
# Kept with a mail or a reply as the reason of its state, like a vendor's words; or never shown at all.
_REASONS = {
    "no site that is switched on receives this letter",
    "repeats letter \0",
    "read again",
    "the site was deleted.",
    "the site is in rehearsal, so nothing leaves for its buyers.",
    "it was written in a rehearsal that is over; write the reply again.",
    "\0 was deleted",
    "\0 is switched off",
    "the address is not one of Walmart's relay.",
    "the site's mailbox was changed since; write the reply again.",
    "the process that was sending it stopped in the middle.",
    "an agent says that it has not left.",
    "a backup was restored, and it may have left after the backup was made.",
    "not in the channel",
    "secret typed",
    "a secret stood in a command",
    "It answers, but no connection stands: clicks and forms do not arrive.",
    "RelayDesk has a defect here, and its log says more.",
    # A field of the command line, which speaks English only, and of the audit.
    "client secret",
    "client-id or client secret",
}
_TRANSLATOR = re.compile(r"(?:_|(?:[\w.]+\.)?_?texts)(?:\.many|\.line|\.many_line)?")
_WORDS = re.compile(r"[A-Za-z]{2,}[,:]? +[A-Za-z]{2,}")
_LITERALS = (ast.Constant, ast.JoinedStr)


def unwrapped(module: ast.Module) -> Iterator[str]:
    """Texts for people that are not handed to a translator, and messages that are put together before they are."""
    messages = [message for part in ast.walk(module) if _translates(part) for message in _messages(part)]
    for message in messages:
        if isinstance(message, ast.JoinedStr | ast.BinOp):
            yield f"line {message.lineno}: put together before it is translated: {ast.unparse(message)}"
    exempt = {id(inner) for outer in [*messages, *_not_for_people(module)] for inner in ast.walk(outer)}
    for part in ast.walk(module):
        if isinstance(part, _LITERALS) and id(part) not in exempt:
            text = _text(part)
            if text not in _REASONS and _WORDS.search(text):
                yield f"line {part.lineno}: {text!r}"


def _not_for_people(module: ast.Module) -> Iterator[ast.AST]:
    for part in ast.walk(module):
        docstring = isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
        if docstring or isinstance(part, ast.Raise) or _logs(part):
            yield part
        elif _is_typed(part):
            yield part.args[0]
        elif isinstance(part, ast.keyword) and part.arg == "again":
            yield part.value
        elif isinstance(part, ast.JoinedStr):
            # Its pieces are looked at as one text.
            yield from part.values


def _is_typed(part: ast.AST) -> TypeGuard[ast.Call]:
    """The words of a command, which are the same in every language: `About("site add", …)`, `Run("site list")`."""
    return isinstance(part, ast.Call) and ast.unparse(part.func) in {"About", "Run"} and bool(part.args)


def _logs(part: ast.AST) -> bool:
    return isinstance(part, ast.Call) and ast.unparse(part.func).startswith("_log.")


def _translates(part: ast.AST) -> bool:
    return isinstance(part, ast.Call) and _TRANSLATOR.fullmatch(ast.unparse(part.func)) is not None


def _messages(part: ast.AST) -> list[ast.expr]:
    assert isinstance(part, ast.Call)
    return part.args[:2] if ast.unparse(part.func).endswith((".many", ".many_line")) else part.args[:1]


def _text(part: ast.AST) -> str:
    if isinstance(part, ast.JoinedStr):
        return "".join(_text(value) if isinstance(value, ast.Constant) else "\0" for value in part.values)
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""


def test_every_reason_is_still_there() -> None:
    told = {_text(part) for path in modules("bot") for part in ast.walk(tree(path)) if isinstance(part, _LITERALS)}
    assert _REASONS - told == set()


def test_every_text_for_people_is_translated() -> None:
    paths = [path for path in modules("bot") if name(path).startswith(_PEOPLE_SEE)]
    assert len(paths) > 20, "what people see was not found"
    found = {name(path): problems for path in paths if (problems := list(unwrapped(tree(path))))}
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        'Plain("Waiting for the order")',
        'Plain(f"Reply to {name} was sent")',
        '_(f"Reply to {name}")',
        '_("Reply to " + name)',
    ],
)
def test_a_text_past_the_translator_is_noticed(text: str) -> None:
    assert list(unwrapped(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        '_("Reply to {name}", name=name)',
        'acting.texts.line("That was settled meanwhile")',
        '_.many("{count} day is left", "{count} days are left", days)',
        'raise Permanent("The mail server said no")',
        'About("site set", _("Change a site"))',
        'Run("site set us")',
        '_log.info("mailbox is not reachable", mailbox=1)',
        'def f():\n    """What a reader cannot see."""',
    ],
)
def test_what_is_no_text_for_people_is_left_alone(text: str) -> None:
    assert list(unwrapped(ast.parse(text))) == []

"""Every text that a person reads goes through the translator, as a literal that the catalogue's tool can find.

What is looked at: in what people see (views, services, commands, the front door) a literal of two words or more is a
text for people, unless it is a docstring, an event of the log, or the reason of an exception. A reason is put into a
card as it is: it often holds a vendor's own words, which nobody can translate.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.tree import modules, name, tree

_PEOPLE_SEE = ("bot/views", "bot/services", "bot/commands", "bot/gateway.py")
_TRANSLATORS = {"_", "texts", "self._texts"}
_WORDS = re.compile(r"[A-Za-z]{2,}[,:]? +[A-Za-z]{2,}")
_LITERALS = (ast.Constant, ast.JoinedStr)


def unwrapped(module: ast.Module) -> Iterator[str]:
    """Texts for people that are not handed to a translator, and messages that are put together before they are."""
    exempt: set[int] = set()
    for part in ast.walk(module):
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
            exempt.add(id(part.value))
        elif isinstance(part, ast.Raise) or _logs(part):
            exempt.update(id(inner) for inner in ast.walk(part))
        elif isinstance(part, ast.JoinedStr):
            exempt.update(id(inner) for inner in part.values)
        elif _translates(part):
            for argument in _messages(part):
                if isinstance(argument, ast.JoinedStr | ast.BinOp):
                    yield f"line {argument.lineno}: put together before it is translated: {ast.unparse(argument)}"
                exempt.update(id(inner) for inner in ast.walk(argument))
    for part in ast.walk(module):
        if isinstance(part, _LITERALS) and id(part) not in exempt and _WORDS.search(_text(part)):
            yield f"line {part.lineno}: {_text(part)!r}"


def _logs(part: ast.AST) -> bool:
    return isinstance(part, ast.Call) and ast.unparse(part.func).startswith("_log.")


def _translates(part: ast.AST) -> bool:
    if not isinstance(part, ast.Call):
        return False
    function = ast.unparse(part.func)
    return function in _TRANSLATORS or function.rpartition(".")[0] in _TRANSLATORS


def _messages(part: ast.AST) -> list[ast.expr]:
    assert isinstance(part, ast.Call)
    return part.args[:2] if ast.unparse(part.func).endswith(".many") else part.args[:1]


def _text(part: ast.AST) -> str:
    if isinstance(part, ast.JoinedStr):
        return "".join(_text(value) if isinstance(value, ast.Constant) else "\0" for value in part.values)
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""


def test_every_text_for_people_is_translated() -> None:
    paths = [path for place in _PEOPLE_SEE for path in (modules(place) if not place.endswith(".py") else modules("bot")) if name(path).startswith(place)]
    assert len(paths) > 20, "what people see was not found"
    found = {name(path): problems for path in paths if (problems := list(unwrapped(tree(path))))}
    assert found == {}


@pytest.mark.parametrize(
    "text",
    ['Plain("Waiting for the order")', 'Plain(f"Reply to {name} was sent")', '_(f"Reply to {name}")', '_("Reply to " + name)'],
)
def test_a_text_past_the_translator_is_noticed(text: str) -> None:
    assert list(unwrapped(ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        '_("Reply to {name}", name=name)',
        '_.many("{count} day is left", "{count} days are left", days)',
        'raise Permanent("The mail server said no")',
        '_log.info("mailbox is not reachable", mailbox=1)',
        'def f():\n    """What a reader cannot see."""',
    ],
)
def test_what_is_no_text_for_people_is_left_alone(text: str) -> None:
    assert list(unwrapped(ast.parse(text))) == []

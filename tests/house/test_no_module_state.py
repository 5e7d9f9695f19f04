"""What a module holds never changes: two desks in one process share nothing, and no test leaves a trace."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, modules, name, tree

_CONTAINERS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_MAKERS = {"list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict", "WeakValueDictionary"}
_CHANGES = {
    *("append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove", "discard", "clear"),
    *("appendleft", "popleft", "sort", "reverse"),
}


def changed_state(module: ast.Module) -> Iterator[str]:
    """What is wrong with a module: `global`, a container not named as a constant, a constant that is changed."""
    containers = set()
    for statement in module.body:
        for target in _targets(statement):
            containers.add(target)
            if target != target.upper() and not target.startswith("__"):
                yield f"line {statement.lineno}: {target} holds a container and is not named as a constant"
    for part in ast.walk(module):
        if isinstance(part, ast.Global):
            yield f"line {part.lineno}: global {', '.join(part.names)}"
        elif (changed := _changed(part)) in containers:
            yield f"line {getattr(part, 'lineno', 0)}: {changed} is changed"


def _targets(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.Assign(targets=targets, value=value) if _is_container(value):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if _is_container(value):
            return [target]
        case _:
            return []


def _is_container(value: ast.expr) -> bool:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in _MAKERS
    return isinstance(value, _CONTAINERS)


def _changed(part: ast.AST) -> str | None:
    match part:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=changed), attr=method)) if method in _CHANGES:
            return changed
        case ast.Subscript(value=ast.Name(id=changed), ctx=ast.Store() | ast.Del()):
            return changed
        case ast.AugAssign(target=ast.Name(id=changed)):
            return changed
        case _:
            return None


@pytest.mark.parametrize(
    "text",
    [
        "seen = {}",
        "SEEN: dict[str, int] = {}\ndef note(key): SEEN[key] = 1",
        "_SEEN = set()\ndef note(key): _SEEN.add(key)",
        "COUNT = 0\ndef note():\n    global COUNT\n    COUNT += 1",
    ],
)
def test_state_is_noticed(text: str) -> None:
    assert list(changed_state(ast.parse(text)))


def test_a_table_of_constants_is_no_state() -> None:
    assert (
        list(changed_state(ast.parse('NAMES = {"a": 1}\n__all__ = ["a"]\ndef f():\n    rows = []\n    rows.append(1)')))
        == []
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_has_state(package: str) -> None:
    found = {name(path): problems for path in modules(package) if (problems := _problems(path))}
    assert found == {}


def _problems(path: Path) -> list[str]:
    return list(changed_state(tree(path)))

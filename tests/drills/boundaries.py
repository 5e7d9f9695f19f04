"""The boundaries at which a process can die, numbered from the code: every transaction and every call of an adapter.

A boundary is a function of the product, the call that it makes of a port, and a side of that call: before it has had
any effect, or after it has had all of it while nobody knows yet. A call that stands twice in one function, as the last
turn of a loop does, is one. Looking without changing anything (`store.read`) is none.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What runs on the two trips. The operator's set-up ends before a desk begins, and nothing is lost with it.
TRAVELLED = ("bot/gateway.py", "bot/schedule.py", "bot/services/*.py", "storage/jobs/engine.py")
NOT_TRAVELLED = {"bot/services/setting_up.py"}

# By the last name of the receiver, without its underscore: the calls that leave the process or end a transaction.
CALLS = {
    "store": {"run", "transact"},
    "leases": {"acquire", "release"},
    "source": {"open"},
    "session": {"fetch", "wait", "sent", "answered"},
    "reader": {"read"},
    "postman": {"send"},
    "marketplace": {"order", "returns"},
    "connection": {"post", "update", "remove", "tell"},
    "directory": {"person", "is_member"},
    "files": {"send", "fetch"},
}


class Side(StrEnum):
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """`function` is the module with the qualified name in it, as a frame tells them."""

    function: str
    call: str


@dataclass(frozen=True, slots=True, order=True)
class Boundary:
    site: Site
    side: Side

    def __str__(self) -> str:
        return f"{self.side} {self.site.call} in {self.site.function}"


def all_boundaries() -> tuple[Boundary, ...]:
    """In the order of the code's names, which gives each its number."""
    return tuple(Boundary(site, side) for site in sorted(set(_sites())) for side in Side)


def _sites() -> Iterator[Site]:
    for pattern in TRAVELLED:
        for file in sorted(ROOT.glob(pattern)):
            place = file.relative_to(ROOT)
            if str(place) not in NOT_TRAVELLED:
                module = ".".join(place.with_suffix("").parts)
                yield from _in(ast.parse(file.read_text(encoding="utf-8")), module, ())


def _in(node: ast.AST, module: str, path: tuple[str, ...]) -> Iterator[Site]:
    for child in ast.iter_child_nodes(node):
        inside = path
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            inside = (*path, child.name)
        elif isinstance(child, ast.Attribute) and (call := _call(child)):
            yield Site(f"{module}.{'.'.join(path)}", call)
        yield from _in(child, module, inside)


def _call(node: ast.Attribute) -> str:
    """The port's call that an attribute names, or nothing."""
    receiver = node.value
    name = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    name = name.removeprefix("_")
    return f"{name}.{node.attr}" if node.attr in CALLS.get(name, ()) else ""

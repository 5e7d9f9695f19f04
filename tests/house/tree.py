"""The project's own files, as the house rules read them."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "integrations", "storage")
_NOT_OURS = {"__pycache__", "node_modules"}
_TEXT = {
    ".py",
    ".md",
    ".toml",
    ".lock",
    ".html",
    ".css",
    ".js",
    ".json",
    ".eml",
    ".po",
    ".pot",
    ".yaml",
    ".yml",
    ".mako",
    ".ini",
}


def modules(*folders: str) -> Iterator[Path]:
    """The Python files below folders of the project, named from its root."""
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.py") if not _NOT_OURS & set(path.parts))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts() -> Iterator[Path]:
    """Every file that people write; hidden folders hold what tools make, except the gate's."""
    for folder, folders, files in os.walk(ROOT):
        here = Path(folder)
        top = here == ROOT
        folders[:] = [
            other for other in folders if other not in _NOT_OURS and (other[0] != "." or (top and other == ".ci"))
        ]
        if top:
            folders[:] = [other for other in folders if other != "data"]
        for file in files:
            if Path(file).suffix in _TEXT or "." not in file.lstrip("."):
                yield here / file

"""What tickets are about, as the seller sorts them: a tree of categories (features 1.1), by itself without effect."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NewType

CategoryId = NewType("CategoryId", int)

LONGEST_NAME = 60
# Deeper than anybody sorts; a path still fits on the card's quiet line.
DEEPEST = 5
_STEP = " > "


@dataclass(frozen=True, slots=True)
class Category:
    """`name` is unique, by its folded form, among the children of `parent`. A deleted one is a tombstone: tickets that
    have it still name it."""

    id: CategoryId
    name: str
    parent: CategoryId | None = None
    deleted: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class Branch:
    """A category with the names that lead to it, its own at the end."""

    category: Category
    names: tuple[str, ...]

    @property
    def path(self) -> str:
        return _STEP.join(self.names)


def branches(categories: Iterable[Category]) -> tuple[Branch, ...]:
    """The tree from top to bottom, children under their parents, each level by name."""
    children: dict[CategoryId | None, list[Category]] = {}
    for category in categories:
        children.setdefault(category.parent, []).append(category)

    def below(parent: CategoryId | None, names: tuple[str, ...]) -> list[Branch]:
        found: list[Branch] = []
        for category in sorted(children.get(parent, ()), key=lambda each: (each.name.casefold(), each.id)):
            branch = Branch(category, (*names, category.name))
            found += [branch, *below(category.id, branch.names)]
        return found

    return tuple(below(None, ()))

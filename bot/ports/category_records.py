"""Where categories and templates of tickets are kept."""

from typing import Protocol

from bot.domain.categories import Category, CategoryId
from bot.domain.sites import TemplateId
from bot.domain.templates import Template


class CategoriesReading(Protocol):
    def get(self, category: CategoryId) -> Category:
        """Also a deleted one."""
        ...

    def all(self) -> tuple[Category, ...]:
        """Without the deleted ones."""
        ...

    def path(self, category: CategoryId) -> tuple[str, ...]:
        """The names that lead to it, its own at the end; of a deleted one too."""
        ...


class Categories(CategoriesReading, Protocol):
    def add(self, name: str, parent: CategoryId | None) -> Category:
        """Raises `NameTaken` when the parent has a child of that name; the unit of work stays usable."""
        ...

    def save(self, category: Category) -> None:
        """Raises `VersionConflict`, and `NameTaken` as `add` does."""
        ...


class TemplatesReading(Protocol):
    def get(self, template: TemplateId) -> Template:
        """Also a deleted one."""
        ...

    def all(self) -> tuple[Template, ...]:
        """By the order of their making, without the deleted ones."""
        ...


class Templates(TemplatesReading, Protocol):
    def add(self, template: Template) -> Template:
        """Keep a new template under an id of its own; the given one is ignored. Raises `NameTaken`."""
        ...

    def save(self, template: Template) -> None:
        """Raises `VersionConflict`, and `NameTaken`."""
        ...

from dataclasses import replace

from bot.domain.categories import Category, CategoryId
from bot.domain.fields import folded
from bot.domain.sites import TemplateId
from bot.domain.templates import Template
from bot.ports.store import NameTaken
from tests.fakes.tables import Tables, got, save


class FakeCategories:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, category: CategoryId) -> Category:
        return got(self._tables.categories, category)

    def all(self) -> tuple[Category, ...]:
        return tuple(category for category in self._tables.categories.values() if not category.deleted)

    def path(self, category: CategoryId) -> tuple[str, ...]:
        found = self.get(category)
        return (*self.path(found.parent), found.name) if found.parent is not None else (found.name,)

    def add(self, name: str, parent: CategoryId | None) -> Category:
        new = Category(CategoryId(0), name, parent)
        self._refuse_twin(new)
        kept = replace(new, id=CategoryId(self._tables.number("category")))
        self._tables.categories[kept.id] = kept
        return kept

    def save(self, category: Category) -> None:
        self._refuse_twin(category)
        save(self._tables.categories, category)

    def _refuse_twin(self, category: Category) -> None:
        for other in self.all():
            same = (other.parent, folded(other.name)) == (category.parent, folded(category.name))
            if same and other.id != category.id and not category.deleted:
                raise NameTaken(category.name)


class FakeTemplates:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, template: TemplateId) -> Template:
        return got(self._tables.templates, template)

    def all(self) -> tuple[Template, ...]:
        return tuple(template for template in self._tables.templates.values() if not template.deleted)

    def add(self, template: Template) -> Template:
        kept = replace(template, id=TemplateId(0))
        self._refuse_twin(kept)
        kept = replace(kept, id=TemplateId(self._tables.number("template")))
        self._tables.templates[kept.id] = kept
        return kept

    def save(self, template: Template) -> None:
        self._refuse_twin(template)
        save(self._tables.templates, template)

    def _refuse_twin(self, template: Template) -> None:
        for other in self.all():
            if folded(other.name) == folded(template.name) and other.id != template.id and not template.deleted:
                raise NameTaken(template.name)

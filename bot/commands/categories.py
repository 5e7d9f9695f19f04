"""`/walmart category add|list|rename|delete`: what tickets are about, as a tree (M19)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands.command import About, Command
from bot.commands.field_choices import categories
from bot.commands.parameters import Number, OneOf, Reader, Text
from bot.domain.audit import AuditKind
from bot.domain.categories import LONGEST_NAME, Category, CategoryId
from bot.domain.people import Role
from bot.i18n import marked as _
from bot.i18n.pieces import Line
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import Snapshot, UnitOfWork
from bot.services.acting import Acting, refuse, refuse_field
from bot.services.categories import add_category, delete_category, rename_category, tree
from bot.services.invalid import Invalid
from bot.views.categories_page import categories_page

_NONE = _("There is no category yet. Add one by `/walmart category add`.")


def shown(uow: UnitOfWork, acting: Acting, number: int = 1, said: tuple[Line, ...] = ()) -> ShowPage:
    return ShowPage(categories_page(tree(uow), uow.sites.all(), number, acting.texts, said))


@dataclass(frozen=True, slots=True)
class ListCategories(Command):
    about: ClassVar = About(
        "category list", _("The categories that tickets can have"), Role.ADMIN, home=_("Categories")
    )

    page: Annotated[int, Number(_("Page"), least=1, most=1000)] = 1

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return shown(uow, acting, self.page)


@dataclass(frozen=True, slots=True)
class AddCategory(Command):
    about: ClassVar = About("category add", _("Add a category"), Role.ADMIN, _("New category"))

    name: Annotated[str, Text(_("Name"), most=LONGEST_NAME)]
    under: Annotated[str, OneOf(_("Below"), choices=categories, none=_NONE)] = ""

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        parent = CategoryId(int(self.under)) if self.under else None
        try:
            added = add_category(uow, self.name, parent)
        except Invalid as wrong:
            raise refuse_field(wrong.field, wrong.message) from None
        acting.record(uow, AuditKind.ADDED, f"category:{added.category.id}", added.path)
        return shown(uow, acting, 1, (acting.texts.line("Added {path}.", path=added.path),))


@dataclass(frozen=True, slots=True)
class RenameCategory(Command):
    about: ClassVar = About("category rename", _("Give a category another name"), Role.ADMIN, _("Rename a category"))

    category: Annotated[str, OneOf(_("Category"), fixed=True, choices=categories, none=_NONE)]
    name: Annotated[str, Text(_("New name"), most=LONGEST_NAME)]

    @classmethod
    def present(cls, given: Mapping[str, str], by: Reader) -> Mapping[str, str]:
        number = given.get("category", "")
        return {"name": _category(by.records, number).name} if number.isdigit() else {}

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        category = _category(uow, self.category)
        try:
            renamed = rename_category(uow, category, self.name)
        except Invalid as wrong:
            raise refuse_field(wrong.field, wrong.message) from None
        target = f"category:{category.id}"
        acting.record(
            uow, AuditKind.CHANGED, target, renamed.name, aspect="name", before=category.name, after=renamed.name
        )
        said = acting.texts.line("{before} is called {after} now.", before=category.name, after=renamed.name)
        return shown(uow, acting, 1, (said,))


@dataclass(frozen=True, slots=True)
class DeleteCategory(Command):
    about: ClassVar = About(
        "category delete", _("Delete a category; tickets that have it keep it"), Role.ADMIN, _("Delete a category")
    )

    category: Annotated[str, OneOf(_("Category"), choices=categories, none=_NONE)]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        category = _category(uow, self.category)
        try:
            delete_category(uow, category)
        except Invalid as wrong:
            raise refuse(acting.texts.line("{name} {why}.", name=category.name, why=wrong.message)) from None
        acting.record(uow, AuditKind.REMOVED, f"category:{category.id}", category.name)
        said = acting.texts.line("Deleted {name}. Tickets that have it keep it.", name=category.name)
        return shown(uow, acting, 1, (said,))


def _category(records: Snapshot, number: str) -> Category:
    return records.categories.get(CategoryId(int(number)))


CATEGORIES: tuple[type[Command], ...] = (ListCategories, AddCategory, RenameCategory, DeleteCategory)

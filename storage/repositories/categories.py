"""Categories and templates of tickets."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, false, select

from bot.domain.categories import Category, CategoryId
from bot.domain.fields import folded
from bot.domain.sites import Channel, TemplateId
from bot.domain.templates import Template
from bot.ports.store import NameTaken, NotFound
from storage.records import Rows, Shape
from storage.schema import categories as schema

CATEGORIES = Shape(schema.category, Category, beside=["folded", "siblings"])

_CATEGORY = schema.category.c
_CATEGORY_ROWS = Rows(schema.category)
_LIVING = CATEGORIES.select.where(_CATEGORY.deleted == false()).order_by(_CATEGORY.id)
_SIBLING = CATEGORIES.select.where(
    _CATEGORY.siblings == bindparam("siblings"), _CATEGORY.folded == bindparam("folded"), _CATEGORY.deleted == false()
)

_TEMPLATE = schema.template.c
_TEMPLATE_ROWS = Rows(schema.template)
_TEMPLATES = select(schema.template).order_by(_TEMPLATE.id)
_GET_TEMPLATE = select(schema.template).where(_TEMPLATE.id == bindparam("this"))
_NAMED = select(schema.template).where(_TEMPLATE.folded == bindparam("folded"), _TEMPLATE.deleted == false())


class SqlCategories:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, category: CategoryId) -> Category:
        return CATEGORIES.get(self._connection, category)

    def all(self) -> tuple[Category, ...]:
        return CATEGORIES.every(self._connection, _LIVING)

    def path(self, category: CategoryId) -> tuple[str, ...]:
        found = self.get(category)
        return (*self.path(found.parent), found.name) if found.parent is not None else (found.name,)

    def add(self, name: str, parent: CategoryId | None) -> Category:
        new = Category(CategoryId(0), name, parent)
        identity = _CATEGORY_ROWS.add(self._connection, _category_values(new))
        if identity is None:
            raise NameTaken(name)
        return replace(new, id=CategoryId(identity))

    def save(self, category: Category) -> None:
        values = _category_values(category)
        holder = CATEGORIES.one(self._connection, _SIBLING, siblings=values["siblings"], folded=values["folded"])
        if holder is not None and holder.id != category.id and not category.deleted:
            raise NameTaken(category.name)
        _CATEGORY_ROWS.save(self._connection, category.id, category.version, values)


def _category_values(category: Category) -> dict[str, object]:
    return {**CATEGORIES.values(category), "folded": folded(category.name), "siblings": category.parent or 0}


class SqlTemplates:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, template: TemplateId) -> Template:
        found = _templates(self._connection.execute(_GET_TEMPLATE, {"this": template}))
        if not found:
            raise NotFound(f"there is no template {template}")
        return found[0]

    def all(self) -> tuple[Template, ...]:
        found = _templates(self._connection.execute(_TEMPLATES))
        return tuple(template for template in found if not template.deleted)

    def add(self, template: Template) -> Template:
        identity = _TEMPLATE_ROWS.add(self._connection, _template_values(template))
        if identity is None:
            raise NameTaken(template.name)
        return replace(template, id=TemplateId(identity))

    def save(self, template: Template) -> None:
        holder = _templates(self._connection.execute(_NAMED, {"folded": folded(template.name)}))
        if holder and holder[0].id != template.id and not template.deleted:
            raise NameTaken(template.name)
        _TEMPLATE_ROWS.save(self._connection, template.id, template.version, _template_values(template))


def _templates(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[Template, ...]:
    return tuple(
        Template(
            row.id,
            row.name,
            row.fields,
            row.priority,
            row.group,
            Channel(row.platform, row.channel) if row.platform is not None else None,
            row.deleted,
            row.version,
        )
        for row in rows
    )


def _template_values(template: Template) -> dict[str, object]:
    return {
        "name": template.name,
        "folded": folded(template.name),
        "fields": template.fields,
        "priority": template.priority,
        "group": template.group,
        "platform": template.channel.platform if template.channel else None,
        "channel": template.channel.id if template.channel else None,
        "deleted": template.deleted,
        "version": template.version,
    }

"""The pages on which an admin sees the categories and the templates that tickets can have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.categories import Branch
from bot.domain.sites import Site, SiteState
from bot.domain.templates import Template
from bot.i18n import Texts
from bot.i18n.pieces import Line
from bot.views.acts import Button, Confirm, Run, Style
from bot.views.page import Page, Row
from bot.views.wording import priority_badge

T = TypeVar("T")

_ON_A_PAGE = 20


def categories_page(
    tree: Sequence[Branch], sites: Sequence[Site], number: int, _: Texts, said: tuple[Line, ...] = ()
) -> Page:
    number = _within(number, len(tree))
    rows = []
    for branch in _part(tree, number):
        category = branch.category
        users = [site.label for site in sites if site.category == category.id and site.state is not SiteState.DELETED]
        given = (_.line("given to new tickets of {sites}", sites=", ".join(users)),) if users else ()
        rows.append(
            Row(
                branch.path,
                given,
                (
                    Button(_("Add below"), Run(f"category add under={category.id}")),
                    Button(_("Rename"), Run(f"category rename {category.id}")),
                    Button(_("Delete"), Run(f"category delete {category.id}"), Style.DANGER, _sure(branch.path, _)),
                ),
            )
        )
    none = () if tree else (_.line("There is no category yet."),)
    return Page(
        "categories",
        _("Ticket categories"),
        (*said, *none),
        tuple(rows),
        (
            *_turning(lambda page: Run(f"category list page={page}"), number, len(tree), _),
            Button(_("New category"), Run("category add"), Style.PRIMARY),
        ),
        again=f"category list page={number}",
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A template with the names of what it holds."""

    template: Template
    fields: tuple[str, ...]
    group: str
    users: tuple[str, ...]


def templates_page(told: Sequence[Told], number: int, _: Texts, said: tuple[Line, ...] = ()) -> Page:
    number = _within(number, len(told))
    none = () if told else (_.line("There is no template yet."),)
    return Page(
        "templates",
        _("Ticket templates"),
        (*said, *none, _.line("A template orders fields and adds others; it removes no Walmart field.")),
        tuple(_template_row(each, _) for each in _part(told, number)),
        (
            *_turning(lambda page: Run(f"template list page={page}"), number, len(told), _),
            Button(_("New template"), Run("template add"), Style.PRIMARY),
            Button(_("Give to a site"), Run("template use")),
        ),
        again=f"template list page={number}",
    )


def _template_row(told: Told, _: Texts) -> Row:
    template = told.template
    facts = [_.line("fields: {names}", names="; ".join(told.fields) or _("as they are listed"))]
    if template.priority is not None:
        facts.append(_.line("priority {name}", name=priority_badge(template.priority, _).text))
    if told.group:
        facts.append(_.line("group {name}", name=told.group))
    if template.channel is not None:
        facts.append(_.line("shown in {channel} too", channel=template.channel.id))
    if told.users:
        facts.append(_.line("given to new tickets of {sites}", sites=", ".join(told.users)))
    return Row(
        template.name,
        tuple(facts),
        (
            Button(_("Change"), Run(f"template set {template.id}")),
            Button(_("Delete"), Run(f"template delete {template.id}"), Style.DANGER, _sure(template.name, _)),
        ),
    )


def _sure(name: str, _: Texts) -> Confirm:
    return Confirm(
        _("Delete?"), _("{name} is deleted. Tickets that have it keep it.", name=name), _("Delete"), _("Back")
    )


def _within(number: int, count: int) -> int:
    return min(max(number, 1), max(-(-count // _ON_A_PAGE), 1))


def _part(rows: Sequence[T], number: int) -> Sequence[T]:
    return rows[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE]


def _turning(to: Callable[[int], Run], number: int, count: int, _: Texts) -> tuple[Button, ...]:
    back, on = Button(_("‹ Back"), to(number - 1)), Button(_("Next ›"), to(number + 1))
    return (*((back,) if number > 1 else ()), *((on,) if number * _ON_A_PAGE < count else ()))

"""`/walmart template add|set|list|delete|use`: what a ticket carries and where it begins (M19)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from bot.commands.command import About, Command
from bot.commands.field_choices import (
    NONE,
    categories_or_none,
    groups_or_none,
    priorities_or_none,
    sites,
    templates,
    templates_or_none,
)
from bot.commands.parameters import InChannel, Number, OneOf, Reader, Switch, Text
from bot.domain.audit import AuditKind
from bot.domain.categories import LONGEST_NAME, CategoryId
from bot.domain.fields import CustomFieldId, tidy
from bot.domain.people import GroupId, Role
from bot.domain.sites import Channel, Site, SiteId, SiteState, TemplateId
from bot.domain.templates import Template
from bot.domain.tickets import Priority
from bot.i18n import Texts
from bot.i18n import marked as _
from bot.i18n.pieces import Line
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import Snapshot, UnitOfWork
from bot.services.acting import Acting, refuse, refuse_field
from bot.services.categories import add_template, delete_template, give_to_site, save_template
from bot.services.invalid import Invalid
from bot.views.categories_page import Told, templates_page

_NO_TEMPLATES = _("There is no template yet. Add one by `/walmart template add`.")
_FIELDS_HINT = _("Names of custom fields, one on each line, in the order of the ticket; none for the usual order")
_LONGEST_LIST = 2000


def shown(uow: UnitOfWork, acting: Acting, number: int = 1, said: tuple[Line, ...] = ()) -> ShowPage:
    told = [_told(uow, template) for template in uow.templates.all()]
    return ShowPage(templates_page(told, number, acting.texts, said))


def _told(records: Snapshot, template: Template) -> Told:
    users = (
        site.label
        for site in records.sites.all()
        if site.template == template.id and site.state is not SiteState.DELETED
    )
    group = records.groups.get(template.group).name if template.group is not None else ""
    return Told(template, _names(records, template), group, tuple(users))


def _names(records: Snapshot, template: Template) -> tuple[str, ...]:
    return tuple(records.custom_fields.get(field).name for field in template.fields)


@dataclass(frozen=True, slots=True)
class ListTemplates(Command):
    about: ClassVar = About(
        "template list", _("The templates that tickets begin with"), Role.ADMIN, home=_("Templates")
    )

    page: Annotated[int, Number(_("Page"), least=1, most=1000)] = 1

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return shown(uow, acting, self.page)


@dataclass(frozen=True, slots=True)
class AddTemplate(Command):
    about: ClassVar = About("template add", _("Add a template for tickets"), Role.ADMIN, _("New template"))

    name: Annotated[str, Text(_("Name"), most=LONGEST_NAME)]
    fields: Annotated[str, Text(_("Fields"), _FIELDS_HINT, most=_LONGEST_LIST, long=True)] = ""
    priority: Annotated[str, OneOf(_("Priority"), choices=priorities_or_none)] = ""
    group: Annotated[str, OneOf(_("Group"), choices=groups_or_none)] = ""
    channel: Annotated[Channel | None, InChannel(_("Channel"), _("Shown there beside the site's channels"))] = None

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        new = Template(
            TemplateId(0),
            self.name,
            _fields(uow, self.fields, acting.texts),
            _priority(self.priority, None),
            _group(self.group, None),
            self.channel,
        )
        try:
            added = add_template(uow, new)
        except Invalid as wrong:
            raise refuse_field(wrong.field, wrong.message) from None
        acting.record(uow, AuditKind.ADDED, f"template:{added.id}", added.name, after=_spelled(uow, added))
        return shown(uow, acting, 1, (acting.texts.line("Added {name}. Give it to a site now.", name=added.name),))


@dataclass(frozen=True, slots=True)
class SetTemplate(Command):
    """Changes what is given, and leaves the rest."""

    about: ClassVar = About(
        "template set", _("Change a template, for tickets from now on"), Role.ADMIN, _("Change a template")
    )

    template: Annotated[str, OneOf(_("Template"), fixed=True, choices=templates, none=_NO_TEMPLATES)]
    name: Annotated[str, Text(_("Name"), most=LONGEST_NAME)] = ""
    fields: Annotated[str, Text(_("Fields"), _FIELDS_HINT, most=_LONGEST_LIST, long=True)] = ""
    priority: Annotated[str, OneOf(_("Priority"), choices=priorities_or_none)] = ""
    group: Annotated[str, OneOf(_("Group"), choices=groups_or_none)] = ""
    channel: Annotated[Channel | None, InChannel(_("Channel"), _("Shown there beside the site's channels"))] = None
    no_channel: Annotated[bool, Switch(_("Show in no further channel"))] = False

    @classmethod
    def present(cls, given: Mapping[str, str], by: Reader) -> Mapping[str, str]:
        number = given.get("template", "")
        if not number.isdigit():
            return {}
        template = by.records.templates.get(TemplateId(int(number)))
        here = template.channel is not None and template.channel.platform is by.platform
        return {
            "name": template.name,
            "fields": "\n".join(_names(by.records, template)) or NONE,
            "priority": template.priority.name.lower() if template.priority is not None else NONE,
            "group": str(template.group) if template.group is not None else NONE,
            "channel": f"<#{template.channel.id}>" if template.channel is not None and here else "",
            "no_channel": "off",
        }

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        kept = uow.templates.get(TemplateId(int(self.template)))
        changed = replace(
            kept,
            name=self.name or kept.name,
            fields=_fields(uow, self.fields, acting.texts) if self.fields else kept.fields,
            priority=_priority(self.priority, kept.priority),
            group=_group(self.group, kept.group),
            channel=None if self.no_channel else self.channel or kept.channel,
        )
        try:
            save_template(uow, changed)
        except Invalid as wrong:
            raise refuse_field(wrong.field, wrong.message) from None
        target, then, now = f"template:{kept.id}", _spelled(uow, kept), _spelled(uow, changed)
        acting.record(uow, AuditKind.CHANGED, target, changed.name, before=then, after=now)
        said = acting.texts.line("Changed {name}, for tickets from now on.", name=changed.name)
        return shown(uow, acting, 1, (said,))


@dataclass(frozen=True, slots=True)
class DeleteTemplate(Command):
    about: ClassVar = About(
        "template delete", _("Delete a template; tickets stay as they are"), Role.ADMIN, _("Delete a template")
    )

    template: Annotated[str, OneOf(_("Template"), choices=templates, none=_NO_TEMPLATES)]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        template = uow.templates.get(TemplateId(int(self.template)))
        try:
            delete_template(uow, template)
        except Invalid as wrong:
            raise refuse(acting.texts.line("{name} {why}.", name=template.name, why=wrong.message)) from None
        acting.record(uow, AuditKind.REMOVED, f"template:{template.id}", template.name)
        said = acting.texts.line("Deleted {name}. Tickets that began with it stay as they are.", name=template.name)
        return shown(uow, acting, 1, (said,))


@dataclass(frozen=True, slots=True)
class UseTemplate(Command):
    about: ClassVar = About(
        "template use",
        _("Choose the category and the template of a site's tickets"),
        Role.ADMIN,
        _("How tickets begin"),
    )

    site: Annotated[str, OneOf(_("Site"), fixed=True, choices=sites, none=_("There is no site yet."))]
    template: Annotated[str, OneOf(_("Template"), choices=templates_or_none)]
    category: Annotated[str, OneOf(_("Category"), choices=categories_or_none)]

    @classmethod
    def present(cls, given: Mapping[str, str], by: Reader) -> Mapping[str, str]:
        number = given.get("site", "")
        if not number.isdigit():
            return {}
        site = by.records.sites.get(SiteId(int(number)))
        return {"template": str(site.template or NONE), "category": str(site.category or NONE)}

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        category = None if self.category == NONE else CategoryId(int(self.category))
        template = None if self.template == NONE else TemplateId(int(self.template))
        before = uow.sites.get(SiteId(int(self.site)))
        try:
            site = give_to_site(uow, SiteId(int(self.site)), category=category, template=template)
        except Invalid as wrong:
            raise refuse_field(wrong.field, wrong.message) from None
        then, now = _begins(uow, before), _begins(uow, site)
        target = f"site:{site.id}"
        acting.record(uow, AuditKind.CHANGED, target, site.label, aspect="template", before=then, after=now)
        said = acting.texts.line("New tickets of {site} begin so from now on.", site=site.label)
        return shown(uow, acting, 1, (said,))


def _fields(records: Snapshot, typed: str, texts: Texts) -> tuple[CustomFieldId, ...]:
    """Names, one on each line or parted by semicolons. Raises `Refused` by field."""
    if typed.strip().casefold() == NONE:
        return ()
    names = [tidy(name) for line in typed.splitlines() for name in line.split(";")]
    found: dict[CustomFieldId, None] = {}
    for name in filter(None, names):
        field = records.custom_fields.named(name)
        if field is None:
            raise refuse_field("fields", texts("There is no custom field called {name}.", name=name))
        found[field.id] = None
    return tuple(found)


def _priority(chosen: str, kept: Priority | None) -> Priority | None:
    if not chosen:
        return kept
    return None if chosen == NONE else Priority[chosen.upper()]


def _group(chosen: str, kept: GroupId | None) -> GroupId | None:
    if not chosen:
        return kept
    return None if chosen == NONE else GroupId(int(chosen))


TEMPLATES: tuple[type[Command], ...] = (ListTemplates, AddTemplate, SetTemplate, DeleteTemplate, UseTemplate)


def _spelled(records: Snapshot, template: Template) -> str:
    """A template as the audit keeps it."""
    told = _told(records, template)
    parts = {
        "name": template.name,
        "fields": ", ".join(told.fields),
        "priority": template.priority.name.lower() if template.priority is not None else "",
        "group": told.group,
        "channel": template.channel.id if template.channel is not None else "",
    }
    return "; ".join(f"{name}={value}" for name, value in parts.items() if value)


def _begins(records: Snapshot, site: Site) -> str:
    """What a site's tickets begin with, as the audit keeps it."""
    template = records.templates.get(site.template).name if site.template is not None else ""
    category = " > ".join(records.categories.path(site.category)) if site.category is not None else ""
    return "; ".join(f"{name}={value}" for name, value in (("template", template), ("category", category)) if value)

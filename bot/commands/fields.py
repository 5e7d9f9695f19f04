"""`/walmart fields`: which attribute of an order fills which custom field (M9, M13, M14)."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands.command import About, Command
from bot.commands.field_choices import NONE, attributes, custom_fields_or_none
from bot.commands.parameters import Number, OneOf
from bot.domain.audit import AuditKind
from bot.domain.fields import CustomFieldId
from bot.domain.people import Role
from bot.domain.walmart_fields import Attribute
from bot.i18n import Texts
from bot.i18n import marked as _
from bot.i18n.pieces import Line, Strong
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import UnitOfWork
from bot.services.acting import Acting, refuse_field
from bot.services.field_samples import samples
from bot.services.field_setup import Configured, FieldInUse, configure_all, fill, mapping_of, switch
from bot.views.fields_page import PAGES, fields_page, page_with

_NAMES_TOLD = 10


def shown(uow: UnitOfWork, acting: Acting, number: int, said: tuple[Line, ...] = ()) -> ShowPage:
    mappings, fields = uow.field_mappings.all(), uow.custom_fields.all()
    return ShowPage(fields_page(mappings, fields, samples(uow), number, acting.texts, said))


@dataclass(frozen=True, slots=True)
class Fields(Command):
    about: ClassVar = About(
        "fields", _("Which Walmart field fills which custom field of tickets"), Role.ADMIN, home=_("Custom fields")
    )

    page: Annotated[int, Number(_("Page"), least=1, most=PAGES)] = 1

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return shown(uow, acting, self.page)


@dataclass(frozen=True, slots=True)
class ConfigureFields(Command):
    """One-click configuration."""

    about: ClassVar = About(
        "fields configure", _("Create a custom field for each Walmart field that has none of its name"), Role.ADMIN
    )

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        made = configure_all(uow)
        for field in made.created:
            acting.record(uow, AuditKind.ADDED, f"field:{field.id}", field.name)
        return shown(uow, acting, 1, (_configured(made, acting.texts),))


def _configured(made: Configured, texts: Texts) -> Line:
    names = ", ".join(made.skipped[:_NAMES_TOLD])
    if len(made.skipped) > _NAMES_TOLD:
        more = len(made.skipped) - _NAMES_TOLD
        names = texts("{names} and {count} more", names=names, count=more)
    said = texts("created {count}, skipped {skipped}", count=len(made.created), skipped=len(made.skipped))
    if not made.skipped:
        return (Strong(said),)
    return texts.line("{said} (same name): {names}", said=Strong(said), names=names)


@dataclass(frozen=True, slots=True)
class FieldOn(Command):
    about: ClassVar = About("fields on", _("Place a Walmart field on new tickets"), Role.ADMIN, _("Switch a field on"))

    attribute: Annotated[str, OneOf(_("Walmart field"), choices=attributes)]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return _switched(uow, acting, Attribute(self.attribute), enabled=True)


@dataclass(frozen=True, slots=True)
class FieldOff(Command):
    about: ClassVar = About(
        "fields off",
        _("Place a Walmart field on no new ticket; those that there are keep it"),
        Role.ADMIN,
        _("Switch a field off"),
    )

    attribute: Annotated[str, OneOf(_("Walmart field"), choices=attributes)]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return _switched(uow, acting, Attribute(self.attribute), enabled=False)


def _switched(uow: UnitOfWork, acting: Acting, attribute: Attribute, *, enabled: bool) -> Answer:
    texts, name = acting.texts, attribute.field_name
    before = mapping_of(uow, attribute).enabled
    changed = switch(uow, attribute, enabled=enabled)
    if before is not enabled:
        then, now = ("off", "on") if enabled else ("on", "off")
        target = f"walmart-field:{attribute}"
        acting.record(uow, AuditKind.CHANGED, target, name, aspect="placed", before=then, after=now)
    if not enabled:
        said = texts.line("{name} is off: new tickets come without it, older ones keep it.", name=name)
    elif changed.field is None:
        said = texts.line(
            "{name} is on, but has no custom field yet: choose one, or create all by one click.", name=name
        )
    else:
        said = texts.line("{name} is on: new tickets come with it.", name=name)
    return shown(uow, acting, page_with(attribute), (said,))


@dataclass(frozen=True, slots=True)
class MapField(Command):
    about: ClassVar = About(
        "fields map", _("Choose the custom field that a Walmart field fills"), Role.ADMIN, _("Choose a field")
    )

    attribute: Annotated[str, OneOf(_("Walmart field"), fixed=True, choices=attributes)]
    field: Annotated[str, OneOf(_("Custom field"), choices=custom_fields_or_none)]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        texts, attribute = acting.texts, Attribute(self.attribute)
        field = None if self.field == NONE else uow.custom_fields.get(CustomFieldId(int(self.field)))
        if field is not None and mapping_of(uow, attribute).field == field.id:
            return shown(uow, acting, page_with(attribute))
        before = mapping_of(uow, attribute).field
        try:
            fill(uow, attribute, field)
        except FieldInUse as taken:
            message = texts(
                "{name} fills this field already: two would write over each other.", name=taken.by.field_name
            )
            raise refuse_field("field", message) from None
        name, target = attribute.field_name, f"walmart-field:{attribute}"
        then, now = _named(uow, before), field.name if field is not None else ""
        acting.record(uow, AuditKind.CHANGED, target, name, aspect="fills", before=then, after=now)
        if field is None:
            said = texts.line("{name} fills no field from now on.", name=attribute.field_name)
        else:
            said = texts.line(
                "{name} fills {field} on new tickets from now on.", name=attribute.field_name, field=field.name
            )
        return shown(uow, acting, page_with(attribute), (said,))


FIELDS: tuple[type[Command], ...] = (Fields, ConfigureFields, FieldOn, FieldOff, MapField)


def _named(uow: UnitOfWork, field: CustomFieldId | None) -> str:
    return uow.custom_fields.get(field).name if field is not None else ""

"""`/walmart fields list|add|rename|permission|lock`: custom fields and what agents may do with them (M12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands.command import About, Command
from bot.commands.field_choices import custom_fields
from bot.commands.parameters import Number, OneOf, Reader, Text, WordOf
from bot.domain.audit import AuditKind
from bot.domain.fields import LONGEST_NAME, CustomField, CustomFieldId, Permission
from bot.domain.people import Role
from bot.i18n import marked as _
from bot.i18n.pieces import Line
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import Snapshot, UnitOfWork
from bot.services.acting import Acting, Refused, refuse_field
from bot.services.field_setup import FieldNameTaken, FieldNameUnfit, add_field, permit, rename_field
from bot.views.fields_page import page_of, permission_word, permissions_page

_PERMISSIONS = (
    (Permission.READ_ONLY.value, _("read-only")),
    (Permission.EDITABLE.value, _("editable")),
    (Permission.HIDDEN.value, _("hidden")),
)
_NO_FIELDS = _("There is no custom field yet. Create all by `/walmart fields configure`.")


def shown(uow: UnitOfWork, acting: Acting, number: int = 1, said: tuple[Line, ...] = ()) -> ShowPage:
    filled = {mapping.field: mapping.attribute for mapping in uow.field_mappings.all() if mapping.field is not None}
    return ShowPage(permissions_page(uow.custom_fields.all(), filled, number, acting.texts, said))


@dataclass(frozen=True, slots=True)
class ListFields(Command):
    about: ClassVar = About("fields list", _("All custom fields, and what agents may do with each"), Role.ADMIN)

    page: Annotated[int, Number(_("Page"), least=1, most=1000)] = 1

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return shown(uow, acting, self.page)


@dataclass(frozen=True, slots=True)
class AddField(Command):
    about: ClassVar = About("fields add", _("Create a custom field for agents to fill in"), Role.ADMIN, _("New field"))

    name: Annotated[str, Text(_("Name"), most=LONGEST_NAME)]
    permission: Annotated[Permission, WordOf(_("Agents may"), placed=True, members=Permission, labels=_PERMISSIONS)] = (
        Permission.EDITABLE
    )

    @classmethod
    def present(cls, given: Mapping[str, str], by: Reader) -> Mapping[str, str]:
        del given, by
        return {"permission": Permission.EDITABLE}

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        try:
            field = add_field(uow, self.name, self.permission)
        except (FieldNameTaken, FieldNameUnfit) as wrong:
            raise _wrong_name(wrong, acting) from None
        acting.record(
            uow, AuditKind.ADDED, f"field:{field.id}", field.name, aspect="permission", after=field.permission
        )
        said = acting.texts.line(
            "Created {name}. It stands on new tickets whose template lists it: `/walmart template set`.",
            name=field.name,
        )
        return shown(uow, acting, 1, (said,))


@dataclass(frozen=True, slots=True)
class RenameField(Command):
    about: ClassVar = About("fields rename", _("Give a custom field another name"), Role.ADMIN, _("Rename a field"))

    field: Annotated[str, OneOf(_("Custom field"), fixed=True, choices=custom_fields, none=_NO_FIELDS)]
    name: Annotated[str, Text(_("New name"), most=LONGEST_NAME)]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        field = _field(uow, self.field)
        try:
            renamed = rename_field(uow, field, self.name)
        except (FieldNameTaken, FieldNameUnfit) as wrong:
            raise _wrong_name(wrong, acting) from None
        acting.record(
            uow,
            AuditKind.CHANGED,
            f"field:{field.id}",
            renamed.name,
            aspect="name",
            before=field.name,
            after=renamed.name,
        )
        said = acting.texts.line(
            "{before} is called {after} now, on all tickets.", before=field.name, after=renamed.name
        )
        return shown(uow, acting, 1, (said,))


@dataclass(frozen=True, slots=True)
class PermitField(Command):
    about: ClassVar = About(
        "fields permission", _("Say what agents may do with a custom field"), Role.ADMIN, _("Field permission")
    )

    field: Annotated[str, OneOf(_("Custom field"), fixed=True, choices=custom_fields, none=_NO_FIELDS)]
    permission: Annotated[Permission, WordOf(_("Agents may"), members=Permission, labels=_PERMISSIONS)]

    @classmethod
    def present(cls, given: Mapping[str, str], by: Reader) -> Mapping[str, str]:
        number = given.get("field", "")
        return {"permission": _field(by.records, number).permission} if number.isdigit() else {}

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        field = _field(uow, self.field)
        _permitted(uow, field, self.permission, acting)
        word = permission_word(self.permission, acting.texts)
        said = acting.texts.line("{name} is {permission} for agents now.", name=field.name, permission=word)
        return shown(uow, acting, page_of(field, uow.custom_fields.all()), (said,))


@dataclass(frozen=True, slots=True)
class LockFields(Command):
    """Without a field, all that agents may change."""

    about: ClassVar = About(
        "fields lock", _("Make one custom field, or all, read-only for agents"), Role.ADMIN, _("Lock fields")
    )

    field: Annotated[str, OneOf(_("Custom field"), placed=True, choices=custom_fields, none=_NO_FIELDS)] = ""

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        chosen = [_field(uow, self.field)] if self.field else list(uow.custom_fields.all())
        locked = [each for each in chosen if each.permission is Permission.EDITABLE]
        for each in locked:
            _permitted(uow, each, Permission.READ_ONLY, acting)
        said = acting.texts.many_line(
            "{count} field is read-only for agents now that was editable.",
            "{count} fields are read-only for agents now that were editable.",
            len(locked),
        )
        return shown(uow, acting, 1, (said,))


def _permitted(uow: UnitOfWork, field: CustomField, permission: Permission, acting: Acting) -> None:
    permit(uow, field, permission)
    if permission is not field.permission:
        target, before = f"field:{field.id}", field.permission
        acting.record(uow, AuditKind.CHANGED, target, field.name, aspect="permission", before=before, after=permission)


def _field(records: Snapshot, number: str) -> CustomField:
    return records.custom_fields.get(CustomFieldId(int(number)))


def _wrong_name(wrong: FieldNameTaken | FieldNameUnfit, acting: Acting) -> Refused:
    if isinstance(wrong, FieldNameTaken):
        return refuse_field("name", acting.texts("There is a field called {name} already.", name=wrong.name))
    return refuse_field("name", acting.texts("A name has 1 to {most} characters.", most=LONGEST_NAME))


FIELD_PERMISSIONS: tuple[type[Command], ...] = (ListFields, AddField, RenameField, PermitField, LockFields)

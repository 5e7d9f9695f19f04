"""Setting up custom fields: which there are, which attribute of an order fills which, and what agents may do."""

from dataclasses import dataclass, replace

from bot.domain.fields import LONGEST_NAME, CustomField, FieldMapping, Permission, folded, tidy
from bot.domain.walmart_fields import Attribute
from bot.ports.store import NameTaken, Snapshot, UnitOfWork


class FieldNameTaken(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class FieldNameUnfit(Exception):
    """Empty, or longer than `LONGEST_NAME`."""


class FieldInUse(Exception):
    """Another attribute fills the field already."""

    def __init__(self, by: Attribute) -> None:
        super().__init__(by)
        self.by = by


@dataclass(frozen=True, slots=True)
class Configured:
    """`skipped` are the names of which there was a field already."""

    created: tuple[CustomField, ...]
    skipped: tuple[str, ...]


def mapping_of(records: Snapshot | UnitOfWork, attribute: Attribute) -> FieldMapping:
    return next(mapping for mapping in records.field_mappings.all() if mapping.attribute is attribute)


def configure_all(uow: UnitOfWork) -> Configured:
    """One-click configuration: a read-only text field for each attribute, none whose name there is.

    An attribute without a field is given the one of its name, unless another attribute has it; the switches stay as
    they are. Two at the same moment make each field once: on SQLite one comes after the other, on PostgreSQL the
    second collides with the first and is run again, to find that nothing is left to do.
    """
    fields = {folded(field.name): field for field in uow.custom_fields.all()}
    taken = {mapping.field for mapping in uow.field_mappings.all()}
    created: list[CustomField] = []
    skipped: list[str] = []
    for mapping in uow.field_mappings.all():
        name = mapping.attribute.field_name
        field = fields.get(folded(name))
        if field is None:
            field = uow.custom_fields.add(name, Permission.READ_ONLY)
            created.append(field)
        else:
            skipped.append(field.name)
        if mapping.field is None and field.id not in taken:
            uow.field_mappings.put(replace(mapping, field=field.id))
            taken.add(field.id)
    return Configured(tuple(created), tuple(skipped))


def switch(uow: UnitOfWork, attribute: Attribute, *, enabled: bool) -> FieldMapping:
    """For tickets from now on; those that there are keep what they have."""
    changed = replace(mapping_of(uow, attribute), enabled=enabled)
    uow.field_mappings.put(changed)
    return changed


def fill(uow: UnitOfWork, attribute: Attribute, field: CustomField | None) -> FieldMapping:
    """Let an attribute fill this field from now on, or none. Raises `FieldInUse`."""
    for other in uow.field_mappings.all():
        if field is not None and other.field == field.id and other.attribute is not attribute:
            raise FieldInUse(other.attribute)
    changed = replace(mapping_of(uow, attribute), field=field.id if field else None)
    uow.field_mappings.put(changed)
    return changed


def add_field(uow: UnitOfWork, name: str, permission: Permission = Permission.READ_ONLY) -> CustomField:
    """Raises `FieldNameTaken` and `FieldNameUnfit`."""
    try:
        return uow.custom_fields.add(_fit(name), permission)
    except NameTaken:
        raise FieldNameTaken(tidy(name)) from None


def rename_field(uow: UnitOfWork, field: CustomField, name: str) -> CustomField:
    """Tickets show the new name, their values stay. Raises as `add_field` does."""
    changed = replace(field, name=_fit(name))
    try:
        uow.custom_fields.save(changed)
    except NameTaken:
        raise FieldNameTaken(changed.name) from None
    return changed


def permit(uow: UnitOfWork, field: CustomField, permission: Permission) -> CustomField:
    """Holds at once, for all tickets."""
    changed = replace(field, permission=permission)
    uow.custom_fields.save(changed)
    return changed


def _fit(name: str) -> str:
    fit = tidy(name)
    if not 0 < len(fit) <= LONGEST_NAME:
        raise FieldNameUnfit(fit)
    return fit

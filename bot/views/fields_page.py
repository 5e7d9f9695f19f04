"""The page on which an admin says which attribute of an order fills which custom field."""

from collections.abc import Mapping, Sequence

from bot.domain.fields import CustomField, CustomFieldId, FieldMapping, Permission
from bot.domain.walmart_fields import Attribute
from bot.i18n import Texts
from bot.i18n.pieces import Line
from bot.views.acts import Button, Run, Style
from bot.views.page import Menu, MenuEntry, Page, Row, Toggle

PAGE = "fields"
ON_A_PAGE = 8
PAGES = -(-len(Attribute) // ON_A_PAGE)
NO_FIELD = "none"
_PERMISSIONS_ON_A_PAGE = 24
# What a menu takes, less the entry for no field.
_MOST_FIELDS = 99
_LONGEST_SAMPLE = 60


def page_with(attribute: Attribute) -> int:
    return list(Attribute).index(attribute) // ON_A_PAGE + 1


def fields_page(
    mappings: Sequence[FieldMapping],
    fields: Sequence[CustomField],
    samples: Mapping[Attribute, str],
    number: int,
    _: Texts,
    said: tuple[Line, ...] = (),
) -> Page:
    """`samples` are values of a real order, nothing personal among them; `said` is what was just done."""
    number = min(max(number, 1), PAGES)
    shown = mappings[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    by_id = {field.id: field for field in fields}
    taken = {mapping.field: mapping.attribute for mapping in mappings if mapping.field is not None}
    placed = sum(mapping.enabled and mapping.field is not None for mapping in mappings)
    return Page(
        name=PAGE,
        title=_("Custom fields"),
        intro=(
            *said,
            _.line(
                "{placed} of {all} Walmart fields are placed on new tickets. They are written once, when the ticket is "
                "created, and never updated by RelayDesk.",
                placed=placed,
                all=len(mappings),
            ),
            _.line("Page {number} of {pages}", number=number, pages=PAGES),
        ),
        rows=tuple(_row(mapping, by_id, taken, samples.get(mapping.attribute, ""), _) for mapping in shown),
        buttons=(
            *_turning(number, _),
            Button(_("One-click Configuration"), Run("fields configure"), Style.PRIMARY),
            Button(_("Field permissions"), Run("fields list")),
        ),
        again=f"fields page={number}",
    )


def _turning(number: int, _: Texts) -> tuple[Button, ...]:
    back = Button(_("‹ Back"), Run(f"fields page={number - 1}"))
    on = Button(_("Next ›"), Run(f"fields page={number + 1}"))
    return (*((back,) if number > 1 else ()), *((on,) if number < PAGES else ()))


def _row(
    mapping: FieldMapping,
    fields: Mapping[CustomFieldId, CustomField],
    taken: Mapping[CustomFieldId, Attribute],
    sample: str,
    _: Texts,
) -> Row:
    attribute = mapping.attribute
    field = fields.get(mapping.field) if mapping.field is not None else None
    free = [each for each in fields.values() if taken.get(each.id) in {None, attribute}]
    entries = (
        MenuEntry(_("(no field)"), Run(f"fields map {attribute} {NO_FIELD}")),
        *(MenuEntry(each.name, Run(f"fields map {attribute} {each.id}")) for each in free[:_MOST_FIELDS]),
    )
    chosen = next((place for place, each in enumerate(free[:_MOST_FIELDS], 1) if each is field), 0)
    return Row(
        title=attribute.field_name,
        lines=(_into(field, _), _sample(attribute, sample, _)),
        controls=(
            Toggle(
                attribute.field_name, mapping.enabled, Run(f"fields {'off' if mapping.enabled else 'on'} {attribute}")
            ),
            Menu(_("Text field"), entries, chosen),
        ),
    )


def _into(field: CustomField | None, _: Texts) -> Line:
    if field is None:
        return _.line("No custom field yet: it is placed on no ticket")
    return _.line(
        "fills {field} ({permission} for agents)", field=field.name, permission=permission_word(field.permission, _)
    )


def _sample(attribute: Attribute, sample: str, _: Texts) -> Line:
    if attribute.personal:
        return _.line("personal: off unless you need it, and not shown here")
    if not sample:
        return _.line("no sample yet")
    return _.line("sample: {value}", value=sample[:_LONGEST_SAMPLE])


def permission_word(permission: Permission, _: Texts) -> str:
    match permission:
        case Permission.READ_ONLY:
            return _("read-only")
        case Permission.EDITABLE:
            return _("editable")
        case Permission.HIDDEN:
            return _("hidden")


def page_of(field: CustomField, fields: Sequence[CustomField]) -> int:
    """On which page of permissions a field stands."""
    return [each.id for each in fields].index(field.id) // _PERMISSIONS_ON_A_PAGE + 1


def permissions_page(
    fields: Sequence[CustomField],
    filled_by: Mapping[CustomFieldId, Attribute],
    number: int,
    _: Texts,
    said: tuple[Line, ...] = (),
) -> Page:
    """All custom fields, and what agents may do with each."""
    size = _PERMISSIONS_ON_A_PAGE
    pages = max(-(-len(fields) // size), 1)
    number = min(max(number, 1), pages)
    turning = (
        *((Button(_("‹ Back"), Run(f"fields list page={number - 1}")),) if number > 1 else ()),
        *((Button(_("Next ›"), Run(f"fields list page={number + 1}")),) if number < pages else ()),
    )
    none = () if fields else (_.line("There is no custom field yet."),)
    return Page(
        name="permissions",
        title=_("Field permissions"),
        intro=(
            *said,
            *none,
            _.line("What agents may do with each field. Triggers read all of them."),
            _.line("Page {number} of {pages}", number=number, pages=pages),
        ),
        rows=tuple(
            _permission_row(field, filled_by.get(field.id), _) for field in fields[(number - 1) * size : number * size]
        ),
        buttons=(
            *turning,
            Button(_("New field"), Run("fields add")),
            Button(_("Lock all"), Run("fields lock")),
        ),
        again=f"fields list page={number}",
    )


def _permission_row(field: CustomField, attribute: Attribute | None, _: Texts) -> Row:
    filled = (
        _.line("filled by {attribute}", attribute=attribute.field_name)
        if attribute is not None
        else _.line("filled by agents")
    )
    entries = tuple(
        MenuEntry(permission_word(permission, _), Run(f"fields permission {field.id} {permission}"))
        for permission in Permission
    )
    return Row(field.name, (filled,), (Menu(_("Agents may"), entries, list(Permission).index(field.permission)),))

"""A ticket's fields on its card: few words, nothing personal, nothing hidden."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from bot.domain.fields import CustomField, CustomFieldId, FieldValue, Permission
from bot.domain.walmart_fields import Attribute
from bot.i18n import Texts
from bot.i18n.pieces import When, plain
from bot.views.field_facts import fields_line, fields_part

START = datetime(2026, 11, 22, 9, 12, tzinfo=UTC)
LATER = START + timedelta(minutes=3)
EN = Texts()


def value(
    attribute: Attribute | None, text: str, permission: Permission = Permission.READ_ONLY, **changes
) -> FieldValue:
    name = attribute.field_name if attribute else "Shoe size"
    field = CustomField(CustomFieldId(1), name, permission)
    changes.setdefault("written_at", START)
    return FieldValue(field, attribute, 0, text, START + timedelta(days=1), **changes)


def drawn(*fields: FieldValue) -> str:
    talk = SimpleNamespace(visible_fields=tuple(each for each in fields if each.visible))
    return plain(fields_line(talk, EN))  # type: ignore[arg-type]


def listed(*fields: FieldValue) -> list[str]:
    talk = SimpleNamespace(visible_fields=tuple(each for each in fields if each.visible))
    return [plain(line) for part in fields_part(talk, EN) for line in part.lines]  # type: ignore[arg-type]


SITE, STATUS = value(Attribute.SITE, "US"), value(Attribute.ORDER_STATUS, "Shipped", written_at=LATER)
CARRIER = value(Attribute.CARRIER, "", written_at=None)
NAME = value(Attribute.RECIPIENT_NAME, "Maria Gonzalez")


def test_the_line_says_as_of_when_and_our_word_once() -> None:
    expected = "Fields as of creation, 2026-11-22 09:15 UTC: Walmart Site US | Order Status Shipped"
    assert drawn(SITE, STATUS, CARRIER) == expected


def test_nothing_personal_and_nothing_hidden_stands_in_a_channel() -> None:
    hidden = value(Attribute.SKU, "secret", Permission.HIDDEN)
    assert "Maria" not in drawn(SITE, NAME, hidden) + " ".join(listed(SITE, NAME, hidden))
    assert "secret" not in drawn(SITE, NAME, hidden) + " ".join(listed(SITE, NAME, hidden))
    assert drawn(NAME, hidden) == drawn() == ""
    assert fields_part(SimpleNamespace(visible_fields=()), EN) == ()  # type: ignore[arg-type]


def test_what_an_agent_edited_says_so() -> None:
    edited = value(None, "42", Permission.EDITABLE, written_at=None, edited_at=LATER)
    assert drawn(edited) == "Fields as of creation, 2026-11-22 09:15 UTC: Shoe size 42 (edited)"
    assert listed(SITE, CARRIER, edited, NAME) == [
        "Walmart Site: US, as of 2026-11-22 09:12 UTC",
        "Walmart Carrier: -",
        "Shoe size: 42, edited 2026-11-22 09:15 UTC",
        "Walmart Recipient Name: (personal, shown by Show recipient only)",
    ]


def test_what_the_card_has_no_room_for_is_counted() -> None:
    many = [value(each, f"value of {each}") for each in Attribute if not each.personal]
    line = drawn(*many)
    assert line.endswith("and 12 more")
    assert sum(isinstance(piece, When) for piece in fields_line(SimpleNamespace(visible_fields=many), EN)) == 1  # type: ignore[arg-type]
    long = [value(Attribute.ITEM_NAME, "steel " * 300)] * 20
    assert len(drawn(*long)) < 600
    assert " … | Item Name" in drawn(*long)

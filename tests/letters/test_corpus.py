"""Every mail under `mails/` is read as the JSON beside it says.

A new case is two files: `<name>.eml`, the raw bytes, and `<name>.json` with `about`, `expect` and, where they matter,
`own_address` and `authserv_id`. `expect` names the type and every field that differs from what an empty letter has;
`whole_text` is compared only where it is named.
"""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.domain.letters import BuyerLetter, Reading
from integrations.mail.mime import parse_mail
from integrations.walmart.letters import recognise

MAILS = Path(__file__).parent / "mails"
NAMES = sorted(path.stem for path in MAILS.glob("*.eml"))
EMPTY = {
    "BuyerLetter": {
        **dict.fromkeys(["relay_address", "reply_address", "topic_words", "words"], ""),
        **dict.fromkeys(["market", "order_id", "item_id", "item_name", "seller_name", "buyer_name", "ref_id"]),
        **dict.fromkeys(["before_purchase", "from_customer_care", "automatic", "order_id_guessed"], False),
        "attachments": [],
        "authenticity": "unknown",
    },
    "NotForUs": {"about_message_ids": [], "delivery_status": ""},
}


def as_json(reading: Reading) -> dict[str, object]:
    plain = {"type": type(reading).__name__, **asdict(reading)}
    if isinstance(reading, BuyerLetter):
        plain["attachments"] = [[each.name, each.content_type, each.size] for each in reading.attachments]
    else:
        plain["about_message_ids"] = list(plain["about_message_ids"])
    return plain


@pytest.mark.parametrize("name", NAMES)
def test_mail_is_read_as_expected(name: str):
    case = json.loads((MAILS / f"{name}.json").read_text(encoding="utf-8"))
    mail = parse_mail((MAILS / f"{name}.eml").read_bytes())

    reading = recognise(mail, case.get("own_address", "care@bison-commerce.example"), case.get("authserv_id", ""))

    expected = {**EMPTY[case["expect"]["type"]], **case["expect"]}
    found = as_json(reading)
    if "whole_text" not in expected:
        found.pop("whole_text", None)
    assert found == expected


def test_every_mail_has_its_expectation():
    assert sorted(path.stem for path in MAILS.glob("*.json")) == NAMES
    assert len(NAMES) >= 45

"""The words that a person sees in Block Kit JSON and in a mail."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from integrations.simulator.slack.json_values import JsonObject


def words_of(value: object) -> str:
    """All of them, in order, of blocks or of a view's."""
    return " ".join(leaves_of(value))


def leaves_of(value: object) -> list[str]:
    """The same, leaf by leaf."""
    return [text for element in elements_of(value) if isinstance(text := element.get("text"), str)]


def elements_of(value: object) -> list[JsonObject]:
    if isinstance(value, dict):
        inner = [element for part in value.values() for element in elements_of(part)]
        return [value, *inner]
    if isinstance(value, list):
        return [element for part in value for element in elements_of(part)]
    return []


def words_in_mail(raw: bytes) -> str:
    """Subject and every text part, as the one who opens it reads them."""
    mail = message_from_bytes(raw, policy=default)
    if not isinstance(mail, EmailMessage):
        raise TypeError("the policy makes other messages")
    texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(mail["Subject"] or ""), *texts])

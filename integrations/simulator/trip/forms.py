"""What an agent must see before a reply leaves: the form of a Walmart reply, as Slack was given it."""

from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.records import RecordKind
from integrations.simulator.slack.server import SlackServer
from integrations.simulator.trip.words import elements_of, words_of


def reply_forms(slack: SlackServer) -> list[JsonObject]:
    """Every form with a choice between a reply and a note that was opened, oldest first."""
    opened = [record.summary["body"] for record in slack.records if record.kind is RecordKind.VIEW_OPENED]
    return [body for body in opened if isinstance(body, dict) and _choices(body)]


def form_faults(form: JsonObject, mailbox: str) -> list[str]:
    """M25: a Walmart reply unless somebody chooses otherwise, with a preview of where it goes from and to."""
    (chosen,) = _choices(form) or [{}]
    shown = words_of(form.get("blocks"))
    title = words_of(form.get("title"))
    faults = [] if "Walmart reply" in title else [f"the form is called {title!r}"]
    initial = chosen.get("initial_option")
    if not isinstance(initial, dict) or initial.get("value") != "walmart_reply":
        faults.append("the form does not default to a Walmart reply")
    if mailbox not in shown:
        faults.append("the form does not show from which address the reply leaves")
    if "…" not in shown:
        faults.append("the form does not show to which relay address the reply leaves")
    return faults


def _choices(form: JsonObject) -> list[JsonObject]:
    elements = elements_of(form.get("blocks"))
    kinds = [element.get("element") for element in elements if element.get("block_id") == "kind"]
    return [kind for kind in kinds if isinstance(kind, dict)]

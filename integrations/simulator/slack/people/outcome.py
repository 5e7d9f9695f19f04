"""What a person sees after having done something."""

from dataclasses import dataclass, field

from integrations.simulator.slack.json_values import JsonObject


@dataclass(frozen=True, slots=True)
class Outcome:
    """`warning` is what Slack told the person went wrong; empty if the application answered in time and well.

    After a submission `action` is Slack's `response_action` (empty: the view was closed), and `errors` the texts by
    block id. `answer` is what the application acknowledged with.
    """

    acknowledged: bool
    warning: str = ""
    action: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    answer: JsonObject = field(default_factory=dict)

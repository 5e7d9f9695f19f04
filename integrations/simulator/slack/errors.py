"""How the stand-in says no: to the application in Slack's words, to a person's hands in ours."""


class SlackError(Exception):
    """An answer `{"ok": false, "error": code}`; `messages` go where Slack puts its explanations."""

    def __init__(
        self, code: str, *messages: str, needed: str | None = None, details: list[dict[str, object]] | None = None
    ) -> None:
        super().__init__(code, *messages)
        self.code = code
        self.messages = messages
        self.needed = needed
        self.details = details

    def as_json(self) -> dict[str, object]:
        answer: dict[str, object] = {"ok": False, "error": self.code}
        if self.messages:
            answer["response_metadata"] = {"messages": list(self.messages)}
        if self.needed is not None:
            answer["needed"] = self.needed
        if self.details is not None:
            answer["errors"] = self.details
        return answer


class RateLimitedError(SlackError):
    """HTTP 429; `retry_after` is in whole seconds of the stand-in's clock, at least one."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class NotPossibleError(Exception):
    """A person cannot do this in Slack: the button is not there, the channel is not theirs, a field is missing."""

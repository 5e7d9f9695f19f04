"""How a use case refuses what somebody typed."""


class Invalid(Exception):
    """`field` names what was typed wrongly, `message` goes on after it; nothing was kept."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message

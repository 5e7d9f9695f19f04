"""What the application brings into Slack's client beside its messages: commands and message shortcuts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortcut:
    name: str
    callback_id: str


@dataclass(frozen=True, slots=True)
class AppFeatures:
    """The defaults are those of the product's own manifest; a test holds them against it."""

    shortcuts: tuple[Shortcut, ...] = (Shortcut("Send to buyer", "msg_reply"),)
    commands: tuple[str, ...] = ("/walmart",)
    takes_direct_messages: bool = False

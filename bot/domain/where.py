"""Where a person who acted can be answered later."""

from dataclasses import dataclass

from bot.domain.people import ChatUser, Platform


@dataclass(frozen=True, slots=True)
class Where:
    """Plain texts only, so that a job can carry it.

    `channel` is where an only-you message can stand; empty where the platform does not say, and then the person is
    written to directly. `form` is the platform's own name of the form or page that was open; empty where none was.
    """

    platform: Platform
    user: str
    channel: str = ""
    form: str = ""

    @property
    def person(self) -> ChatUser:
        return ChatUser(self.platform, self.user)

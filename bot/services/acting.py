"""What a use case knows of the person who acts, and how it refuses them."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.audit import AuditEntry, AuditKind
from bot.domain.jobs import RunErrand
from bot.domain.people import Agent, ChatUser, ReplyMethod, Role, by
from bot.domain.where import Where
from bot.i18n import Texts
from bot.i18n.pieces import Line
from bot.ports.chat import Answer, FormErrors, OnlyYou, Wait
from bot.ports.marketplace import ReplyRules
from bot.ports.store import UnitOfWork
from bot.ports.vault import Vault
from bot.services.health import Health
from bot.services.waits import Waits
from bot.views.acts import Button
from bot.views.notice import Notice
from bot.views.ticket_card import Tone


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a use case may use of the running program, inside a transaction: nothing here waits for a network."""

    health: Health
    vault: Vault


@dataclass(frozen=True, slots=True)
class Acting:
    """`key` names the human act; whatever must come into being once is named after it. `channel` is where it
    happened, empty where the platform does not say; `where` is where its author can be answered later."""

    agent: Agent
    user: ChatUser
    role: Role
    reply_method: ReplyMethod
    key: str
    channel: str
    now: datetime
    texts: Texts
    rules: ReplyRules
    waits: Waits
    desk: Surroundings
    where: Where

    def record(
        self,
        uow: UnitOfWork,
        kind: AuditKind,
        target: str,
        name: str,
        *,
        aspect: str = "",
        before: str = "",
        after: str = "",
    ) -> None:
        """Record what this person has changed, in the same transaction; the words are those of `AuditEntry`."""
        uow.audit.record(AuditEntry(self.now, by(self.agent.id), kind, target, name, aspect, before, after))

    def errand(self, uow: UnitOfWork, errand: str, about: str, line: Line) -> Wait:
        """Have an errand run (`bot.services.errands`) and answer with `line` until it is done; `about` is an id."""
        uow.jobs.enqueue(RunErrand(errand, about, self.agent.id, self.where))
        return Wait(line)


class Refused(Exception):
    """Nothing of the act is kept, and the person may do it again; `answer` tells them why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(type(answer).__name__)
        self.answer = answer


def only_you(*lines: Line, tone: Tone = Tone.WARNING, quoted: str = "", buttons: tuple[Button, ...] = ()) -> OnlyYou:
    return OnlyYou(Notice(tone, lines, quoted, buttons))


def refuse(line: Line, *, buttons: tuple[Button, ...] = ()) -> Refused:
    return Refused(only_you(line, buttons=buttons))


def refuse_field(field: str, message: str) -> Refused:
    """`field` is empty where the form as a whole is refused."""
    return Refused(FormErrors({field: message}))

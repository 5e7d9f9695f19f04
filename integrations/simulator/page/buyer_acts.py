"""What a visitor does as a buyer: write to the shop, and answer what came back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.buyers.quoting import Quoting
from integrations.simulator.correspondence import Correspondence
from integrations.simulator.mail.records import Attachment
from integrations.simulator.page.asked import Asked, NotUnderstoodError
from integrations.simulator.slack.json_values import JsonObject

Act = Callable[[Asked], Awaitable[JsonObject]]


@dataclass(frozen=True, slots=True)
class BuyerActs:
    correspondence: Correspondence

    def all(self) -> dict[str, Act]:
        return {"write": self._write, "answer": self._answer}

    async def _write(self, asked: Asked) -> JsonObject:
        """Raises NotWritableError."""
        written = self.correspondence.ask(
            asked.needed("text"),
            order_id=asked.text("order_id"),
            topic=asked.text("topic") or "Order status",
            layout=asked.word("layout", Layout),
            attachments=_attachments(asked),
        )
        return {"buyer": written.buyer}

    async def _answer(self, asked: Asked) -> JsonObject:
        name = asked.needed("buyer")
        number = int(asked.number("number", 0, 1_000_000))
        buyer = self.correspondence.buyers.get(name)
        if buyer is None or number >= len(buyer.mailbox.mails):
            raise NotUnderstoodError("This mail is not in the buyer's mailbox.")
        self.correspondence.answer(
            name,
            buyer.mailbox.mails[number],
            asked.needed("text"),
            quoting=asked.word("quoting", Quoting),
            attachments=_attachments(asked),
        )
        return {}


def _attachments(asked: Asked) -> tuple[Attachment, ...]:
    return tuple(Attachment(file.name, file.content_type, file.content) for file in asked.files("files"))

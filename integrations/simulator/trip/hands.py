"""What Ana does in the simulated Slack, and what anybody sees there."""

from dataclasses import dataclass

from integrations.simulator.slack.messages import Message
from integrations.simulator.trip.waiting import until
from integrations.simulator.trip.words import elements_of, words_of
from integrations.simulator.world import World


@dataclass(frozen=True, slots=True)
class Hands:
    """`patience` is how many seconds of the wall something may take to come about."""

    world: World
    patience: float = 20.0

    @property
    def _channel(self) -> str:
        return self.world.shop.channel.id

    @property
    def _ana(self) -> str:
        return self.world.shop.staff.ana.id

    def cards(self) -> list[Message]:
        """What the bot posted into the channel itself, oldest first."""
        bot = self.world.slack.bot_user_id
        return [
            message
            for message in self.world.slack.messages(self._channel)
            if not message.is_reply and message.author.user == bot
        ]

    def thread(self, card: Message) -> list[Message]:
        return [message for message in self.world.slack.thread(self._channel, card.ts) if message.is_reply]

    def cards_with(self, words: str) -> list[Message]:
        return [card for card in self.cards() if words in words_of(card.content.blocks)]

    async def reply(self, card: Message, text: str) -> None:
        """Press Reply, type, press Send."""
        await self._press(card, "reply")
        await self._submit({"text": text})

    async def note(self, card: Message, text: str) -> None:
        """Press Reply and choose to write to the colleagues only."""
        await self._press(card, "reply")
        await self._submit({"text": text, "kind": "internal_note"})

    async def say_in_thread(self, card: Message, text: str) -> None:
        await self.world.slack.person(self._ana).say(self._channel, text, thread_ts=card.ts)

    async def send_from_thread(self, text: str) -> None:
        """Accept the offer, which only Ana sees, to send to the buyer what she wrote in a thread."""
        await until(lambda: self._offer(text) is not None, f"the offer to send {text!r}", seconds=self.patience)
        offer = self._offer(text)
        if offer is not None:
            await self._press(offer, "send_to_buyer")

    def _offer(self, text: str) -> Message | None:
        offers = self.world.slack.ephemerals(self._ana)
        return next((offer for offer in offers if text in words_of(offer.content.blocks)), None)

    async def _press(self, message: Message, act: str) -> None:
        ana = self.world.slack.person(self._ana)
        await ana.press(self._channel, message.ts, action_named(message.content.blocks, act))

    async def _submit(self, values: dict[str, str]) -> None:
        slack = self.world.slack
        await until(lambda: slack.open_view(self._ana) is not None, "the form", seconds=self.patience)
        view = slack.open_view(self._ana)
        if view is not None:
            await slack.person(self._ana).submit(view.id, values)


def action_named(blocks: object, act: str) -> str:
    """The action id of the button for an act: the product may number equal ones apart."""
    for element in elements_of(blocks):
        action = element.get("action_id")
        if isinstance(action, str) and action.partition(".")[0] == act:
            return action
    raise LookupError(f"there is no button for {act}")

"""What the simulator recorded, gathered for the oracle: nothing here asks the desk."""

from collections.abc import Iterator, Sequence

from integrations.simulator.correspondence import Written
from integrations.simulator.slack.messages import Message as SlackMessage
from integrations.simulator.slack.people.person import Person
from integrations.simulator.trip.words import elements_of, words_in_mail, words_of
from integrations.simulator.world import World
from tests.drills.oracle import Buyer, Evidence, Letter, Message, Press, Reached


def gather(
    world: World, written: Sequence[tuple[str, Written]], presses: Sequence[Press], internal: Sequence[str]
) -> Evidence:
    """`written` are the letters with the conversation that each belongs to."""
    records = world.mail.records
    names = list(dict.fromkeys(conversation for conversation, _letter in written))
    rules = [f"{each.what}: {each.recipient}" for each in records.violations]
    rules += [f"{each.recipient}: {each.reason}" for each in records.bounces]
    rules += [f"{each.place}: {each.what}" for each in world.walmart.records.violations]
    return Evidence(
        channel=world.shop.channel.id,
        letters=tuple(Letter(letter.letter.words, conversation) for conversation, letter in written),
        presses=tuple(presses),
        internal=tuple(internal),
        buyers={name: _buyer([letter for conversation, letter in written if conversation == name]) for name in names},
        taken=tuple(words_in_mail(submission.raw) for submission in records.submissions),
        reached=tuple(Reached(mail.text, mail.buyer, mail.relay_address, mail.in_reply_to) for mail in records.replies),
        messages=tuple(_messages(world)),
        broken_rules=tuple(rules),
    )


def _buyer(written: Sequence[Written]) -> Buyer:
    return Buyer(
        written[0].buyer,
        frozenset(each.letter.reply_address.lower() for each in written),
        frozenset(each.letter.message_id for each in written),
    )


def _messages(world: World) -> Iterator[Message]:
    for channel in world.slack.workspace.channels.values():
        for message in channel.messages():
            if message.author.user == world.slack.bot_user_id:
                yield Message(
                    channel.id,
                    message.ts,
                    message.thread_ts if message.is_reply else "",
                    words_of(message.content.blocks),
                    tuple(_choices(message)),
                )


def _choices(message: SlackMessage) -> Iterator[str]:
    for element in elements_of(message.content.blocks):
        if isinstance(action := element.get("action_id"), str):
            yield action.partition(".")[0]


def people(world: World, count: int) -> list[Person]:
    """Agents who sit in the site's channel."""
    add = world.slack.workspace.add_user
    users = [add(f"Agent {n}", user_id=f"U0AGENT{n}", email=f"agent{n}@acme.example") for n in range(count)]
    world.shop.channel.members.extend(user.id for user in users)
    return [world.slack.person(user.id) for user in users]

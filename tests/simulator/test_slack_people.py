"""What people can and cannot do, and how their acts reach the application."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from integrations.simulator.slack.errors import NotPossibleError
from integrations.simulator.slack.people.typing import as_sent
from integrations.simulator.slack.users import UserKind
from tests.simulator.slack_room import CARD, a_room, an_application, until


async def test_only_members_act_in_a_private_channel():
    async with a_room() as room:
        workspace = room.server.workspace
        inner = workspace.add_channel("inner", room.ann.id, private=True)
        posted = await room.client.chat_postMessage(channel=inner.id, text="card", blocks=CARD)
        bob = room.server.person(room.bob.id)
        with pytest.raises(NotPossibleError):
            await bob.say(inner.id, "let me in")
        with pytest.raises(NotPossibleError):
            await bob.press(inner.id, posted["ts"], "reply")
        with pytest.raises(NotPossibleError):
            await bob.command(inner.id, "/walmart help")


@pytest.mark.parametrize("kind", [UserKind.SINGLE_CHANNEL_GUEST, UserKind.MULTI_CHANNEL_GUEST, UserKind.STRANGER])
async def test_outsiders_see_only_their_own_channels(kind):
    async with a_room() as room:
        posted = await room.client.chat_postMessage(channel=room.channel.id, text="card", blocks=CARD)
        outsider = room.server.workspace.add_user("Olaf", kind=kind)
        with pytest.raises(NotPossibleError):
            await room.server.person(outsider.id).press(room.channel.id, posted["ts"], "reply")


async def test_a_deactivated_account_can_do_nothing():
    async with a_room() as room:
        gone = room.server.workspace.add_user("Gone", deleted=True)
        room.channel.members.append(gone.id)
        with pytest.raises(NotPossibleError):
            await room.server.person(gone.id).say(room.channel.id, "boo")
        with pytest.raises(NotPossibleError):
            await room.server.person(gone.id).open_home()


async def test_a_button_that_is_not_there_cannot_be_pressed():
    async with a_room() as room:
        here = room.channel.id
        ann = room.server.person(room.ann.id)
        hidden = {"type": "button", "action_id": "admin", "text": {"type": "plain_text", "text": "x"}, "visible_to_user_ids": [room.bob.id]}  # fmt: skip
        posted = await room.client.chat_postMessage(
            channel=here, text="card", blocks=[*CARD, {"type": "actions", "elements": [hidden]}]
        )
        for action, value in (("resolve", None), ("reply", "t:1042:v0"), ("admin", None)):
            with pytest.raises(NotPossibleError):
                await ann.press(here, posted["ts"], action, value=value)
        with pytest.raises(NotPossibleError):
            await ann.press(here, "1.000001", "reply")
        with pytest.raises(NotPossibleError):
            await ann.press(here, posted["ts"], "more", selected="nothing like it")
        with pytest.raises(NotPossibleError):
            await ann.press(here, posted["ts"], "more")


async def test_an_overflow_sends_the_option_that_was_chosen():
    async with a_room() as room, an_application(room) as app:
        seen = []

        @app.action("more")
        async def more(ack, action):
            seen.append(action)
            await ack()

        posted = await room.client.chat_postMessage(channel=room.channel.id, text="card", blocks=CARD)
        await room.server.person(room.ann.id).press(room.channel.id, posted["ts"], "more", selected="junk")
        assert seen[0]["selected_option"] == {"text": {"type": "plain_text", "text": "Junk"}, "value": "junk"}


async def test_input_state_belongs_to_its_viewer_and_to_its_block_id():
    async with a_room() as room, an_application(room) as app:
        bodies = []

        @app.action("reply")
        async def reply(ack, body):
            bodies.append(body)
            await ack()

        here = room.channel.id
        field = {"type": "input", "block_id": "quick", "label": {"type": "plain_text", "text": "x"}, "element": {"type": "plain_text_input", "action_id": "t"}}  # fmt: skip
        posted = await room.client.chat_postMessage(channel=here, text="card", blocks=[*CARD, field])
        ann, bob = room.server.person(room.ann.id), room.server.person(room.bob.id)
        await ann.fill_in_message(here, posted["ts"], {"quick": "half"})
        await ann.press(here, posted["ts"], "reply")
        await bob.press(here, posted["ts"], "reply")
        assert bodies[0]["state"]["values"]["quick"]["t"]["value"] == "half"
        assert bodies[1]["state"]["values"] == {}
        await room.client.chat_update(
            channel=here, ts=posted["ts"], text="card", blocks=[*CARD, {**field, "block_id": "new"}]
        )
        await ann.press(here, posted["ts"], "reply")
        assert bodies[2]["state"]["values"] == {}


async def test_an_only_you_message_is_pressed_by_the_one_who_sees_it():
    async with a_room() as room, an_application(room) as app:
        bodies = []

        @app.action("reply")
        async def reply(ack, body, respond):
            bodies.append(body)
            await ack()
            await respond(replace_original=True, text="Sent.")

        here = room.channel.id
        answer = await room.client.chat_postEphemeral(channel=here, user=room.ann.id, text="preview", blocks=CARD)
        with pytest.raises(NotPossibleError):
            await room.server.person(room.bob.id).press(here, answer["message_ts"], "reply")
        await room.server.person(room.ann.id).press(here, answer["message_ts"], "reply")
        assert bodies[0]["container"]["is_ephemeral"] is True
        assert "message" not in bodies[0]
        await until(lambda: room.server.ephemerals(room.ann.id)[0].content.text == "Sent.")
        assert len(room.server.ephemerals(room.ann.id)) == 1


async def response_url_of(room, app):
    urls = []

    @app.action("reply")
    async def reply(ack, body):
        urls.append(body["response_url"])
        await ack()

    posted = await room.client.chat_postMessage(channel=room.channel.id, text="card", blocks=CARD)
    await room.server.person(room.ann.id).press(room.channel.id, posted["ts"], "reply")
    return urls[0]


async def test_a_response_url_serves_five_times():
    async with a_room() as room, an_application(room) as app, aiohttp.ClientSession() as session:
        url = await response_url_of(room, app)
        statuses = []
        for _ in range(6):
            async with session.post(url, json={"text": "x"}) as answer:
                statuses.append(answer.status)
        assert statuses == [200] * 5 + [404]
        assert len(room.server.ephemerals(room.ann.id)) == 5


async def test_a_response_url_lives_half_an_hour():
    async with a_room() as room, an_application(room) as app, aiohttp.ClientSession() as session:
        url = await response_url_of(room, app)
        room.clock.move(timedelta(minutes=30, seconds=1))
        async with session.post(url, json={"text": "x"}) as answer:
            assert (answer.status, (await answer.json())["error"]) == (404, "expired_url")


async def test_a_response_url_replaces_deletes_or_speaks_to_all():
    async with a_room() as room, an_application(room) as app, aiohttp.ClientSession() as session:
        url = await response_url_of(room, app)
        card = room.server.messages(room.channel.id)[0]

        async def respond(**body):
            async with session.post(url, json=body) as answer:
                return answer.status

        assert await respond(replace_original=True, text="replaced") == 200
        assert card.content.text == "replaced"
        assert await respond(text="x", blocks=[{"type": "nonsense"}]) == 400
        assert await respond(response_type="in_channel", text="to all") == 200
        assert await respond(delete_original=True) == 200
        assert [message.content.text for message in room.server.messages(room.channel.id)] == ["to all"]


async def test_shortcuts_work_on_messages_in_threads_and_anywhere():
    async with a_room() as room, an_application(room) as app:
        seen = []

        @app.shortcut("msg_reply")
        async def on_message(ack, shortcut):
            seen.append(shortcut)
            await ack()

        @app.shortcut("g_find")
        async def anywhere(ack, shortcut):
            seen.append(shortcut)
            await ack()

        here = room.channel.id
        ann = room.server.person(room.ann.id)
        root = await room.client.chat_postMessage(channel=here, text="card")
        said = await ann.say(here, "It ships today", root["ts"])
        assert (await ann.message_shortcut("msg_reply", here, said.ts)).acknowledged
        assert (await ann.shortcut("g_find")).acknowledged
        assert seen[0]["message"]["thread_ts"] == root["ts"]
        assert seen[0]["response_url"]
        assert "channel" not in seen[1]


async def test_a_reaction_and_a_newcomer_are_heard():
    async with a_room() as room, an_application(room) as app:
        seen = []

        @app.event("reaction_added")
        async def reacted(event):
            seen.append((event["reaction"], event["item"]["ts"]))

        @app.event("member_joined_channel")
        async def joined(event):
            seen.append(event["user"])

        @app.event("message")
        async def heard():
            return

        said = await room.server.person(room.ann.id).say(room.channel.id, "hello")
        carl = room.server.workspace.add_user("Carl")
        await room.server.person(carl.id).join(room.channel.id)
        await room.server.person(carl.id).react(room.channel.id, said.ts, "eyes")
        await until(lambda: len(seen) == 2)
        assert set(seen) == {carl.id, ("eyes", said.ts)}


async def test_nobody_edits_what_others_wrote():
    async with a_room() as room:
        said = await room.server.person(room.ann.id).say(room.channel.id, "mine")
        with pytest.raises(NotPossibleError):
            await room.server.person(room.bob.id).edit(room.channel.id, said.ts, "yours")


async def test_a_command_that_fails_tells_the_person_so():
    async with a_room() as room:
        outcome = await room.server.person(room.ann.id).command(room.channel.id, "/walmart help")
        assert outcome.warning == '/walmart failed with the error "operation_timeout"'


async def test_a_direct_message_reaches_the_application():
    async with a_room() as room, an_application(room) as app:
        seen = []

        @app.event("message")
        async def heard(event):
            seen.append(event)

        await room.server.person(room.ann.id).say_to_bot("hello")
        await until(lambda: seen)
        assert seen[0]["channel_type"] == "im"


async def test_whoever_watches_is_woken_by_changes():
    async with a_room() as room:
        version = room.server.journal.version
        waiting = asyncio.ensure_future(room.server.journal.beyond(version))
        await room.server.person(room.ann.id).say(room.channel.id, "hello")
        assert await asyncio.wait_for(waiting, 1) > version


def test_typed_text_is_escaped_but_not_mentions_and_links():
    assert as_sent("a < b & <@U1> <https://x.example/?a=1> <!channel>") == (
        "a &lt; b &amp; <@U1> <https://x.example/?a=1> <!channel>"
    )
    assert as_sent("<script>") == "&lt;script&gt;"

"""An unmodified slack-bolt application talks to the stand-in as it would talk to Slack."""

from datetime import timedelta

from integrations.simulator.slack.records import RecordKind
from tests.simulator.slack_room import CARD, FORM, a_room, an_application, until


async def test_a_click_opens_a_modal_and_its_submission_reaches_the_application():
    async with a_room() as room, an_application(room) as app:
        submitted = []

        @app.action("reply")
        async def reply(ack, body, client):
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)

        @app.view("reply_form")
        async def sent(ack, body, view):
            submitted.append((body, view))
            await ack()

        posted = await room.client.chat_postMessage(channel=room.channel.id, text="card", blocks=CARD)
        ann = room.server.person(room.ann.id)
        outcome = await ann.press(room.channel.id, posted["ts"], "reply")
        assert outcome.acknowledged
        await until(lambda: room.server.open_view(room.ann.id))
        form = room.server.open_view(room.ann.id)
        outcome = await ann.submit(form.id, {"words": "It ships today.\nSorry!"})
        assert outcome.acknowledged
        assert outcome.warning == ""
        assert room.server.open_view(room.ann.id) is None
        body, view = submitted[0]
        assert body["user"]["id"] == room.ann.id
        assert view["state"]["values"]["words"]["text"]["value"] == "It ships today.\nSorry!"
        assert view["private_metadata"] == "1042"


async def test_a_click_carries_message_channel_state_and_value():
    async with a_room() as room, an_application(room) as app:
        bodies = []

        @app.action("reply")
        async def reply(ack, body):
            bodies.append(body)
            await ack()

        posted = await room.client.chat_postMessage(channel=room.channel.id, text="card", blocks=CARD)
        await room.server.person(room.ann.id).press(room.channel.id, posted["ts"], "reply", value="t:1042:v1")
        body = bodies[0]
        assert body["container"] == {
            "type": "message",
            "message_ts": posted["ts"],
            "channel_id": room.channel.id,
            "is_ephemeral": False,
        }
        assert body["message"]["ts"] == posted["ts"]
        assert body["channel"] == {"id": room.channel.id, "name": "support"}
        assert body["actions"][0]["value"] == "t:1042:v1"
        assert body["actions"][0]["block_id"] == "acts"
        assert body["state"] == {"values": {}}


async def test_a_command_is_answered_only_to_the_one_who_typed_it():
    async with a_room() as room, an_application(room) as app:
        seen = []

        @app.command("/walmart")
        async def walmart(ack, command):
            seen.append(command)
            await ack("Three tickets are open.")

        outcome = await room.server.person(room.ann.id).command(room.channel.id, "/walmart tickets open")
        assert outcome.acknowledged
        assert seen[0]["text"] == "tickets open"
        assert [message.content.text for message in room.server.ephemerals(room.ann.id)] == ["Three tickets are open."]
        assert room.server.messages(room.channel.id) == []


async def test_a_message_reaches_the_application_and_its_own_is_dropped_by_bolt():
    async with a_room() as room, an_application(room) as app:
        seen = []

        @app.event("message")
        async def heard(event):
            seen.append(event)

        await room.client.chat_postMessage(channel=room.channel.id, text="mine")
        await room.server.person(room.ann.id).say(room.channel.id, "5 < 6 & <@U0RELAYBOT>")
        await until(lambda: seen)
        assert seen[0]["text"] == "5 &lt; 6 &amp; <@U0RELAYBOT>"
        assert seen[0]["channel_type"] == "channel"
        assert [event["user"] for event in seen] == [room.ann.id]


async def test_an_uploaded_file_appears_in_the_thread():
    async with a_room() as room, an_application(room):
        root = await room.client.chat_postMessage(channel=room.channel.id, text="card")
        await room.client.files_upload_v2(
            channel=room.channel.id, thread_ts=root["ts"], content=b"\x89PNG", filename="photo.png", title="From buyer"
        )
        await until(lambda: len(room.server.thread(room.channel.id, root["ts"])) == 2)
        shared = room.server.thread(room.channel.id, root["ts"])[1]
        assert shared.subtype == "file_share"
        assert shared.files[0].content == b"\x89PNG"


async def test_the_application_reconnects_after_a_refresh():
    async with a_room() as room, an_application(room) as app:

        @app.action("reply")
        async def reply(ack):
            await ack()

        first = room.server.socket.connections[0]
        await room.server.socket.refresh()
        await until(lambda: any(entry is not first for entry in room.server.socket.connections))
        posted = await room.client.chat_postMessage(channel=room.channel.id, text="card", blocks=CARD)
        outcome = await room.server.person(room.ann.id).press(room.channel.id, posted["ts"], "reply")
        assert outcome.acknowledged


async def test_a_click_that_nobody_handles_warns_the_person():
    async with a_room(rate=20) as room, an_application(room):
        posted = await room.client.chat_postMessage(channel=room.channel.id, text="card", blocks=CARD)
        outcome = await room.server.person(room.ann.id).press(room.channel.id, posted["ts"], "reply")
        assert not outcome.acknowledged
        assert room.server.records[-1].kind is RecordKind.WARNED


async def test_two_connections_serve_one_application():
    async with a_room() as room, an_application(room, connections=2) as app:
        seen = []

        @app.event("message")
        async def heard(event):
            seen.append(event["text"])

        for word in ("one", "two"):
            await room.server.person(room.ann.id).say(room.channel.id, word)
        await until(lambda: len(seen) == 2)
        assert sorted(seen) == ["one", "two"]


async def test_an_event_without_a_listener_comes_again():
    async with a_room() as room, an_application(room) as app:
        attempts = []

        @app.middleware
        async def look(req, next_):
            attempts.append(req.headers.get("x-slack-retry-num"))
            await next_()

        await room.server.person(room.ann.id).say(room.channel.id, "hello?")
        await until(lambda: attempts)
        room.clock.move(timedelta(seconds=3.1))
        await until(lambda: len(attempts) == 2)
        assert attempts == [["0"], ["1"]]

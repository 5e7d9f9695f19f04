"""Modals: triggers, stacks, hashes, and what a submission's answer does."""

import asyncio
import copy
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from integrations.simulator.slack.errors import NotPossibleError
from integrations.simulator.slack.people.typing import FileToSend
from integrations.simulator.slack.records import RecordKind
from tests.simulator.slack_room import CARD, FORM, a_room, an_application, refusal, until


def form(**changes):
    return {**copy.deepcopy(FORM), **changes}


@asynccontextmanager
async def a_trigger():
    """A room, its application, and a way to let Ann press a button and get the trigger that she caused."""
    async with a_room() as room, an_application(room) as app:
        bodies = []

        @app.action("reply")
        async def reply(ack, body):
            bodies.append(body)
            await ack()

        posted = await room.client.chat_postMessage(channel=room.channel.id, text="card", blocks=CARD)

        async def press():
            await room.server.person(room.ann.id).press(room.channel.id, posted["ts"], "reply")
            return bodies[-1]["trigger_id"]

        yield room, app, press


async def test_a_trigger_works_once_and_for_three_seconds():
    async with a_trigger() as (room, _app, press):
        trigger = await press()
        await room.client.views_open(trigger_id=trigger, view=form())
        again = room.client.views_open(trigger_id=trigger, view=form())
        assert (await refusal(again))[0] == "exchanged_trigger_id"
        trigger = await press()
        room.clock.move(timedelta(seconds=3.1))
        assert (await refusal(room.client.views_open(trigger_id=trigger, view=form())))[0] == "expired_trigger_id"
        wrong = room.client.views_open(trigger_id="nonsense", view=form())
        assert (await refusal(wrong))[0] == "invalid_trigger_id"


async def test_a_refused_view_does_not_use_the_trigger_up():
    async with a_trigger() as (room, _app, press):
        trigger = await press()
        bad = room.client.views_open(trigger_id=trigger, view=form(title={"type": "plain_text", "text": "x" * 25}))
        code, messages = await refusal(bad)
        assert code == "invalid_arguments"
        assert messages == ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]
        await room.client.views_open(trigger_id=trigger, view=form())
        assert room.server.records[-1].kind is RecordKind.VIEW_OPENED


async def test_an_update_takes_a_hash_and_keeps_what_was_typed():
    async with a_trigger() as (room, _app, press):
        ann = room.server.person(room.ann.id)
        opened = (await room.client.views_open(trigger_id=await press(), view=form()))["view"]
        await ann.fill(opened["id"], {"words": "half a sentence"})
        more = form(blocks=[*FORM["blocks"], {"type": "divider"}])
        answer = await room.client.views_update(view_id=opened["id"], view=more, hash=opened["hash"])
        assert answer["view"]["state"]["values"]["words"]["text"]["value"] == "half a sentence"
        stale = room.client.views_update(view_id=opened["id"], view=form(), hash=opened["hash"])
        assert (await refusal(stale))[0] == "hash_conflict"
        await ann.close(opened["id"])
        gone = room.client.views_update(view_id=opened["id"], view=form())
        assert (await refusal(gone))[0] == "not_found"


async def test_an_external_id_is_unique_among_open_views():
    async with a_trigger() as (room, _app, press):
        await room.client.views_open(trigger_id=await press(), view=form(external_id="reply-1042"))
        twin = room.client.views_open(trigger_id=await press(), view=form(external_id="reply-1042"))
        assert (await refusal(twin))[0] == "duplicate_external_id"
        await room.client.views_update(external_id="reply-1042", view=form(external_id="reply-1042"))


async def test_a_stack_holds_three_views():
    async with a_trigger() as (room, app, press):
        triggers = []

        @app.action("deeper")
        async def deeper(ack, body):
            triggers.append(body["trigger_id"])
            await ack()

        go = {"type": "button", "action_id": "deeper", "text": {"type": "plain_text", "text": "Deeper"}}
        modal = form(blocks=[*FORM["blocks"], {"type": "actions", "elements": [go]}])
        from_message = room.client.views_push(trigger_id=await press(), view=modal)
        assert (await refusal(from_message))[0] == "not_found"
        await room.client.views_open(trigger_id=await press(), view=modal)
        ann = room.server.person(room.ann.id)
        for _ in range(2):
            await ann.press_in_view(room.server.open_view(room.ann.id).id, "deeper")
            await room.client.views_push(trigger_id=triggers[-1], view=modal)
        await ann.press_in_view(room.server.open_view(room.ann.id).id, "deeper")
        fourth = room.client.views_push(trigger_id=triggers[-1], view=modal)
        assert (await refusal(fourth))[0] == "push_limit_reached"
        top = room.server.open_view(room.ann.id)
        assert top.as_json(room.server.installation)["root_view_id"] != top.id
        await ann.close(top.id)
        assert room.server.open_view(room.ann.id).id == top.previous
        await ann.close(room.server.open_view(room.ann.id).id, everything=True)
        assert room.server.open_view(room.ann.id) is None


async def submitted(room, app, press, answer):
    """Open the form, submit it, and let the application answer with `answer`."""

    @app.view("reply_form")
    async def sent(ack):
        await ack(**answer)

    await room.client.views_open(trigger_id=await press(), view=form())
    view = room.server.open_view(room.ann.id)
    outcome = await room.server.person(room.ann.id).submit(view.id, {"words": "hello"})
    return view, outcome


async def test_errors_stay_under_their_fields():
    async with a_trigger() as (room, app, press):
        view, outcome = await submitted(
            room, app, press, {"response_action": "errors", "errors": {"words": "Too short"}}
        )
        assert outcome.errors == {"words": "Too short"}
        assert room.server.open_view(room.ann.id) is view


async def test_errors_under_an_unknown_block_are_trouble():
    async with a_trigger() as (room, app, press):
        view, outcome = await submitted(room, app, press, {"response_action": "errors", "errors": {"elsewhere": "x"}})
        assert outcome.warning
        assert room.server.open_view(room.ann.id) is view


async def test_an_answer_may_update_push_or_clear():
    second = form(callback_id="second")
    async with a_trigger() as (room, app, press):
        view, outcome = await submitted(room, app, press, {"response_action": "update", "view": second})
        assert outcome.action == "update"
        assert room.server.open_view(room.ann.id).body["callback_id"] == "second"
    async with a_trigger() as (room, app, press):
        view, outcome = await submitted(room, app, press, {"response_action": "push", "view": second})
        assert room.server.open_view(room.ann.id).previous == view.id
    async with a_trigger() as (room, app, press):
        _, outcome = await submitted(room, app, press, {"response_action": "clear"})
        assert room.server.open_view(room.ann.id) is None


async def test_an_invalid_view_in_the_answer_is_trouble():
    async with a_trigger() as (room, app, press):
        _, outcome = await submitted(room, app, press, {"response_action": "update", "view": form(blocks=[])})
        assert outcome.warning
        assert room.server.open_view(room.ann.id) is not None


async def test_a_submission_that_nobody_acknowledges_leaves_the_form_with_its_text():
    async with a_trigger() as (room, _app, press):
        await room.client.views_open(trigger_id=await press(), view=form(callback_id="unheard of"))
        view = room.server.open_view(room.ann.id)
        sending = asyncio.ensure_future(room.server.person(room.ann.id).submit(view.id, {"words": "hello"}))
        await asyncio.sleep(0.05)
        room.clock.move(timedelta(seconds=3.1))
        assert (await sending).warning
        assert room.server.open_view(room.ann.id) is view
        assert view.entered["words"]["text"]["value"] == "hello"


async def test_what_slacks_own_client_refuses_is_not_sent():
    async with a_trigger() as (room, _app, press):
        ann = room.server.person(room.ann.id)
        pick = {"type": "static_select", "action_id": "p", "options": [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}]}  # fmt: skip
        label = {"type": "plain_text", "text": "x"}
        blocks = [
            *FORM["blocks"],
            {"type": "input", "block_id": "pick", "optional": True, "label": label, "element": pick},
            {"type": "input", "block_id": "mail", "optional": True, "label": label, "element": {"type": "email_text_input", "action_id": "e"}},
            {"type": "input", "block_id": "count", "optional": True, "label": label, "element": {"type": "number_input", "is_decimal_allowed": False, "max_value": "9", "action_id": "n"}},
            {"type": "input", "block_id": "short", "optional": True, "label": label, "element": {"type": "plain_text_input", "max_length": 3, "action_id": "s"}},
        ]  # fmt: skip
        view_id = (await room.client.views_open(trigger_id=await press(), view=form(blocks=blocks)))["view"]["id"]
        for values in (
            {},
            {"words": "x", "pick": "b"},
            {"words": "x", "mail": "nobody"},
            {"count": "12"},
            {"count": "1.5"},
            {"short": "long"},
            {"nowhere": "x"},
        ):
            with pytest.raises(NotPossibleError):
                await ann.submit(view_id, values)
        with pytest.raises(NotPossibleError):
            await room.server.person(room.bob.id).submit(view_id, {"words": "x"})
        await ann.fill(view_id, {"pick": "a"})
        assert room.server.open_view(room.ann.id).entered["pick"]["p"]["selected_option"]["value"] == "a"


async def test_closing_is_told_where_it_was_asked_for():
    async with a_trigger() as (room, app, press):
        closed = []

        @app.view_closed("reply_form")
        async def gone(ack, body):
            closed.append(body["is_cleared"])
            await ack()

        opened = await room.client.views_open(trigger_id=await press(), view=form(notify_on_close=True))
        await room.server.person(room.ann.id).close(opened["view"]["id"])
        assert closed == [False]


async def test_an_external_select_asks_the_application():
    async with a_trigger() as (room, app, press):

        @app.options("order")
        async def orders(ack, payload):
            await ack(options=[{"text": {"type": "plain_text", "text": payload["value"]}, "value": "1"}])

        pick = {"type": "external_select", "action_id": "order", "min_query_length": 2}
        blocks = [{"type": "input", "block_id": "o", "label": {"type": "plain_text", "text": "x"}, "element": pick}]
        view_id = (await room.client.views_open(trigger_id=await press(), view=form(blocks=blocks)))["view"]["id"]
        ann = room.server.person(room.ann.id)
        with pytest.raises(NotPossibleError):
            await ann.suggestions(view_id, "order", "2")
        offered = await ann.suggestions(view_id, "order", "20")
        assert offered[0]["text"]["text"] == "20"


async def test_a_home_tab_is_published_with_a_hash():
    async with a_trigger() as (room, app, _press):
        seen = []

        @app.event("app_home_opened")
        async def opened(event):
            seen.append(event)

        await room.server.person(room.ann.id).open_home()
        await until(lambda: seen)
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        first = await room.client.views_publish(user_id=room.ann.id, view=home)
        await room.client.views_publish(user_id=room.ann.id, view=home, hash=first["view"]["hash"])
        stale = room.client.views_publish(user_id=room.ann.id, view=home, hash=first["view"]["hash"])
        assert (await refusal(stale))[0] == "hash_conflict"
        assert room.server.home(room.ann.id).kind == "home"


async def test_blocks_validate_answers_with_pointers():
    async with a_room() as room:
        await room.client.blocks_validate(blocks=CARD)
        await room.client.blocks_validate(view=FORM)
        code, _ = await refusal(room.client.blocks_validate(blocks=[{"type": "header"}]))
        assert code == "invalid_blocks"
        code, messages = await refusal(room.client.blocks_validate())
        assert (code, len(messages)) == ("invalid_arguments", 1)


async def test_a_field_that_dispatches_tells_at_once():
    async with a_trigger() as (room, app, press):
        seen = []

        @app.action("text")
        async def typed(ack, action):
            seen.append(action)
            await ack()

        blocks = [{**FORM["blocks"][0], "dispatch_action": True}]
        opened = await room.client.views_open(trigger_id=await press(), view=form(blocks=blocks))
        await room.server.person(room.ann.id).fill(opened["view"]["id"], {"words": "hello"})
        assert (seen[0]["value"], seen[0]["block_id"]) == ("hello", "words")


async def test_files_are_handed_in_with_a_form():
    async with a_trigger() as (room, app, press):
        seen = []

        @app.view("reply_form")
        async def sent(ack, view):
            seen.append(view["state"]["values"]["files"]["f"]["files"])
            await ack()

        element = {"type": "file_input", "action_id": "f", "max_files": 5}
        label = {"type": "plain_text", "text": "Attachments"}
        blocks = [{"type": "input", "block_id": "files", "label": label, "element": element}]
        opened = await room.client.views_open(trigger_id=await press(), view=form(blocks=blocks))
        attached = FileToSend("label.pdf", b"%PDF", "application/pdf")
        await room.server.person(room.ann.id).submit(opened["view"]["id"], {"files": [attached]})
        assert (seen[0][0]["name"], seen[0][0]["size"]) == ("label.pdf", 4)
        too_many = await room.client.views_open(trigger_id=await press(), view=form(blocks=blocks))
        with pytest.raises(NotPossibleError):
            await room.server.person(room.ann.id).submit(too_many["view"]["id"], {"files": [attached] * 6})

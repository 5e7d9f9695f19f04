"""What Slack delivers, as the application's interactions. Pure and total: a hostile payload becomes nothing worse than
`Unclear`.

An interaction's key names one human act (facts 3): a message by its channel and the client's own id, because one
gesture was seen as two messages; a press by team, user, message, element and `action_ts`; a submission by view, hash
and trigger, since the same form may be sent again after it was refused; commands and shortcuts by their trigger.
"""

from dataclasses import dataclass, replace

from bot.domain.people import ChatUser, Platform
from bot.ports.chat import (
    FormClosed,
    Interaction,
    MessageRef,
    Opened,
    Picked,
    Pressed,
    Said,
    Submitted,
    Typed,
)
from bot.views.acts import Run, decode_act
from integrations.slack.attached import reply_files
from integrations.slack.forms import entered, input_names
from integrations.slack.json_values import JsonObject, object_of, objects_of, text_of
from integrations.slack.words import message_words, typed_words

COMMAND = "/walmart"
SEND_MESSAGE = "msg_reply"
# What a person wrote; every other subtype (edits, deletions, joins, bots) is not a new word of theirs.
_SPOKEN = {"", "file_share", "thread_broadcast"}


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are in the workspace."""

    team: str
    bot_user: str
    bot: str


@dataclass(frozen=True, slots=True)
class Way:
    """How whoever acted can be answered."""

    user: str
    channel: str = ""
    thread: str = ""
    trigger: str = ""
    response_url: str = ""
    in_modal: bool = False
    home: bool = False
    only_you: bool = False  # the act hung on an ephemeral message
    inputs: tuple[str, ...] = ()
    view: str = ""  # the modal or home in which the act was
    hash: str = ""
    callback: str = ""  # what the view is called by us
    previous: str = ""  # the modal under it
    deepest: bool = False  # nothing can be pushed onto it
    # Slack delivers an event again that is not acknowledged; a press, a command or a form it does not.
    redelivered: bool = False
    submission: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    interaction: Interaction
    way: Way


@dataclass(frozen=True, slots=True)
class Unclear:
    """Somebody did something that this release cannot read; they are told."""

    way: Way


def read(body: JsonObject, us: Us) -> Arrival | Unclear | None:
    """Read what Slack delivered; None for what is acknowledged without a word."""
    match body.get("type"):
        case "event_callback":
            return _event(object_of(body.get("event")), us)
        case "block_actions":
            return _pressed(body)
        case "view_submission":
            return _submitted(body)
        case "view_closed":
            return _closed(body)
        case "message_action":
            return _picked(body)
        case None if text_of(body, "command"):
            return _typed(body)
        case _:
            return _unclear(body)


def _user(user: str) -> ChatUser:
    return ChatUser(Platform.SLACK, user)


def _unclear(body: JsonObject) -> Unclear | None:
    way = _way(body)
    return Unclear(way) if way.user else None


def _way(body: JsonObject) -> Way:
    """The way back from an interactive payload."""
    container = object_of(body.get("container"))
    message = object_of(body.get("message"))
    view = object_of(body.get("view"))
    previous = text_of(view, "previous_view_id")
    return Way(
        user=text_of(object_of(body.get("user")), "id") or text_of(body, "user_id"),
        channel=text_of(object_of(body.get("channel")), "id") or text_of(body, "channel_id"),
        thread=text_of(container, "thread_ts") or text_of(message, "thread_ts"),
        trigger=text_of(body, "trigger_id"),
        response_url=text_of(body, "response_url"),
        in_modal=text_of(view, "type") == "modal",
        home=text_of(view, "type") == "home",
        only_you=container.get("is_ephemeral") is True,
        view=text_of(view, "id"),
        hash=text_of(view, "hash"),
        callback=text_of(view, "callback_id"),
        previous=previous,
        deepest=bool(previous) and previous != text_of(view, "root_view_id"),
    )


def _team(body: JsonObject) -> str:
    return text_of(object_of(body.get("team")), "id") or text_of(body, "team_id")


def _event(event: JsonObject, us: Us) -> Arrival | None:
    user = text_of(event, "user")
    if not user or user == us.bot_user:
        return None
    if event.get("type") == "message":
        return _said(event, user, us)
    if event.get("type") == "app_home_opened" and event.get("tab") == "home":
        key = f"slack:opened:{us.team}:{user}:{text_of(event, 'event_ts')}"
        return Arrival(Opened(key, _user(user), ""), Way(user, home=True, redelivered=True))
    return None


def _said(event: JsonObject, user: str, us: Us) -> Arrival | None:
    channel, ts, thread = text_of(event, "channel"), text_of(event, "ts"), text_of(event, "thread_ts")
    ours = text_of(event, "parent_user_id") in {"", us.bot_user}
    spoken = text_of(event, "subtype") in _SPOKEN and not event.get("bot_id") and not event.get("hidden")
    if not (channel and ts and thread and thread != ts and ours and spoken):
        return None
    key = f"slack:said:{us.team}:{channel}:{text_of(event, 'client_msg_id') or ts}"
    message = MessageRef(channel, ts, thread)
    said = Said(key, _user(user), channel, message, message_words(event), reply_files(event.get("files")))
    return Arrival(said, Way(user, channel, thread, redelivered=True))


def _pressed(body: JsonObject) -> Arrival | Unclear | None:
    way = _way(body)
    action = next(iter(objects_of(body.get("actions"))), {})
    if not way.user or not action or text_of(action, "url"):
        return None
    act = decode_act(text_of(action, "value") or text_of(object_of(action.get("selected_option")), "value"))
    if act is None:
        return Unclear(way)
    container = object_of(body.get("container"))
    ts = text_of(container, "message_ts") or text_of(object_of(body.get("message")), "ts")
    place = ts or text_of(container, "view_id")
    names = (_team(body), way.user, way.channel, place, text_of(action, "action_id"), text_of(action, "action_ts"))
    key = f"slack:press:{':'.join(names)}"
    if isinstance(act, Run):
        return Arrival(Typed(key, _user(way.user), way.channel, act.words, way.view if way.in_modal else ""), way)
    message = MessageRef(way.channel, ts, way.thread) if ts else None
    return Arrival(Pressed(key, _user(way.user), way.channel, act, message), way)


def _submitted(body: JsonObject) -> Arrival | None:
    view = object_of(body.get("view"))
    user = text_of(object_of(body.get("user")), "id")
    if not user or not text_of(view, "id"):
        return None
    values, files = entered(view)
    names = (_team(body), text_of(view, "id"), text_of(view, "hash"), text_of(body, "trigger_id"))
    form, token = text_of(view, "callback_id"), text_of(view, "private_metadata")
    key = f"slack:submit:{':'.join(names)}"
    submitted = Submitted(key, _user(user), "", form, token, values, files, text_of(view, "id"))
    inputs = tuple(name for name in input_names(view) if name)
    return Arrival(submitted, replace(_way(body), channel="", inputs=inputs, submission=True))


def _closed(body: JsonObject) -> Arrival | None:
    view = object_of(body.get("view"))
    user = text_of(object_of(body.get("user")), "id")
    form = text_of(view, "callback_id")
    if not user or not form:
        return None
    key = f"slack:closed:{_team(body)}:{text_of(view, 'id')}"
    return Arrival(FormClosed(key, _user(user), "", form, text_of(view, "private_metadata")), Way(user))


def _picked(body: JsonObject) -> Arrival | Unclear | None:
    way = _way(body)
    message = object_of(body.get("message"))
    ts = text_of(message, "ts") or text_of(body, "message_ts")
    if not (way.user and way.channel and ts):
        return None
    if body.get("callback_id") != SEND_MESSAGE:
        return Unclear(way)
    thread = text_of(message, "thread_ts")
    picked = Picked(
        f"slack:pick:{_team(body)}:{way.trigger or text_of(body, 'action_ts')}",
        _user(way.user),
        way.channel,
        MessageRef(way.channel, ts, "" if thread == ts else thread),
        _user("" if message.get("bot_id") else text_of(message, "user")),
        message_words(message),
        reply_files(message.get("files")),
    )
    return Arrival(picked, way)


def _typed(body: JsonObject) -> Arrival | Unclear | None:
    way = _way(body)
    if not way.user:
        return None
    if text_of(body, "command") != COMMAND:
        return Unclear(way)
    key = f"slack:typed:{_team(body)}:{way.trigger}"
    return Arrival(Typed(key, _user(way.user), way.channel, typed_words(text_of(body, "text"))), way)

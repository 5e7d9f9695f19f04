"""Who people are, as Slack's directory says."""

from zoneinfo import available_timezones

from bot.domain.people import ChatUser, Person, Platform, Standing
from bot.ports.clock import Clock
from bot.ports.failures import Failure
from integrations.slack.calls import SlackCalls
from integrations.slack.errors import by_code
from integrations.slack.json_values import JsonObject, object_of, text_of
from integrations.slack.safe_text import one_line

_PAGE = 1000
_MOST_PAGES = 50
_SLACKBOT = "USLACKBOT"
_LONGEST_NAME = 80


class SlackDirectory:
    """Implements `ChatDirectory`."""

    def __init__(self, calls: SlackCalls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock

    async def person(self, user: ChatUser) -> Person:
        answer = await self._calls.read("users.info", user=user.id, include_locale=True)
        return await self._person(object_of(answer.get("user")))

    async def person_by_email(self, email: str) -> Person | None:
        try:
            answer = await self._calls.read("users.lookupByEmail", email=email)
        except Failure as refusal:
            if refusal.code == "users_not_found":
                return None
            raise
        return await self._person(object_of(answer.get("user")))

    async def is_member(self, channel: str, user: ChatUser) -> bool:
        arguments: dict[str, object] = {"channel": channel, "limit": _PAGE}
        for _ in range(_MOST_PAGES):
            answer = await self._calls.read("conversations.members", **arguments)
            members = answer.get("members")
            if isinstance(members, list) and user.id in members:
                return True
            cursor = text_of(object_of(answer.get("response_metadata")), "next_cursor")
            if not cursor:
                break
            arguments["cursor"] = cursor
        return False

    async def channel(self, channel: str) -> str:
        answer = await self._calls.read("conversations.info", channel=channel)
        found = object_of(answer.get("channel"))
        name = one_line(text_of(found, "name"))[:_LONGEST_NAME]
        if found.get("is_archived") is True:
            raise by_code("is_archived", f"#{name}", repeatable=True)
        # Slack would take a card for any public channel, but it sends no events from one that we are not in.
        if found.get("is_member") is not True:
            raise by_code("not_in_channel", f"#{name}", repeatable=True)
        return name

    async def _person(self, user: JsonObject) -> Person:
        us = await self._calls.us()
        profile = object_of(user.get("profile"))
        name = one_line(text_of(profile, "display_name", "real_name") or text_of(user, "real_name", "name"))
        zone = text_of(user, "tz")
        return Person(
            ChatUser(Platform.SLACK, text_of(user, "id")),
            name[:_LONGEST_NAME] or text_of(user, "id"),
            standing(user, us.team),
            zone if zone in available_timezones() else "UTC",
            text_of(user, "locale") or "en-US",
            self._clock.now(),
            text_of(profile, "email") or None,
        )


def standing(user: JsonObject, home: str) -> Standing:
    """What a user is to the workspace `home`.

    Slack leaves many marks out for deactivated accounts and for strangers, so that each is looked for by itself. In
    an Enterprise organisation a colleague's `team_id` may be another workspace's; `enterprise_user` lists them all.
    """
    teams = object_of(user.get("enterprise_user")).get("teams")
    at_home = text_of(user, "team_id") == home or (isinstance(teams, list) and home in teams)
    if user.get("deleted") is True:
        return Standing.DEACTIVATED
    if user.get("is_bot") is True or user.get("is_workflow_bot") is True or user.get("id") == _SLACKBOT:
        return Standing.BOT
    if user.get("is_stranger") is True or not at_home:
        return Standing.STRANGER
    if user.get("is_restricted") is True or user.get("is_ultra_restricted") is True:
        return Standing.GUEST
    return Standing.MEMBER

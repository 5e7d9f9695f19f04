"""Who people are, also when Slack says little about them."""

import pytest

from bot.domain.people import ChatUser, Platform, Standing
from bot.ports.failures import Misconfigured, Permanent, Transient
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.users import UserKind
from integrations.slack.directory import SlackDirectory, standing
from tests.adapters.slack_desk import Desk, a_desk

HOME = "T1"


def of(desk: Desk, user: str) -> ChatUser:
    return ChatUser(Platform.SLACK, user)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (UserKind.MEMBER, Standing.MEMBER),
        (UserKind.MULTI_CHANNEL_GUEST, Standing.GUEST),
        (UserKind.SINGLE_CHANNEL_GUEST, Standing.GUEST),
        (UserKind.STRANGER, Standing.STRANGER),
        (UserKind.BOT, Standing.BOT),
    ],
)
async def test_only_members_are_members(kind: UserKind, expected: Standing) -> None:
    async with a_desk() as desk:
        user = desk.server.workspace.add_user("Pat Person", kind=kind)
        person = await SlackDirectory(desk.calls, desk.clock).person(of(desk, user.id))
        assert person.standing is expected


async def test_a_deactivated_account_of_which_slack_says_little() -> None:
    async with a_desk() as desk:
        user = desk.server.workspace.add_user("Gone Girl", deleted=True)
        person = await SlackDirectory(desk.calls, desk.clock).person(of(desk, user.id))
        assert person.standing is Standing.DEACTIVATED
        assert (person.time_zone, person.language) == ("UTC", "en-US")


async def test_a_person_has_name_zone_language_and_address() -> None:
    async with a_desk() as desk:
        person = await SlackDirectory(desk.calls, desk.clock).person(desk.user)
        assert person.time_zone == "America/Chicago"
        assert person.language == "en-US"
        assert person.email == "ann@acme.example"
        assert person.seen_at.tzinfo is not None
        assert person.name


async def test_a_person_found_by_address_or_not_at_all() -> None:
    async with a_desk() as desk:
        directory = SlackDirectory(desk.calls, desk.clock)
        found = await directory.person_by_email("ann@acme.example")
        assert found is not None
        assert found.user == desk.user
        assert await directory.person_by_email("nobody@acme.example") is None


async def test_membership_is_read_to_the_last_page() -> None:
    async with a_desk() as desk:
        directory = SlackDirectory(desk.calls, desk.clock)
        many = [desk.server.workspace.add_user(f"Member {number}").id for number in range(1100)]
        crowd = desk.server.workspace.add_channel("crowd", *many)
        assert await directory.is_member(crowd.id, of(desk, many[-1]))
        assert not await directory.is_member(crowd.id, desk.user)


async def test_a_channel_is_known_by_its_name_and_refused_where_no_click_would_arrive() -> None:
    async with a_desk() as desk:
        directory = SlackDirectory(desk.calls, desk.clock)
        assert await directory.channel(desk.channel.id) == "support"
        elsewhere = desk.server.workspace.add_channel("elsewhere", with_bot=False)
        with pytest.raises(Misconfigured, match=r"invite it there.*#elsewhere"):
            await directory.channel(elsewhere.id)
        desk.channel.archived = True
        with pytest.raises(Misconfigured, match="archived"):
            await directory.channel(desk.channel.id)
        with pytest.raises(Misconfigured, match="invite it there"):
            await directory.channel("C404")


async def test_an_unknown_user_is_a_definite_no() -> None:
    async with a_desk() as desk:
        with pytest.raises(Permanent):
            await SlackDirectory(desk.calls, desk.clock).person(of(desk, "U404"))


async def test_a_dropped_connection_is_tried_once_more() -> None:
    async with a_desk() as desk:
        directory = SlackDirectory(desk.calls, desk.clock)
        desk.faults.order("slack:users.info", Fault(FaultKind.DROP_BEFORE))
        assert (await directory.person(desk.user)).user == desk.user
        desk.faults.order("slack:users.info", Fault(FaultKind.STATUS, status=429, retry_after=9))
        with pytest.raises(Transient):
            await directory.person(desk.user)


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({"team_id": HOME}, Standing.MEMBER),
        ({"team_id": "T2"}, Standing.STRANGER),
        ({}, Standing.STRANGER),
        ({"team_id": HOME, "is_stranger": True}, Standing.STRANGER),
        # A colleague of the same Enterprise organisation whose first workspace is another one.
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2", HOME]}}, Standing.MEMBER),
        ({"team_id": HOME, "id": "USLACKBOT"}, Standing.BOT),
        ({"team_id": HOME, "is_bot": True, "deleted": True}, Standing.DEACTIVATED),
        ({"team_id": HOME, "is_restricted": "true"}, Standing.MEMBER),
    ],
)
def test_standing(user: dict[str, object], expected: Standing) -> None:
    assert standing(user, HOME) is expected

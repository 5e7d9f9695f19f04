"""Who is who: members, guests, strangers, bots, the deactivated, and their channels."""

from integrations.simulator.slack.installation import SCOPES, Installation
from integrations.simulator.slack.users import UserKind
from tests.simulator.slack_room import a_room, refusal


async def test_auth_test_says_who_the_application_is():
    async with a_room() as room:
        answer = await room.client.auth_test()
        assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (
            room.server.bot_user_id,
            room.server.bot_id,
            room.server.team_id,
        )
        assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_tokens_and_scopes_are_checked():
    async with a_room(installation=Installation(scopes=SCOPES - {"users:read"})) as room:
        assert (await refusal(room.client.auth_test(token="xoxb-wrong")))[0] == "invalid_auth"
        assert (await refusal(room.client.auth_test(token=room.server.app_token)))[0] == "not_allowed_token_type"
        assert (await refusal(room.client.users_list()))[0] == "missing_scope"
        assert (await refusal(room.client.api_call("nonsense.method")))[0] == "unknown_method"
        room.client.token = None
        assert (await refusal(room.client.auth_test()))[0] == "not_authed"


async def test_kinds_of_people_are_told_apart():
    async with a_room() as room:
        add = room.server.workspace.add_user
        guest = add("Guest", kind=UserKind.MULTI_CHANNEL_GUEST)
        single = add("Single", kind=UserKind.SINGLE_CHANNEL_GUEST)
        eve = add("Eve", kind=UserKind.STRANGER)
        other = add("Other", kind=UserKind.BOT)
        gone = add("Gone", deleted=True, email="gone@acme.example")

        async def info(user):
            return (await room.client.users_info(user=user.id, include_locale=True))["user"]

        ann = await info(room.ann)
        assert (ann["tz"], ann["locale"], ann["profile"]["email"]) == ("America/Chicago", "en-US", "ann@acme.example")
        assert (await info(guest))["is_restricted"]
        assert (await info(single))["is_ultra_restricted"]
        stranger = await info(eve)
        assert stranger["is_stranger"]
        assert stranger["team_id"] != room.server.team_id
        assert (await info(other))["is_bot"]
        deactivated = await info(gone)
        assert deactivated["deleted"]
        assert "tz" not in deactivated
        listed = {user["id"] for user in (await room.client.users_list())["members"]}
        assert eve.id not in listed
        assert gone.id in listed
        by_email = room.client.users_lookupByEmail
        assert (await by_email(email="ANN@acme.example"))["user"]["id"] == room.ann.id
        assert (await refusal(by_email(email="gone@acme.example")))[0] == "users_not_found"
        assert (await refusal(room.client.users_info(user="U0NOBODY")))[0] == "user_not_found"


async def test_an_email_needs_its_scope():
    async with a_room(installation=Installation(scopes=SCOPES - {"users:read.email"})) as room:
        assert "email" not in (await room.client.users_info(user=room.ann.id))["user"]["profile"]


async def test_channels_are_listed_as_far_as_the_application_may_see():
    async with a_room() as room:
        workspace = room.server.workspace
        workspace.add_channel("hidden", room.ann.id, private=True, with_bot=False)
        inner = workspace.add_channel("inner", room.ann.id, private=True)
        old = workspace.add_channel("old", room.ann.id)
        old.archived = True

        async def names(**more):
            return [channel["name"] for channel in (await room.client.conversations_list(**more))["channels"]]

        assert await names() == ["support", "old"]
        assert await names(types="public_channel,private_channel", exclude_archived=True) == ["support", "inner"]
        assert (await refusal(room.client.conversations_list(types="nonsense")))[0] == "invalid_types"
        info = (await room.client.conversations_info(channel=inner.id, include_num_members=True))["channel"]
        assert (info["is_private"], info["is_member"], info["num_members"]) == (True, True, 2)
        assert room.ann.id in (await room.client.conversations_members(channel=inner.id))["members"]


async def test_a_shared_channel_says_so():
    async with a_room() as room:
        eve = room.server.workspace.add_user("Eve", kind=UserKind.STRANGER)
        shared = room.server.workspace.add_channel("shared", room.ann.id, eve.id)
        info = (await room.client.conversations_info(channel=shared.id))["channel"]
        assert info["is_ext_shared"]
        assert eve.team_id in info["shared_team_ids"]


async def test_joining_needs_its_scope_and_a_public_channel():
    async with a_room() as room:
        assert (await refusal(room.client.conversations_join(channel=room.channel.id)))[0] == "missing_scope"
    async with a_room(installation=Installation(scopes=SCOPES | {"channels:join", "team:read"})) as room:
        other = room.server.workspace.add_channel("other", room.ann.id, with_bot=False)
        inner = room.server.workspace.add_channel("inner", room.ann.id, private=True)
        await room.client.conversations_join(channel=other.id)
        assert room.server.bot_user_id in other.members
        join = room.client.conversations_join(channel=inner.id)
        assert (await refusal(join))[0] == "method_not_supported_for_channel_type"
        assert (await room.client.team_info())["team"]["id"] == room.server.team_id


async def test_a_direct_conversation_is_opened_once():
    async with a_room() as room:
        open_with = room.client.conversations_open
        first = await open_with(users=room.ann.id)
        again = await open_with(users=room.ann.id)
        assert first["channel"]["id"] == again["channel"]["id"]
        assert again["already_open"]
        gone = room.server.workspace.add_user("Gone", deleted=True)
        assert (await refusal(open_with(users=gone.id)))[0] == "user_disabled"
        assert (await refusal(open_with(users="U0NOBODY")))[0] == "user_not_found"


async def test_groups_and_bots_can_be_looked_up():
    async with a_room() as room:
        group = room.server.workspace.add_group("us-agents", room.ann.id)
        listed = (await room.client.usergroups_list(include_users=True))["usergroups"]
        assert listed[0]["users"] == [room.ann.id]
        assert (await room.client.usergroups_users_list(usergroup=group.id))["users"] == [room.ann.id]
        assert (await refusal(room.client.usergroups_users_list(usergroup="S0")))[0] == "no_such_subteam"
        assert (await room.client.bots_info(bot=room.server.bot_id))["bot"]["user_id"] == room.server.bot_user_id
        assert (await refusal(room.client.api_test(error="on_purpose")))[0] == "on_purpose"

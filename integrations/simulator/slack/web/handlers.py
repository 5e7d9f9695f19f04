"""Which part of the stand-in answers which method."""

from collections.abc import Mapping

from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.web.arguments import Arguments
from integrations.simulator.slack.web.chat import Chat
from integrations.simulator.slack.web.conversations import Conversations
from integrations.simulator.slack.web.directory import Directory
from integrations.simulator.slack.web.dispatch import Handler
from integrations.simulator.slack.web.modals import Modals
from integrations.simulator.slack.web.reactions import Reactions
from integrations.simulator.slack.web.uploads import Uploads


def all_handlers(
    *,
    chat: Chat,
    conversations: Conversations,
    directory: Directory,
    modals: Modals,
    uploads: Uploads,
    reactions: Reactions,
    apps_connections_open: Handler,
) -> Mapping[str, Handler]:
    """One handler for every name in the table of methods."""
    return {
        "api.test": _api_test,
        "auth.test": directory.auth_test,
        "apps.connections.open": apps_connections_open,
        "team.info": directory.team,
        "bots.info": directory.bot,
        "blocks.validate": modals.validate,
        "chat.postMessage": chat.post,
        "chat.update": chat.update,
        "chat.delete": chat.delete,
        "chat.postEphemeral": chat.post_ephemeral,
        "chat.getPermalink": chat.permalink,
        "conversations.info": conversations.info,
        "conversations.list": conversations.listing,
        "conversations.members": conversations.members,
        "conversations.history": conversations.history,
        "conversations.replies": conversations.replies,
        "conversations.open": conversations.open,
        "conversations.join": conversations.join,
        "users.info": directory.user,
        "users.list": directory.users,
        "users.lookupByEmail": directory.by_email,
        "usergroups.list": directory.groups,
        "usergroups.users.list": directory.group_users,
        "views.open": modals.open,
        "views.push": modals.push,
        "views.update": modals.update,
        "views.publish": modals.publish,
        "files.getUploadURLExternal": uploads.url,
        "files.completeUploadExternal": uploads.complete,
        "files.info": uploads.info,
        "reactions.add": reactions.add,
        "reactions.get": reactions.get,
        "reactions.remove": reactions.remove,
    }


def _api_test(arguments: Arguments) -> JsonObject:
    if arguments.has("error"):
        raise SlackError(arguments.text("error"))
    return {"args": arguments.values}

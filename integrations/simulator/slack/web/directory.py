"""users.*, usergroups.*, team.info, bots.info, auth.test: who is who."""

from dataclasses import dataclass

from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.users import User, UserKind
from integrations.simulator.slack.web.arguments import Arguments
from integrations.simulator.slack.workspace import UserGroup, Workspace


@dataclass(slots=True)
class Directory:
    workspace: Workspace

    def auth_test(self, arguments: Arguments) -> JsonObject:
        del arguments
        installation = self.workspace.installation
        return {
            "url": f"https://{installation.team_domain}.slack.com/",
            "team": installation.team_name,
            "user": installation.app_name.lower(),
            "team_id": installation.team_id,
            "user_id": installation.bot_user_id,
            "bot_id": installation.bot_id,
            "is_enterprise_install": False,
        }

    def team(self, arguments: Arguments) -> JsonObject:
        installation = self.workspace.installation
        if arguments.text("team") not in {"", installation.team_id}:
            raise SlackError("team_not_found")
        return {
            "team": {
                "id": installation.team_id,
                "name": installation.team_name,
                "domain": installation.team_domain,
                "email_domain": "",
                "icon": {"image_default": True},
            }
        }

    def bot(self, arguments: Arguments) -> JsonObject:
        for user in self.workspace.users.values():
            if user.bot_id and user.bot_id == (arguments.text("bot") or self.workspace.installation.bot_id):
                shown = {"id": user.bot_id, "deleted": user.deleted, "name": user.real_name, "user_id": user.id}
                return {"bot": shown | {"app_id": self.workspace.installation.app_id, "updated": 1_760_000_000}}
        raise SlackError("bot_not_found")

    def user(self, arguments: Arguments) -> JsonObject:
        user = self.workspace.user(arguments.text("user"))
        return {"user": self._shown(user, arguments)}

    def users(self, arguments: Arguments) -> JsonObject:
        own = [user for user in self.workspace.users.values() if user.kind is not UserKind.STRANGER]
        page, cursor = arguments.page(own)
        return {
            "members": [self._shown(user, arguments) for user in page],
            "cache_ts": int(self.workspace.clock.now().timestamp()),
            "response_metadata": {"next_cursor": cursor},
        }

    def by_email(self, arguments: Arguments) -> JsonObject:
        wanted = arguments.text("email").lower()
        for user in self.workspace.users.values():
            hidden = user.deleted or user.kind in {UserKind.STRANGER, UserKind.BOT}
            if user.email.lower() == wanted and not hidden:
                return {"user": self._shown(user, arguments)}
        raise SlackError("users_not_found")

    def groups(self, arguments: Arguments) -> JsonObject:
        with_users = arguments.flag("include_users")
        return {"usergroups": [self._group(group, with_users) for group in self.workspace.groups.values()]}

    def group_users(self, arguments: Arguments) -> JsonObject:
        group = self.workspace.groups.get(arguments.text("usergroup"))
        if group is None:
            raise SlackError("no_such_subteam")
        return {"users": list(group.users)}

    def _shown(self, user: User, arguments: Arguments) -> JsonObject:
        return user.as_json(
            self.workspace.clock.now(),
            with_email="users:read.email" in self.workspace.installation.scopes,
            with_locale=arguments.flag("include_locale"),
        )

    def _group(self, group: UserGroup, with_users: bool) -> JsonObject:  # noqa: FBT001 - private, one caller
        shown: JsonObject = {
            "id": group.id,
            "team_id": self.workspace.installation.team_id,
            "is_usergroup": True,
            "name": group.name,
            "handle": group.handle,
            "date_delete": 0,
            "user_count": len(group.users),
        }
        return shown | ({"users": list(group.users)} if with_users else {})

"""Answers through the `response_url` of an interaction: five times within half an hour, by whoever knows it."""

import json
from dataclasses import dataclass

from aiohttp import web

from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.json_values import JsonObject, object_of
from integrations.simulator.slack.posting import Posting
from integrations.simulator.slack.records import Journal, RecordKind
from integrations.simulator.slack.triggers import ResponseUrl, Rights
from integrations.simulator.slack.web.arguments import Arguments
from integrations.simulator.slack.web.chat import read_content
from integrations.simulator.slack.workspace import Workspace

METHOD = "response_url"


@dataclass(slots=True)
class ResponseUrls:
    workspace: Workspace
    posting: Posting
    rights: Rights
    journal: Journal

    async def respond(self, name: str, request: web.Request) -> web.Response:
        """Serve `POST /response/...`; a refusal has status 404 for a spent URL and 400 otherwise."""
        del name
        try:
            body = object_of(json.loads(await request.text()))
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        try:
            url = self.rights.use_url(request.match_info["secret"])
            self.act(url, body)
        except SlackError as refusal:
            self.journal.note(RecordKind.REFUSED, method=METHOD, error=refusal.code, messages=list(refusal.messages))
            spent = refusal.code in {"expired_url", "used_url"}
            return web.json_response(refusal.as_json(), status=404 if spent else 400)
        return web.json_response({"ok": True})

    def answer_at_once(self, channel: str, user: str, answer: JsonObject) -> None:
        """Show what a command was acknowledged with; an answer that Slack would refuse is recorded as refused."""
        url = self.rights.use_url(self.rights.new_url(channel, user))
        try:
            self.act(url, answer)
        except SlackError as refusal:
            self.journal.note(RecordKind.REFUSED, method="command", error=refusal.code, messages=list(refusal.messages))

    def act(self, url: ResponseUrl, body: JsonObject) -> None:
        """Do what a response asks for; raises Slack's refusals of the content."""
        arguments = Arguments(body)
        channel = self.workspace.channels[url.channel]
        original = self.workspace.ephemeral(url.user, url.channel, url.ts) if url.ephemeral else channel.find(url.ts)
        if arguments.flag("delete_original"):
            if original is not None and url.ephemeral:
                self.workspace.ephemerals[url.user].remove(original)
                self.journal.note(
                    RecordKind.DELETED, method=METHOD, channel=channel.id, ts=original.ts, user=url.user, ephemeral=True
                )
            elif original is not None:
                self.posting.delete(original, by=self.workspace.installation.bot_user_id, method=METHOD)
            return
        content = read_content(self.workspace, arguments)
        if arguments.flag("replace_original") and original is not None:
            if url.ephemeral:
                original.content = content
                self.journal.note(
                    RecordKind.UPDATED,
                    method=METHOD,
                    channel=channel.id,
                    ts=original.ts,
                    user=url.user,
                    text=content.text,
                    blocks=content.blocks,
                    ephemeral=True,
                )
            else:
                bot = self.workspace.installation.bot_user_id
                self.posting.edit(original, content, by=bot, method=METHOD, metadata=None)
        elif arguments.text("response_type") == "in_channel":
            thread = arguments.text("thread_ts") or url.thread_ts
            self.posting.post(channel, self.posting.bot(), content, method=METHOD, thread_ts=thread)
        else:
            self.posting.post_ephemeral(channel, url.user, content, method=METHOD, thread_ts=url.thread_ts)

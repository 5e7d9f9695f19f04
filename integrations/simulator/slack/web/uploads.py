"""files.*: the three steps of an upload, and reading a file back."""

import mimetypes
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import hdrs, web

from integrations.simulator.clock import MovableClock
from integrations.simulator.slack.background import Background
from integrations.simulator.slack.blocks.identity import with_ids
from integrations.simulator.slack.blocks.surfaces import check_message_blocks
from integrations.simulator.slack.channels import Channel
from integrations.simulator.slack.errors import SlackError
from integrations.simulator.slack.files import File
from integrations.simulator.slack.json_values import JsonObject, objects_of, text_of
from integrations.simulator.slack.messages import Content
from integrations.simulator.slack.posting import Posting
from integrations.simulator.slack.records import Journal, RecordKind
from integrations.simulator.slack.web.arguments import Arguments
from integrations.simulator.slack.workspace import Workspace

MOST_BYTES = 50 * 1024 * 1024
_LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to your workspace</body></html>"
)


@dataclass(slots=True)
class Slot:
    """A place to send one file's bytes to."""

    id: str
    name: str
    length: int
    content: bytes | None = None


@dataclass(slots=True)
class Uploads:
    """`processing_seconds`: how long Slack works on a file after the last step, before anybody sees it."""

    clock: MovableClock
    workspace: Workspace
    posting: Posting
    journal: Journal
    background: Background
    processing_seconds: float
    _slots: dict[str, Slot] = field(default_factory=dict)

    def url(self, arguments: Arguments) -> JsonObject:
        length = arguments.number("length", 0)
        if length < 1:
            raise SlackError("invalid_arguments", "[ERROR] must be more than 0 [json-pointer:/length]")
        if length > MOST_BYTES:
            raise SlackError("file_upload_size_restricted")
        ticket = secrets.token_hex(16)
        slot = Slot(self.workspace.new_id("F"), arguments.text("filename"), length)
        self._slots[ticket] = slot
        return {"upload_url": f"{self.workspace.base_url}/upload/v1/{ticket}", "file_id": slot.id}

    async def receive(self, name: str, request: web.Request) -> web.Response:
        """The second step: the bytes themselves, raw or as a form's file."""
        del name
        slot = self._slots.get(request.match_info["ticket"])
        if slot is None:
            raise web.HTTPNotFound
        content = await _content_of(request)
        if len(content) != slot.length:
            return web.Response(status=400, text=f"length {len(content)} is not the announced {slot.length}")
        slot.content = content
        return web.Response(text=f"OK - {len(content)}")

    def complete(self, arguments: Arguments) -> JsonObject:
        wanted = objects_of(arguments.structure("files"))
        if not wanted:
            raise SlackError("invalid_arguments", "[ERROR] missing required field: files")
        channels = self._channels(arguments)
        blocks = []
        if arguments.has("blocks") and not arguments.has("initial_comment"):
            blocks = self._blocks(arguments)
        files = [self._finish(entry) for entry in wanted]
        comment = Content(arguments.text("initial_comment"), blocks)
        self.background.start(self._process(files, channels, comment, arguments.text("thread_ts")))
        return {"files": [file.as_json(whole=True) for file in files]}

    def info(self, arguments: Arguments) -> JsonObject:
        file = self.workspace.files.get(arguments.text("file"))
        if file is None:
            raise SlackError("file_not_found")
        return {"file": file.as_json(whole=True) | {"shares": self._shares(file)}, "comments": []}

    async def download(self, name: str, request: web.Request) -> web.Response:
        """A private file. Without the right token Slack shows its sign-in page, with status 200."""
        del name
        file = self.workspace.files.get(request.match_info["place"].partition("-")[2])
        installation = self.workspace.installation
        authorized = request.headers.get(hdrs.AUTHORIZATION) == f"Bearer {installation.bot_token}"
        if not authorized or "files:read" not in installation.scopes:
            return web.Response(text=_LOGIN_PAGE, content_type="text/html")
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, headers={hdrs.CONTENT_TYPE: file.mimetype})

    def _blocks(self, arguments: Arguments) -> list[JsonObject]:
        try:
            return with_ids(check_message_blocks(arguments.structure("blocks"), self.workspace.file_is_ready))
        except SlackError as refusal:
            # This method knows one code for everything that is wrong with blocks.
            raise SlackError("invalid_blocks", *refusal.messages) from None

    def _channels(self, arguments: Arguments) -> list[Channel]:
        names = [*arguments.text("channels").split(","), arguments.text("channel_id")]
        channels = [self.workspace.seen_by_bot(name) for name in names if name]
        if any(self.workspace.installation.bot_user_id not in channel.members for channel in channels):
            raise SlackError("not_in_channel")
        return channels

    def _finish(self, entry: JsonObject) -> File:
        file_id = text_of(entry, "id")
        ticket = next((name for name, slot in self._slots.items() if slot.id == file_id and slot.content), None)
        if ticket is None:
            raise SlackError("file_not_found")
        slot = self._slots.pop(ticket)
        installation = self.workspace.installation
        file = File(
            slot.id,
            slot.name,
            text_of(entry, "title") or slot.name,
            mimetypes.guess_type(slot.name)[0] or "application/octet-stream",
            slot.content or b"",
            installation.bot_user_id,
            installation.team_id,
            int(self.clock.now().timestamp()),
            self.workspace.base_url,
            ready=False,
        )
        self.workspace.remember_file(file)
        return file

    async def _process(self, files: list[File], channels: list[Channel], comment: Content, thread_ts: str) -> None:
        if self.processing_seconds:
            await self.clock.sleep(self.processing_seconds)
        for file in files:
            file.ready = True
            file.channels = tuple(channel.id for channel in channels)
        for channel in channels:
            named = channel.find(thread_ts)
            message = self.posting.post(
                channel,
                self.posting.bot(),
                comment,
                method="files.completeUploadExternal",
                thread_ts=named.thread_ts or named.ts if named else "",
                files=files,
                subtype="file_share",
            )
            self._note(files, channel.id, message.ts, message.thread_ts)
        if not channels:
            self._note(files, "", "", "")

    def _note(self, files: list[File], channel: str, ts: str, thread_ts: str) -> None:
        for file in files:
            self.journal.note(
                RecordKind.FILE_UPLOADED,
                method="files.completeUploadExternal",
                channel=channel,
                ts=ts,
                user=file.user,
                file=file.id,
                name=file.name,
                size=len(file.content),
                thread_ts=thread_ts,
            )

    def _shares(self, file: File) -> Mapping[str, object]:
        shares: dict[str, dict[str, list[JsonObject]]] = {}
        for channel_id in file.channels:
            channel = self.workspace.channels[channel_id]
            kind = "private" if channel.as_json(bot="").get("is_private") else "public"
            for message in channel.messages():
                if file in message.files:
                    share: JsonObject = {"ts": message.ts, "channel_name": channel.name}
                    share |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
                    shares.setdefault(kind, {}).setdefault(channel.id, []).append(share)
        return shares


async def _content_of(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""

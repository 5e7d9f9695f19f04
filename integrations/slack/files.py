"""Files into threads, each once, and agents' files out of Slack."""

from datetime import timedelta
from urllib.parse import urlsplit

import aiohttp

from bot.domain.mails import Attachment
from bot.domain.people import ChatUser
from bot.domain.replies import ReplyFile
from bot.ports.chat import Intent
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured, Permanent, Transient
from integrations.slack.attached import file_name
from integrations.slack.calls import SlackCalls
from integrations.slack.json_values import JsonObject, number_of, object_of, objects_of, text_of
from integrations.slack.looking import messages
from integrations.slack.posting import early

_HOSTS = ("files.slack.com", "slack.com", "slack-files.com", "files.slack-gov.com")
_OK = 200
_SERVER_ERROR = 500
_HTML = "text/html"


class SlackFiles:
    """Implements `ChatFiles`. `patience` is for the bytes of one file, both ways, in seconds."""

    def __init__(
        self,
        calls: SlackCalls,
        clock: Clock,
        *,
        patience: float = 60.0,
        settle: timedelta = timedelta(seconds=5),
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=patience)
        self._settle = settle

    async def send(self, channel: str, thread: str, file: Attachment, intent: Intent) -> str:
        """Put a file into a thread, once. Raises `MessageGone` when the thread does not exist.

        A file cannot carry a key. After a lost answer the thread is searched for a file of ours with this name and
        size that is not older than the first attempt. The thread is looked at in any case, because Slack shares a
        file with the whole channel if the thread's first message is gone.
        """
        name = file_name(file.name)
        now = self._clock.now()
        if intent.first_tried_at is not None and (wait := early(intent.first_tried_at, now, self._settle)):
            raise Transient("the last attempt may still be landing", retry_after=wait)
        since = intent.first_tried_at
        us = await self._calls.us()
        async for message in messages(self._calls, channel, thread, since or now):
            if since is None or text_of(message, "user") != us.bot_user:
                continue
            for shared in objects_of(message.get("files")):
                if text_of(shared, "name") == name and number_of(shared, "size") == file.size:
                    return text_of(shared, "id")
        return await self._upload(name, file.content, channel_id=channel, thread_ts=thread)

    async def hand(self, user: ChatUser, file: Attachment) -> None:
        opened = await self._calls.read("conversations.open", users=user.id)
        direct = text_of(object_of(opened.get("channel")), "id")
        await self._upload(file_name(file.name), file.content, channel_id=direct)

    async def _upload(self, name: str, content: bytes, **shared_with: str) -> str:
        # Until the last step nobody sees anything: the first two may be repeated at will.
        place = await self._calls.read("files.getUploadURLExternal", filename=name, length=len(content))
        await self._put(text_of(place, "upload_url"), content)
        identity = text_of(place, "file_id")
        await self._calls.write(
            "files.completeUploadExternal",
            files=[{"id": identity, "title": name}],
            **shared_with,
        )
        return identity

    async def _put(self, address: str, content: bytes) -> None:
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout) as session,
                session.post(address, data=content, proxy=self._calls.writer.proxy) as response,
            ):
                status = response.status
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise Transient(f"Slack did not take the file ({type(error).__name__})") from error
        if status >= _SERVER_ERROR:
            raise Transient(f"Slack did not take the file (HTTP {status})")
        if status != _OK:
            raise Permanent(f"Slack refused the file (HTTP {status})")

    async def fetch(self, file: ReplyFile, *, most: int) -> Attachment:
        described = await self._described(file.chat_file)
        if number_of(described, "size") > most:
            raise Permanent("the file is larger than a Walmart reply may carry", code="too_large")
        address = text_of(described, "url_private_download", "url_private")
        if described.get("is_external") is True or not self._is_slacks(address):
            # The bot's token goes with the request; it must never reach another host.
            raise Permanent("the file is kept outside Slack; attach the file itself", code="external")
        claimed = text_of(described, "mimetype") or file.content_type
        content, content_type = await self._get(address, most)
        if content_type.startswith(_HTML) and not claimed.startswith(_HTML):
            raise Misconfigured("Slack showed its sign-in page: the app may not read files (files:read)")
        return Attachment(file_name(text_of(described, "name") or file.name), claimed, content)

    async def _described(self, identity: str) -> JsonObject:
        try:
            answer = await self._calls.read("files.info", file=identity)
        except Failure as refusal:
            if refusal.code in {"file_not_found", "file_deleted", "not_visible"}:
                raise Permanent("the file was deleted in Slack", code=refusal.code) from refusal
            raise
        return object_of(answer.get("file"))

    def _is_slacks(self, address: str) -> bool:
        try:
            asked, own = urlsplit(address), urlsplit(self._calls.api_url)
        except ValueError:
            return False
        host = asked.hostname or ""
        if (host, asked.port) == (own.hostname, own.port):
            return True
        return asked.scheme == "https" and any(host == known or host.endswith(f".{known}") for known in _HOSTS)

    async def _get(self, address: str, most: int) -> tuple[bytes, str]:
        headers = {"Authorization": f"Bearer {self._calls.bot_token.reveal()}"}
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout) as session,
                session.get(
                    address, headers=headers, allow_redirects=False, proxy=self._calls.reader.proxy
                ) as response,
            ):
                _raise_for(response.status)
                content = await response.content.read(most + 1)
                while len(content) <= most and (more := await response.content.read(most + 1 - len(content))):
                    content += more
                content_type = response.content_type
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Transient(f"Slack did not hand out the file ({type(error).__name__})") from error
        if len(content) > most:
            raise Permanent("the file is larger than a Walmart reply may carry", code="too_large")
        return content, content_type


def _raise_for(status: int) -> None:
    if status == _OK:
        return
    if status >= _SERVER_ERROR or status == 429:  # noqa: PLR2004 - too many requests
        raise Transient(f"Slack did not hand out the file (HTTP {status})")
    if status in {404, 410}:
        raise Permanent("the file was deleted in Slack", code="file_deleted")
    # A redirection leads to the sign-in page.
    raise Misconfigured(f"the app may not read files in Slack (HTTP {status}); install it again with files:read")

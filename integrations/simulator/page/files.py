"""Files that people in the simulation have sent to each other, given to the browser without trusting them.

Only pictures are shown; anything else can merely be saved. The name and the type were chosen by whoever sent the
file, so neither reaches a header as it is.
"""

import re
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from integrations.simulator.correspondence import Correspondence
from integrations.simulator.slack.server import SlackServer

_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Files:
    slack: SlackServer
    correspondence: Correspondence

    async def of_slack(self, request: web.Request) -> web.Response:
        file = self.slack.workspace.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        return _answer(file.name, file.content)

    async def of_letter(self, request: web.Request) -> web.Response:
        """A file in a letter that a buyer wrote: `sent/<number of the letter>/<number of the file>`."""
        try:
            letter = self.correspondence.written[int(request.match_info["mail"])]
            attachment = letter.attachments[int(request.match_info["file"])]
        except (IndexError, ValueError):
            raise web.HTTPNotFound from None
        return _answer(attachment.name, attachment.content)

    async def of_reply(self, request: web.Request) -> web.Response:
        """A file in a mail that reached a buyer: `received/<buyer>/<number of the mail>/<number of the file>`."""
        try:
            mails = self.correspondence.buyers[request.match_info["buyer"]].mailbox.mails
            attachment = mails[int(request.match_info["mail"])].attachments[int(request.match_info["file"])]
        except (KeyError, IndexError, ValueError):
            raise web.HTTPNotFound from None
        return _answer(attachment.name, attachment.content)


def _answer(name: str, content: bytes) -> web.Response:
    picture = next((kind for start, kind in _PICTURES.items() if content.startswith(start)), "")
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    if not picture:
        headers["Content-Disposition"] = f'attachment; filename="{_safe(name)}"'
    return web.Response(
        body=content,
        content_type=picture or "application/octet-stream",
        headers=headers,
        status=HTTPStatus.OK,
    )


def _safe(name: str) -> str:
    """The name without anything that ends a header, climbs out of a folder or hides the file."""
    return _UNSAFE.sub("_", name).lstrip("._")[:100] or "file"

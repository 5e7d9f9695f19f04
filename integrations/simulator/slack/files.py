"""Files that were uploaded, by the application or by a person."""

from dataclasses import dataclass

from integrations.simulator.slack.json_values import JsonObject


@dataclass(slots=True)
class File:
    id: str
    name: str
    title: str
    mimetype: str
    content: bytes
    user: str
    team: str
    created: int  # seconds since the epoch
    base_url: str  # of the stand-in, without a slash at the end
    ready: bool = True  # Slack works on an upload for a while; until then blocks may not show it
    foreign: bool = False  # belongs to a stranger: events carry a stub, files.info tells the rest
    channels: tuple[str, ...] = ()

    @property
    def filetype(self) -> str:
        ending = self.name.rpartition(".")[2].lower()
        return ending if ending != self.name.lower() else "binary"

    @property
    def url_private(self) -> str:
        return f"{self.base_url}/files-pri/{self.team}-{self.id}/{self.url_name}"

    @property
    def permalink(self) -> str:
        return f"{self.base_url}/files/{self.user}/{self.id}/{self.url_name}"

    @property
    def url_name(self) -> str:
        # Slack builds the address from an ASCII version of the name.
        kept = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in self.name.lower())
        return kept[:80] or "file"

    def as_json(self, *, whole: bool = False) -> JsonObject:
        """The file as a message shows it; `whole` is what `files.info` answers, stub or not."""
        if self.foreign and not whole:
            return {"id": self.id, "mode": "file_access", "file_access": "check_file_info", "created": self.created}
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype if self.ready else "",
            "filetype": self.filetype if self.ready else "",
            "pretty_type": self.filetype.upper(),
            "user": self.user,
            "user_team": self.team,
            "editable": False,
            "size": len(self.content),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "url_private": self.url_private,
            "url_private_download": self.url_private.replace("/files-pri/", "/files-pri/download/", 1),
            "permalink": self.permalink,
            "channels": list(self.channels),
            "file_access": "visible",
            "has_rich_preview": False,
        }

"""The stand-in for Slack: one server on the loopback interface that speaks the Web API and Socket Mode."""

from collections.abc import AsyncIterator
from datetime import timedelta

from aiohttp import web

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.slack.events import Events
from integrations.simulator.slack.installation import Installation
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.messages import Message
from integrations.simulator.slack.payloads import Payloads
from integrations.simulator.slack.people.forms import Forms
from integrations.simulator.slack.people.interactivity import Interactivity
from integrations.simulator.slack.people.person import Person
from integrations.simulator.slack.people.presses import Presses
from integrations.simulator.slack.people.reach import Reach
from integrations.simulator.slack.posting import Posting
from integrations.simulator.slack.rates import Rates
from integrations.simulator.slack.records import Journal, Record
from integrations.simulator.slack.socket_mode import SocketMode
from integrations.simulator.slack.triggers import Rights
from integrations.simulator.slack.views import View, Views
from integrations.simulator.slack.web.arguments import Arguments
from integrations.simulator.slack.web.chat import Chat
from integrations.simulator.slack.web.conversations import Conversations
from integrations.simulator.slack.web.directory import Directory
from integrations.simulator.slack.web.dispatch import WebApi
from integrations.simulator.slack.web.handlers import all_handlers
from integrations.simulator.slack.web.modals import Modals
from integrations.simulator.slack.web.reactions import Reactions
from integrations.simulator.slack.web.response_urls import ResponseUrls
from integrations.simulator.slack.web.uploads import MOST_BYTES, Uploads
from integrations.simulator.slack.workspace import Workspace


class SlackServer:
    """`limits=False` switches the rate limits off, for tests of other things.

    `processing_seconds` is how long an uploaded file stays invisible after the upload has ended, `patience_seconds` how
    long Slack waits for an acknowledgement and a trigger lives. Limits, deadlines
    and lives all run on `clock`. Faults are ordered at `slack:<method>`, `slack:response_url`, `slack:upload`,
    `slack:download` and, for each envelope sent to the application, `slack:socket`.
    """

    def __init__(
        self,
        clock: MovableClock,
        faults: Faults,
        *,
        installation: Installation | None = None,
        limits: bool = True,
        post_burst: int = 3,
        processing_seconds: float = 0.2,
        patience_seconds: float = 3.0,
    ) -> None:
        self.installation = installation or Installation()
        self.clock = clock
        self.faults = faults
        self.journal = Journal(clock)
        self.workspace = Workspace(clock, self.installation)
        self.rates = Rates(clock, post_burst=post_burst, enabled=limits)
        self.socket = SocketMode(clock, faults, self.journal, self.installation.app_id, patience_seconds)
        self.events = Events(clock, self.installation, self.socket)
        self.posting = Posting(self.workspace, self.journal, self.events.announce)
        self.views = Views()
        self._rights = Rights(clock, timedelta(seconds=patience_seconds))
        self._payloads = Payloads(clock, self.installation, self._rights)
        self._interactivity = Interactivity(self.socket, self.views, self.journal)
        self._answers = ResponseUrls(self.workspace, self.posting, self._rights, self.journal)
        self._uploads = Uploads(
            clock, self.workspace, self.posting, self.journal, self.socket.background, processing_seconds
        )
        self._handlers = all_handlers(
            chat=Chat(self.workspace, self.posting, self.rates),
            conversations=Conversations(self.workspace, self.events),
            directory=Directory(self.workspace),
            modals=Modals(self.workspace, self.views, self._rights, self.journal),
            uploads=self._uploads,
            reactions=Reactions(self.workspace, self.posting),
            apps_connections_open=self._open_connection,
        )
        self._api = WebApi(clock, faults, self.journal, self.rates, self.installation, self._handlers)
        self._runner: web.AppRunner | None = None
        self._base_url = ""

    @property
    def api_url(self) -> str:
        """What the application takes as Slack's address; ends with a slash."""
        return f"{self._base_url}/api/"

    @property
    def bot_token(self) -> str:
        return self.installation.bot_token

    @property
    def app_token(self) -> str:
        return self.installation.app_token

    @property
    def team_id(self) -> str:
        return self.installation.team_id

    @property
    def bot_user_id(self) -> str:
        return self.installation.bot_user_id

    @property
    def bot_id(self) -> str:
        return self.installation.bot_id

    @property
    def records(self) -> list[Record]:
        return self.journal.records

    def methods(self) -> set[str]:
        """The names of the Web API methods that are answered."""
        return set(self._handlers)

    def changes(self) -> AsyncIterator[int]:
        """Yield whenever something visible has changed; see `Journal.changes`."""
        return self.journal.changes()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        application = web.Application(client_max_size=MOST_BYTES + 1024 * 1024)
        application.add_routes(
            [
                web.route("*", "/api/{method}", self._api.serve),
                web.get("/link/", self.socket.accept),
                web.post("/response/{secret:.+}", self._respond),
                web.post("/upload/v1/{ticket}", self._receive),
                web.get("/files-pri/{place}/{name}", self._download),
                web.get("/files-pri/download/{place}/{name}", self._download),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound_host, bound_port = self._runner.addresses[0][:2]
        self._base_url = f"http://{bound_host}:{bound_port}"
        self.workspace.base_url = self._payloads.base_url = self._base_url

    async def stop(self) -> None:
        self._api.release()
        await self.socket.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _open_connection(self, arguments: Arguments) -> JsonObject:
        del arguments
        address = self._base_url.replace("http://", "ws://", 1)
        return {"url": f"{address}/link/?ticket={self.socket.new_ticket()}&app_id={self.installation.app_id}"}

    def person(self, user_id: str) -> Person:
        """The hands of a user of the workspace."""
        user = self.workspace.user(user_id)
        reach = Reach(self.workspace, self.views, user)
        return Person(
            user,
            reach,
            self.posting,
            self.events,
            self._payloads,
            self._interactivity,
            self._answers,
            Presses(reach, self._payloads, self._interactivity),
            Forms(reach, self._payloads, self._interactivity),
        )

    def messages(self, channel: str) -> list[Message]:
        """What is seen in a channel, oldest first, without the replies in threads."""
        return self.workspace.channels[channel].history()

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A thread: its root and the replies, oldest first."""
        return self.workspace.channels[channel].thread(ts)

    def ephemerals(self, user: str) -> list[Message]:
        """The only-you messages that a person has been shown, oldest first."""
        return list(self.workspace.ephemerals.get(user, []))

    def open_view(self, user: str) -> View | None:
        """The modal that a person looks at."""
        return self.views.top(user)

    def home(self, user: str) -> View | None:
        """The home tab that was published for a person."""
        return self.views.homes.get(user)

    async def _respond(self, request: web.Request) -> web.Response:
        return await self._api.guarded("response_url", request, self._answers.respond)

    async def _receive(self, request: web.Request) -> web.Response:
        return await self._api.guarded("upload", request, self._uploads.receive)

    async def _download(self, request: web.Request) -> web.Response:
        return await self._api.guarded("download", request, self._uploads.download)

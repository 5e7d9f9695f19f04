"""The web page of the simulator: static files, the state of the world, its changes as they come, and acts upon it."""

from collections.abc import Mapping
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

from aiohttp import web

from integrations.simulator.correspondence import NotWritableError
from integrations.simulator.page.app_features import AppFeatures
from integrations.simulator.page.asked import Asked, NotUnderstoodError
from integrations.simulator.page.buyer_acts import BuyerActs
from integrations.simulator.page.files import Files
from integrations.simulator.page.guard import Handler, guard, protect
from integrations.simulator.page.order_acts import OrderActs
from integrations.simulator.page.slack_acts import SlackActs
from integrations.simulator.page.slack_state import SlackState
from integrations.simulator.page.state import State
from integrations.simulator.page.watching import Watching
from integrations.simulator.page.world_acts import WorldActs
from integrations.simulator.shop import Shop
from integrations.simulator.slack.errors import NotPossibleError, SlackError

STATIC = Path(__file__).parent / "static"
# Five files of five megabytes in base64, and what is written around them.
MOST_BYTES = 48 * 1024 * 1024
IPV6 = 6

_Act = TypeVar("_Act")


class Page:
    """Can be started once more after `stop`; `url` is known after `start` and ends with a slash."""

    def __init__(self, shop: Shop, features: AppFeatures | None = None) -> None:
        self.url = ""
        self._watching = Watching(shop)
        self._state = State(shop, SlackState(shop.slack, features or AppFeatures()))
        self._files = Files(shop.slack, shop.correspondence)
        self._slack = SlackActs(shop.slack)
        self._slack_acts = self._slack.all()
        self._other_acts = {
            "buyers": BuyerActs(shop.correspondence).all(),
            "orders": OrderActs(shop.orders, shop.clock).all(),
            "world": WorldActs(shop.clock, shop.faults).all(),
        }
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        application = web.Application(middlewares=[guard, _explain], client_max_size=MOST_BYTES)
        application.on_response_prepare.append(protect)
        application.add_routes(
            [
                web.get("/", _front),
                web.get("/api/state", self._state.answer),
                web.get("/api/changes", self._watching.stream),
                web.get("/api/files/slack/{file}", self._files.of_slack),
                web.get("/api/files/sent/{mail}/{file}", self._files.of_letter),
                web.get("/api/files/received/{buyer}/{mail}/{file}", self._files.of_reply),
                web.post("/api/slack/{act}", self._act_in_slack),
                web.post("/api/{place}/{act}", self._act),
                web.static("/static", STATIC),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = _address(*self._runner.addresses[0][:2])
        self._watching.start()

    async def stop(self) -> None:
        self._watching.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _act_in_slack(self, request: web.Request) -> web.Response:
        act = _named(self._slack_acts, request.match_info["act"])
        asked = await Asked.read(request)
        try:
            return web.json_response(await act(self._slack.person(asked.needed("as")), asked))
        finally:
            self._watching.touch()

    async def _act(self, request: web.Request) -> web.Response:
        act = _named(_named(self._other_acts, request.match_info["place"]), request.match_info["act"])
        asked = await Asked.read(request)
        try:
            return web.json_response(await act(asked))
        finally:
            self._watching.touch()


def _address(host: str, port: int) -> str:
    """The page's address in the names to which it answers, also where it listens on every interface."""
    bound = ip_address(host)
    name = "localhost" if bound.is_unspecified else f"[{host}]" if bound.version == IPV6 else host
    return f"http://{name}:{port}/"


async def _front(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what cannot be done into words that the page shows."""
    try:
        return await handler(request)
    except NotUnderstoodError as error:
        return web.json_response({"error": str(error)}, status=HTTPStatus.BAD_REQUEST)
    except web.HTTPRequestEntityTooLarge:
        words = f"This is more than {MOST_BYTES // 1024**2} MB; choose fewer or smaller files."
        return web.json_response({"error": words}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except NotWritableError as error:
        return web.json_response({"error": str(error)}, status=HTTPStatus.CONFLICT)
    except (NotPossibleError, SlackError) as error:
        return web.json_response({"error": f"Slack does not allow this: {error}"}, status=HTTPStatus.CONFLICT)


def _named(acts: Mapping[str, _Act], name: str) -> _Act:
    if name not in acts:
        raise web.HTTPNotFound
    return acts[name]

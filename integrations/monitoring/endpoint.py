"""`/healthz` for whoever watches over the process: a container runtime, a load balancer, a person."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.domain.json import Json

Report = Callable[[], Awaitable[tuple[bool, Mapping[str, Json]]]]


class HealthEndpoint:
    """Answers 200 while `report` says that all is well, 503 otherwise; the body is the report either way."""

    def __init__(self, report: Report) -> None:
        self._report = report
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        self._runner = web.AppRunner(app, access_log=None)

    async def start(self, host: str, port: int) -> None:
        """Raises OSError when the address is taken."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError:
            await self._runner.cleanup()
            raise

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        well, body = await self._report()
        return web.json_response(dict(body), status=200 if well else 503)

"""`python -m tests.bench.bare.clicks API_URL BOT_TOKEN APP_TOKEN FILE`: the shortest honest Bolt application that keeps
a click before it acknowledges it: one durable commit, in a thread, so that the loop goes on.
"""

import asyncio
import re
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def main(api_url: str, bot_token: str, app_token: str, file: str) -> None:
    client = AsyncWebClient(bot_token, api_url)
    client.proxy = None
    app = AsyncApp(client=client)
    connection = sqlite3.connect(file, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE click (user TEXT, value TEXT, at TEXT)")
    thread = ThreadPoolExecutor(1)

    def keep(row: tuple[str, str, str]) -> None:
        with connection:
            connection.execute("INSERT INTO click VALUES (?, ?, ?)", row)

    async def clicked(ack: AsyncAck, body: dict[str, object], action: dict[str, str]) -> None:
        row = (str(body["user"]), action["value"], action["action_ts"])
        await asyncio.get_running_loop().run_in_executor(thread, keep, row)
        await ack()

    app.action(re.compile("take"))(clicked)
    handler = AsyncSocketModeHandler(app, app_token)
    await handler.start_async()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""`python -m tests.bench.bare.idle API_URL BOT_TOKEN APP_TOKEN FILE`: imports what the idle desk imports of others, opens
the connections that it opens, two to Slack and one to the database, and does nothing.
"""

import asyncio
import sqlite3
import sys

import aiohttp.web
import aiosmtplib
import alembic.command
import apscheduler.schedulers.asyncio
import apscheduler.triggers.interval
import babel.support
import chardet
import cryptography.fernet
import httpx
import imapclient
import inscriptis
import pydantic_settings
import slack_bolt.adapter.socket_mode.async_internals
import sqlalchemy
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

IMPORTED = (
    aiohttp.web, aiosmtplib, alembic.command, apscheduler.schedulers.asyncio, apscheduler.triggers.interval,
    babel.support, chardet, cryptography.fernet, httpx, imapclient, inscriptis, pydantic_settings,
    slack_bolt.adapter.socket_mode.async_internals, sqlalchemy, structlog,
)  # fmt: skip


async def main(api_url: str, bot_token: str, app_token: str, file: str) -> None:
    client = AsyncWebClient(bot_token, api_url)
    client.proxy = None
    app = AsyncApp(client=client)
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode = WAL")
    sockets = [SocketModeClient(app_token, web_client=app.client) for _each in range(2)]
    await asyncio.gather(*(socket.connect() for socket in sockets))  # type: ignore[no-untyped-call]
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

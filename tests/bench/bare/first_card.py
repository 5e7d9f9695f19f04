"""`python -m tests.bench.bare.first_card IMAP_PORT ADDRESS PASSWORD WALMART_URL API_URL BOT_TOKEN CHANNEL`: the way of a
letter from its push to its card, and nothing but the way: IDLE, fetch, parse, the order under its three ship-node
types, one message. It keeps nothing.
"""

import re
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from email.message import EmailMessage

import httpx
from imapclient import IMAPClient
from slack_sdk.web import WebClient


def main(*given: str) -> None:
    port, address, password, walmart, api_url, bot_token, channel = given
    imap = IMAPClient("127.0.0.1", int(port), ssl=False)
    imap.login(address, password)
    imap.select_folder("INBOX", readonly=True)
    slack = WebClient(bot_token, api_url)
    slack.proxy = None
    orders = httpx.Client(base_url=walmart, trust_env=False, headers={"WM_SVC.NAME": "Walmart Marketplace"})
    asked = orders.post(
        "/v3/token",
        auth=("client-1", "secret-1"),
        data={"grant_type": "client_credentials"},
        headers={"Accept": "application/json", "WM_QOS.CORRELATION_ID": str(uuid.uuid4())},
    )
    token = asked.raise_for_status().json()["access_token"]
    threads = ThreadPoolExecutor(3)

    def look_up(order: str, node: str) -> object:
        headers = {"WM_SEC.ACCESS_TOKEN": token, "WM_QOS.CORRELATION_ID": str(uuid.uuid4()), "WM_MARKET": "us"}
        query = {"customerOrderId": order, "shipNodeType": node}
        return orders.get("/v3/orders", params=query, headers={**headers, "Accept": "application/json"}).json()

    last = 0
    while True:
        for uid in sorted(uid for uid in imap.search(["UID", f"{last + 1}:*"]) if uid > last):
            raw = imap.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
            mail = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
            body = mail.get_body(("plain", "html"))
            words = str(body.get_content()) if body is not None else ""
            found = re.search(r"\b\d{15}\b", words)
            order = found[0] if found else ""
            list(threads.map(look_up, [order] * 3, ["SellerFulfilled", "WFSFulfilled", "3PLFulfilled"]))
            slack.chat_postMessage(channel=channel, text=words[:1000])
            last = uid
        imap.idle()
        imap.idle_check(timeout=60)
        imap.idle_done()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""`make bench`: what the parts manage on this machine. The last line is one JSON object; figures are per second."""

import asyncio
import json
import platform
import sys
import tempfile
from pathlib import Path

from tests.bench.ingest import measure


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="relaydesk-bench-") as directory:
        ingest = asyncio.run(measure(Path(directory)))
    print("Raw mails of 35 kB taken over into SQLite with synchronous=FULL, in this machine's temporary directory:")
    print(f"  {ingest.bare:>7.0f} /s  bare: one INSERT and one commit a mail, on the driver itself")
    print(
        f"  {ingest.single:>7.0f} /s  through the store, a transaction a mail: {ingest.single / ingest.bare:.2f} of bare"
    )
    print(f"  {ingest.batch:>7.0f} /s  through the store, 50 a transaction, as the mailbox watch does it")
    figures = {
        "ingest_bare_per_s": round(ingest.bare),
        "ingest_single_per_s": round(ingest.single),
        "ingest_batch_per_s": round(ingest.batch),
        "single_of_bare": round(ingest.single / ingest.bare, 2),
        "python": platform.python_version(),
    }
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The container's health check: exit code 0 when the role that it runs is alive.

The web server is asked over HTTP. A worker has no door to knock at: that its main process
runs is all that can be seen from here, and `/readyz` tells whether it does its work.
"""

import http.client
import os
import sys
from pathlib import Path


def main() -> int:
    first = Path("/proc/1/cmdline").read_bytes() if Path("/proc/1/cmdline").exists() else b""
    if b"qcluster" in first:
        return 0
    port = int(os.environ.get("PORT") or "8000")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz")
        return 0 if connection.getresponse().status == 200 else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())

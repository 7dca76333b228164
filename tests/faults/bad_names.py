"""posmon on a machine whose name servers are out of order: `python -m tests.faults.bad_names run ...`.

`*.hangs.test` is looked up for ever, `*.fails.test` does not exist, every other name is 127.0.0.1.
"""

import socket
import threading
from typing import Any

from monitor.__main__ import main


def look_up(host: str, port: object, *_: object, **__: object) -> list[Any]:
    """Answer as getaddrinfo(3) does, or never."""
    if host.endswith(".hangs.test"):
        threading.Event().wait()
    if host.endswith(".fails.test"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port or 0))]


if __name__ == "__main__":
    socket.getaddrinfo = look_up  # type: ignore[assignment]
    main()

"""A cloud that lists readers as Stripe does, a hundred a page; all pages are made beforehand."""

import json
import sys

from aiohttp import web

PAGE = 100
PATH = "/v1/terminal/readers"


def pages(terminals: int) -> dict[str, bytes]:
    """Return each page by the id that it begins after."""
    ids = [f"tmr_{number:08}" for number in range(terminals)]
    made = {}
    for begin in range(0, terminals, PAGE):
        readers = [
            {
                "id": name,
                "object": "terminal.reader",
                "action": None,
                "device_sw_version": "2.24.0.0",
                "device_type": "bbpos_wisepos_e",
                "last_seen_at": 4_000_000_000_000,
                "location": "tml_0001",
                "serial_number": f"WSC51300{name[4:]}",
                "status": "online",
            }
            for name in ids[begin : begin + PAGE]
        ]
        more = begin + PAGE < terminals
        page = {"object": "list", "url": PATH, "data": readers, "has_more": more}
        made[ids[begin - 1] if begin else ""] = json.dumps(page).encode()
    return made


def main() -> None:
    """Serve `terminals` readers at a port of loopback."""
    terminals, port = map(int, sys.argv[1:])
    made = pages(terminals)

    async def readers(request: web.Request) -> web.Response:
        body = made[request.query.get("starting_after", "")]
        return web.Response(body=body, content_type="application/json")

    application = web.Application()
    application.router.add_get(PATH, readers)
    web.run_app(application, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()

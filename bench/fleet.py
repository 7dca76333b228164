"""The terminals that every side polls: one loopback address each, all served by one process."""

from collections.abc import Iterator

HANGING_EVERY = 20
"""One terminal in so many never answers in a fleet that is partly hanging: 5 %."""

HEADER = "terminal_id,endpoint,merchant_id,site,region,vendor,model"


def terminal_id(index: int) -> str:
    """Return the id of terminal `index`, eight digits."""
    return str(10_000_000 + index)


def host(index: int) -> str:
    """Return the address of terminal `index` in 127.0.0.0/8: endpoints do not share connections."""
    return f"127.{1 + index // 62_500}.{index // 250 % 250}.{index % 250 + 1}"


def path(index: int) -> str:
    """Return the path under which terminal `index` answers."""
    return f"/t/{terminal_id(index)}"


def endpoint(index: int, port: int, *, hangs: bool = False) -> str:
    """Return the URL of terminal `index`, or one that never answers."""
    return f"http://{host(index)}:{port}{'/hang' if hangs else ''}{path(index)}"


def labels(index: int) -> dict[str, str]:
    """Return what the inventory says of terminal `index`, beside its endpoint."""
    return {
        "terminal_id": terminal_id(index),
        "merchant_id": "898310148160568",
        "site": f"site-{index // 10}",
        "region": "north",
        "vendor": "newland",
        "model": "N910",
    }


def inventory(count: int, port: int, *, hanging: bool = False) -> Iterator[str]:
    """Yield the lines of an inventory of `count` terminals, 5 % of them hanging if so wished."""
    yield HEADER
    for index in range(count):
        yield row(index, endpoint(index, port, hangs=hanging and index % HANGING_EVERY == 0))


def row(index: int, url: str) -> str:
    """Return the line of terminal `index`, polled at `url`."""
    own_id, *rest = labels(index).values()
    return ",".join((own_id, url, *rest))

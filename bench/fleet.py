"""The terminals that every side polls: one loopback address each, all served by one process."""

from collections.abc import Iterator

RESPONSE_CODES = 965 * ["00"] + 15 * ["55"] + 10 * ["51"] + 5 * ["68"] + 3 * ["99"] + 2 * ["75"]
"""Of a thousand sales: 1.5 % wrong PINs, a fault or a time-out now and then."""

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


def inventory(count: int, port: int, *, first: int = 0, hanging: float = 0.0) -> Iterator[str]:
    """Yield the lines of an inventory of `count` terminals from number `first` on.

    The share `hanging` of them, spread evenly, never answers: 0-1, in whole per cent.
    """
    yield HEADER
    percent = round(100 * hanging)
    for index in range(first, first + count):
        yield row(index, endpoint(index, port, hangs=index * percent % 100 < percent))


def row(index: int, url: str) -> str:
    """Return the line of terminal `index`, polled at `url`."""
    own_id, *rest = labels(index).values()
    return ",".join((own_id, url, *rest))

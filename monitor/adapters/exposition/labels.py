"""Label values in the Prometheus text format (version 0.0.4)."""

from collections.abc import Iterable

from monitor.domain.fleet.watched_terminal import WatchedTerminal

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\0": "\N{REPLACEMENT CHARACTER}"})


def escaped(value: str) -> str:
    r"""Return `value` as it stands between the quotes of a label.

    Only \, " and line feed have escapes. What the format cannot carry, NUL (it ends Prometheus' input)
    and lone surrogates (not UTF-8), is replaced, so that one bad value never costs the page.
    """
    return value if _is_plain(value) else value.encode("utf-8", "replace").decode().translate(_ESCAPES)


def label_pairs(**values: str) -> str:
    """Return `name="value"` pairs joined by commas, without the braces."""
    return ",".join(f'{name}="{escaped(value)}"' for name, value in values.items())


def own_labels(terminals: Iterable[WatchedTerminal]) -> list[str]:
    """Return the labels that identify the series of each terminal."""
    rows = [watched.terminal for watched in terminals]
    ids, sites = _escaped([row.terminal_id for row in rows]), _escaped([row.site for row in rows])
    return [f'terminal_id="{own}",site="{site}"' for own, site in zip(ids, sites, strict=True)]


def info_labels(terminals: Iterable[WatchedTerminal]) -> list[str]:
    """Return all labels of posmon_terminal_info of each terminal.

    The firmware is the last that the terminal is known to have: a restart of posmon, or a heartbeat
    that does not name it, does not begin a new series.
    """
    watched = list(terminals)
    rows = [each.terminal for each in watched]
    texts = {
        "terminal_id": [row.terminal_id for row in rows],
        "merchant_id": [row.merchant_id for row in rows],
        "site": [row.site for row in rows],
        "region": [row.region for row in rows],
        "vendor": [row.vendor for row in rows],
        "model": [row.model for row in rows],
        "serial_number": [row.serial_number for row in rows],
        "firmware_version": [each.firmware_version or "" for each in watched],
    }
    pattern = ",".join(f'{name}="%s"' for name in texts)
    return [pattern % values for values in zip(*map(_escaped, texts.values()), strict=True)]


def _escaped(values: list[str]) -> list[str]:
    """Return values of many terminals escaped; where none of them needs it, one look tells."""
    return values if _is_plain("".join(values)) else [escaped(value) for value in values]


def _is_plain(text: str) -> bool:
    if '"' in text or "\\" in text or "\n" in text or "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

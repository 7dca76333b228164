"""Label values in the Prometheus text format (version 0.0.4)."""

from monitor.domain.watched_terminal import WatchedTerminal

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\0": "\N{REPLACEMENT CHARACTER}"})
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._:-")


def escaped(value: str) -> str:
    r"""Return `value` as it stands between the quotes of a label.

    Only \, " and line feed have escapes. What the format cannot carry, NUL (it ends Prometheus' input)
    and lone surrogates (not UTF-8), is replaced, so that one bad value never costs the page.
    """
    if _PLAIN.issuperset(value):
        return value
    return value.encode("utf-8", "replace").decode().translate(_ESCAPES)


def label_pairs(**values: str) -> str:
    """Return `name="value"` pairs joined by commas, without the braces."""
    return ",".join(f'{name}="{escaped(value)}"' for name, value in values.items())


def own_labels(watched: WatchedTerminal) -> str:
    """Return the labels that identify the series of one terminal."""
    terminal = watched.terminal
    return f'terminal_id="{escaped(terminal.terminal_id)}",site="{escaped(terminal.site)}"'


def info_labels(watched: WatchedTerminal) -> str:
    """Return all labels of posmon_terminal_info.

    The firmware is the last that the terminal is known to have: a restart of posmon, or a heartbeat
    that does not name it, does not begin a new series.
    """
    terminal = watched.terminal
    return label_pairs(
        terminal_id=terminal.terminal_id,
        merchant_id=terminal.merchant_id,
        site=terminal.site,
        region=terminal.region,
        vendor=terminal.vendor,
        model=terminal.model,
        serial_number=terminal.serial_number,
        firmware_version=watched.firmware_version or "",
    )

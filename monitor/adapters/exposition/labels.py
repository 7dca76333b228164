"""Label values in the Prometheus text format (version 0.0.4)."""

from monitor.domain.terminal import Terminal
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


class TerminalLabels:
    """The ready-made labels of one terminal.

    `own` identify its series, `info` are all that posmon_terminal_info tells.
    """

    __slots__ = ("_firmware", "_terminal", "info", "own")

    def __init__(self, watched: WatchedTerminal) -> None:
        terminal, firmware = watched.terminal, _firmware_of(watched)
        self._terminal: Terminal = terminal
        self._firmware = firmware
        self.own = label_pairs(terminal_id=terminal.terminal_id, site=terminal.site)
        self.info = label_pairs(
            terminal_id=terminal.terminal_id,
            merchant_id=terminal.merchant_id,
            site=terminal.site,
            region=terminal.region,
            vendor=terminal.vendor,
            model=terminal.model,
            serial_number=terminal.serial_number,
            firmware_version=firmware,
        )

    def fit(self, watched: WatchedTerminal) -> bool:
        """Tell whether the terminal still is what these labels were made of."""
        return self._terminal is watched.terminal and self._firmware == _firmware_of(watched)


class LabelCache:
    """Labels of terminals, made once and again only when inventory or firmware changed."""

    def __init__(self) -> None:
        self._labels: dict[str, TerminalLabels] = {}

    def labels_of(self, watched: WatchedTerminal) -> TerminalLabels:
        """Return the labels of a terminal as it is now."""
        terminal_id = watched.terminal.terminal_id
        labels = self._labels.get(terminal_id)
        if labels is None or not labels.fit(watched):
            labels = self._labels[terminal_id] = TerminalLabels(watched)
        return labels

    def shrink_to(self, count: int) -> None:
        """Forget everything if far more than `count` terminals are remembered."""
        if len(self._labels) > 2 * count:
            self._labels.clear()


def _firmware_of(watched: WatchedTerminal) -> str:
    return (watched.reading.firmware_version if watched.reading else None) or ""

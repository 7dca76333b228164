"""Drawing on the terminal, once or again and again."""

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator

import click
from rich.console import Console, Group, RenderableType
from rich.segment import SegmentLines
from rich.text import Text

MORE_BELOW = "... and more below; a taller window shows it"


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command line: an exit code of 1 would mean WARNING."""
        raise BrokenPipeError


def make_console() -> Console:
    """Return a console for stdout that takes every text as it is: no markup, no emoji codes."""
    return _Console(markup=False, emoji=False, highlight=False, soft_wrap=False)


def print_picture(picture: RenderableType) -> None:
    """Print a picture without the spaces that fill its lines: they are useless in a pipe."""
    console = make_console()
    with console.capture() as captured:
        console.print(picture)
    for line in for_plugins(console, captured.get().strip("\n")).split("\n"):
        click.echo(line.rstrip(), color=True)


def for_plugins(console: Console, text: str) -> str:
    """Return `text` without bars, except on a terminal.

    A monitoring system that calls posmon as a plugin takes a bar for the border between text and performance
    data (Monitoring Plugins' development guidelines, "Plugin Output for Nagios"). Here bars come from names
    only.
    """
    if console.is_terminal:
        return text
    return text.replace("|", "¦" if can_show(console, "¦") else "/")


def can_show(console: Console, text: str) -> bool:
    """Tell whether the output's encoding has the characters of `text`."""
    try:
        text.encode(console.encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def draw_repeatedly(
    draw: Callable[[Console], RenderableType | None], *, every_s: float, for_s: float | None = None
) -> None:
    """Show what `draw` returns, again every `every_s`, until interrupted or `for_s` seconds are over.

    None leaves what is shown as it is. On a terminal the picture takes the whole screen and gives it
    back; elsewhere it is appended. SIGTERM and SIGHUP end it like SIGINT. What `draw` raises ends it
    too, after the screen was given back.
    """
    from rich.live import Live

    console = make_console()
    with contextlib.suppress(KeyboardInterrupt), interrupted_by(signal.SIGTERM, signal.SIGHUP):
        if console.is_terminal and not console.is_dumb_terminal:
            with Live(console=console, screen=True, auto_refresh=False) as live:
                for _ in _beats(every_s, for_s):
                    if (picture := draw(console)) is not None:
                        live.update(_fitted(console, picture), refresh=True)
        else:
            for _ in _beats(every_s, for_s):
                if (picture := draw(console)) is not None:
                    console.print(picture, "", sep="\n")
                    sys.stdout.flush()


def _beats(every_s: float, for_s: float | None) -> Iterator[None]:
    pause = threading.Event()
    left_s = for_s
    while True:
        yield
        if left_s is not None:
            left_s -= every_s
        pause.wait(every_s if left_s is None or left_s >= 0 else every_s + left_s)
        if left_s is not None and left_s <= 0:
            return


@contextlib.contextmanager
def interrupted_by(*signals: signal.Signals) -> Iterator[None]:
    """Let each of `signals` raise KeyboardInterrupt inside, unless it is ignored (nohup)."""
    heeded = [number for number in signals if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, signal.default_int_handler) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _fitted(console: Console, picture: RenderableType) -> RenderableType:
    """Return the lines of `picture` that fit the screen, the last one telling that some do not."""
    lines = console.render_lines(picture, pad=False)
    height = console.height
    if len(lines) <= height:
        return SegmentLines(lines, new_lines=True)
    return Group(SegmentLines(lines[: height - 1], new_lines=True), Text(MORE_BELOW, style="dim"))

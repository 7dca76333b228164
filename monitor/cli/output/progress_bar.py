"""A bar that moves while something takes long."""

import contextlib
import sys
import threading
from collections.abc import Iterator

AFTER_S = 0.4
"""What is done by then needs no bar."""


@contextlib.contextmanager
def at_work(doing: str) -> Iterator[None]:
    """Show on stderr, if it is a terminal, the work and its duration; nothing of it stays."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    if console.is_dumb_terminal:
        yield
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
    bar.add_task(doing, total=None)
    delay = threading.Timer(AFTER_S, bar.start)
    delay.daemon = True
    delay.start()
    try:
        yield
    finally:
        delay.cancel()
        delay.join()
        bar.stop()

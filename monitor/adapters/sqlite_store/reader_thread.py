"""The thread that reads, so that readers wait neither for the writer nor on the loop."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Value = TypeVar("Value")
Errand = tuple[Future[Any], Callable[[], Any]]


class ReaderThread:
    """Runs one call after the other in a daemon thread, so that a disk that hangs delays no exit."""

    def __init__(self) -> None:
        self._errands: queue.SimpleQueue[Errand | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="store-reader", daemon=True).start()

    def do(self, errand: Callable[[], Value]) -> Future[Value]:
        """Do an errand; the future has its result or what it raised."""
        done: Future[Value] = Future()
        self._errands.put((done, errand))
        return done

    def close(self) -> None:
        """Let the thread end when it is done."""
        self._errands.put(None)

    def _run(self) -> None:
        while (item := self._errands.get()) is not None:
            _do(*item)
            del item  # or its result, perhaps all that was remembered, would live until the next errand


def _do(done: Future[Any], errand: Callable[[], Any]) -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        done.set_result(errand())
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked
        done.set_exception(error)

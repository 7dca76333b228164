"""How long a daemon's event loop lets one wait: `/-/healthy`, asked every few milliseconds."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

EVERY_S = 0.01


class Watch:
    """Asks `/-/healthy` in a thread, one question after the other; `waits_s` has what each took."""

    def __init__(self, port: int) -> None:
        self.waits_s: list[float] = []
        self.failures = 0
        self._port = port
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch")

    @property
    def longest_ms(self) -> float:
        """The longest wait so far."""
        return 1000 * max(self.waits_s, default=0.0)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """Stop asking."""
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        while not self._is_over.wait(EVERY_S):
            asked = time.perf_counter()
            try:
                connection.request("GET", "/-/healthy")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                self.failures += 1
                connection.close()
            self.waits_s.append(time.perf_counter() - asked)
        connection.close()


@contextmanager
def watching(port: int) -> Iterator[Watch]:
    """Watch for the length of the context."""
    watch = Watch(port)
    watch.start()
    try:
        yield watch
    finally:
        watch.end()

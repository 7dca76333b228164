"""One posmon for one store."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.adapters.sqlite_store.failures import StoreRefused


class StoreLock:
    """Holds `<store>.lock` while posmon runs; the system lets go of it however the process ends.

    Entering raises StoreRefused when another process holds it, or when the directory cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        if self._path.exists() and not self._path.is_file():
            raise StoreRefused(self._path, "is not a file; name one in storage.path")
        try:
            self._descriptor = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise StoreRefused(self._path, "is in use by another posmon; stop it first") from None
        except OSError as error:
            raise StoreRefused(self._path, f"cannot be used: {error.strerror} ({error.filename})") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

"""One posmon for one store."""

import errno
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.adapters.sqlite_store.failures import StoreRefused

_MISTYPED = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP})
"""Errors that no patience mends: somebody has written another path than the one that was meant."""


class StoreLock:
    """Holds `<store>.lock` while posmon runs; the system lets go of it however the process ends.

    Entering raises StoreRefused when another process holds it, or when the path leads nowhere. Where the
    system does not let it be held (a read-only file system, no permission, a full disk), `take` tries again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        if self._path.exists() and not self._path.is_file():
            raise StoreRefused(self._path, "is not a file; name one in storage.path")
        try:
            self.take()
        except OSError as error:
            if error.errno == errno.EBUSY:
                raise StoreRefused(self._path, f"is {error.strerror}; stop it first") from None
            if error.errno in _MISTYPED:
                reason = f"cannot be used: {error.strerror} ({error.filename})"
                raise StoreRefused(self._path, reason) from error
        return self

    def take(self) -> None:
        """Hold the lock; at once when it is held already. Raises OSError, EBUSY when another holds it."""
        if self._descriptor >= 0:
            return
        descriptor = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise OSError(errno.EBUSY, "in use by another posmon") from None
        except OSError:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)

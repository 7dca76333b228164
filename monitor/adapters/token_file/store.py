"""The file on its disk: read whole, replaced whole."""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from monitor.adapters.token_file.lines import InvalidTokens, decode_tokens, encode_tokens
from monitor.config.text_file import Unreadable, read_text
from monitor.domain.access.tokens import Token
from monitor.domain.errors import Fault

LARGEST_FILE = 2**20
PRIVATE = 0o600
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH

TokenChange = Callable[[tuple[Token, ...]], tuple[Token, ...]]


class TokenFile:
    """Tokens in a file of mode 0600; `path` need not be there before the first is written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[Token, ...]:
        """Return all tokens; raises InvalidTokens, also when there is no such file."""
        try:
            mode = self.path.stat().st_mode
            text = read_text(self.path, max_bytes=LARGEST_FILE)
        except FileNotFoundError:
            raise self._invalid("there is no such file; `posmon token create` makes it") from None
        except OSError as error:
            raise self._invalid(f"cannot be read: {error.strerror}") from error
        except Unreadable as error:
            raise self._invalid(error.reason, error.line) from error
        if mode & _WRITABLE_BY_OTHERS:
            raise self._invalid("others may write it, and so let themselves in; chmod 600")
        return decode_tokens(text, str(self.path))

    def change(self, make: TokenChange) -> tuple[Token, ...]:
        """Replace the tokens by what `make` returns for them, and return that; durable on return.

        Raises InvalidTokens when the present file is bad, OSError when it cannot be written; then the
        old file stays as it is. Who changes it at the same time waits.
        """
        with _locked(self.path.parent):
            changed = make(self.read() if self.path.exists() else ())
            self._replace(encode_tokens(changed))
        return changed

    def _replace(self, text: str) -> None:
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with suppress(FileNotFoundError):
            beside.unlink()
        try:
            with open(beside, "x", encoding="utf-8", opener=_private) as file:
                self._keep_owner(file.fileno())
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
        finally:
            beside.unlink(missing_ok=True)
        _sync_folder(self.path.parent)

    def _keep_owner(self, descriptor: int) -> None:
        """Leave the file to whom it belongs: root may add tokens for a daemon that is not root."""
        with suppress(FileNotFoundError, PermissionError):
            owner = self.path.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)

    def _invalid(self, reason: str, line: int | None = None) -> InvalidTokens:
        return InvalidTokens([Fault(source=str(self.path), line=line, reason=reason)])


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    # The folder is locked, not the file: the file is another one after each change.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

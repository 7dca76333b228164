"""Reading a file that a person wrote, and saying in their terms why it cannot be read."""

import os
import re
import stat
from pathlib import Path

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_NULS_OF_UTF_16 = 0.3


class Unreadable(Exception):
    """A file is no text posmon can take; `reason` is a phrase, `line` counts from 1."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason)


def read_text(path: Path, *, max_bytes: int, save_as: str = "save it as UTF-8") -> str:
    """Return the text of a regular UTF-8 file without its byte order mark; raises Unreadable.

    `save_as` tells the person how to get UTF-8. A file whose size or time changes meanwhile is
    refused: somebody is writing it.
    """
    return decoded(_read(path, max_bytes), save_as=save_as)


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        with open(path, "rb", opener=_at_once) as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise Unreadable("is no regular file")
            if before.st_size > max_bytes:
                raise Unreadable(f"is larger than {max_bytes // 2**20} MiB")
            data = file.read(max_bytes + 1)
            after = os.fstat(file.fileno())
    except (OSError, ValueError) as error:
        raise Unreadable(f"cannot be read: {_words(error)}") from error
    if changed_between(before, after, length=len(data)):
        raise Unreadable("is being written right now; write a new file beside it and rename that")
    return data


def changed_between(before: os.stat_result, after: os.stat_result, *, length: int) -> bool:
    """Tell whether a file of which `length` bytes were read was written to meanwhile."""
    return not before.st_size == after.st_size == length or before.st_mtime_ns != after.st_mtime_ns


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for a process that might write into a FIFO."""
    return os.open(path, flags | os.O_NONBLOCK)


def _words(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def decoded(data: bytes, *, save_as: str) -> str:
    """Return UTF-8 `data` as text; raises Unreadable that names the encoding it is likely in."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            raise Unreadable(f"is {name}, not UTF-8: {save_as}")
    if b"\0" in data:
        if data.count(b"\0") > _NULS_OF_UTF_16 * len(data):
            raise Unreadable(f"looks like UTF-16, not UTF-8: {save_as}")
        raise Unreadable("contains a NUL byte: the file is damaged", _line_of(data, data.index(b"\0")))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind a byte order mark.
        start = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        guess = _likely_encoding(data)
        raise Unreadable(f"is not UTF-8, it looks like {guess}: {save_as}", _line_of(data, start)) from None


def _line_of(data: bytes, offset: int) -> int:
    head = data[:offset]
    return head.count(b"\n") + head.replace(b"\r\n", b"").count(b"\r") + 1


def _likely_encoding(data: bytes) -> str:
    """Tell Chinese from Western text: there the high bytes come in pairs, here mostly alone."""
    runs = [len(run) for run in _HIGH_RUN.findall(data)]
    paired = sum(length for length in runs if length > 1)
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "Windows-1252 or Latin-1"
    return "GB18030 (GBK)" if paired > sum(runs) / 2 else "Windows-1252 or Latin-1"

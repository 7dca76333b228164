import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.text_file import Unreadable, changed_between, decoded, read_text

ENCODINGS = [
    ("UTF-16 with its mark", "terminal_id\n1\n".encode("utf-16"), "is UTF-16, not UTF-8: again", None),
    ("big-endian UTF-16", b"\xfe\xff" + "a\n".encode("utf-16-be"), "is UTF-16, not UTF-8: again", None),
    (
        "UTF-16 without a mark",
        "terminal_id\n1\n".encode("utf-16-le"),
        "looks like UTF-16, not UTF-8: again",
        None,
    ),
    ("one NUL", b"first\nsec\0ond, and more\n", "contains a NUL byte: the file is damaged", 2),
    (
        "Chinese of GBK",
        "id,店\n1,北京烤鸭店\n".encode("gbk"),
        "is not UTF-8, it looks like GB18030 (GBK): again",
        1,
    ),
    (
        "rare Chinese of GB18030",
        "id\n1,㐀北京\n".encode("gb18030"),
        "is not UTF-8, it looks like GB18030 (GBK): again",
        2,
    ),
    (
        "German of Latin-1",
        "id\r\n1,Bäckerei Müller\r\n".encode("latin-1"),
        "is not UTF-8, it looks like Windows-1252 or Latin-1: again",
        2,
    ),
    (
        "a dash of Windows-1252",
        b"id\r1,A \x96 B\r",
        "is not UTF-8, it looks like Windows-1252 or Latin-1: again",
        2,
    ),
    (
        "damage behind a byte order mark",
        b"\xef\xbb\xbfid\nok\n\xff\n",
        "is not UTF-8, it looks like Windows-1252 or Latin-1: again",
        3,
    ),
]


@pytest.mark.parametrize(
    ("data", "reason", "line"), [case[1:] for case in ENCODINGS], ids=[case[0] for case in ENCODINGS]
)
def test_other_encoding_is_named(data: bytes, reason: str, line: int | None) -> None:
    """Text in another encoding is refused with the encoding's name and the first bad line."""
    with pytest.raises(Unreadable) as caught:
        decoded(data, save_as="again")
    assert (caught.value.reason, caught.value.line) == (reason, line)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.booleans())
def test_utf_8_is_taken_with_or_without_mark(text: str, with_mark: bool) -> None:
    """Every text in UTF-8 is read as it is, less one byte order mark."""
    data = text.encode("utf-8-sig" if with_mark else "utf-8")
    assert decoded(data, save_as="") == (text if with_mark else text.removeprefix("\ufeff"))


@given(st.binary())
def test_any_bytes_are_text_or_unreadable(data: bytes) -> None:
    """No bytes raise anything but Unreadable."""
    try:
        text = decoded(data, save_as="")
    except Unreadable as error:
        text = error.reason
    assert isinstance(text, str)


def stat_of(path: Path, text: str, modified_ns: int) -> os.stat_result:
    """Write a file and return its status."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(modified_ns, modified_ns))
    return path.stat()


CHANGES = [
    ("nothing happens", ("1\n", 5), ("1\n", 5), 2, False),
    ("it grows", ("1\n", 5), ("1\n2\n", 6), 2, True),
    ("it grew before its end was reached", ("1\n", 5), ("1\n2\n", 6), 4, True),
    ("it is cut and read short", ("1\n2\n", 5), ("1\n", 6), 2, True),
    ("it is rewritten in place", ("1\n", 5), ("2\n", 6), 2, True),
]


@pytest.mark.parametrize(
    ("first", "then", "length", "is_changed"),
    [case[1:] for case in CHANGES],
    ids=[case[0] for case in CHANGES],
)
def test_change_meanwhile_is_seen(
    tmp_path: Path, first: tuple[str, int], then: tuple[str, int], length: int, is_changed: bool
) -> None:
    """Size, time of change and what was read must agree."""
    before, after = stat_of(tmp_path / "file", *first), stat_of(tmp_path / "file", *then)
    assert changed_between(before, after, length=length) is is_changed


def test_file_that_holds_more_than_its_size_is_refused() -> None:
    """A file that is not what it was when it was opened is not taken as if it were whole."""
    with pytest.raises(Unreadable, match="is being written right now"):
        read_text(Path("/proc/self/status"), max_bytes=100_000)


def test_nothing_stays_open(tmp_path: Path) -> None:
    """Refusing what is no file leaves no descriptor behind."""
    os.mkfifo(tmp_path / "pipe")
    before = {path.name for path in Path("/proc/self/fd").iterdir()}
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "missing", Path("/dev/null"), Path("a\0b")):
        with pytest.raises(Unreadable):
            read_text(path, max_bytes=10)
    assert {path.name for path in Path("/proc/self/fd").iterdir()} == before

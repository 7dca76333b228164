import os
import threading
from pathlib import Path

import pytest

from monitor.adapters.token_file import InvalidTokens, TokenFile
from monitor.domain.access.tokens import Token
from tests.tokens import issued, write_tokens


def test_a_new_file_is_private(tmp_path: Path) -> None:
    """Whatever the umask, only the owner reads and writes; nothing is left beside it."""
    before = os.umask(0)
    try:
        path = write_tokens(tmp_path / "tokens", issued(1))
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["tokens"]
    assert TokenFile(path).read() == (issued(1).token,)


def test_a_file_is_replaced_never_rewritten(tmp_path: Path) -> None:
    """A reader sees the old file or the new one, so each change is another inode."""
    path = write_tokens(tmp_path / "tokens", issued(1))
    with path.open() as old:
        write_tokens(path, issued(1), issued(2))
        assert len(old.readlines()) == 2
    assert len(TokenFile(path).read()) == 2


def test_no_secret_is_in_the_file(tmp_path: Path) -> None:
    """Who reads the file cannot present a token."""
    path = write_tokens(tmp_path / "tokens", issued(1))
    assert issued(1).text.rpartition("_")[2] not in path.read_text(encoding="utf-8")


BAD = [
    ("missing", "there is no such file; `posmon token create` makes it"),
    ("folder", "cannot be read: Is a directory"),
    ("shared", "others may write it, and so let themselves in; chmod 600"),
    ("binary", "is not UTF-8"),
    ("huge", "is larger than 1 MiB"),
]


@pytest.mark.parametrize(("name", "said"), BAD, ids=[row[0] for row in BAD])
def test_a_file_that_cannot_be_taken_says_why(name: str, said: str, tmp_path: Path) -> None:
    """Each trouble is told in words, with the file's path."""
    path = tmp_path / name
    (tmp_path / "folder").mkdir(mode=0o700)
    write_tokens(tmp_path / "shared", issued(1)).chmod(0o620)
    (tmp_path / "binary").write_bytes(b"\xe9\n")
    (tmp_path / "huge").write_bytes(b"x" * (2**20 + 1))
    (tmp_path / "binary").chmod(0o600)
    (tmp_path / "huge").chmod(0o600)
    with pytest.raises(InvalidTokens) as refused:
        TokenFile(path).read()
    (fault,) = refused.value.faults
    assert fault.source == str(path)
    assert fault.reason.startswith(said)


def test_a_bad_file_is_not_overwritten(tmp_path: Path) -> None:
    """Adding a token to a damaged file would lose the others; it is refused."""
    path = write_tokens(tmp_path / "tokens", issued(1))
    damaged = path.read_bytes()[:-5]
    path.write_bytes(damaged)
    with pytest.raises(InvalidTokens):
        TokenFile(path).change(lambda present: (*present, issued(2).token))
    assert path.read_bytes() == damaged


def test_a_failing_change_leaves_the_old_file(tmp_path: Path) -> None:
    """When nothing can be written beside it the old tokens stay, and nothing is left over."""
    path = write_tokens(tmp_path / "tokens", issued(1))

    def fail(_present: tuple[Token, ...]) -> tuple[Token, ...]:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        TokenFile(path).change(fail)
    assert TokenFile(path).read() == (issued(1).token,)
    assert [entry.name for entry in tmp_path.iterdir()] == ["tokens"]


def test_changes_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    """Two people who add tokens at once lose none."""
    path = tmp_path / "tokens"

    def add(first: int) -> None:
        for number in range(first, first + 10):
            TokenFile(path).change(lambda present, n=number: (*present, issued(n).token))  # type: ignore[misc]

    threads = [threading.Thread(target=add, args=[first]) for first in (0, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(TokenFile(path).read()) == 20

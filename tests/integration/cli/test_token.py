import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.adapters.token_file import TokenFile
from monitor.domain.access.tokens import Scope, TokenRing
from tests.integration.cli.command import Ended, posmon

FOREVER = 2.0**34


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a configuration that names a file of tokens."""
    (tmp_path / "posmon.yaml").write_text("web: {tokens_file: tokens}\n", encoding="utf-8")
    return tmp_path


def token(folder: Path, *arguments: str) -> Ended:
    """Run `posmon token` in a folder."""
    return posmon("token", *arguments, cwd=folder)


def ring(folder: Path) -> TokenRing:
    """Return what the file holds."""
    return TokenRing(TokenFile(folder / "tokens").read())


def test_life_of_a_token(folder: Path) -> None:
    """It is shown once, found by what was shown, listed without it, and revoked for good."""
    made = token(folder, "create", "till-3", "--scope", "push", "--terminal", "10000001", "--expires", "90d")
    assert made.code == 0
    text = made.out.removesuffix("\n")
    found = ring(folder).find(text, 0.0)
    assert found.scope is Scope.PUSH  # type: ignore[union-attr]
    assert found.terminal_id == "10000001"  # type: ignore[union-attr]
    assert len(re.sub(r".*_", "", text[18:])) <= 43
    assert ring(folder).find(text, FOREVER) == "expired"
    token_id = text.split("_")[1]
    listed = token(folder, "list")
    headings, row = listed.out.splitlines()
    assert headings == "ID          STATE  SCOPE  NAME    TERMINAL  ENDS"
    assert re.fullmatch(rf"{token_id}  valid  push   till-3  10000001  20\d\d-\d\d-\d\d", row)
    assert token(folder, "revoke", token_id).code == 0
    assert ring(folder).find(text, 0.0) == "revoked"
    (row,) = json.loads(token(folder, "list", "-o", "json").out)["tokens"]
    assert (row["id"], row["state"], row["revoked_by"]) == (token_id, "revoked", row["created_by"])
    secret = text.split("_", 2)[2]
    for said in (made.err, listed.out, (folder / "tokens").read_text(encoding="utf-8"), str(row)):
        assert secret not in said


def test_tokens_are_all_different(folder: Path) -> None:
    """Two tokens share neither id nor secret, and neither name while both are valid."""
    first = token(folder, "create", "a", "--scope", "read")
    second = token(folder, "create", "b", "--scope", "admin")
    assert first.out != second.out
    again = token(folder, "create", "a", "--scope", "read")
    assert (again.code, again.out) == (1, "")
    assert "there is a token called a already; revoke it first" in again.err
    assert len(ring(folder)) == 2


WRONG = [
    ("no scope", ["create", "a"], 2, "Missing option '--scope'"),
    ("an unknown scope", ["create", "a", "--scope", "root"], 2, "'root' is not one of"),
    (
        "a push token for nobody",
        ["create", "a", "--scope", "push"],
        2,
        "give --terminal ID or --any-terminal",
    ),
    (
        "a push token for one and for all",
        ["create", "a", "--scope", "push", "--terminal", "1", "--any-terminal"],
        2,
        "give --terminal ID or --any-terminal",
    ),
    (
        "a bound reader",
        ["create", "a", "--scope", "read", "--terminal", "1"],
        2,
        "only a token of scope push",
    ),
    (
        "a bad terminal",
        ["create", "a", "--scope", "push", "--terminal", "a b"],
        2,
        "a terminal id is 1 to 64",
    ),
    ("a bad name", ["create", "a\nb", "--scope", "read"], 2, "must be 1 to 64 printable characters"),
    ("a bad time", ["create", "a", "--scope", "read", "--expires", "soon"], 2, "write days as in 90d"),
    ("a token nobody has", ["revoke", "0123456789"], 1, "there is no token 0123456789"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "said"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_makes_no_sense_changes_nothing(
    arguments: Sequence[str], code: int, said: str, folder: Path
) -> None:
    """A mistake is told in words, and no file is made for it."""
    ended = token(folder, *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
    assert not (folder / "tokens").exists()


def test_the_setting_is_told_when_it_is_missing(tmp_path: Path) -> None:
    """Without web.tokens_file nobody knows where tokens go, so the line to add is told."""
    (tmp_path / "posmon.yaml").touch()
    ended = token(tmp_path, "create", "a", "--scope", "read")
    assert ended.code == 1
    assert "web.tokens_file is not set; add 'tokens_file: tokens' to web" in ended.err


def test_a_damaged_file_is_told_with_its_line(folder: Path) -> None:
    """Nothing is added to a file that cannot be read, and its fault is named."""
    token(folder, "create", "a", "--scope", "read")
    path = folder / "tokens"
    path.write_text(path.read_text(encoding="utf-8").replace('"read"', '"root"'), encoding="utf-8")
    for arguments in (["list"], ["create", "b", "--scope", "read"], ["revoke", "0123456789"]):
        ended = token(folder, *arguments)
        assert ended.code == 1
        assert f"{path}:2: scope: must be one of read, operate, push, admin" in ended.err

import errno

import pytest

from monitor.cli.output.system_errors import in_words


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "whatever"), "No space left on device"),
        (FileNotFoundError(errno.ENOENT, "x", "a\x1b.csv"), "a\\x1b.csv: No such file or directory"),
        (OSError("no number"), "no number"),
    ],
)
def test_a_refusal_is_the_system_s_reason_after_the_file(error: OSError, said: str) -> None:
    """A name moves nothing on the terminal."""
    assert in_words(error) == said

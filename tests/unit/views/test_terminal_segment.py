from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from monitor.views.terminal_segment import terminal_id_of, terminal_segment

IDS = st.text("ABCxyz0123456789._:-", min_size=1, max_size=64) | st.sampled_from([".", "..", "...", "~", "-"])


@given(IDS)
def test_any_id_comes_back_from_its_path(terminal_id: str) -> None:
    """A client that tidies up a URL leaves the segment where it is."""
    url = URL("http://127.0.0.1/pos/terminals/x").join(
        URL(f"/terminals/{terminal_segment(terminal_id)}", encoded=True)
    )
    head, _, segment = url.raw_path.rpartition("/")
    assert head == "/terminals"
    assert terminal_id_of(unquote(segment)) == terminal_id


@pytest.mark.parametrize(
    ("terminal_id", "segment"), [(".", "~."), ("..", "~.."), ("...", "..."), ("a b/c", "a%20b%2Fc")]
)
def test_only_dots_are_marked(terminal_id: str, segment: str) -> None:
    """All other ids are quoted."""
    assert terminal_segment(terminal_id) == segment

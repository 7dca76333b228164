from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.runbooks.text import Span, SpanKind, plain

SPANS = st.builds(Span, st.sampled_from(SpanKind), st.text(), st.text(), st.text())


@given(st.lists(SPANS))
def test_plain_words_are_all_words_in_order(spans: list[Span]) -> None:
    """Neither the way a piece is shown nor where a link leads adds anything."""
    assert plain(tuple(spans)) == "".join(span.text for span in spans)


def test_a_link_reads_as_its_text() -> None:
    """Its target is for those who follow it."""
    text = (
        Span(SpanKind.PLAIN, "See "),
        Span(SpanKind.LINK, "the manual", target="https://example.com/"),
        Span(SpanKind.PLAIN, "."),
    )
    assert plain(text) == "See the manual."
    assert plain(()) == ""

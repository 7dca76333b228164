from monitor.cli.on_call.words import in_words


def test_a_text_in_both_languages() -> None:
    """A key without a text is said as it is."""
    assert in_words("en", "ack.end") == "acknowledgement ended"
    assert in_words("zh", "ack.end") == "确认结束"
    assert in_words("zh", "later.thing") == "later.thing"

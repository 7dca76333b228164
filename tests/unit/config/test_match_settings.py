from monitor.config.match_settings import bad_match


def test_keys_and_words_of_a_match_are_checked() -> None:
    """Sites and models may be anything."""
    assert list(bad_match({"site": ("anything",), "severity": ("critical",)})) == []
    found = list(bad_match({"alertname": ("PaperOt",), "shop": ("a",)}))
    assert [place for place, _ in found] == [("match", "alertname"), ("match", "shop")]
    assert "PaperOut" in found[0][1]

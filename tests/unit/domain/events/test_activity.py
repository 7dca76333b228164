from monitor.domain.events.activity import CardActivity, EventActivity, Tally
from monitor.domain.events.response_codes import CodeCategory


def test_a_tally_adds_up_the_categories_that_are_asked_for() -> None:
    """A category without a transaction adds nothing."""
    counts = {CodeCategory.APPROVED: 7, CodeCategory.WRONG_PIN: 2, CodeCategory.KEY_FAULT: 1}
    summary = Tally(transactions=10, categories=counts)
    assert summary.count(CodeCategory.APPROVED) == 7
    assert summary.count(CodeCategory.WRONG_PIN, CodeCategory.KEY_FAULT) == 3
    assert summary.count(CodeCategory.NETWORK) == 0
    assert summary.count() == 0


def test_a_terminal_without_events_has_an_empty_summary() -> None:
    """Empty summaries are equal, so that readers need no special case."""
    assert Tally().count(*CodeCategory) == 0
    assert EventActivity() == EventActivity(recent=Tally(), most_tried=CardActivity())
    assert EventActivity().last_event is None

"""What may be told to a receiver."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.notification.postable_alert import (
    MAX_ANNOTATION_VALUE,
    MAX_LABEL_VALUE,
    PostableAlert,
    fault_of,
    mended,
)


def notice(**changes: Any) -> PostableAlert:
    """Return a sound notice with `changes`."""
    values: dict[str, Any] = {
        "labels": {"alertname": "PaperOut", "terminal_id": "10000001"},
        "annotations": {"summary": "10000001: paper is out", "action_zh": "更换打印纸"},
        "starts_at": 1_795_222_800.0,
        "ends_at": 1_795_223_040.0,
        "resolved": False,
    }
    return PostableAlert(**values | changes)


def test_an_ordinary_notice_is_sound_as_it_is() -> None:
    """Nothing is copied or changed where nothing is wrong."""
    ordinary = notice()
    assert fault_of(ordinary) is None
    assert mended(ordinary) is ordinary


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"labels": {}}, "no labels"),
        ({"labels": {"bad-name": "x"}}, "a name that is none"),
        ({"labels": {"1st": "x"}}, "a name that is none"),
        ({"labels": {"": "x"}}, "a name that is none"),
        ({"labels": {"naïve": "x"}}, "a name that is none"),
        ({"labels": {"a\n": "x"}}, "a name that is none"),
        ({"labels": {"a" * 129: "x"}}, "a name that is none"),
        ({"labels": {"site": ""}}, "a label without value"),
        ({"labels": {"site": "\ud800"}}, "a text that is not Unicode"),
        ({"labels": {"site": "a\0"}}, "NUL in a text"),
        ({"labels": {"site": "店\0"}}, "NUL in a text"),
        ({"labels": {"site": "x" * (MAX_LABEL_VALUE + 1)}}, "a text of more than 1024 characters"),
        ({"annotations": {"a-b": "x"}}, "a name that is none"),
        ({"annotations": {"a": "\udfff"}}, "a text that is not Unicode"),
        ({"starts_at": float("nan")}, "a time that is none"),
        ({"ends_at": float("inf")}, "a time that is none"),
        ({"ends_at": 1_795_222_799.0}, "times out of order or range"),
        ({"starts_at": -1.0}, "times out of order or range"),
        ({"ends_at": 1e12}, "times out of order or range"),
    ],
)
def test_what_a_receiver_would_refuse_has_a_named_fault(changes: dict[str, Any], fault: str) -> None:
    """One phrase says what is wrong and quotes no value."""
    assert fault_of(notice(**changes)) == fault


def test_an_alert_that_ends_as_it_starts_is_sound() -> None:
    """Alertmanager takes equal times."""
    assert fault_of(notice(ends_at=1_795_222_800.0)) is None


def test_empty_labels_are_left_out() -> None:
    """To Alertmanager they are absent, so the identity stays the same."""
    assert mended(notice(labels={"alertname": "PaperOut", "site": ""})).labels == {"alertname": "PaperOut"}


def test_words_for_people_are_mended_rather_than_costing_the_alert() -> None:
    """Annotations lose what cannot be sent and keep the rest."""
    words = {"summary": "a\ud800b\0c", "bad-name": "x", "long": "x" * 20_000, "fine": ""}
    assert mended(notice(annotations=words)).annotations == {
        "summary": "a?bc",
        "long": "x" * MAX_ANNOTATION_VALUE,
        "fine": "",
    }


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=5)),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.just("\ud800\0")),
)
def test_mending_leaves_only_faults_of_identity(labels: dict[str, str], annotations: dict[str, str]) -> None:
    """After mending, no annotation and no empty label is a reason to refuse."""
    result = mended(notice(labels=labels, annotations=annotations))
    assert fault_of(notice(annotations=result.annotations)) is None
    assert all(result.labels.values())
    assert {name: labels[name] for name in result.labels} == result.labels

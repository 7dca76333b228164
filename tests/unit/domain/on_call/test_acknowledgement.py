from dataclasses import replace
from typing import Any

import pytest

from monitor.domain.alerts.alert import Alert, AlertState, Category, Severity
from monitor.domain.diagnosis.cause import Cause
from monitor.domain.instant import Instant
from monitor.domain.on_call.acknowledgement import Acknowledgement, leading_cause
from tests.fakes import START
from tests.scenes import Scene, site

CAUSE = "very likely the power supply (93 %), next the line (4 %); because all went at once"


def firing(**changes: Any) -> Alert:
    """Return an alert that began at START."""
    values: dict[str, Any] = {
        "alertname": "SiteOffline",
        "subject": "/site/mall",
        "labels": {"alertname": "SiteOffline", "site": "mall"},
        "severity": Severity.WARNING,
        "category": Category.CONNECTIVITY,
        "since": START,
        "state": AlertState.FIRING,
        "last_present": START,
        "annotations": {"cause": CAUSE},
    }
    return Alert(**values | changes)


def acknowledged(**changes: Any) -> Acknowledgement:
    """Return an acknowledgement of that alert, a minute later."""
    values: dict[str, Any] = {
        "id": "a1",
        "alertname": "SiteOffline",
        "subject": "/site/mall",
        "labels": {"site": "mall"},
        "starts_at": START.wall,
        "severity": Severity.WARNING,
        "cause": "the power supply",
        "at": START.wall + 60,
        "ends_at": None,
        "by": "ann",
        "comment": "on my way",
    }
    return Acknowledgement(**values | changes)


def test_it_holds_one_life_of_an_alert() -> None:
    """The next outage of the same shop is another matter."""
    later = firing(since=Instant(START.monotonic + 600, START.wall + 600))
    assert acknowledged().holds(firing(), START.wall + 1e6)
    assert not acknowledged().holds(later, START.wall + 700)


def test_it_ends_at_its_time() -> None:
    """An acknowledgement at night is not forgotten for ever."""
    ack = acknowledged(ends_at=START.wall + 100)
    assert ack.holds(firing(), START.wall + 99)
    assert not ack.holds(firing(), START.wall + 100)
    assert ack.end_of(firing(), START.wall + 99) == ""
    assert ack.end_of(firing(), START.wall + 100) == "its time has run out"


@pytest.mark.parametrize(
    ("alert", "why"),
    [
        (firing(), ""),
        (None, "the alert has ended"),
        (firing(severity=Severity.CRITICAL), "the alert has become critical"),
        (firing(severity=Severity.INFO), ""),
        (firing(annotations={"cause": "likely the line (70 %), next the power supply (20 %)"}),
         "the likeliest cause is another now: the line"),
        (firing(annotations={"cause": "evidence is thin: perhaps the line (40 %), next x (30 %)"}), ""),
        (firing(annotations={}), ""),
        (firing(since=Instant(START.monotonic + 9, START.wall + 9)), "the alert has ended"),
    ],
)  # fmt: skip
def test_it_ends_with_the_alert_and_when_that_gets_worse(alert: Alert | None, why: str) -> None:
    """Who acknowledged a power cut has said nothing about a line."""
    assert acknowledged().end_of(alert, START.wall + 120) == why


def test_it_may_outlive_a_short_recovery() -> None:
    """A shop that comes and goes keeps the acknowledgement."""
    ack = acknowledged(outlives_recovery_s=300.0)
    assert ack.end_of(None, START.wall + 500) == ""
    recovered = replace(ack, recovered_at=START.wall + 500)
    assert recovered.end_of(None, START.wall + 799) == ""
    assert recovered.end_of(None, START.wall + 800) == "the alert has ended"
    back = firing(since=Instant(START.monotonic + 700, START.wall + 700))
    late = firing(since=Instant(START.monotonic + 900, START.wall + 900))
    assert recovered.holds(back, START.wall + 900)
    assert not recovered.holds(late, START.wall + 901)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (CAUSE, "the power supply"),
        ("likely a SIM card (60 %), next y (1 %)", "a SIM card"),
        ("evidence is thin: perhaps x (30 %), next y (29 %)", ""),
        ("", ""),
    ],
)
def test_the_leading_cause_is_named_without_its_share(text: str, cause: str) -> None:
    """Shares change all the time."""
    assert leading_cause({"cause": text}) == cause


def test_its_details_name_the_alert_and_its_end() -> None:
    """As the record of actions keeps them."""
    assert acknowledged().details == {"alertname": "SiteOffline", "subject": "/site/mall"}
    assert acknowledged(ends_at=0.0).details["until"] == "1970-01-01T00:00:00.000Z"
    assert acknowledged().key == ("SiteOffline", "/site/mall")


def test_the_leading_cause_is_read_as_a_diagnosis_writes_it() -> None:
    """A dark site has one, whatever its words are."""
    scene = Scene(site("mall", 4))
    for _ in range(4):
        for number in range(1, 5):
            scene.fail(f"{10_000_000 + number}")
        scene.wait(30)
    written = scene.open()["SiteOffline", "/site/mall"].annotations
    causes = {cause.words for cause in Cause}
    assert written["cause"]
    assert leading_cause(written) in causes or written["cause"].startswith("evidence is thin")

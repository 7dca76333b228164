from monitor.domain.fleet.known_facts import facts_of, in_one_line
from monitor.domain.polling.poll_result import CertificatePeriod, Outcome
from tests.scenes import Scene, result, terminal


def test_nothing_known_is_no_evidence() -> None:
    """Before the first poll there is nothing to say."""
    scene = Scene([terminal()])
    assert facts_of(scene.watched()) == {}
    assert in_one_line(facts_of(scene.watched())) == ""


def test_everything_known_is_told() -> None:
    """The facts a technician collects first, in words and with units."""
    scene = Scene([terminal()])
    scene.say(
        serial_number="S1",
        firmware_version="3.2.1",
        sent_at="2026-11-21T01:05:00Z",
        uptime_seconds=5400,
        activity="busy",
        battery={"percent": 18.5, "charging": False},
        printer={"status": "paper_low"},
        registration={"status": "registered", "signed_in_at": "2026-11-21T00:10:00Z"},
        pin_pad={"status": "ok"},
        card_reader={"status": "ok"},
        display={"status": "fault"},
        network={"type": "cellular", "signal_dbm": -71, "host_reachable": False},
        unsent_transactions=0,
        self_test={"status": "failed", "failed": ["printer", "memory"]},
        temperature_celsius=61.5,
        settled_at="2026-11-20T14:05:00Z",
        operator_password_changed_at="2026-10-01T07:30:00Z",  # noqa: S106 - a date
    )
    scene.watched().certificate = CertificatePeriod(0, 1_800_000_000)
    assert facts_of(scene.watched()) == {
        "last poll": "ok",
        "last good heartbeat": "2026-11-21T01:00:00.000Z",
        "battery": "18.5 %, not charging",
        "printer": "paper_low",
        "registration": "registered",
        "last sign-in": "2026-11-21T00:10:00Z",
        "last settlement": "2026-11-20T14:05:00Z",
        "operator password changed": "2026-10-01T07:30:00Z",
        "PIN pad": "ok",
        "card reader": "ok",
        "display": "fault",
        "link": "cellular -71 dBm host unreachable",
        "self-test": "failed printer, memory",
        "temperature": "61.5 °C",
        "activity": "busy",
        "firmware": "3.2.1",
        "serial number": "S1",
        "uptime": "1.5 h",
        "unsent transactions": "0",
        "certificate ends": "2027-01-15T08:00:00.000Z",
        "clock skew": "+300 s",
    }


def test_what_is_unknown_is_left_out() -> None:
    """What says little is told as far as it says it, silence is not called a fault, nor any text a time."""
    scene = Scene([terminal()])
    scene.say(
        sent_at="2026-11-21T01:00:00.9Z",
        battery={"percent": 100},
        network={"signal_dbm": 0},
        printer={},
        registration={"signed_in_at": "4111111111111111"},
    )
    facts = facts_of(scene.watched())
    assert (facts["battery"], facts["link"]) == ("100 %", "0 dBm")
    assert facts.keys() == {"last poll", "last good heartbeat", "battery", "link"}, "no skew under a second"
    scene.say(battery={"charging": True}, network={})
    assert facts_of(scene.watched()).keys() == {"last poll", "last good heartbeat"}


def test_a_silent_terminal_is_told_of_as_it_last_was() -> None:
    """The reason of the failed poll stands beside the last that was known."""
    scene = Scene([terminal()])
    scene.say(printer={"status": "ok"})
    scene.pass_(60)
    failed = result(None, Outcome.TIMEOUT, "no answer within 5 s")
    scene.evaluation.accept(scene.watched(), failed, scene.now)
    assert in_one_line(facts_of(scene.watched())) == (
        "last poll: no answer within 5 s; last good heartbeat: 2026-11-21T01:00:00.000Z; printer: ok"
    )

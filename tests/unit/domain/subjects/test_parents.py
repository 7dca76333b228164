from tests.lines import FleetOnLines, down, hung, line


def test_an_alert_says_how_much_hangs_on_a_parent() -> None:
    """Its words name it, its last poll and what is down below it."""
    living = FleetOnLines(
        [hung(0, "line-7", site="mall"), hung(1, "line-7", site="mall")],
        [line("line-7", "carrier"), line("carrier")],
    )
    for _ in range(4):
        living.cut("line-7")
        living.lose("10000000")
        living.wait(30)
    alert = next(alert for alert in living.book if alert.key == down("line-7"))
    assert alert.labels == {
        "alertname": "ParentDown",
        "severity": "critical",
        "category": "connectivity",
        "owner": "network",
        "parent": "line-7",
    }
    assert alert.annotations["summary"] == "line-7: no answer in 4 polls"
    evidence = alert.annotations["evidence"]
    assert evidence == "last poll: timeout; terminals: 2 at 1 sites, 1 down; silent: 10000000"


def test_an_alert_of_a_parent_cut_off_names_what_it_hangs_on() -> None:
    """It has not failed itself."""
    living = FleetOnLines([hung(0, "line-7")], [line("line-7", "carrier"), line("carrier")])
    for _ in range(4):
        living.cut("carrier")
        living.wait(30)
    alert = next(alert for alert in living.book if alert.key == down("line-7"))
    assert alert.annotations["summary"] == "line-7: cut off, carrier is down"

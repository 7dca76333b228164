from monitor.cli.on_call.asking import wall_of


def test_the_clock_of_the_daemon() -> None:
    """Its own, as its documents have it."""
    assert wall_of("2026-11-21T01:00:00.000Z") == 1_795_222_800.0

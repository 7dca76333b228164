from monitor.assembly.receivers import receivers, silence_sources
from monitor.config.settings import Settings
from tests.fakes import FakeClock

SETTINGS = {
    "alerting": {"alertmanagers": ["http://one.example:9093", "http://two.example/prefix"]},
    "notify": {"webhooks": [{"name": "hook", "url": "http://three.example/"}]},
}


def test_silences_are_read_from_every_alertmanager() -> None:
    """And from no other receiver."""
    made = list(receivers(Settings.model_validate(SETTINGS), FakeClock()))
    assert [sink.name for sink in made] == ["http://one.example:9093", "http://two.example/prefix", "hook"]
    assert [source.name for source in silence_sources(made)] == [
        "http://one.example:9093",
        "http://two.example/prefix",
    ]

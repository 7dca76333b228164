from dataclasses import replace

from monitor.assembly.receivers import news_of, receivers, silence_sources
from monitor.config.settings import Settings
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.domain.notification.told import ToldLog, Way
from tests.fakes import START, FakeClock

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


def test_only_what_alertmanagers_take_is_noted_from_the_notifier() -> None:
    """Direct receivers note their own messages: they may still keep to themselves what they have taken."""
    told = ToldLog()
    tell = news_of(told, list(receivers(Settings.model_validate(SETTINGS), FakeClock())))
    firing = PostableAlert(
        labels={"alertname": "PaperOut"}, annotations={}, starts_at=1.0, ends_at=2.0, resolved=False
    )
    news = [firing, replace(firing, resolved=True)]
    tell("http://one.example:9093", news, START)
    tell("hook", news, START)
    (message,) = told.drain_unsaved().messages
    assert (message.receiver, message.way) == ("http://one.example:9093", Way.ALERTMANAGER)
    assert (len(message.firing), message.resolved) == (1, 1)

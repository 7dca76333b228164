import click
import pytest
import yaml

from monitor.cli.run.publishing import publishing_of, source_of
from monitor.config.source_settings import SourceSettings
from monitor.simulator.mqtt_publisher import BrokerAddress, Publishing

BROKER = BrokerAddress("127.0.0.1", 1883)


def chosen(kinds: set[str], **options: object) -> Publishing | None:
    """Return how fleets of `kinds` publish with these options."""
    defaults = {"broker": None, "publish_every": None, "retain": False, "duplicates": False}
    return publishing_of(kinds, **(defaults | options))  # type: ignore[arg-type]


def test_the_source_that_is_printed_is_one() -> None:
    """It is taken as it stands, and expects a message as often as one comes."""
    source = SourceSettings.model_validate(yaml.safe_load(source_of(Publishing(BROKER, interval_s=2))))
    assert (source.kind, source.url, source.interval_s) == ("mqtt", "mqtt://127.0.0.1:1883", 2)


def test_options_become_a_way_to_publish() -> None:
    """Other fleets publish nothing."""
    assert chosen({"zvt"}) is None
    assert chosen({"http", "mqtt"}, broker=BROKER, duplicates=True) == Publishing(BROKER, twice=True)
    assert chosen({"mqtt"}, broker=BROKER, publish_every=0.5) == Publishing(BROKER, interval_s=0.5)


@pytest.mark.parametrize(
    ("kinds", "options", "reason"),
    [
        ({"mqtt"}, {}, "needs --broker mqtt://HOST:PORT; a broker for it starts with `mosquitto -p 1883`"),
        ({"http"}, {"retain": True}, "only a fleet of kind mqtt"),
        ({"http"}, {"broker": BROKER}, "only a fleet of kind mqtt"),
        ({"mqtt"}, {"broker": BROKER, "publish_every": 0.0}, "at least 100ms"),
    ],
)
def test_what_cannot_be_is_said(kinds: set[str], options: dict[str, object], reason: str) -> None:
    """One line says what to do."""
    with pytest.raises(click.ClickException, match=reason):
        chosen(kinds, **options)

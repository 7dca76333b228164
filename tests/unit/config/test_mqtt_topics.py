import pytest

from monitor.config.mqtt_topics import bad_topics

GOOD = {"topic": "pos/{id}/online", "online": "1", "offline": "0"}


def faults(
    *,
    kind: str = "mqtt",
    url: str = "mqtts://broker.example",
    topics: tuple[str, ...] = ("pos/{id}/state",),
    availability: dict[str, str] | None = None,
    id_: str | None = None,
) -> list[str]:
    """Return each fault with its place."""
    found = bad_topics(kind, url, topics, availability or {}, id_)
    return [f"{'.'.join(map(str, place))}: {reason}" for place, reason in found]


def test_a_good_source_has_no_fault() -> None:
    """With the id in the topic, or in the message."""
    assert faults(availability=GOOD) == []
    assert faults(topics=("fleet/#",), id_="serial") == []


@pytest.mark.parametrize("url", ["http://broker.example", "https://broker.example"])
def test_a_broker_has_a_url_of_its_own(url: str) -> None:
    """The other kinds are asked over HTTP."""
    assert faults(url=url) == ["url: a source of kind mqtt is asked at mqtt:// or mqtts://"]
    assert faults(kind="json", topics=(), url="mqtt://x") == [
        "url: a source of kind json is asked at http:// or https://"
    ]


def test_each_topic_is_judged_by_itself() -> None:
    """The place says which one is bad."""
    found = faults(topics=("pos/{id}/state", "fleet/#", "a/#/b"))
    assert [one.partition(": ")[0] for one in found] == ["topics.1", "topics.2"]
    assert "write {id}" in found[0]


@pytest.mark.parametrize(
    ("availability", "fault"),
    [
        (GOOD | {"offlin": "0"}, "availability.offlin: unknown key; did you mean 'offline'?"),
        ({"topic": "pos/{id}/online", "online": "1"}, "availability.offline: is missing"),
        (GOOD | {"offline": "1"}, "availability.offline: is the same word as online"),
        (GOOD | {"topic": "pos/online"}, "availability.topic: does not say which terminal"),
        (GOOD | {"topic": "pos/#/{id}"}, "availability.topic: # may stand only at the end"),
    ],
)
def test_a_bad_availability_is_named(availability: dict[str, str], fault: str) -> None:
    """An id in the message is of no use there: the payload is one word."""
    found = faults(availability=availability, id_="serial")
    assert len(found) == 1
    assert found[0].startswith(fault)

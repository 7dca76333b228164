"""What can be wrong with the topics of a source of kind mqtt."""

from collections.abc import Mapping, Sequence

from monitor.config.json_mapping import Faults
from monitor.config.section import Place
from monitor.config.suggestions import did_you_mean
from monitor.domain.sources.topic import ID, BadTopic, TopicPattern

AVAILABILITY = ("topic", "online", "offline")


def bad_topics(
    kind: str, url: str, topics: Sequence[str], availability: Mapping[str, str], id_: str | None
) -> Faults:
    """Yield what is wrong with the URL, the topics and the availability of a source."""
    is_broker = url.startswith(("mqtt://", "mqtts://"))
    if (kind == "mqtt") is not is_broker:
        wanted = "mqtt:// or mqtts://" if kind == "mqtt" else "http:// or https://"
        yield ("url",), f"a source of kind {kind} is asked at {wanted}"
    for number, text in enumerate(topics):
        yield from _bad_topic(("topics", number), text, needs_id=id_ is None)
    if not availability:
        return
    for key in availability.keys() - set(AVAILABILITY):
        yield ("availability", key), f"unknown key{did_you_mean(key, AVAILABILITY)}"
    for key in AVAILABILITY:
        if key not in availability:
            yield ("availability", key), "is missing"
    if "topic" in availability:
        yield from _bad_topic(("availability", "topic"), availability["topic"], needs_id=True)
    if availability.get("online") == availability.get("offline") is not None:
        yield ("availability", "offline"), "is the same word as online"


def _bad_topic(place: Place, text: str, *, needs_id: bool) -> Faults:
    try:
        has_id = TopicPattern(text).has_id
    except BadTopic as error:
        yield place, str(error)
        return
    if needs_id and not has_id:
        yield place, f"does not say which terminal a message is about: write {ID} where its id stands"

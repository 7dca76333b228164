from structlog.testing import capture_logs

from monitor.ports.silence_source import ForeignSilence, SilenceMatcher, SilenceReading
from monitor.services.foreign_silences import ROUND_S, ForeignSilences
from tests.fakes import START, FakeClock, FakeSilences
from tests.running import running


def silence(
    silence_id: str, *, site: str = "mall-1", ends_in: float = 600, source: str = "one"
) -> ForeignSilence:
    """Return a silence of a site."""
    return ForeignSilence(
        silence_id=silence_id,
        matchers=(SilenceMatcher(name="site", value=site), SilenceMatcher(name="monitor", value="north")),
        starts_at=START.wall - 60,
        ends_at=START.wall + ends_in,
        created_by="ann",
        comment="painting",
        alertmanagers=(source,),
    )


def service(*sources: FakeSilences, clock: FakeClock | None = None) -> ForeignSilences:
    """Return the service of a posmon with an external label."""
    return ForeignSilences(sources=sources, clock=clock or FakeClock(), external_labels={"monitor": "north"})


async def test_every_source_is_read_each_half_a_minute() -> None:
    """At once, and again and again."""
    clock, source = FakeClock(), FakeSilences("one", silence("a"))
    known = service(source, clock=clock)
    async with running(known.run()):
        await clock.advance(0)
        assert [one.silence_id for one in known.silences()] == ["a"]
        source.silences = (silence("b"),)
        await clock.advance(ROUND_S - 1)
        assert [one.silence_id for one in known.silences()] == ["a"]
        await clock.advance(1)
        assert [one.silence_id for one in known.silences()] == ["b"]


async def test_a_source_that_cannot_be_read_leaves_what_it_said() -> None:
    """With the reason and the time of the last answer; what ends meanwhile is gone."""
    clock, source = FakeClock(), FakeSilences("one", silence("a"), silence("b", ends_in=30))
    known = service(source, clock=clock)
    await known.read()
    source.fault = "timeout"
    clock.turn(40)
    await known.read()
    assert [one.silence_id for one in known.silences()] == ["a"]
    assert known.faults == {"one": "timeout"}
    assert known.read_at == {"one": START}
    source.fault = ""
    await known.read()
    assert known.faults == {}


async def test_one_silence_of_two_alertmanagers_is_listed_once() -> None:
    """A cluster shares its silences; those that end first come first."""
    known = service(
        FakeSilences("one", silence("a"), silence("b", ends_in=100)),
        FakeSilences("two", silence("a", source="two")),
    )
    await known.read()
    assert [(one.silence_id, one.alertmanagers) for one in known.silences()] == [
        ("b", ("one",)),
        ("a", ("one", "two")),
    ]


async def test_alerts_are_matched_as_receivers_see_them() -> None:
    """With the external labels."""
    known = service(FakeSilences("one", silence("a"), silence("b", site="mall-2")))
    await known.read()
    assert [one.silence_id for one in known.matching({"site": "mall-2"})] == ["b"]
    assert known.matching({"site": "mall-2", "monitor": "south"}) == []
    alerts = [{"site": "mall-1"}, {"site": "mall-2"}, {"site": "mall-1", "terminal_id": "1"}]
    first = known.silences()[0]
    assert known.matched_by(first, alerts) == [0, 2]


class BrokenSource(FakeSilences):
    """A source that breaks its promise."""

    async def read_silences(self) -> SilenceReading:
        """Raise."""
        raise RuntimeError


async def test_a_source_that_raises_costs_no_other_its_reading() -> None:
    """It is a fault like others, and in the log."""
    known = service(BrokenSource("one"), FakeSilences("two", silence("a")))
    with capture_logs() as logs:
        await known.read()
    assert [one.silence_id for one in known.silences()] == ["a"]
    assert known.faults == {"one": "broken"}
    assert [entry["event"] for entry in logs] == ["silences.source_broken"]

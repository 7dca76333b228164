"""What every source of silences keeps to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.adapters.alertmanager import AlertmanagerSink
from monitor.adapters.system import SystemClock
from monitor.domain.instant import rfc3339
from monitor.domain.notification.postable_alert import PostableAlert
from monitor.ports.silence_source import ForeignSilence, SilenceMatcher, SilenceSource
from tests.alertmanagers import real_alertmanager
from tests.fakes import FakeSilences

NOW = SystemClock().now().wall
MATCHERS = (
    SilenceMatcher(name="alertname", value="PaperOut"),
    SilenceMatcher(name="site", value="上海 1|mall-.*", is_regex=True),
    SilenceMatcher(name="severity", value="critical", is_equal=False),
    SilenceMatcher(name="model", value="N9.+", is_regex=True, is_equal=False),
)


@dataclass
class Rig:
    """A source, and the ways to make a silence there and to take the source away."""

    source: SilenceSource
    make: Callable[[float, float], Awaitable[None]]
    take_away: Callable[[], Awaitable[None]]


@asynccontextmanager
async def fake_rig(_: Path) -> AsyncIterator[Rig]:
    """Return a rig around the fake."""
    source = FakeSilences("fake")

    async def make(starts_at: float, ends_at: float) -> None:
        silence = ForeignSilence(
            silence_id=str(len(source.silences)),
            matchers=MATCHERS,
            starts_at=starts_at,
            ends_at=ends_at,
            created_by="ann",
            comment="we are painting",
            alertmanagers=("fake",),
        )
        source.silences = (*source.silences, silence)

    async def take_away() -> None:
        source.fault = "refused"

    yield Rig(source, make, take_away)


@asynccontextmanager
async def real_rig(home: Path) -> AsyncIterator[Rig]:
    """Return a rig around a real Alertmanager, in which posmon holds an alert back as well."""
    async with real_alertmanager(home) as alertmanager, AlertmanagerSink(url=alertmanager.url) as sink:
        held = PostableAlert(
            labels={"alertname": "PaperOut", "terminal_id": "1"},
            annotations={},
            starts_at=NOW - 60,
            ends_at=NOW + 240,
            resolved=False,
            held="acknowledged by ann",
        )
        await sink.send([held])

        async def make(starts_at: float, ends_at: float) -> None:
            matchers: list[dict[str, Any]] = [
                {"name": one.name, "value": one.value, "isRegex": one.is_regex, "isEqual": one.is_equal}
                for one in MATCHERS
            ]
            await alertmanager.silence(
                matchers=matchers,
                startsAt=rfc3339(starts_at),
                endsAt=rfc3339(ends_at),
                comment="we are painting",
            )

        yield Rig(sink.silences, make, alertmanager.kill)


RIGS = {"fake": fake_rig, "alertmanager": real_rig}


@pytest.fixture(params=RIGS)
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    """Return each source in turn."""
    async with RIGS[request.param](tmp_path) as made:
        yield made


async def test_silences_are_read_with_their_matchers_times_and_words(rig: Rig) -> None:
    """Those that are active and those that are to come; not posmon's own."""
    assert (await rig.source.read_silences()).silences == ()
    await rig.make(NOW + 600, NOW + 1200)
    await rig.make(NOW - 60, NOW + 3600)
    reading = await rig.source.read_silences()
    pending, active = sorted(reading.silences, key=lambda silence: silence.ends_at)
    assert reading.fault == ""
    assert active.silence_id != pending.silence_id
    assert pending.starts_at == pytest.approx(NOW + 600, abs=0.002)
    assert active.starts_at <= SystemClock().now().wall
    assert active.ends_at == pytest.approx(NOW + 3600, abs=0.002)
    assert pending.ends_at == pytest.approx(NOW + 1200, abs=0.002)
    for silence in (active, pending):
        assert set(silence.matchers) == set(MATCHERS)
        assert (silence.created_by, silence.comment) == ("ann", "we are painting")
        assert silence.alertmanagers == (rig.source.name,)


async def test_a_source_that_is_away_is_a_fault(rig: Rig) -> None:
    """A result, no exception."""
    await rig.take_away()
    reading = await rig.source.read_silences()
    assert reading.silences == ()
    assert reading.fault == "refused"


async def test_a_source_has_a_name(rig: Rig) -> None:
    """It is one printable word."""
    assert rig.source.name.isprintable()
    assert " " not in rig.source.name

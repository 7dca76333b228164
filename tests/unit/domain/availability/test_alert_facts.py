from monitor.domain.alerts.alert import Severity
from monitor.domain.availability.facts import AvailabilityMemory, Episode, EpisodeKind
from monitor.domain.on_call.acknowledgement import Acknowledgement
from monitor.domain.on_call.action import OnCallChanges
from tests.scenes import Scene, Screening, evenly_spread, site, terminal
from tests.unit.domain.availability.recorder import T0, Recorder


def lost(scene: Recorder, *ids: str, since: float = 60.0) -> None:
    """Let some members fall silent for ten minutes, and come back."""
    screening = Screening(scene, evenly_spread(scene))
    screening.play(since, lambda _id: True)
    screening.play(600.0, lambda terminal_id: terminal_id not in ids)
    screening.play(400.0, lambda _id: True)


def test_a_terminal_without_paper_is_impaired_from_its_first_word_on() -> None:
    """Not from when the alert fires; until it says that there is paper."""
    scene = Recorder([terminal()]).begin()
    scene.poll()
    scene.at(30)
    scene.say(printer={"status": "paper_out"})
    assert scene.episodes() == [("impaired", 30, None)]
    scene.at(200)
    scene.say(printer={"status": "paper_out"})
    scene.at(230)
    scene.say(printer={"status": "ok"})
    assert scene.episodes() == [("impaired", 30, 230)]
    assert [episode.about for episode in scene.kept.values()] == ["PaperOut"]


def test_an_impairment_ends_when_its_condition_went_though_its_alert_fires_on() -> None:
    """`keep_firing_for` is about people, not about the terminal."""
    scene = Recorder([terminal()], changes={"PaperOut": {"keep_firing_s": 300.0, "for_s": 0.0}}).begin()
    scene.say(printer={"status": "paper_out"})
    for at in range(30, 600, 30):
        scene.at(at)
        scene.say(printer={"status": "ok"})
    assert scene.episodes() == [("impaired", 0, 30)]


def test_an_outage_has_the_cause_and_the_firing_of_its_alert() -> None:
    """As they stood when it ended."""
    scene = Recorder(site("mall", 2)).begin()
    lost(scene, "10000001")
    scene.save()
    (down,) = [episode for episode in scene.kept.values() if episode.kind is EpisodeKind.DOWN]
    assert down.cause
    assert down.fired is not None
    assert down.ended is not None
    assert down.began + 90 <= down.fired <= down.ended


def acknowledgement(alertname: str, subject: str, at: float) -> OnCallChanges:
    """Return what somebody has said about an alert."""
    rule = Acknowledgement(
        id="a", alertname=alertname, subject=subject, labels={}, starts_at=at, severity=Severity.CRITICAL,
        cause="", at=at, ends_at=None, by="ann", comment="",
    )  # fmt: skip
    return OnCallChanges(rules=[rule])


def test_the_first_acknowledgement_counts() -> None:
    """Of the alert about the outage, and of no other."""
    scene = Recorder([terminal()]).begin()
    scene.poll()
    for at in (30, 60):
        scene.at(at)
        scene.fail()
    scene.save(acknowledgement("PaperOut", "10000001", T0 + 70.0))
    scene.save(acknowledgement("TerminalOffline", "10000001", T0 + 80.0))
    scene.save(acknowledgement("TerminalOffline", "10000001", T0 + 90.0))
    assert [episode.acked for episode in scene.kept.values()] == [T0 + 80]


def test_a_whole_site_has_an_outage_of_its_own() -> None:
    """Once its alert has fired, from when the site was lost until it was back."""
    rows = [*site("mall", 4), *site("port", 4, first=5)]
    scene = Recorder(rows, changes={"RegionOffline": {"enabled": False}}).begin()
    lost(scene, *(row.terminal_id for row in rows[:4]))
    ((kind, began, ended),) = scene.episodes("/site/mall")
    assert kind == "down"
    assert 30 <= began <= 70
    assert ended is not None
    assert 650 <= ended <= 700
    assert scene.episodes("/site/port") == []


def test_posmons_own_link_takes_nobodys_time() -> None:
    """Without probes that answer, a whole fleet that is lost at once was lost by posmon."""
    rows = [*site("mall", 4), *site("port", 4, first=5)]
    scene = Recorder(rows).begin()
    lost(scene, *(row.terminal_id for row in rows))
    ((kind, began, ended),) = scene.episodes("/fleet")
    assert kind == "unknown"
    first_lost = min(start for row in rows for _, start, _ in scene.episodes(row.terminal_id))
    last_back = max(end or 0 for row in rows for _, _, end in scene.episodes(row.terminal_id))
    assert began <= first_lost
    assert ended is not None
    assert last_back <= ended


def test_an_uplink_that_answers_says_that_it_was_not_posmons_link() -> None:
    """Then it was the way between posmon and the shops, and the terminals were down."""
    rows = [*site("mall", 4), *site("port", 4, first=5)]
    scene = Recorder(rows).begin()
    scene.probe(router=True)
    lost(scene, *(row.terminal_id for row in rows))
    assert scene.episodes("/fleet") == []


def test_what_no_alert_speaks_of_any_more_ended_with_the_run_before() -> None:
    """And what an alert speaks of without an episode begins with this run."""
    before, scene = Scene([terminal()]), Recorder([terminal()])
    before.say(printer={"status": "paper_out"})
    scene.book.restore(before.open()["PaperOut", "10000001"])
    scene.at(1000)
    episodes = (
        Episode(subject="10000001", kind=EpisodeKind.IMPAIRED, about="PinPadFault", began=T0),
        Episode(subject="/site/mall", kind=EpisodeKind.DOWN, began=T0),
        Episode(subject="/fleet", kind=EpisodeKind.UNKNOWN, began=T0),
    )
    scene.ledger.restore(AvailabilityMemory(episodes=episodes, watched_until=T0 + 500))
    scene.begin()
    scene.save()
    assert {(s.subject, s.about, s.began - T0, s.ended and s.ended - T0) for s in scene.kept.values()} == {
        ("10000001", "PinPadFault", 0, 500),
        ("10000001", "PaperOut", 1000, None),
        ("/site/mall", "", 0, 500),
        ("/fleet", "", 0, 500),
    }

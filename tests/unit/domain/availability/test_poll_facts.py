import pytest

from monitor.domain.availability.facts import AvailabilityMemory, Episode, EpisodeKind
from monitor.domain.polling.poll_result import Outcome
from tests.scenes import Scene, terminal
from tests.unit.domain.availability.recorder import T0, Recorder


@pytest.fixture
def scene() -> Recorder:
    """Return a terminal that has answered at 0."""
    recorder = Recorder([terminal()]).begin()
    recorder.poll()
    return recorder


def play(scene: Recorder, answers: str, *, every: int = 30) -> None:
    """Let the terminal answer (`+`) or not (`-`) every so many seconds, from `every` on."""
    for number, answer in enumerate(answers, start=1):
        scene.at(number * every)
        scene.poll() if answer == "+" else scene.fail()
        scene.save()


def test_an_outage_is_from_the_last_good_poll_to_the_first_good_one(scene: Recorder) -> None:
    """And not from when its alert fires."""
    play(scene, "+---+")
    assert scene.episodes() == [("down", 30, 150)]


def test_an_outage_that_goes_on_is_there_already(scene: Recorder) -> None:
    """A crash must not lose it."""
    play(scene, "+--")
    assert scene.episodes() == [("down", 30, None)]


def test_of_one_lost_poll_nothing_is_known(scene: Recorder) -> None:
    """One packet is no outage; nor does it prove that the terminal was up."""
    play(scene, "+-++")
    assert scene.episodes() == [("unknown", 30, 90)]


def test_a_terminal_that_comes_and_goes_has_one_episode_that_grows(scene: Recorder) -> None:
    """It is written once, when two good polls have followed each other."""
    play(scene, "+-+-+-+")
    assert scene.episodes() == []
    scene.at(240)
    scene.poll()
    assert scene.episodes() == [("unknown", 30, 210)]


def test_lost_polls_that_become_an_outage_are_told_apart(scene: Recorder) -> None:
    """What was before the last good poll stays unknown."""
    play(scene, "+-+--+")
    assert scene.episodes() == [("unknown", 30, 90), ("down", 90, 180)]


def test_the_rule_says_how_many_polls_must_fail() -> None:
    """Its limit holds here as well; without a rule it is two."""
    one = Recorder([terminal()], changes={"TerminalOffline": {"min_failures": 1}}).begin()
    one.poll()
    play(one, "-+")
    assert one.episodes() == [("down", 0, 60)]
    none = Recorder([terminal()], changes={"TerminalOffline": {"enabled": False}}).begin()
    none.poll()
    play(none, "-+--+")
    assert none.episodes() == [("unknown", 0, 60), ("down", 60, 150)]


def test_a_terminal_out_of_sight_is_unknown_until_something_is_said(scene: Recorder) -> None:
    """From the last poll that said something; its outage goes on beneath."""
    scene.at(30)
    scene.fail(outcome=Outcome.AWAITED)
    scene.at(60)
    scene.fail(outcome=Outcome.AWAITED)
    assert scene.episodes() == [("unknown", 0, None)]
    scene.at(90)
    scene.fail()
    scene.at(120)
    scene.fail()
    assert scene.episodes() == [("unknown", 0, 90), ("down", 0, None)]


def test_a_shed_poll_says_nothing(scene: Recorder) -> None:
    """Posmon's own want is no fact about the terminal."""
    scene.at(30)
    scene.shed()
    assert scene.episodes() == []


def test_a_good_poll_of_a_good_terminal_leaves_nothing_to_do(scene: Recorder) -> None:
    """It is heeded by nobody, and nothing is to be saved."""
    scene.save()
    scene.at(30)
    scene.poll()
    assert not scene.ledger.polls.heeded
    assert not scene.save()


def test_what_leaves_the_inventory_is_over(scene: Recorder) -> None:
    """At that second."""
    play(scene, "--")
    scene.remove()
    assert scene.episodes() == [("down", 0, 60)]


def test_a_clock_set_back_makes_no_episode_end_before_it_began(scene: Recorder) -> None:
    """It becomes as short as it can be."""
    play(scene, "+--")
    scene.jump(-3600)
    scene.poll()
    assert scene.episodes() == [("down", 30, 30)]


def restarted(open_episode: Episode | None, *, failures: int) -> Recorder:
    """Return a run that begins at 1000, of a terminal that the run before saw fail so often."""
    before = Scene([terminal()])
    before.poll()
    before.pass_(10)
    for _ in range(failures):
        before.fail()
    memory = before.watched().memory(before.now)
    recorder = Recorder()
    recorder.at(1000)
    episodes = () if open_episode is None else (open_episode,)
    recorder.ledger.restore(AvailabilityMemory(episodes=episodes, watched_until=T0 + 500))
    row = terminal()
    rules = recorder.evaluation.rules.for_terminal(row)
    watched = recorder.fleet.add(row, rules=rules, now=recorder.now, memory=memory)
    recorder.ledger.joined(watched, recorder.now)
    return recorder.begin()


DOWN = Episode(subject="10000001", kind=EpisodeKind.DOWN, began=T0)


def test_an_outage_goes_on_over_a_restart() -> None:
    """Until the first good poll of the new run."""
    run = restarted(DOWN, failures=3)
    run.at(1030)
    run.fail()
    assert run.episodes() == [("down", 0, None)]
    run.at(1060)
    run.poll()
    assert run.episodes() == [("down", 0, 1060)]


def test_an_outage_whose_terminal_was_forgotten_ends_with_the_first_good_poll() -> None:
    """Though for posmon the terminal was never down in this run."""
    run = restarted(DOWN, failures=0)
    run.at(1030)
    run.poll()
    assert run.episodes() == [("down", 0, 1030)]


def test_an_outage_of_which_only_the_failures_are_known_begins_with_the_run() -> None:
    """What was before is not to be invented."""
    run = restarted(None, failures=3)
    run.at(1030)
    run.fail()
    assert run.episodes() == [("down", 1000, None)]


def test_what_is_restored_of_a_terminal_that_is_gone_ends_with_the_run_before() -> None:
    """The inventory may have lost it meanwhile."""
    recorder = Recorder()
    recorder.at(1000)
    recorder.ledger.restore(AvailabilityMemory(episodes=(DOWN,), watched_until=T0 + 500))
    assert recorder.begin().episodes() == [("down", 0, 500)]


def test_a_last_lapse_is_noted_when_the_run_ends(scene: Recorder) -> None:
    """It waits for a poll that does not come."""
    play(scene, "+-+")
    assert scene.episodes() == []
    scene.ledger.end()
    assert scene.episodes() == [("unknown", 30, 90)]


def test_a_new_terminal_that_never_answers_is_down_since_it_is_watched() -> None:
    """It counts from its first poll, whatever that says."""
    scene = Recorder([terminal()]).begin()
    assert not scene.save().profiles
    scene.at(20)
    scene.fail()
    scene.at(50)
    scene.fail()
    assert scene.episodes() == [("down", 0, None)]
    assert [since for _, since in scene.profiles] == [0]

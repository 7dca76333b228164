from monitor.domain.availability.episode_book import EpisodeBook
from monitor.domain.availability.facts import Episode, EpisodeKind

DOWN = Episode(subject="t", kind=EpisodeKind.DOWN, began=10)


def test_a_episode_begins_once() -> None:
    """A second beginning changes nothing."""
    book = EpisodeBook()
    book.begin(DOWN)
    book.begin(Episode(subject="t", kind=EpisodeKind.DOWN, began=20))
    assert book.drain_unsaved() == [DOWN]


def test_what_ended_and_began_again_within_a_save_is_two_episodes() -> None:
    """The end of the first is not lost."""
    book = EpisodeBook()
    book.begin(DOWN)
    book.end("t", EpisodeKind.DOWN, 15)
    book.begin(Episode(subject="t", kind=EpisodeKind.DOWN, began=20))
    assert [(episode.began, episode.ended) for episode in book.drain_unsaved()] == [(10, 15), (20, None)]


def test_a_cause_reaches_a_episode_that_has_just_ended() -> None:
    """Its alert resolves in the same moment, with its last words."""
    book = EpisodeBook()
    book.begin(DOWN)
    book.end("t", EpisodeKind.DOWN, 15)
    book.explain("t", EpisodeKind.DOWN, cause="a power cut", fired=12)
    (episode,) = book.drain_unsaved()
    assert (episode.cause, episode.fired, episode.ended) == ("a power cut", 12, 15)
    book.explain("t", EpisodeKind.DOWN, cause="late", fired=None)
    assert book.drain_unsaved() == []


def test_a_known_cause_is_not_lost_to_an_unknown_one() -> None:
    """Nor is the time of firing."""
    book = EpisodeBook()
    book.begin(DOWN)
    book.explain("t", EpisodeKind.DOWN, cause="a power cut", fired=12)
    book.explain("t", EpisodeKind.DOWN, cause="", fired=None)
    (episode,) = book.drain_unsaved()
    assert (episode.cause, episode.fired) == ("a power cut", 12)


def test_what_does_not_go_on_does_not_end() -> None:
    """And nothing of it is to be saved."""
    book = EpisodeBook()
    book.end("t", EpisodeKind.DOWN, 15)
    book.acknowledged("t", EpisodeKind.DOWN, 15)
    assert book.drain_unsaved() == []

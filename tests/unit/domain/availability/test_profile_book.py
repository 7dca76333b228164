from monitor.domain.availability.facts import Profile, ProfileFrom
from monitor.domain.availability.profile_book import ProfileBook
from tests.scenes import Scene, terminal


def test_two_changes_within_a_save_are_one() -> None:
    """The last holds, from its own second on."""
    scene, book = Scene([terminal(site="a")]), ProfileBook()
    book.take(scene.watched(), 10)
    scene.change(terminal(site="b"))
    book.take(scene.watched(), 11)
    assert book.drain_unsaved() == [ProfileFrom(terminal_id="10000001", since=11, profile=Profile(site="b"))]
    assert book.drain_unsaved() == []


def test_what_was_never_watched_does_not_go() -> None:
    """There is nothing to note."""
    book = ProfileBook()
    book.drop("x", 5)
    assert book.drain_unsaved() == []
    assert "x" not in book

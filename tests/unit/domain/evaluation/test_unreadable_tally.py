from tests.scenes import Scene, terminal


def test_fields_are_counted_each_time_and_told_once_for_each_change() -> None:
    """Three polls with the same field count three times and are one change; the end is another."""
    scene = Scene([terminal()])
    tally = scene.evaluation.unreadable
    told = []
    for _ in range(3):
        scene.poll(unreadable=("activity: not one of idle busy",))
        told += [watched.unreadable.phrases for watched in tally.drain_changed()]
    scene.poll()
    told += [watched.unreadable.phrases for watched in tally.drain_changed()]
    assert tally.counts == {("poll", "activity"): 3}
    assert told == [["activity: not one of idle busy"], []]


def test_a_bad_event_is_told_on_its_terminal_until_a_list_without_it_comes() -> None:
    """Each reason stands once, however many events it befell."""
    scene = Scene([terminal()])
    watched = scene.fleet["10000001"]
    bad = {"id": "1", "at": "yesterday", "type": "transaction", "response_code": "00"}
    scene.hear(bad, bad | {"id": "2"})
    (phrase,) = watched.unreadable.phrases
    assert phrase.startswith("event: at: not a time")
    assert [*scene.evaluation.unreadable.drain_changed()] == [watched]
    scene.hear(scene.transaction())
    assert watched.unreadable.phrases == []

-- An instant is two columns: `_s` is posmon's own running time in seconds, summed over its runs without the
-- time between them, for durations; `_wall` is unix time, for people. Documents are JSON.
PRAGMA application_id = 1886352237; -- "posm"

-- One row: how far the last commit was.
CREATE TABLE progress (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at_s REAL NOT NULL,
    at_wall REAL NOT NULL,
    last_seq INTEGER NOT NULL
) STRICT;
INSERT INTO progress VALUES (1, 0.0, 0.0, 0);

-- Every step of every alert, in order; `told` are those receivers are to hear of.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at_s REAL NOT NULL,
    at_wall REAL NOT NULL,
    alertname TEXT NOT NULL,
    subject TEXT NOT NULL,
    severity TEXT NOT NULL,
    previous TEXT NOT NULL,
    state TEXT NOT NULL,
    since_s REAL NOT NULL,
    since_wall REAL NOT NULL,
    told INTEGER NOT NULL CHECK (told IN (0, 1)),
    labels TEXT NOT NULL,
    annotations TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_subject ON journal (subject);

CREATE TABLE alerts (
    alertname TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (alertname, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE terminals (
    terminal_id TEXT PRIMARY KEY,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    terminal_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    heard_s REAL NOT NULL,
    heard_wall REAL NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (terminal_id, event_id)
) STRICT;

-- `told_through` is the step up to which a receiver's outbox is what became of the journal's told steps;
-- `named_s` is when it was last one of the receivers.
CREATE TABLE receivers (
    name TEXT PRIMARY KEY,
    told_through INTEGER NOT NULL,
    named_s REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    receiver TEXT NOT NULL REFERENCES receivers (name) ON DELETE CASCADE,
    identity TEXT NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (receiver, identity)
) STRICT;

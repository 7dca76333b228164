-- Facts about the time of terminals, in whole unix seconds, from which reports are made. They are kept longer than the
-- journal, and no later configuration or inventory changes them.

-- What goes on: `down`, `impaired` (by the alert `about`) or `unknown`, of a terminal, `/site/NAME` or `/fleet`.
CREATE TABLE open_episodes (
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    began INTEGER NOT NULL,
    cause TEXT NOT NULL,
    fired INTEGER,
    acked INTEGER,
    PRIMARY KEY (subject, kind, about)
) STRICT, WITHOUT ROWID;

-- What is over, in the order in which it ended: a report reads the end of the table, retention deletes its beginning.
CREATE TABLE episodes (
    ended INTEGER NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    began INTEGER NOT NULL,
    cause TEXT NOT NULL,
    fired INTEGER,
    acked INTEGER,
    PRIMARY KEY (ended, subject, kind, about, began)
) STRICT, WITHOUT ROWID;

-- What a terminal was from `since` on; NULL: no longer watched. Equal profiles are one document; `id` is its digest.
CREATE TABLE profiles (
    id INTEGER PRIMARY KEY,
    document TEXT NOT NULL
) STRICT;
CREATE TABLE terminal_profiles (
    terminal_id TEXT NOT NULL,
    since INTEGER NOT NULL,
    profile INTEGER,
    PRIMARY KEY (terminal_id, since)
) STRICT, WITHOUT ROWID;

-- When posmon ran.
CREATE TABLE watches (
    began INTEGER PRIMARY KEY,
    ended INTEGER NOT NULL
) STRICT;

-- Windows and calendars, from when posmon knew of them until they were gone; NULL: they still are in force.
CREATE TABLE rules_in_force (
    id TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (id, since)
) STRICT, WITHOUT ROWID;

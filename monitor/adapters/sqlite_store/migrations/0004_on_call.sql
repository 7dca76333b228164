-- What people on call have said and is not over: silences, acknowledgements, windows; and the record of who did what.
CREATE TABLE on_call (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE actions (
    number INTEGER PRIMARY KEY,
    at_wall REAL NOT NULL,
    document TEXT NOT NULL
) STRICT;

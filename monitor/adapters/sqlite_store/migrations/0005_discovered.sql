-- Terminals that a source lists and the inventory lacks: they are watched from the start, before the source is asked.
CREATE TABLE discovered (
    terminal_id TEXT PRIMARY KEY,
    document TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Ids may begin again: an event is named by its terminal, its id and the time that its terminal gave it, `told_s`,
-- in whole unix seconds. NULL is any time, in rows of a posmon that did not keep it; 0 stands for none.
CREATE TABLE told_events (
    id INTEGER PRIMARY KEY,
    terminal_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    told_s INTEGER,
    type TEXT NOT NULL,
    heard_s REAL NOT NULL,
    heard_wall REAL NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (terminal_id, event_id, told_s)
) STRICT;
INSERT INTO told_events SELECT id, terminal_id, event_id, NULL, type, heard_s, heard_wall, document FROM events;
DROP TABLE events;
ALTER TABLE told_events RENAME TO events;

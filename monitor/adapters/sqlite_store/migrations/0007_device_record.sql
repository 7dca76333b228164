-- What happened to each device, for as long as the store lives: changes that posmon saw, and what people wrote.
CREATE TABLE device_record (
    terminal_id TEXT NOT NULL,
    at_wall REAL NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (terminal_id, at_wall, id)
) STRICT, WITHOUT ROWID;
-- The changes that an earlier posmon has kept with each terminal.
INSERT OR IGNORE INTO device_record
SELECT terminals.terminal_id,
    change.value ->> '$.at[1]',
    change.value ->> '$.what',
    'change',
    json_object(
        'terminal_id', terminals.terminal_id,
        'at', change.value ->> '$.at[1]',
        'id', change.value ->> '$.what',
        'kind', 'change',
        'what', change.value ->> '$.what',
        'before', change.value ->> '$.before',
        'after', change.value ->> '$.after',
        'noted_at', change.value ->> '$.at[1]'
    )
FROM terminals, json_each(terminals.document, '$.changes') AS change
WHERE json_valid(terminals.document) AND change.value ->> '$.at[1]' IS NOT NULL AND change.value ->> '$.what' IS NOT NULL;

"""The heartbeat document as a JSON Schema.

`python -m monitor.views.heartbeat_schema > docs/heartbeat.schema.json` writes the committed one.
"""

import sys
from typing import Any

import msgspec

from monitor.views.documents import HeartbeatDocument

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def heartbeat_schema() -> dict[str, Any]:
    """Return the schema (JSON Schema 2020-12); posmon also reads spellings that it does not allow."""
    (schema,), definitions = msgspec.json.schema_components(
        [HeartbeatDocument], ref_template="#/$defs/{name}"
    )
    return {"$schema": DRAFT, "title": "posmon heartbeat document", **schema, "$defs": definitions}


def heartbeat_schema_text() -> str:
    """Return the schema as it is committed."""
    return msgspec.json.format(msgspec.json.encode(heartbeat_schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(heartbeat_schema_text())

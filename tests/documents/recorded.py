"""What real Yjs clients sent while they edited; tests/contract/record.mjs made it."""

import base64
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent.parent / "contract" / "recorded.json"


@dataclass(frozen=True)
class Session:
    """Updates of three clients in the order in which a server met them, and what the editor showed in the end."""

    updates: tuple[bytes, ...]
    json: dict[str, Any]


@cache
def sessions() -> tuple[Session, ...]:
    found = json.loads(_FILE.read_text("utf-8"))["sessions"]
    return tuple(Session(tuple(map(base64.b64decode, session["updates"])), session["json"]) for session in found)

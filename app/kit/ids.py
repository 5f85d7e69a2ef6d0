"""Identifiers: UUIDv7 for what is stored, tokens for what is secret, short codes for what is read aloud."""

import hashlib
import secrets
import time
from uuid import UUID

#: No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: what is read aloud in a meeting must be heard in one way only.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"


def uuid7() -> UUID:
    """A new UUID version 7 (RFC 9562): the first 48 bits are Unix milliseconds, so keys sort by age."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def join_code(length: int = 6) -> str:
    """A short code of unambiguous characters; six of them give 148 million codes, so guessing has to be limited."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def secret_token() -> str:
    """A URL-safe token with 256 bits of entropy, for links, sessions and the API."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256 in hexadecimal. A high-entropy token needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()

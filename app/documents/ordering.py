"""Where a demand stands among the others: keys that always leave room for one more in between.

The algorithm, for whoever writes keys on the other side of the wire:

- A key is a string of the 62 digits `0–9A–Za–z`, in that order, which is also the order of their code points. It is
  read as a fraction in base 62: "V" is 31/62, "Vz" is 31/62 + 61/62². It does not end in "0", so that there is room
  below it, and it is at most 64 digits long.
- Demands stand in the order of (key, id), both compared by code point. Two people who add at the same place at the
  same time get the same key; the id then decides, alike for everybody.
- between(a, b) is a shortest fraction between a and b, where a = None means 0 and b = None means 1:

      n = number of leading digits in which a (padded with "0") and b agree
      if n > 0:      return b[:n] + between(a[n:], b[n:])
      x = value of a's first digit, 0 if a is empty
      y = value of b's first digit, 62 if b is None
      if y - x > 1:  return the digit of (x + y) // 2
      if len(b) > 1: return b's first digit
      return the digit x + between(a[1:], None)

- between() of two equal keys does not exist. Whoever wants to put a demand between two that share a key gives the
  right one a new key first, between the shared key and the next one.
"""

import re

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MAX_LENGTH = 64

_KEY = re.compile(r"[0-9A-Za-z]{0,63}[1-9A-Za-z]", re.ASCII)


def is_key(value: object) -> bool:
    """Whether `value` is a key that another can be put beside."""
    return isinstance(value, str) and _KEY.fullmatch(value) is not None


def between(a: str | None, b: str | None) -> str:
    """A key above `a` and below `b`; None is the open end. Raises ValueError unless a < b and both are keys."""
    if not all(key is None or is_key(key) for key in (a, b)):
        raise ValueError("not a key")
    if a is not None and b is not None and a >= b:
        raise ValueError("the keys are not in order")
    return _midpoint(a or "", b)


def spread(a: str | None, b: str | None, count: int) -> list[str]:
    """`count` keys between `a` and `b`, in order and short: each halves what room there is."""
    if count <= 0:
        return []
    middle = between(a, b)
    left = count // 2
    return [*spread(a, middle, left), middle, *spread(middle, b, count - left - 1)]


def _midpoint(a: str, b: str | None) -> str:
    if b is not None:
        n = 0
        while n < len(b) and (a[n] if n < len(a) else "0") == b[n]:
            n += 1
        if n:
            return b[:n] + _midpoint(a[n:], b[n:])
    x = DIGITS.index(a[0]) if a else 0
    y = DIGITS.index(b[0]) if b is not None else len(DIGITS)
    if y - x > 1:
        return DIGITS[(x + y) // 2]
    if b is not None and len(b) > 1:
        return b[0]
    return DIGITS[x] + _midpoint(a[1:], None)

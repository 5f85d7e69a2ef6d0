"""Finds what points at a private person: identity numbers, telephone numbers, addresses."""

import re
from collections.abc import Iterator

from app.advice.findings import Note, Rule
from app.kit.i18n import _

_IDENTITY = re.compile(r"(?<![\d-])(?:19|20)?(\d\d)(\d\d)(\d\d)[-+ ]?(\d{4})(?![\d-])")
_PHONE = re.compile(
    r"(?<![\w.,:/+-])(?:(?:\+|00)46[ -]?(?:\(0\))?[ -]?|0)[1-9]\d{0,2}(?:[ -]?\d{2,3}){2,4}(?![\w/]|[.,:-]\d)"
)
#: Numbers that are no person's: free calls, shared costs, services.
_SERVICE = re.compile(r"0(?:20|77|9)")
_MAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}\b", re.IGNORECASE)
_STREET = re.compile(
    r"\b(?:[A-ZÅÄÖ][\wåäö-]* )?[A-ZÅÄÖa-zåäö][a-zåäö]*(?:gatan|vägen|gränd|stigen|allén|backen|torget) "
    r"\d{1,3} ?[A-F]?\b"
    r"(?! ?(?:%|procent|år|meter|km|kr|st\b|och \d|till \d))"
)
#: Roads for traffic have numbers too.
_ROAD = re.compile(r"(?:riks|läns|europa|motor|stam|in- och utfarts|kust)vägen|(?:^|\s)vägen", re.IGNORECASE)


def has_valid_checksum(digits: str) -> bool:
    """Whether ten digits have the check digit of a personal identity number."""
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _identity_numbers(text: str) -> Iterator[re.Match[str]]:
    for match in _IDENTITY.finditer(text):
        year, month, day, last = match.groups()
        # A coordination number has 60 added to the day.
        born = int(day) - 60 if int(day) > 60 else int(day)
        if 1 <= int(month) <= 12 and 1 <= born <= 31 and has_valid_checksum(year + month + day + last):
            yield match


def _phones(text: str) -> Iterator[re.Match[str]]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0].replace("(0)", ""))
        national = re.sub(r"^(?:00)?46", "0", digits)
        if 9 <= len(national) <= 10 and not _SERVICE.match(national):
            yield match


def personal_data(text: str) -> list[Note]:
    """What in `text` should hardly be in a document that many will read, in its order."""
    numbers = list(_identity_numbers(text))
    taken = [match.span() for match in numbers]
    reached = _("The motion will be read by many, and is kept.")
    private = _("Take it out, unless it belongs to an office that the public is meant to reach.")
    notes = [
        Note(
            Rule.PERSONAL,
            *match.span(),
            _("This looks like a personal identity number. {reached}", reached=reached),
            _("Take the number out. It is never needed in a motion."),
        )
        for match in numbers
    ]
    for matches, reason in (
        (_phones(text), _("This looks like a telephone number. {reached}", reached=reached)),
        (_MAIL.finditer(text), _("This looks like an e-mail address. {reached}", reached=reached)),
        (
            (match for match in _STREET.finditer(text) if not _ROAD.search(match[0])),
            _("This looks like a street address. {reached}", reached=reached),
        ),
    ):
        notes += [
            Note(Rule.PERSONAL, *match.span(), reason, private)
            for match in matches
            if not any(match.start() < end and start < match.end() for start, end in taken)
        ]
    return sorted(notes, key=lambda note: note.start)

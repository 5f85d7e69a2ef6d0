"""Reasons in words."""

from collections.abc import Sequence

from babel.lists import format_list

from app.kit.i18n import _, current_locale
from app.matching.cards import Reason


def say(reason: Reason) -> str:
    """One sentence that names only words which stand in the texts."""
    if reason.kind == "words":
        return _("You both write about {words}.", words=_listed(reason.mine))
    pairs = [
        _("“{mine}” and “{theirs}”", mine=mine, theirs=theirs)
        for mine, theirs in zip(reason.mine, reason.theirs, strict=True)
    ]
    return _("The words are akin: {pairs}.", pairs=_listed(pairs))


def _listed(words: Sequence[str]) -> str:
    return format_list(list(words), locale=current_locale())

"""Reasons in words."""

from collections.abc import Sequence

from babel.lists import format_list

from app.kit.i18n import _, current_locale
from app.matching.cards import Reason


def say(reason: Reason) -> str:
    """One sentence that names only words which stand in the texts."""
    if reason.kind == "words":
        return _("You both write about {words}.", words=_listed(reason.mine))
    return _("You write about {mine}, they about {theirs}.", mine=_quoted(reason.mine), theirs=_quoted(reason.theirs))


def _quoted(words: Sequence[str]) -> str:
    return _listed([_("“{word}”", word=word) for word in words])


def _listed(words: Sequence[str]) -> str:
    return format_list(list(words), locale=current_locale())

"""Reads a whole motion and gathers what there is to say of it."""

import re

from app.advice.findings import Finding, Note, Rule
from app.advice.personal import personal_data
from app.advice.recipients import Recipient
from app.advice.rules import check_demand
from app.documents.text import MotionText
from app.kit.i18n import _

TITLE, BODY = "title", "body"
#: More advice than this at once helps nobody.
MOST = 50


def check(text: MotionText, recipient: Recipient) -> list[Finding]:
    """The advice on a motion for `recipient`: on the demands in their order, then on title and body."""
    found: list[Finding] = []
    before: dict[str, int] = {}
    for number, demand in enumerate(text.demands, start=1):
        notes = check_demand(demand.text, recipient)
        if (same := before.setdefault(_bare(demand.text), number)) != number:
            reason = _("This says the same as demand {number}.", number=same)
            notes = [Note(Rule.DUPLICATE, 0, len(demand.text), reason, _("Strike one of them."), ())]
        notes += personal_data(demand.text)
        found += [Finding(demand.id, number, demand.text, note) for note in notes]
    found += [Finding(TITLE, None, text.title, note) for note in personal_data(text.title)]
    found += [Finding(BODY, None, block.text, note) for block in text.body for note in personal_data(block.text)]
    return found[:MOST]


def _bare(demand: str) -> str:
    return " ".join(re.findall(r"\w+", demand.casefold()))

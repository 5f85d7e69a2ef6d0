"""Names of the paragraph styles that an exported document gives to what surrounds the motion's own text.

The readers know them again, so a document that was exported, worked on in Word or Writer and taken in again comes
back as title, body and demands, without the lines that the next export adds anew.
"""

ADDRESSED = "Motion till"
HEADING = "Motion rubrik"
INTRODUCTION = "Motion inledning"
DEMAND = "Att-sats"
SIGNATURE = "Motion underskrift"
CELL = "Motion tabell"

#: Everything but the demands is written anew by each export.
WRITTEN_ANEW = frozenset({ADDRESSED, HEADING, INTRODUCTION, SIGNATURE, CELL})

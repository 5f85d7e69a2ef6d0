"""What makes a demand hard to decide on. Each rule would rather miss something than be wrong: what is said without
need makes everything else go unread.

The patterns know Swedish, the language that demands are written in.
"""

import re

from app.advice.findings import Note, Rule
from app.advice.recipients import Recipient
from app.kit.i18n import _

#: What an organisation does itself: with the doer named, the demand is whole.
_OWN_ACTS = "verka|arbeta|driva|anordna|bedriva|starta|upprätta|genomföra|inrätta|ta fram|ta initiativ|utreda|se över"
#: What others would have to do.
_ACTS_OF_OTHERS = (
    "införa|återinföra|avskaffa|slopa|bygga|satsa|öka|utöka|minska|höja|sänka|stärka|förstärka|förbättra|förbjuda|"
    "tillföra|avsätta|garantera|säkerställa|lagstifta|förstatliga|prioritera|erbjuda|bevara|skärpa|underlätta|motverka|"
    "bekämpa|skapa|utveckla|finansiera|halvera|fördubbla|se till|lägga ned|lägga ner"
)
_NOBODY = re.compile(rf"att (?:(?:aktivt|snarast|genast) )?(?:({_OWN_ACTS})|{_ACTS_OF_OTHERS})\b", re.IGNORECASE)
#: A sentence such as “att bygga tätt ska bli lättare” has a verb of its own after all, unless it stands in a clause.
_VERB_OF_ITS_OWN = re.compile(r"\b(?:ska|skall|bör|måste|får|kan|är|blir|behöver|görs|sker|blev)\b")
_CLAUSE = re.compile(r"\b(?:som|att|där|när|om|hur|vilka|vilken|vilket|så|innan|eftersom|medan|då|tills|vad|vem)\b")

_OUTSIDE = (
    r"(?:Sveriges )?(?:riksdagen|riksdag|regeringen|regering|staten)|kommunen|kommunerna|"
    r"kommunfullmäktige|kommunstyrelsen|regionen|regionerna|regionfullmäktige|regionstyrelsen|landstingen|"
    r"(?:alla|landets|länets|Sveriges|samtliga) "
    r"(?:kommuner|regioner)|EU|EU-kommissionen|Trafikverket|Skolverket|Socialstyrelsen|Försäkringskassan|"
    r"Arbetsförmedlingen|Migrationsverket|Polismyndigheten|[A-ZÅÄÖ][\wåäö]+ (?:kommun|stad)|Region [A-ZÅÄÖ][\wåäö]+"
)
_BEYOND_REACH = re.compile(
    rf"att (?P<who>{_OUTSIDE}) (?:ska|skall|bör|måste|behöver|inför|återinför|avskaffar|slopar|höjer|sänker|beslutar|"
    r"bygger|satsar|utreder|förbjuder|tar|ger|ser|garanterar|stärker|ökar|minskar|säkerställer|erbjuder|tillsätter|lagstiftar|"
    r"utökar|bekostar|finansierar|får i uppdrag)\b"
)

_SECOND_ATT = re.compile(r",?\s+(?:och|samt)\s+att\s+(?=\S+\s+\S)")
#: Where “att A och att B” are two things that the same doer shall bring about.
_WORKS_FOR = re.compile(r"att (?:[\w-]+ ){0,5}?(?:verka|verkar|arbeta|arbetar|driva|driver)(?: aktivt)?(?: för)? att ")
_SAMT_DOES = re.compile(
    r"\bsamt (?:även |också |dessutom )?(?:ska|skall|bör|måste|(?:inför|utred|verk|arbet|avskaff|höj|sänk|förbjud|"
    r"starta|anordn)(?:ar|er|a)?|ta fram|tar fram|se till|ser till|se över|ser över)\b"
)

_LEANS = re.compile(
    r"\b(?:enligt (?:ovan|nedan)\w*|se (?:ovan|nedan)|ovan(?:stående|nämnda|nämnt|nämnd|anförda|beskrivna)|"
    r"(?:det|de|den|som) ovan(?: \w+)?|som (?:redan |tidigare )?(?:nämnts|sagts)|"
    r"(?:så)?som \w+ (?:ovan|i (?:motionen|brödtexten|texten ovan|bakgrunden))|"
    r"(?:föregående|förra|första|andra|nästa) att-sats\w*|i motionens (?:anda|riktning|mening)|"
    r"(?:enligt|i enlighet med|i linje med) (?:denna |den här )?motion(?:en|ens)?)\b",
    re.IGNORECASE,
)
_BEGINS_WITH_THIS = re.compile(
    r"att (detta|dessa|denna)\b"
    r"(?! (?:kongress|distriktskongress|årsmöte|representantskap|motion|stämma|år|mandatperiod))",
    re.IGNORECASE,
)
_NOTHING_BUT_THIS = re.compile(r"att (?:\w+ ){1,6}(detta)\.?$", re.IGNORECASE)

_FORWARDS = re.compile(
    r"\b(?:motionen (?:skickas|sänds|översänds|vidarebefordras|går) (?:vidare|till)\b|"
    r"(?:skicka|sända|översända) motionen\b|"
    r"(?:anta|antar|antas|antar motionen) (?:motionen )?som (?:sin |vår )?egen\b|motionen antas som)",
    re.IGNORECASE,
)

_SHORTENED = re.compile(
    r"(?:\b(?:m\.?m|m\.?fl|osv|o\.?s\.?v|etc|dvs|d\.?v\.?s|t\.?ex|bl\.?a|kl|kr|nr|ca|resp|s\.?k|p\.?g\.?a|st|mkr|inkl|exkl|"
    r"mdr|milj|max|min|jfr|f\.?d|o\.?d|u\.?a|fr\.?o\.?m|t\.?o\.?m)|\.\.)\.$",
    re.IGNORECASE,
)
_LOOSE_END = re.compile(r"(?:[,;:]|[,;]?\s+(?:och|samt|eller))$", re.IGNORECASE)
_NEW_SENTENCE = re.compile(r"(?<=[a-zåäö]{4})[.!?]\s+(?=[A-ZÅÄÖ][a-zåäö]+\s+\S)")


def check_demand(text: str, recipient: Recipient) -> list[Note]:
    """What there is to say of one demand, most often nothing; in the order in which it is best looked at."""
    if not re.search(r"\w", text.removeprefix("att")):
        return [
            Note(
                Rule.EMPTY,
                0,
                len(text),
                _("There is nothing in this demand to decide on."),
                _("Write what shall be done, or strike it."),
                (),
            )
        ]
    notes = [
        *_doer(text, recipient),
        *_reach(text, recipient),
        *_one_thing(text),
        *_stands_alone(text),
        *_forwarding(text, recipient),
        *_form(text),
        *_length(text, recipient),
    ]
    return [note for note in notes if note.rule not in recipient.silent]


def _doer(text: str, recipient: Recipient) -> list[Note]:
    match = _NOBODY.match(text)
    if match is None:
        return []
    verb = _VERB_OF_ITS_OWN.search(text, match.end())
    if verb is not None and not _CLAUSE.search(text, match.end(), verb.start()):
        return []
    reason = _("It does not say who shall do it, so nobody knows whom the decision binds.")
    actor = recipient.actor
    if actor is None:
        way = _("Write who: “att partiet ska verka för …”.")
        return [Note(Rule.SUBJECT, *match.span(), reason, way)]
    if match[1] is None:
        way = _("Write who: “att {actor} ska verka för att …”, and then who shall do what.", actor=actor)
        return [Note(Rule.SUBJECT, *match.span(), reason, way)]
    way = _("Write who.")
    return [Note(Rule.SUBJECT, *match.span(), reason, way, (f"att {actor} ska {text[4:]}",))]


def _reach(text: str, recipient: Recipient) -> list[Note]:
    match = _BEYOND_REACH.match(text) if recipient.decides_for_itself_alone else None
    if match is None:
        return []
    who, actor = match["who"], recipient.actor
    reason = _("The recipient can't decide for {who}, but it can decide to work for it.", who=who)
    way = _("Let {actor} work for it.", actor=actor)
    return [Note(Rule.ADDRESSEE, *match.span("who"), reason, way, (f"att {actor} verkar för {text}",))]


def _one_thing(text: str) -> list[Note]:
    reason = _(
        "Two things are joined here. Each demand is decided on by itself, so whoever wants only one must vote no."
    )
    way = _("Make two demands of it.")
    second = _SECOND_ATT.search(text)
    if second is not None:
        first, rest = text[: second.start()], text[second.end() :]
        start, end = second.start() + len(second[0]) - len(second[0].lstrip(", ")), second.end() - 1
        shared = _WORKS_FOR.match(first)
        inner = len(re.findall(r"\batt\b", first[4:]))
        if inner == 0:
            return [Note(Rule.ONE_THING, start, end, reason, way, (first, f"att {rest}"))]
        if inner == 1 and shared is not None:
            return [Note(Rule.ONE_THING, start, end, reason, way, (first, f"{shared[0]}{rest}"))]
        # “… så att A och att B”, “informerar om att A och att B”: one thing, said at length.
        return []
    also = _SAMT_DOES.search(text)
    return [Note(Rule.ONE_THING, *also.span(), reason, way)] if also is not None else []


def _stands_alone(text: str) -> list[Note]:
    reason = _("The demand points at something outside it, and will be read on its own when it is decided on.")
    way = _("Write out what is meant.")
    spans = [match.span() for match in _LEANS.finditer(text)]
    if (match := _BEGINS_WITH_THIS.match(text) or _NOTHING_BUT_THIS.match(text)) is not None:
        spans.append(match.span(1))
    return [Note(Rule.STANDS_ALONE, start, end, reason, way) for start, end in spans]


def _forwarding(text: str, recipient: Recipient) -> list[Note]:
    match = None if recipient.takes_forwarding else _FORWARDS.search(text)
    if match is None:
        return []
    reason = _("The recipient does not want demands about where the motion goes; that is decided anyway.")
    return [Note(Rule.FORWARDING, *match.span(), reason, _("Strike the demand."), ())]


def _form(text: str) -> list[Note]:
    notes: list[Note] = []
    if not re.match(r"att\s", text, re.IGNORECASE):
        begins = _("A demand begins with “att”, since it continues the sentence “we propose the congress to decide”.")
        notes.append(Note(Rule.FORM, 0, len(text.split(" ", 1)[0]), begins, _("Begin with “att”."), (f"att {text}",)))
    if (sentence := _NEW_SENTENCE.search(text)) is not None:
        reason = _("There is more than one sentence here, and it is not clear which of them is decided on.")
        way = _("Keep what shall be decided, and move reasons to the text.")
        return [*notes, Note(Rule.FORM, *sentence.span(), reason, way)]
    if text.endswith(".") and not _SHORTENED.search(text):
        reason = _("Demands are parts of one sentence, so they have no full stop.")
        bare = text.rstrip(". ")
        return [*notes, Note(Rule.FORM, bare.rfind(" ") + 1, len(text), reason, _("Take the full stop away."), (bare,))]
    if (loose := _LOOSE_END.search(text)) is not None:
        reason = _("The demand ends as if more were to follow, and they may come to stand in another order.")
        bare = text[: loose.start()].rstrip()
        return [*notes, Note(Rule.FORM, bare.rfind(" ") + 1, len(text), reason, _("Take the ending away."), (bare,))]
    return notes


def _length(text: str, recipient: Recipient) -> list[Note]:
    words = len(text.split())
    if words <= recipient.longest:
        return []
    reason = _("The demand has {n} words, and is hard to take in when it is read aloud.", n=words)
    return [Note(Rule.LENGTH, 0, len(text), reason, _("Keep what shall be decided, and move reasons to the text."))]

"""Which Swedish words ask for more of a thing, or for less, and how they turn each other.

Each entry is the beginning of a word, in lower case. A word takes the longest beginning that fits it.
"""

import re
from enum import Enum


class Act(Enum):
    """What is asked to happen to the thing."""

    START = 1  # it shall come to be, or be allowed
    KEEP = 2  # it shall stay
    MORE = 3
    LESS = -3
    END = -1  # it shall be no more, or be forbidden

    @property
    def sign(self) -> int:
        return 1 if self.value > 0 else -1

    @property
    def turned(self) -> "Act":
        """What is asked of the thing when this is asked not to happen, or of its contrary."""
        return _TURNED[self]


_TURNED = {
    Act.START: Act.END,
    Act.KEEP: Act.END,
    Act.MORE: Act.LESS,
    Act.LESS: Act.KEEP,
    Act.END: Act.KEEP,
}

_BEGINNINGS = {
    Act.START: """
        införa införs införd införan införande inrätt skapa skapas skapande inled starta startas etabler öppna återinför
        återöppn återupprätt återstart tillåt legaliser avkriminaliser möjliggör möjliggjor ansluta anslutning
        medlemskap godkänn bejaka erbjud tillskapa grunda grundas tillsätt upprätta upprättas ratificer antas anta
    """,
    Act.KEEP: """
        bevar behåll bibehåll värna värnas rädda räddas skydda skyddas skydd vidmakthåll försvara försvaras
        upprätthåll fortsätt fortsatt trygga
    """,
    Act.MORE: """
        höj höjd höjn öka ökas ökad ökat ökning utök stärk stärkt förstärk förbättr utbygg utvidg förläng fler flera
        mer mera högre större längre bättre satsa satsas satsning främj gynna gynnas stötta stöttas prioriter
        garanter säkerställ underlätt utveckl uppmuntra premier subventioner finansier anställ dubbler fördubbl
        bredda breddas skärp hårdare strängare tuffare påskynd snabba upprust rusta generösare kraftigare starkare
        tidigarelägg tillför mångdubbl investera uppmärksamma intensifier uppvärder utrust
    """,
    Act.LESS: """
        sänk sänkt sänkn minsk reducer begräns inskränk nedskär förkort kortare färre mindre lägre försvag halver
        dämpa dämpas försämr krymp bromsa bromsas mildr lindra lindring lättnad motverk bekämp motarbet försvår
        urholk frys högst senarelägg nedprioriter dra-in nedrust besparing avbyråkratiser underfinansier svagare
        sämre
    """,
    Act.END: """
        avskaff slopa slopas slopad slopande upphäv upphör avveckl nedlägg stäng förbjud förbjöd förbud stopp stoppa
        riva rivs rivas rivning avslå avslag avbryt avstå motsätt förhindr undvik skrota skrotas borttag utträd
        utfas moratorium fasa-ut ta-bort nej emot utrota återkall kriminaliser eliminer motstånd bojkott avvisa
        avvisas vägra säga-upp annuller makulera frångå lämna lämnar upplös avregistr utförsälj sluta nedmonter
        lägga-ned
    """,
}

#: A word that says that a thing is without something: "avgiftsfri" asks for an end to fees.
WITHOUT = {
    "gratis": "avgift",
    "avgiftsfri": "avgift",
    "avgiftsfria": "avgift",
    "avgiftsfritt": "avgift",
    "kostnadsfri": "avgift",
    "kostnadsfria": "avgift",
    "kostnadsfritt": "avgift",
    "skattefri": "skatt",
    "skattefria": "skatt",
    "skattefritt": "skatt",
    "skattebefria": "skatt",
    "vinstfri": "vinst",
    "vinstfria": "vinst",
    "fossilfri": "fossil",
    "fossilfria": "fossil",
    "fossilfritt": "fossil",
}

#: How a compound may end that names an act: "vinstförbud" asks for an end to profits.
ENDINGS = {
    "förbud": Act.END,
    "stopp": Act.END,
    "avveckling": Act.END,
    "nedläggning": Act.END,
    "avskaffande": Act.END,
    "sänkning": Act.LESS,
    "minskning": Act.LESS,
    "begränsning": Act.LESS,
    "förkortning": Act.LESS,
    "nedskärning": Act.LESS,
    "höjning": Act.MORE,
    "ökning": Act.MORE,
    "utbyggnad": Act.MORE,
    "satsning": Act.MORE,
}

NEGATIONS = frozenset({"inte", "ej", "icke", "aldrig", "ingen", "inget", "inga", "slippa", "varken", "nej"})

#: Before "mot", these make it a fight against what follows.
FIGHTS = (
    "arbet",
    "åtgärd",
    "insats",
    "kamp",
    "strid",
    "skydd",
    "protest",
    "verka",
    "rösta",
    "vänd",
    "agera",
    "satsning",
    "lag",
)

#: Expressions of several words, and the word of this file that stands for each.
EXPRESSIONS = (
    (r"\bta(?:r|s|ga|gas|gs)? bort\b", "ta-bort"),
    (r"\b(?:lägg(?:a|er|s|as)?|lades?|lagts?) (?:ned|ner)\b", "lägga-ned"),
    (r"\b(?:dra|drar|dras|dragit) (?:in|tillbaka)\b", "dra-in"),
    (r"\b(?:skär(?:a|s|as)?) (?:ned|ner)\b", "nedskära"),
    (r"\b(?:dra|drar|dras) (?:ned|ner)\b", "nedskära"),
    (r"\bsäg(?:a|er|s)? upp\b", "säga-upp"),
    (r"\bsäg(?:a|er)? (?:tydligt |bestämt )?nej\b", "nej"),
    (r"\bsäg(?:a|er)? (?:tydligt )?ja\b", "tillåta"),
    (r"\brösta(?:r)? nej\b", "nej"),
    (r"\bfasa(?:s|r)? ut\b", "fasa-ut"),
    (r"\bbygg(?:a|er|s|as)? ut\b", "utbygga"),
    (r"\brusta(?:s)? upp\b", "upprusta"),
    (r"\bgå(?:r)? (?:med|in) i\b", "ansluta"),
    (r"\bgå(?:r)? (?:ur|ut ur)\b", "utträda"),
    (r"\bgör(?:a|s|as)? (.{3,40}?) (?:större|fler)\b", r"öka \1"),
    (r"\bbör upphöra\b", "upphöra"),
    (r"\bsälj(?:a|er|s|as)? ut\b", "utförsälja"),
    (r"\bbygg(?:a|er|s|as)? bort\b", "ta-bort"),
    (r"\bnej (?:ska )?(?:sägs|sägas)\b", "nej"),
    (r"\bi (?:egen|offentlig|kommunal|statlig|allmän) (?:regi|ägo)\b", "förstatliga"),
    (r"\bi privat (?:regi|ägo)\b", "privatisera"),
    (r"\bmed hjälp av\b", "genom"),
)

#: Contraries that are no matter of more or less: two demands with different signs on one of these axes are opposite.
AXES = {
    "owner": (
        ("förstatlig", "kommunaliser", "återkommunaliser", "regionaliser"),
        ("privatiser", "konkurrensutsätt", "bolagiser"),
    ),
    "place": (("centraliser",), ("decentraliser",)),
    "duty": (("obligator", "tvingande", "tvångs", "lagstadga"), ("frivillig", "valfri")),
    "length": (("tillsvidare", "heltid"), ("visstid", "deltid", "timanställ")),
    "charge": (("avgiftsbelägg", "beskatta", "beskattas"), ("skattebefri",)),
}

#: Words for much the same thing; the first stands for all.
SYNONYMS = (
    ("skolmat", "skollunch", "skolmåltid", "skolluncher", "skolmåltider"),
    ("arbetsdag", "arbetstid", "arbetsvecka"),
    ("kollektivtrafik", "lokaltrafik", "busstrafik"),
    ("äldreomsorg", "äldrevård"),
    ("sjukvård", "hälso", "vård"),
    ("bostad", "lägenhet", "bostäder", "lägenheter"),
    ("hyra", "hyror", "boendekostnad"),
    ("bil", "personbil"),
    ("cykelväg", "cykelbana", "cykelvägar", "cykelbanor", "cykelstråk"),
    ("laddstolpe", "laddstation", "laddplats", "laddstolpar", "laddstationer", "laddplatser"),
    ("lärare", "pedagog", "pedagoger"),
    ("förskola", "dagis", "barnomsorg"),
    ("fritids", "fritidshem"),
    ("tandvård", "tandläkare"),
    ("barn", "elev", "elever"),
    ("pensionär", "äldre", "senior", "pensionärer", "seniorer"),
    ("ungdom", "unga", "ungdomar"),
    ("vindkraft", "vindkraftverk"),
    ("kärnkraft", "kärnenergi"),
    ("lön", "löner"),
    ("peng", "pengar", "medel", "resurs", "resurser", "anslag"),
    ("bidrag", "stöd", "ersättning"),
    ("avgift", "taxa", "biljettpris", "avgifter", "taxor"),
    ("flyg", "flygresa", "flygtrafik", "flygresor"),
    ("tåg", "järnväg", "tågtrafik", "järnvägar"),
    ("sommarlov", "sommar"),
    ("simkunnighet", "simundervisning", "simskola"),
    ("bibliotek", "folkbibliotek", "biblioteksfilial"),
)

#: Who is to act, and other words that hardly tell two demands apart.
LIGHT = """
    kommun kommunen kommuner kommunerna region regionen regioner regionerna stat staten statlig statligt statliga
    land landet samhälle samhället nationell nationellt nationella lokal lokalt lokala rätt rätten rättighet system
    systemet verksamhet verksamheten verksamheter område området områden person personer människa människor individ
    individer sverige aktiv aktivt kraftig kraftigt betydligt tydlig tydligt snarast omedelbart successivt
    långsiktig långsiktigt hela samtliga alla allas varje ställ form grad del nivå arbete arbetet driva länet län
    ansvar ansvaret arbetsformer anställningsformen
"""

_ACTS = {beginning: act for act, words in _BEGINNINGS.items() for beginning in words.split()}
_LONGEST = max(map(len, _ACTS))
#: What may follow the beginning of a word so that it still names the act, and not something that is made of it.
_INFLECTION = re.compile(
    r"(?:j?a[srdt]?|ats|ade?s?|e[srnt]?|te?s?|t[st]|de?s?|da|s|na?|ra?|re|as?te?|[ae]nde[ts]?"
    r"|(?:n|a)?ing(?:en|ar|arna|s)?|else[nr]?|elserna|nade?n?|naderna|arna|orna|its?|t?ja|jer|jande|ets?|ens?|lsen?)?"
)
_ENDED = re.compile(rf"(.{{3,}})({'|'.join(ENDINGS)})(?:en|et|ar|arna|er|erna|s)?")
#: Words that look like one of the above and are not.
_NO_ACTS = frozenset({"skyddsrum", "höjd", "höjden", "fast", "flertal", "flertalet", "stöd", "stödet"})


def act_of(word: str) -> Act | None:
    """The act that a word in lower case names, or None."""
    if word in _NO_ACTS:
        return None
    for length in range(min(len(word), _LONGEST), 1, -1):
        act = _ACTS.get(word[:length])
        if act is not None and _INFLECTION.fullmatch(word, length):
            return act
    return None


def act_at_end(word: str) -> tuple[str, Act] | None:
    """(what the act is done to, the act) of a compound such as "skattesänkning", or None."""
    match = _ENDED.fullmatch(word)
    return (match[1], ENDINGS[match[2]]) if match is not None else None


def axis_of(word: str) -> tuple[str, int] | None:
    """(axis, sign) of a word that has a contrary on one of the AXES, or None."""
    for axis, (forward, backward) in AXES.items():
        if word.startswith(forward):
            return axis, 1
        if word.startswith(backward):
            return axis, -1
    return None

"""What the rules say of single demands, and above all where they say nothing."""

import pytest

from app.advice.check import check
from app.advice.findings import Rule
from app.advice.personal import has_valid_checksum, personal_data
from app.advice.recipients import Level, Recipient
from app.advice.rules import check_demand
from app.documents.text import Block, Demand, MotionText, Span

DISTRICT = Recipient(Level.DISTRICT)

#: Demands that are good as they are.
GOOD = [
    "att partidistriktet ska verka för att bussen går varje timme",
    "att partidistriktet verkar för avgiftsfria bad för alla under tio år",
    "att distriktsstyrelsen får i uppdrag att utreda en gemensam bokningstjänst för lokaler",
    "att ge distriktsstyrelsen i uppdrag att ta fram en studieplan om skogen",
    "att uppdra åt styrelsen att redovisa arbetet på nästa kongress",
    "att kongressen uttalar sitt stöd för de anställda vid bruket",
    "att uppmana föreningarna att ordna läsecirklar",
    "att anta förslaget till nya stadgar",
    "att partiet i alla sammanhang driver frågan om kortare kötid till tandvården",
    "att bygga tätt ska bli lättare för den som vill ha odlingslotter på taket",
    "att arbeta i vården ska vara möjligt hela livet",
    "att det införs en samordnare för ungdomsresor",
    "att partidistriktet tar fram material om lån och sparande samt pension",
    "att medlemmarna informeras om att mötet flyttas och att ombud kan rösta på distans",
    "att partidistriktet arbetar så att ingen blir ensam och att alla får en kontaktperson",
    "att partidistriktet undersöker hur detta slags avtal fungerar i andra län",
    "att denna kongress uttalar sin tacksamhet mot funktionärerna",
    "att partidistriktet ser till att föreningarna får ersättning för lokaler, mat m.m.",
    "att partidistriktet stöder föreningarnas arbete med cirklar, kurser etc.",
    "att partidistriktet verkar för att riksdagen sänker åldern för fri entré",
    "att kommungrupperna i länet driver kravet på sena turer",
    "att partistyrelsen tar upp frågan med regeringen",
    "att staten och kapitalet blir temat för höstens studier",
    "att kommunernas grupper samordnar sina program",
    "att kongressen kräver att regeringen redovisar underlaget",
    "att partidistriktet anordnar en cykeldag i maj och en i september",
    "att ombuden får handlingarna fem veckor före mötet, t.ex. per post",
    "att partidistriktet ställer sig bakom kravet på sex timmars arbetsdag",
    "att en jämställdhetsplan beskrivs i verksamhetsplanen som antas i mars",
    "att stadgarnas § 4 ändras så att årsmöte hålls före den 31 mars",
]

#: (rule, demand, what it may become; None when it takes thought).
BAD: list[tuple[Rule, str, tuple[str, ...] | None]] = [
    (Rule.SUBJECT, "att verka för fler sena turer", ("att partidistriktet ska verka för fler sena turer",)),
    (
        Rule.SUBJECT,
        "att arbeta för att fler får sommarjobb",
        ("att partidistriktet ska arbeta för att fler får sommarjobb",),
    ),
    (Rule.SUBJECT, "att aktivt driva frågan om bad", ("att partidistriktet ska aktivt driva frågan om bad",)),
    (Rule.SUBJECT, "att införa avgiftsfri lunch för alla som studerar", None),
    (Rule.SUBJECT, "att bygga fler hyresrätter i varje tätort", None),
    (
        Rule.SUBJECT,
        "att utreda en regel som säger att alla ska få en plats",
        ("att partidistriktet ska utreda en regel som säger att alla ska få en plats",),
    ),
    (
        Rule.ADDRESSEE,
        "att riksdagen ska höja studiebidraget",
        ("att partidistriktet verkar för att riksdagen ska höja studiebidraget",),
    ),
    (
        Rule.ADDRESSEE,
        "att regeringen tillsätter en utredning om glest trafikerade linjer",
        ("att partidistriktet verkar för att regeringen tillsätter en utredning om glest trafikerade linjer",),
    ),
    (
        Rule.ADDRESSEE,
        "att alla kommuner bör erbjuda simskola",
        ("att partidistriktet verkar för att alla kommuner bör erbjuda simskola",),
    ),
    (
        Rule.ADDRESSEE,
        "att Region Storskogen inför nattbussar",
        ("att partidistriktet verkar för att Region Storskogen inför nattbussar",),
    ),
    (
        Rule.ADDRESSEE,
        "att Lillby kommun ska öppna ett kulturhus",
        ("att partidistriktet verkar för att Lillby kommun ska öppna ett kulturhus",),
    ),
    (
        Rule.ADDRESSEE,
        "att staten måste ta över ansvaret för vägen",
        ("att partidistriktet verkar för att staten måste ta över ansvaret för vägen",),
    ),
    (
        Rule.ONE_THING,
        "att partidistriktet ordnar en kurs och att årsmötet flyttas till mars",
        ("att partidistriktet ordnar en kurs", "att årsmötet flyttas till mars"),
    ),
    (Rule.ONE_THING, "att stadgan ändras samt att avgiften sänks", ("att stadgan ändras", "att avgiften sänks")),
    (
        Rule.ONE_THING,
        "att partidistriktet verkar för att bussen går oftare och att biljetten blir billigare",
        (
            "att partidistriktet verkar för att bussen går oftare",
            "att partidistriktet verkar för att biljetten blir billigare",
        ),
    ),
    (Rule.ONE_THING, "att partidistriktet stöder bruket samt verkar för en ny järnväg", None),
    (Rule.ONE_THING, "att styrelsen skriver ett brev samt ska redovisa svaret", None),
    (Rule.STANDS_ALONE, "att partidistriktet verkar enligt ovan", None),
    (Rule.STANDS_ALONE, "att ovanstående förslag genomförs", None),
    (Rule.STANDS_ALONE, "att partidistriktet går vidare med det ovan beskrivna", None),
    (Rule.STANDS_ALONE, "att frågan drivs som nämnts på nästa möte", None),
    (Rule.STANDS_ALONE, "att detta utreds av distriktsstyrelsen", None),
    (Rule.STANDS_ALONE, "att dessa åtgärder är klara före sommaren", None),
    (Rule.STANDS_ALONE, "att partidistriktet arbetar för detta", None),
    (Rule.STANDS_ALONE, "att partidistriktet handlar i motionens anda", None),
    (Rule.STANDS_ALONE, "att partidistriktet tar hänsyn till föregående att-sats", None),
    (Rule.STANDS_ALONE, "att partidistriktet agerar i enlighet med motionen", None),
    (Rule.FORM, "att partidistriktet köper in tält.", ("att partidistriktet köper in tält",)),
    (Rule.FORM, "att partidistriktet köper in tält, och", ("att partidistriktet köper in tält",)),
    (Rule.FORM, "att partidistriktet köper in tält,", ("att partidistriktet köper in tält",)),
    (Rule.FORM, "partidistriktet köper in tält", ("att partidistriktet köper in tält",)),
    (Rule.FORM, "att partidistriktet köper in tält. Det behövs varje sommar på torget", None),
    (Rule.LENGTH, "att partidistriktet " + "ofta " * 60 + "sjunger", None),
    (Rule.EMPTY, "att …", ()),
    (Rule.EMPTY, "att -", ()),
]  # fmt: skip

CLEAN = [
    "Bussen går 06-18 och 0-2 gånger om dagen",
    "Biljetten kostar 1 234 567 kronor om året, 012 procent",
    "Kongressen 2027-05-31 och 2026-12-01",
    "Ring 1177 eller 112, eller 020-12 34 56 för råd",
    "ISBN 91-0-123456-7 och diarienummer 2024-1234",
    "Riksvägen 40 och länsvägen 222 är smala",
    "Längs Storgatan saknas lampor, och gatan 3 meter bort är mörk",
    "Kontot 850505-1234 är inte giltigt",
    "En @-symbol och kl. 08.30-16.30",
    "Antalet ökade från 0701 till 0950 på tio år",
]

PRIVATE = [
    "Skriv till 811218-9876 om du vill",
    "Nummer 19811218-9876 gäller",
    "Samordningsnummer 811278-9873 också",
    "Ring mig på 070-174 06 05 i kväll",
    "Ring +46 70 174 06 05",
    "Kansliet har 08-465 004 00",
    "Mejla mig.nu@exempel.se så svarar jag",
    "Vi ses på Storgatan 5 B på torsdag",
    "Hon bor på Norra Björkvägen 12",
]


@pytest.mark.parametrize("demand", GOOD)
def test_nothing_is_said_of_a_good_demand(demand: str) -> None:
    assert check_demand(demand, DISTRICT) == []


@pytest.mark.parametrize(("rule", "demand", "instead"), BAD)
def test_a_demand_that_is_hard_to_decide_on_gets_its_advice(
    rule: Rule, demand: str, instead: tuple[str, ...] | None
) -> None:
    notes = check_demand(demand, DISTRICT)
    assert [note.rule for note in notes] == [rule]
    assert notes[0].instead == instead
    assert 0 <= notes[0].start < notes[0].end <= len(demand)


@pytest.mark.parametrize("demand", [instead for _, _, after in BAD for instead in after or ()])
def test_what_is_put_instead_is_good(demand: str) -> None:
    assert check_demand(demand, DISTRICT) == []


@pytest.mark.parametrize("level", [None, Level.NATIONAL])
def test_what_a_recipient_can_decide_is_left_open_where_it_is_not_known(level: Level | None) -> None:
    assert check_demand("att riksdagen ska höja studiebidraget", Recipient(level)) == []


def test_no_doer_is_proposed_for_an_unknown_recipient() -> None:
    (note,) = check_demand("att verka för fler sena turer", Recipient(None))
    assert (note.rule, note.instead) == (Rule.SUBJECT, None)


def test_a_demand_to_send_the_motion_on_is_spoken_of_only_where_it_is_not_wanted() -> None:
    demand = "att motionen skickas vidare till partikongressen"
    assert check_demand(demand, DISTRICT) == []
    (note,) = check_demand(demand, Recipient(Level.DISTRICT, takes_forwarding=False))
    assert (note.rule, note.instead) == (Rule.FORWARDING, ())


@pytest.mark.parametrize("text", CLEAN)
def test_numbers_and_places_that_are_nobody_s_are_left_alone(text: str) -> None:
    assert personal_data(text) == []


@pytest.mark.parametrize("text", PRIVATE)
def test_what_points_at_a_private_person_is_warned_of(text: str) -> None:
    (note,) = personal_data(text)
    assert note.rule is Rule.PERSONAL
    assert note.instead is None


def test_a_wrong_check_digit_is_no_identity_number() -> None:
    assert has_valid_checksum("8112189876")
    assert not any(has_valid_checksum(f"811218987{digit}") for digit in range(10) if digit != 6)


def motion(*demands: str, title: str = "Fler tält", body: str = "Det regnar ofta.") -> MotionText:
    return MotionText(
        title,
        (Block("paragraph", (Span(body),)),),
        tuple(Demand(f"d{number}", text) for number, text in enumerate(demands, start=1)),
    )


def test_the_second_of_two_demands_that_say_the_same_is_named() -> None:
    found = check(
        motion("att partidistriktet köper tält", "att styrelsen vilar", "att Partidistriktet köper  tält"), DISTRICT
    )
    (finding,) = found
    assert (finding.number, finding.target, finding.note.rule) == (3, "d3", Rule.DUPLICATE)
    assert "1" in finding.note.reason


def test_title_and_body_are_read_for_personal_data() -> None:
    found = check(motion(title="Till 811218-9876", body="Mejla a.b@exempel.se"), DISTRICT)
    assert [(each.target, each.words) for each in found] == [("title", "811218-9876"), ("body", "a.b@exempel.se")]


def test_advice_keeps_its_key_until_its_words_change() -> None:
    def key(demand: str) -> str:
        return check(motion(demand), DISTRICT)[0].key

    assert key("att verka för fler turer") == key("att verka för sena turer")
    assert key("att verka för fler turer") != key("att arbeta för fler turer")


@pytest.mark.parametrize(
    "evil",
    [
        "att " + "och att " * 4000,
        "att " + "a" * 50_000,
        "0" * 50_000,
        "1 " * 20_000,
        "a@" * 20_000,
        "A" * 30_000 + "vägen 1",
    ],
)
def test_odd_texts_are_read_in_no_time(evil: str) -> None:
    check(motion(evil, title=evil, body=evil), DISTRICT)

"""What programmes say of a demand: sure things alone, quoted as they stand."""

from datetime import date

import pytest

from app.documents.editing import TextChange
from app.library.actions import Read, put_programme, remove_programme
from app.library.models import Programme
from app.matching.passages import shared_words, verdict
from tests.cast import Cast
from tests.house import House

PROGRAMME = (
    Read("Alla barn har rätt till en bra start. Skolbiblioteken ska ha utbildade bibliotekarier.", "Skolan"),
    Read("Kollektivtrafiken ska byggas ut på landsbygden. Det stärker byarna.", "Resor", 12),
)


@pytest.mark.parametrize(
    ("demand", "sentence", "expected"),
    [
        ("att bygga ut kollektivtrafiken på landsbygden", "Kollektivtrafiken ska byggas ut på landsbygden.", "decided"),
        ("att förbjuda vinster i välfärden", "Vinster i välfärden ska förbjudas.", "decided"),
        ("att tillåta vinster i välfärden", "Vinster i välfärden ska förbjudas.", "against"),
        ("att avskaffa karensavdraget", "Karensavdraget i sjukförsäkringen ska behållas.", None),
        ("att införa gratis kollektivtrafik för unga", "Skolbiblioteken ska ha utbildade bibliotekarier.", None),
        ("att bygga ut kollektivtrafiken", "Landsbygden ska leva, och där ska finnas arbete och bostäder.", None),
        (
            "att kollektivtrafiken ska byggas ut på landsbygden och vara avgiftsfri för unga",
            "Kollektivtrafiken ska byggas ut på landsbygden.",
            None,
        ),
        (
            "att anropsstyrd trafik erbjuds på sträckor där vanliga bussar inte går att fylla, också på helgerna",
            "Anropsstyrd trafik ska finnas på sträckor där vanliga bussar inte går att fylla.",
            "further",
        ),
        ("att", "", None),
        ("", "Kollektivtrafiken ska byggas ut.", None),
    ],
)
def test_only_what_is_sure_is_said(demand: str, sentence: str, expected: str | None) -> None:
    judged = verdict(demand, sentence)
    assert (judged[0] if judged else None) == expected


def test_shared_words_stand_in_both() -> None:
    one, other = "att bygga ut kollektivtrafiken i byn", "Kollektivtrafiken ska byggas ut."
    for mine, theirs in shared_words(one, other).values():
        assert all(word in one.lower() for word in mine)
        assert all(word in other.lower() for word in theirs)


async def put(cast: Cast, title: str = "Landsbygdsprogrammet") -> Programme:
    async with cast.database.writing() as session:
        return await put_programme(session, title, date(2025, 5, 31), "5a" * 32, PROGRAMME)


async def write(house: House, *demands: str) -> None:
    change = TextChange(demands=tuple((None, demand) for demand in demands))
    await house.cast.desk.edit(house.cast.motion.document_id, change)


async def panel(house: House) -> str:
    async with house.browser(house.cast.astrid) as browser:
        path = f"/motions/{house.cast.motion.id}/suggestions"
        return (await browser.get(path, headers={"hx-request": "true"})).text


async def test_the_panel_quotes_what_is_decided_with_its_source_and_links_to_it(house: House) -> None:
    programme = await put(house.cast)
    await house.app.state.matching.build()
    await write(house, "att bygga ut kollektivtrafiken på landsbygden")
    html = await panel(house)
    assert "Redan beslutat" in html
    assert "Landsbygdsprogrammet, Resor, s. 12" in html
    assert f"/programmes/{programme.id}#p2" in html
    quotation = "”Kollektivtrafiken ska byggas ut på landsbygden.” (Landsbygdsprogrammet, Resor, s. 12)"
    assert f'data-build-on="{quotation}"' in html
    async with house.browser(house.cast.astrid) as browser:
        page = (await browser.get(f"/programmes/{programme.id}")).text
    assert "Kollektivtrafiken ska byggas ut på landsbygden. Det stärker byarna." in page


async def test_nothing_is_said_of_other_matters_and_nothing_once_the_programme_is_gone(house: House) -> None:
    programme = await put(house.cast)
    await house.app.state.matching.build()
    await write(house, "att sänka skatten på reparationer av cyklar")
    assert "I programmen" not in await panel(house)
    await write(house, "att bygga ut kollektivtrafiken på landsbygden")
    assert "I programmen" in await panel(house)
    async with house.cast.database.writing() as session:
        await remove_programme(session, programme.id)
    assert "I programmen" not in await panel(house)

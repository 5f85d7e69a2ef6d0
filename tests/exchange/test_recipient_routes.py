"""The page of the recipient's template: who changes it, and what the motions' downloads make of it."""

from io import BytesIO
from urllib.parse import unquote

from docx import Document
from httpx import AsyncClient, Response
from sqlalchemy import func, select, update

from app.calls.actions import EARLIER_TEMPLATES
from app.calls.models import RecipientTemplate
from app.exchange.recipient.example import example
from app.people.models import Person
from tests.house import House


def page(house: House) -> str:
    return f"/calls/{house.cast.call.id}/template"


def export(house: House, query: str = "?template=recipient") -> str:
    return f"/motions/{house.cast.motion.id}/export.docx{query}"


async def organiser(house: House) -> Person:
    """Ove, as the administrator that he is for once."""
    async with house.cast.database.writing() as session:
        person = await session.get_one(Person, house.cast.ove.id)
        person.is_admin = True
    return house.cast.ove


async def upload(browser: AsyncClient, house: House, name: str, data: bytes) -> Response:
    return await browser.post(page(house), files={"document": (name, data, "application/octet-stream")})


def own_template(mark: str) -> bytes:
    document = Document()
    for text in (mark, "{{ titel }}", "{{ text }}", "{{ att-satser }}"):
        document.add_paragraph(text)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def text(answer: Response) -> list[str]:
    assert answer.status_code == 200
    return [paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs]


async def test_motion_is_saved_in_the_template_that_the_organiser_uploaded(house: House) -> None:
    async with house.browser(await organiser(house)) as browser:
        assert (await upload(browser, house, "brevmall.docx", own_template("BREVHUVUD"))).status_code == 303
        shown = await browser.get(page(house))
        assert "brevmall.docx" in shown.text
        assert "BREVHUVUD" in text(await browser.get(f"{page(house)}/sample.docx"))
        assert "BREVHUVUD" in text(await browser.get(f"{page(house)}/current.docx"))
    async with house.browser(house.cast.astrid) as browser, house.program(house.cast.astrid) as program:
        assert "template=recipient" in (await browser.get(f"/motions/{house.cast.motion.id}/text")).text
        answer = await browser.get(export(house))
        assert text(answer)[:2] == ["BREVHUVUD", "Bättre bussar"]
        assert answer.headers["x-template"] == "recipient"
        assert text(await program.get(f"/api/v1{export(house)}"))[0] == "BREVHUVUD"
        for ordinary in (export(house, ""), export(house, "?template=ordinary")):
            assert text(await browser.get(ordinary))[0] == "Bättre bussar"


async def test_nobody_but_the_organiser_changes_or_sees_the_template(house: House) -> None:
    acts = [("get", ""), ("post", ""), ("post", "/removal"), ("post", "/restoration"), ("get", "/current.docx")]
    acts += [("get", "/sample.docx"), ("get", "/example.docx")]
    for who, status in ((house.cast.astrid, 403), (house.cast.gun, 404), (None, 401)):
        async with house.browser(who) as browser:
            for method, path in acts:
                answer = await browser.request(method, page(house) + path)
                # Nobody in particular is led to sign in where there is a page to come back to.
                expected = 303 if who is None and method == "get" else status
                assert answer.status_code == expected, (who, method, path)
    async with house.browser(house.cast.astrid) as browser:
        assert "/template" not in (await browser.get(f"/calls/{house.cast.call.id}")).text


async def test_template_that_is_refused_leaves_the_one_in_use(house: House) -> None:
    async with house.browser(await organiser(house)) as browser:
        await upload(browser, house, "bra.docx", own_template("BRA"))
        for name, data in (("dålig.docx", b"PK nonsense"), ("makro.docm", example()), ("tom.docx", b"")):
            answer = await upload(browser, house, name, data)
            assert answer.status_code == 422
            assert 'data-tone="error"' in answer.text
            assert "bra.docx" in answer.text
        assert (await browser.post(page(house))).status_code == 422
        big = await upload(browser, house, "stor.docx", b"PK" + bytes(5 * 2**20))
        assert big.status_code == 413
    async with house.browser(house.cast.astrid) as browser:
        assert text(await browser.get(export(house)))[0] == "BRA"


async def test_template_that_was_removed_or_replaced_can_be_brought_back(house: House) -> None:
    async with house.browser(await organiser(house)) as browser:
        await upload(browser, house, "ett.docx", own_template("ETT"))
        await upload(browser, house, "två.docx", own_template("TVÅ"))
        await browser.post(f"{page(house)}/removal")
        assert (await browser.get(f"{page(house)}/current.docx")).status_code == 404
        first = await _id_of(house, "ett.docx")
        assert (await browser.post(f"{page(house)}/restoration", data={"template": first})).status_code == 303
        assert text(await browser.get(f"{page(house)}/current.docx"))[0] == "ETT"
        other = {"template": str(house.cast.motion.id)}
        assert (await browser.post(f"{page(house)}/restoration", data=other)).status_code == 404
        assert text(await browser.get(f"{page(house)}/current.docx"))[0] == "ETT"


async def _id_of(house: House, name: str) -> str:
    async with house.cast.database.reading() as session:
        table = RecipientTemplate
        return str((await session.scalars(select(table.id).where(table.name == name))).one())


async def test_only_a_few_earlier_templates_are_kept(house: House) -> None:
    async with house.browser(await organiser(house)) as browser:
        for number in range(EARLIER_TEMPLATES + 3):
            await upload(browser, house, f"{number}.docx", own_template(str(number)))
    async with house.cast.database.reading() as session:
        count = await session.scalar(select(func.count()).select_from(RecipientTemplate))
    assert count == EARLIER_TEMPLATES + 1


async def test_template_that_breaks_afterwards_never_breaks_the_export(house: House) -> None:
    async with house.browser(await organiser(house)) as browser:
        await upload(browser, house, "bra.docx", own_template("BRA"))
    async with house.cast.database.writing() as session:
        await session.execute(update(RecipientTemplate).values(content=b"PK not any more"))
    async with house.browser(house.cast.astrid) as browser:
        answer = await browser.get(export(house))
        assert text(answer)[0] == "Bättre bussar"
        assert answer.headers["x-template"] == "ordinary"
        name = unquote(answer.headers["content-disposition"].partition("UTF-8''")[2])
        assert name == "Bättre bussar (inte i mottagarens mall).docx"
        assert "Själva motionen är komplett." in (await browser.get(f"/motions/{house.cast.motion.id}/text")).text

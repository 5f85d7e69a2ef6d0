"""Pages travel compressed; what must come at once, and what is compressed already, goes as it is."""

from tests.house import House


async def test_pages_travel_compressed(house: House) -> None:
    async with house.browser(house.cast.astrid) as browser:
        page = await browser.get(f"/motions/{house.cast.motion.id}")
        assert page.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in page.headers["vary"].lower()
        assert int(page.headers["content-length"]) < len(page.content) / 2
        plain = await browser.get(f"/motions/{house.cast.motion.id}", headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert len(plain.content) > int(page.headers["content-length"])


async def test_a_small_answer_is_not_compressed(house: House) -> None:
    async with house.browser() as browser:
        assert "content-encoding" not in (await browser.get("/healthz")).headers

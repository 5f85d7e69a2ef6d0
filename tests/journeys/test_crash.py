"""The server is killed outright while two people type: nothing that either has seen from the other is gone, both pages
come back by themselves, and what was typed meanwhile arrives."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import Visitors
from tests.journeys.conftest import serve_demo
from tests.journeys.district import District
from tests.journeys.workbench import Workbench, at_once

Pair = tuple[Workbench, Workbench]

#: What a page may complain of while there is no server.
_GONE = "sse:error|Failed to fetch|ERR_(CONNECTION_RE|EMPTY_RESPONSE|INCOMPLETE_CHUNKED|SOCKET_NOT_CONNECTED)"

_ASTRIDS = ["Den", "sista", "bussen", "går", "halv", "sex,", "och", "sedan", "är", "det", "taxi", "som", "gäller."]
_BOS = ["Vi", "vill", "att", "bussen", "går", "till", "tio", "varje", "kväll,", "också", "på", "lördagar", "nu."]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    """A demo of its own, to be killed."""
    yield from serve_demo(tmp_path_factory.mktemp("killed"))


def test_both_editors_come_back_by_themselves_after_a_kill(district: District, pair: Pair, visitors: Visitors) -> None:
    visitors.expect_complaint(_GONE)
    astrid, bo = pair
    astrid.go_below("Bakgrund")
    bo.go_below("Vad vi vill")
    at_once((astrid, " ".join(_ASTRIDS[:5])), (bo, " ".join(_BOS[:5])))
    expect(bo.body).to_contain_text("Den sista")
    district.served.kill()
    at_once((astrid, " " + " ".join(_ASTRIDS[5:9])), (bo, " " + " ".join(_BOS[5:9])))
    for each in (astrid, bo):
        expect(each.save_state).to_have_text(re.compile(r"Frånkopplad.*väntar"))
    with astrid.page.expect_response(lambda response: response.url.endswith("/events")):
        district.served.start()
        at_once((astrid, " " + " ".join(_ASTRIDS[9:])), (bo, " " + " ".join(_BOS[9:])))
        text = district.agree(astrid, bo)
    assert text.body == ["Bakgrund", " ".join(_ASTRIDS), "Vad vi vill", " ".join(_BOS)]
    expect(astrid.people.get_by_role("listitem")).to_have_count(2)
    expect(bo.people.get_by_role("listitem")).to_have_count(2)


def test_what_one_has_seen_of_the_other_survives_a_kill(district: District, pair: Pair, visitors: Visitors) -> None:
    """Nobody is left who could bring the text back: both devices are gone with the server."""
    visitors.expect_complaint(_GONE)
    astrid, bo = pair
    astrid.go_below("Bakgrund")
    bo.go_below("Vad vi vill")
    at_once((astrid, " ".join(_ASTRIDS)), (bo, " ".join(_BOS)))
    seen_by_astrid, seen_by_bo = astrid.read(), bo.read()
    district.served.kill()
    astrid.page.context.close()
    bo.page.context.close()
    district.served.start()

    page = visitors("astrid's other device", district.url)
    district.sign_in(page, "astrid")
    again = Workbench(page, astrid.path)
    again.open()
    kept = again.read()
    assert kept.body[3].startswith(seen_by_astrid.body[3].rstrip())
    assert kept.body[1].startswith(seen_by_bo.body[1].rstrip())
    district.agree(again)


def test_saved_means_that_it_outlives_a_kill(district: District, pair: Pair, visitors: Visitors) -> None:
    visitors.expect_complaint(_GONE)
    astrid, bo = pair
    astrid.write_title("Kvällsbuss till byarna")
    bo.go_to_demand(1)
    bo.type("bussen går till tio")
    astrid.saved()
    bo.saved()
    district.served.kill()
    astrid.page.context.close()
    bo.page.context.close()
    district.served.start()
    told = district.told(astrid.path)
    assert told["title"] == "Kvällsbuss till byarna"
    assert [each["text"] for each in told["demands"]] == ["att bussen går till tio"]

"""One person on several devices and in several tabs, and pages that are older than the text."""

from playwright.sync_api import expect

from tests.browser import Visitors
from tests.journeys.district import District
from tests.journeys.test_other_clients import a_ticket, plain_client
from tests.journeys.workbench import Workbench, at_once

Pair = tuple[Workbench, Workbench]

#: Waits until the device has written what it was given before.
WRITTEN = """async () => {
  for (const { name } of await indexedDB.databases()) {
    await new Promise((done) => {
      const opening = indexedDB.open(name)
      opening.onsuccess = () => {
        const stores = [...opening.result.objectStoreNames]
        const writing = opening.result.transaction(stores, "readwrite")
        writing.oncomplete = () => { opening.result.close(); done() }
        writing.objectStore(stores[0]).count()
      }
    })
  }
}"""


def test_two_tabs_of_one_person_are_two_places_to_write(district: District, visitors: Visitors) -> None:
    visitors.expect_complaint("ERR_INTERNET_DISCONNECTED|Failed to fetch|sse:error")
    first = district.quickly_begin(visitors("astrid", district.url), "Kvällsbuss")
    context = first.page.context
    second = Workbench(context.new_page(), first.path)
    second.open()
    first.go_below("Bakgrund")
    second.go_below("Vad vi vill")
    at_once((first, "Bussen går sent. "), (second, "Vi vill ha ljus. "))
    district.agree(first, second)

    # Without a connection both go on, and the copy on the device holds what both wrote, once.
    context.set_offline(True)
    at_once((first, "Eller inte alls."), (second, "Och värme."))
    for tab in (first, second):
        expect(tab.save_state).to_contain_text("Frånkopplad")
    for tab in (first, second):
        tab.page.evaluate(WRITTEN)
        tab.page.close(run_before_unload=False)
    context.set_offline(False)
    again = Workbench(context.new_page(), first.path)
    again.open()
    text = district.agree(again)
    assert text.body == ["Bakgrund", "Bussen går sent. Eller inte alls.", "Vad vi vill", "Vi vill ha ljus. Och värme."]


def test_page_older_than_the_text_stops_writing_and_says_so(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type("bussen går")
    astrid.saved()
    with plain_client(district, a_ticket(district, astrid.path, "author")) as client:
        client.reads_until("bussen går")
        client.tell(schema=2)
        for bench in (astrid, bo):
            alert = bench.page.get_by_role("alert").filter(has_text="nyare version")
            expect(alert).to_be_visible()
            expect(bench.page.locator("#motion")).to_have_attribute("data-editable", "false")
    # Whoever opens it anew with the same old page can still read it.
    bo.page.reload()
    expect(bo.page.get_by_role("alert").filter(has_text="nyare version")).to_be_visible()
    expect(bo.page.locator("#demands").get_by_text("att bussen går")).to_be_visible()
    assert district.told(astrid.path)["demands"][0]["text"] == "att bussen går"

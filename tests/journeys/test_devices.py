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


#: What a page says that is older than the server or the text.
UPDATED = "Ladda om sidan för att skriva vidare"

#: Makes the page one from another release for as long as it is told so.
AGES = """() => {
  const Real = WebSocket
  window.WebSocket = class extends Real {
    constructor(url) { super(window.age ? String(url).replace(/schema=\\d+/, `schema=${window.age}`) : url) }
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
    # Who is here is named once, and where they write is shown in both places.
    for tab in (first, second):
        expect(tab.people.get_by_role("listitem")).to_have_count(1)
    expect(first.caret_of("Astrid Hallmyr")).to_be_attached()

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


def test_sign_out_in_one_tab_ends_the_others_of_that_browser_and_no_other_device(
    district: District, visitors: Visitors
) -> None:
    visitors.expect_complaint("401|Failed to load|sse:error")
    phone = district.quickly_begin(visitors("astrid", district.url, phone=True), "Kvällsbuss")
    laptop = visitors("astrid's laptop", district.url)
    district.sign_in_by_mail(laptop, "astrid")
    first, second = (Workbench(page, phone.path) for page in (laptop, laptop.context.new_page()))
    for tab in (first, second):
        tab.open()
    laptop.locator(".site-header__account summary").click()
    laptop.get_by_role("button", name="Logga ut").click()
    expect(second.page.get_by_text("Du har blivit utloggad")).to_be_visible()
    phone.go_below("Bakgrund")
    phone.type("Bussen går.")
    phone.saved()


def test_what_is_typed_arrives_though_the_device_takes_its_copy_away(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type("bussen")
    expect(bo.demands).to_have_text(["att bussen"])
    # As at sign-out in another tab, or on a device that has no room left.
    origin = {"origin": district.url, "storageTypes": "indexeddb"}
    astrid.page.context.new_cdp_session(astrid.page).send("Storage.clearDataForOrigin", origin)
    astrid.type(" går sent")
    expect(bo.demands).to_have_text(["att bussen går sent"])
    district.agree(astrid, bo)


def test_page_older_than_the_text_stops_writing_and_says_so(district: District, pair: Pair) -> None:
    astrid, bo = pair
    astrid.go_to_demand(1)
    astrid.type("bussen går")
    astrid.saved()
    with plain_client(district, a_ticket(district, astrid.path, "author")) as client:
        client.reads_until("bussen går")
        client.tell(schema=2)
        for bench in (astrid, bo):
            alert = bench.page.get_by_role("alert").filter(has_text=UPDATED)
            expect(alert).to_be_visible()
            expect(bench.page.locator("#motion")).to_have_attribute("data-editable", "false")
    # Whoever opens it anew with the same old page can still read it.
    bo.page.reload()
    expect(bo.page.get_by_role("alert").filter(has_text=UPDATED)).to_be_visible()
    expect(bo.page.locator("#demands").get_by_text("att bussen går")).to_be_visible()
    assert district.told(astrid.path)["demands"][0]["text"] == "att bussen går"


def test_page_from_an_older_release_is_turned_away_by_the_server_and_loses_nothing(
    pair: Pair, district: District, visitors: Visitors
) -> None:
    visitors.expect_complaint("ERR_INTERNET_DISCONNECTED|Failed to fetch|sse:error")
    astrid, bo = pair
    for bench in pair:
        bench.page.add_init_script(f"({AGES})()")
        bench.open()
    astrid.go_below("Bakgrund")
    astrid.type("Bussen går sent. ")
    bo.go_below("Vad vi vill")
    bo.type("Vi vill ha ljus. ")
    district.agree(astrid, bo)

    # The release changes while both are without a connection and write on.
    for bench in pair:
        bench.page.evaluate("window.age = '0'")
        bench.page.context.set_offline(True)
    at_once((astrid, "Eller inte alls."), (bo, "Och värme."))
    for bench in pair:
        expect(bench.save_state).to_contain_text("Frånkopplad")
    astrid.page.evaluate(WRITTEN)
    for bench in pair:
        bench.page.context.set_offline(False)
        alert = bench.page.get_by_role("alert").filter(has_text=UPDATED)
        expect(alert).to_contain_text("Inget av det du har skrivit är borta")
        expect(bench.page.locator("#motion")).to_have_attribute("data-editable", "false")
    told = district.told(astrid.path)["body"]
    assert "Eller" not in told
    assert "värme" not in told

    # Astrid's device keeps a copy, which comes along; Bo's, a guest's, does not, so the page hands him his words.
    expect(astrid.page.locator("[data-notice='lost']")).to_be_hidden()
    assert "Och värme." in bo.page.locator("[data-notice='lost'] textarea").input_value()
    astrid.page.get_by_role("alert").get_by_role("button", name="Ladda om sidan").click()
    astrid.ready()
    text = district.agree(astrid)
    assert "Bussen går sent. Eller inte alls." in text.body


def test_page_newer_than_the_server_writes_on_until_it_meets_one_of_its_own_age(
    pair: Pair, district: District, visitors: Visitors
) -> None:
    visitors.expect_complaint("ERR_INTERNET_DISCONNECTED|Failed to fetch|sse:error")
    astrid, _bo = pair
    astrid.page.add_init_script(f"({AGES})()")
    astrid.open()
    astrid.page.evaluate("window.age = '99'")
    astrid.page.context.set_offline(True)
    expect(astrid.save_state).to_contain_text("Frånkopplad")
    with astrid.page.expect_websocket(lambda socket: "schema=99" in socket.url) as refused:
        astrid.page.context.set_offline(False)
    if not refused.value.is_closed():
        refused.value.wait_for_event("close")
    astrid.go_below("Bakgrund")
    astrid.type("Bussen går sent.")
    expect(astrid.save_state).to_contain_text("väntar")
    expect(astrid.page.get_by_role("alert")).to_have_count(0)
    astrid.page.evaluate("window.age = ''")
    assert "Bussen går sent." in district.agree(*pair).body

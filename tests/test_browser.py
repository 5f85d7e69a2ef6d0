"""The browser tests notice what they promise to notice."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Visitors

PAGES = {
    "/": "<h1>Motion</h1>",
    "/console": "<script>console.error('ojsan')</script>",
    "/uncaught": "<script>throw new Error('ojsan')</script>",
    "/stranger": "<img src='http://stranger.invalid/pixel.png' alt=''>",
    "/inline": "<p style='color: red'>Motion</p>",
}


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = PAGES.get(self.path)
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.path == "/inline":
            self.send_header("Content-Security-Policy", "style-src 'self'")
        self.end_headers()
        self.wfile.write(f"<!doctype html><link rel=icon href=data:,><title>Test</title>{found}".encode())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_quiet_page_has_no_complaints(visitors: Visitors, site: str) -> None:
    page = visitors("astrid", site, phone=True)
    page.goto("/")
    expect(page.get_by_role("heading", name="Motion")).to_be_visible()
    assert page.viewport_size == {"width": 390, "height": 844}
    assert page.evaluate("navigator.language") == "sv-SE"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/console", "console: ojsan"),
        ("/uncaught", "uncaught: Error: ojsan"),
        ("/stranger", "third party: http://stranger.invalid/pixel.png"),
        ("/inline", "Content Security Policy"),
        ("/missing", "404"),
    ],
)
def test_complaint_of_a_page_is_noticed(chromium: Browser, site: str, path: str, said: str) -> None:
    visiting = Visitors(chromium)
    visiting("astrid", site).goto(path, wait_until="networkidle")
    assert any(said in complaint for complaint in visiting.unexpected()), visiting.complaints
    visiting.expect_complaint("ojsan|stranger|Content Security Policy|404|ERR_NAME_NOT_RESOLVED")
    assert not visiting.unexpected()
    visiting.close()

"""A real browser for the tests, and what each of them asks of a page."""

import os
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright


@contextmanager
def chromium(browser):
    """A browser: a program, or the folder in which Playwright has installed its own."""
    if browser.is_dir():
        os.environ["PLAYWRIGHT_BROWSERS_PATH"] = str(browser)
    program = None if browser.is_dir() else browser
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


def watched(started, **options):
    """A new page, and lists that fill with its faults and with what it asks for."""
    page = started.new_context(**options).new_page()  # in which a test may open another tab
    faults, requests = [], []
    page.on("pageerror", lambda error: faults.append(error))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: requests.append(request.url))
    return page, faults, requests


def serious(page):
    """The serious findings of axe, in the page and its frames."""
    return [
        (found["id"], [node["html"][:120] for node in found["nodes"]])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]

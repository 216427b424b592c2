"""The wall in a real browser, called by wall_test.py with the room's address, its two passwords, a folder and a browser.

    wall_screens.py ADDRESS CLASS_PASSWORD TEACHER_PASSWORD FOLDER BROWSER
"""

import json
import sys
import time
from pathlib import Path

from course.tests.chromium import chromium, serious, watched
from course.tests.screen_test import menu

LESSON = "01_network.ipynb"
SHOWN_SECONDS, PATIENCE_SECONDS = 15, 180
SIZES = {"laptop": (1280, 720), "projector": (1920, 1080), "phone": (390, 844)}


def log_in(page, address, name, password):
    """Fills in the hub's form."""
    page.goto(f"{address}/hub/login?next=%2Fhub%2Fhome")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.click("[type=submit]")
    page.wait_for_url("**/hub/home**")


def look(browser, address, password, folder):
    """The wall at each size, light and dark, whole and for one lesson: nothing of a student's runs, axe is content."""
    for theme in ("light", "dark"):
        page, faults, requests = watched(browser, color_scheme=theme)
        page.on("dialog", lambda dialog: faults.append(f"a student's script ran: {dialog.message}"))
        log_in(page, address, "teacher", password)
        faults.clear()
        requests.clear()
        for name, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for view, query in (("all", ""), ("lesson", "?lesson=1")):
                page.goto(f"{address}/services/wall/{query}")
                assert page.locator("tbody tr").count() >= 4, "there are no rows"
                wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{name}: the page itself scrolls sideways by {wide} pixels"
                assert not serious(page), serious(page)
                page.screenshot(path=folder / f"{name}-{view}-{theme}.png")
        page.wait_for_timeout(9000)
        assert not faults, faults
        strangers = [url for url in requests if not url.startswith(address)]
        assert not strangers, strangers
        page.context.close()


def renews(browser, address, passwords, folder):
    """What a student runs in JupyterLab is on the wall that is open, within the time, and nobody presses save."""
    teacher, student = browser.new_context(), browser.new_context()
    wall, lab = teacher.new_page(), student.new_page()
    log_in(wall, address, "teacher", passwords[1])
    wall.goto(f"{address}/services/wall/?lesson=1")
    log_in(lab, address, "erik", passwords[0])
    # The hub starts the server, and sends on to lesson 1.
    lab.goto(f"{address}/hub/spawn")
    lab.wait_for_selector(".jp-Notebook", timeout=PATIENCE_SECONDS * 1000)
    shorten(lab, address)
    lab.goto(f"{address}/user/erik/lab/tree/notebooks/{LESSON}?reset", timeout=PATIENCE_SECONDS * 1000)
    lab.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=PATIENCE_SECONDS * 1000)
    lab.wait_for_timeout(3000)
    menu(lab, "Run", "Run All Cells")
    said = lab.locator(".jp-OutputArea-output", has_text="Not yet: planted")
    said.wait_for(timeout=PATIENCE_SECONDS * 1000)
    began = time.monotonic()
    row = wall.locator("tbody tr", has=wall.locator("th", has_text="erik"))
    try:
        row.locator("td", has_text="Not yet: planted").wait_for(timeout=SHOWN_SECONDS * 1000)
    except Exception:
        wall.screenshot(path=folder / "late-wall.png")
        lab.screenshot(path=folder / "late-lab.png")
        raise
    seconds = time.monotonic() - began
    last = row.locator(".last").inner_text()
    assert last == "lesson 1, now", f"the wall does not know when the cell ran: {last}"
    wall.screenshot(path=folder / "renewed.png")
    teacher.close()
    student.close()
    print(f"  from JupyterLab to the wall: {seconds:.1f} s")


def shorten(lab, address):
    """Erik's lesson keeps the first exercise alone, with an answer, and a check that needs no crate."""
    done = lab.evaluate(
        """async ([path, check]) => {
            const xsrf = document.cookie.match(/_xsrf=([^;]+)/)[1];
            const headers = { "X-XSRFToken": xsrf };
            const got = await (await fetch(path + "?content=1", { headers })).json();
            const cells = got.content.cells.filter((c) => ["exercise-1", "exercise-1-check"].includes(c.id));
            cells[0].source = "let mine: f64 = 0.3;";
            cells[1].source = check;
            for (const cell of cells) cell.outputs = [];
            got.content.cells = cells;
            const body = JSON.stringify({ type: "notebook", format: "json", content: got.content });
            const put = await fetch(path, { method: "PUT", body, headers });
            return [put.status, cells.length];
        }""",
        [f"{address}/user/erik/api/contents/notebooks/{LESSON}", 'println!("Not yet: planted");'],
    )
    assert done == [200, 2], json.dumps(done)


def main():
    """Looks at the wall, then at how it renews itself."""
    address, *passwords = sys.argv[1:4]
    folder, browser = map(Path, sys.argv[4:])
    folder.mkdir(parents=True, exist_ok=True)
    with chromium(browser) as started:
        look(started, address, passwords[1], folder)
        renews(started, address, passwords, folder)
    print(f"  screenshots in {folder}")


if __name__ == "__main__":
    main()

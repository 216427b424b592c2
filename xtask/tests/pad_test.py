"""The drawing pad in a real browser: the same probabilities as the crate's, and drawn digits read right.

Called with the folder that the example `pad` has written, and with a browser: a program, or the
folder in which Playwright has installed its own.
"""

import json
import os
import sys
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

# Lines of points, 0 to 1 from left to right and from top to bottom.
DIGITS = {
    0: [[(0.5, 0.15), (0.32, 0.25), (0.25, 0.5), (0.32, 0.75), (0.5, 0.85), (0.68, 0.75), (0.75, 0.5), (0.68, 0.25), (0.5, 0.15)]],
    1: [[(0.5, 0.12), (0.5, 0.88)]],
    2: [[(0.28, 0.3), (0.38, 0.17), (0.55, 0.14), (0.68, 0.25), (0.66, 0.42), (0.5, 0.6), (0.3, 0.82), (0.5, 0.8), (0.75, 0.82)]],
    3: [[(0.3, 0.2), (0.5, 0.13), (0.66, 0.22), (0.62, 0.4), (0.45, 0.48), (0.65, 0.56), (0.7, 0.72), (0.55, 0.86), (0.3, 0.82)]],
    4: [[(0.35, 0.15), (0.3, 0.5), (0.7, 0.5)], [(0.65, 0.15), (0.62, 0.88)]],
    5: [[(0.7, 0.15), (0.36, 0.16), (0.33, 0.45), (0.52, 0.42), (0.68, 0.55), (0.66, 0.75), (0.48, 0.87), (0.28, 0.8)]],
    6: [[(0.6, 0.13), (0.42, 0.3), (0.32, 0.55), (0.34, 0.78), (0.5, 0.87), (0.66, 0.76), (0.64, 0.6), (0.48, 0.55), (0.34, 0.66)]],
    7: [[(0.27, 0.18), (0.73, 0.18), (0.6, 0.45), (0.48, 0.88)]],
    8: [[(0.62, 0.25), (0.48, 0.14), (0.36, 0.26), (0.46, 0.43), (0.62, 0.6), (0.62, 0.78), (0.47, 0.87), (0.34, 0.76), (0.4, 0.58), (0.58, 0.42), (0.62, 0.25)]],
    9: [[(0.66, 0.35), (0.52, 0.48), (0.36, 0.4), (0.38, 0.2), (0.55, 0.14), (0.66, 0.25), (0.66, 0.35), (0.62, 0.65), (0.55, 0.88)]],
}


def place(pad, point):
    """A point of the pad as a point of the window."""
    box = pad.bounding_box()
    return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]


def by_mouse(page, pad, lines):
    """Draws as a mouse does."""
    for first, *others in lines:
        page.mouse.move(*place(pad, first))
        page.mouse.down()
        for point in others:
            page.mouse.move(*place(pad, point), steps=5)
        page.mouse.up()


def by_touch(page, pad, lines):
    """Draws as a finger does, through the browser's own protocol."""
    session = page.context.new_cdp_session(page)

    def send(kind, point=None):
        points = [] if point is None else [dict(zip("xy", place(pad, point)))]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for first, *others in lines:
        send("touchStart", first)
        for point in others:
            send("touchMove", point)
        send("touchEnd")


def by_keys(page, pad):
    """Draws a 1: up with the pen lifted, then down with the pen put down."""
    pad.focus()
    for key, times in [("ArrowUp", 9), ("Space", 1), ("ArrowDown", 18), ("Space", 1)]:
        for _ in range(times):
            page.keyboard.press(key)


def check(page, folder):
    """All of the pad's promises, one after the other."""
    pad, answer = page.locator("#pad"), page.locator("#answer")
    worst = 0.0
    for one in json.loads((folder / "expected.json").read_text()):
        found = page.evaluate("image => predict(image)", one["image"])
        worst = max(worst, *(abs(a - b) for a, b in zip(found, one["probabilities"], strict=True)))
    assert worst < 1e-5, f"the page's probabilities differ from the crate's by {worst}"
    for draw in (by_mouse, by_touch):
        for digit, lines in DIGITS.items():
            page.click("#clear")
            assert answer.inner_text() == "Draw a digit.", "Clear does not clear"
            draw(page, pad, lines)
            assert answer.inner_text().startswith(f"Reads {digit},"), (
                f"a drawn {digit} ({draw.__name__}): {answer.inner_text()}"
            )
            shares = page.locator("#bars b").all_inner_texts()
            total = sum(float(share.removesuffix(" %")) for share in shares)
            assert abs(total - 100) < 1, shares
    page.keyboard.press("Tab")
    by_keys(page, pad)
    assert not answer.inner_text().startswith("Draw"), "keys draw nothing"
    page.keyboard.press("Delete")
    assert answer.inner_text() == "Draw a digit.", "Delete does not clear"
    by_keys(page, pad)
    assert answer.inner_text().startswith("Reads 1,"), f"by keys: {answer.inner_text()}"
    serious = [
        found["id"]
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]
    assert not serious, serious
    return worst


def main():
    """Opens the page in the light and in the dark."""
    folder, browser = map(Path, sys.argv[1:])
    if browser.is_dir():
        os.environ["PLAYWRIGHT_BROWSERS_PATH"] = str(browser)
    program = None if browser.is_dir() else browser
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = chromium.new_page(color_scheme=scheme, has_touch=True)
            faults, requests = [], []
            page.on("pageerror", lambda error: faults.append(error))
            page.on("request", lambda request: requests.append(request.url))
            page.goto((folder / "pad.html").resolve().as_uri())
            worst = check(page, folder)
            assert not faults, faults
            assert requests == [page.url], requests
            page.screenshot(path=folder / f"pad-{scheme}.png")
            print(f"{scheme}: 100 images to {worst:.0e}, 10 digits by mouse, 10 by touch, 1 by keys")
        chromium.close()


if __name__ == "__main__":
    main()

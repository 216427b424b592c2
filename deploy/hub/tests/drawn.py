"""Draws ten digits by mouse and ten by touch on the pad of the course; gives what the pad hands to Rust.

Called by drawings_test.py with a file to write and a browser.
"""

import json
import sys
import tempfile
from pathlib import Path

from course.tests.chromium import chromium
from course.tests.pad_test import DIGITS, by_mouse, by_touch, seen

PAD = Path(__file__).resolve().parents[3] / "crate/src/pad"


def page():
    """The page that `digits::pad` shows, as crate/src/pad.rs puts it together."""
    html = (PAD / "pad.html").read_text()
    for mark, text in (
        ("{css}", (PAD / "pad.css").read_text()),
        ("{engine}", (PAD / "engine.js").read_text()),
        ("{js}", (PAD / "pad.js").read_text()),
        ("{wasm}", ""),
        ("{network}", "null"),
    ):
        assert mark in html, f"the pad's page has no {mark}"
        html = html.replace(mark, text)
    return html


def main():
    """Draws, and keeps the last message of each drawing."""
    out, browser = map(Path, sys.argv[1:])
    drawn = {}
    with chromium(browser) as started, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pad.html"
        file.write_text(page())
        tab = started.new_page(has_touch=True)
        tab.goto(file.as_uri())
        tab.evaluate("() => addEventListener('message', (event) => { window.handed = event.data; })")
        for draw in (by_mouse, by_touch):
            for digit, lines in DIGITS.items():
                tab.locator("#clear").click()
                draw(tab, tab.locator("#pad"), lines)
                tab.wait_for_timeout(50)
                handed = tab.evaluate("() => window.handed")
                pixels = [int(pixel) for pixel in handed.split(",")]
                assert pixels == seen(tab.main_frame), f"the pad hands on another {digit} than it shows"
                drawn.setdefault(draw.__name__, []).append([digit, pixels])
    out.write_text(json.dumps(drawn))


if __name__ == "__main__":
    main()

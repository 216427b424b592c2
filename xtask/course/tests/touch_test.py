"""What moves in the book's pages: the crate's own numbers in Chromium and in Firefox, by mouse, keys and address.

Called with the folder of the pages, the folder in which the example `expected` has written and the crate was compiled
anew, and a browser.
"""

import base64
import gzip
import json
import re
import shutil
import statistics
import sys
from pathlib import Path

from course.tests.chromium import chromium, serious, watched
from course.tests.firefox import Firefox
from course.tests.pad_test import DIGITS, THEMES, by_keys, by_mouse

ENGINE = Path(__file__).parents[3] / "crate" / "src" / "pad" / "engine.js"
READY = "() => [...document.querySelectorAll('.touch')].every((t) => t.matches('.moves') || t.dataset.fault)"
WIDTHS = (1280, 400)
NAMES = "x b0 z0 a0 w1 a0w1 z1rest b1 z1 a1 y square squares L da1 own others dz1 db1 mb1 dw1 mw1 wdz1 da0rest da0 slope db0 mb0".split()

# The losses of some runs, by the binary and the images of the page, or by another binary.
LOSSES = """const text = (name) => document.getElementById(name).textContent;
    const engine = await Engine.start(binary || text("data-wasm"));
    engine.bytes(await unpack(text("data-images")));
    engine.call("images", 2000);
    return runs.map((settings) => { engine.call("start", ...settings); return [...engine.call("train", 50)]; });"""


def opened(browser, path, query="", **options):
    """A page of the book in which everything moves, or says why not."""
    page, faults, requests = watched(browser, **{"viewport": {"width": 1280, "height": 800}} | options)
    page.goto(path.as_uri() + query)
    page.wait_for_function(READY)
    return page, faults, requests


def compare_losses(found, runs, where):
    """The losses are the crate's."""
    worst = max(abs(a - b) for one, run in zip(found, runs, strict=True) for a, b in zip(one, run["losses"], strict=True))
    assert worst < 1e-12, f"{where}: the losses differ from the crate's by {worst}"
    print(f"{where}: {len(runs)} runs of 50 batches, at most {worst:.0e} from the crate's losses")


def check_losses(browser, book, made, runs):
    """In Chromium, by the committed binary and, where it has other bytes, by the one just built; then in Firefox."""
    page, *_ = opened(browser, book / "index.html")
    settings = [run["settings"] for run in runs]
    script = f"async (given) => {{ const [runs, binary] = given; {ENGINE.read_text()} {LOSSES} }}"
    compare_losses(page.evaluate(script, [settings, ""]), runs, "Chromium")
    fresh = made / "digits.wasm.gz"
    committed = ENGINE.with_name(fresh.name)
    if gzip.decompress(fresh.read_bytes()) == gzip.decompress(committed.read_bytes()):
        print("the crate compiled anew has the bytes of the committed binary")
    else:
        found = page.evaluate(script, [settings, base64.b64encode(fresh.read_bytes()).decode()])
        compare_losses(found, runs, "the crate compiled anew, with other bytes")
    page.close()
    assert len(committed.read_bytes()) <= 100_000, "the packed binary has more than 100 KB"
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if not program:
        print("Firefox is not here, so nothing was tested in it")
        return
    with Firefox(program) as firefox:
        firefox.goto((book / "index.html").as_uri())
        assert firefox.run("return document.querySelectorAll('.touch.moves').length", until=2) == 2, "not all moves in Firefox"
        inside = f"const [runs, binary] = arguments; {ENGINE.read_text()} {LOSSES}"
        compare_losses(firefox.run(inside, settings, ""), runs, "Firefox")


def check_formula(browser, book, expected):
    """Each number of the formula for 100 images, by the page's own controls."""
    page, faults, _ = opened(browser, book / "03_gradients.html")
    found = page.evaluate(
        """([places, names]) => places.map(([pixel, digit], n) => {
            const at = document.getElementById("touch-formula");
            const [pixels, image, row, column, which] = at.querySelectorAll("select, input");
            const give = (input, value, event) => { input.value = value; input.dispatchEvent(new Event(event)); };
            give(pixels, n % 2 ? "scaled" : "raw", "change");
            give(image, n, "input");
            give(row, Math.floor(pixel / 28), "input");
            give(column, pixel % 28, "input");
            give(which, digit, "change");
            return names.map((name) => Number(at.querySelector(`[data-name=${name}]`).dataset.exact));
        })""",
        [expected["places"], NAMES],
    )
    worst = 0
    for one, other in zip(found, expected["formulas"], strict=True):
        for name, a, b in zip(NAMES, one, other, strict=True):
            # A measured slope is a difference of two losses over 2e-5.
            assert abs(a - b) <= (1e-10 if name in ("mb1", "mw1", "mb0") else 1e-12 * max(1, abs(b))), (name, a, b)
            worst = max(worst, abs(a - b))
    number = page.locator("#touch-formula [data-name=dz1]").first
    number.focus()
    lit = page.eval_on_selector_all("#touch-formula .lit", "all => all.map((one) => one.dataset.name)")
    assert set(lit) == {"own", "others"}, f"what ∂L/∂z₁ comes from: {lit}"
    assert "comes from" in page.locator("#touch-formula .told").inner_text()
    slope = page.locator("#touch-slope")
    before = slope.locator(".told").inner_text()
    slope.locator("input").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    assert slope.locator(".told").inner_text() != before, "a key does not move h"
    assert not faults, faults
    page.close()
    print(f"the formula: {len(NAMES)} numbers of {len(found)} images, at most {worst:.0e} from the crate's")


def check_training(browser, book):
    """Play, pause, step, epoch, the same start after a reset, all by keys; how long a step takes that is drawn."""
    page, faults, _ = opened(browser, book / "index.html")
    train = page.locator("#touch-train")
    told = lambda: train.locator(".told").inner_text()  # noqa: E731

    def press(name):
        train.get_by_role("button", name=name, exact=True).focus()
        page.keyboard.press("Enter")

    start = told()
    press("One epoch")
    once = told()
    assert once.startswith("After 20 steps (epochs: 1)") and once != start, once
    press("Reset")
    assert told() == start, f"not the same start: {told()}"
    press("One epoch")
    assert told() == once, f"not the same epoch: {told()}"
    press("One step")
    assert told().startswith("After 21 steps"), told()
    page.evaluate("""() => {
        window.times = [];
        const frame = requestAnimationFrame;
        window.requestAnimationFrame = (step) => frame((now) => {
            const start = performance.now();
            step(now);
            document.body.getBoundingClientRect();
            times.push(performance.now() - start);
        });
    }""")
    press("Play")
    page.wait_for_function("() => times.length > 120")
    press("Pause")
    median = statistics.median(page.evaluate("times"))
    assert median < 16, f"a step takes {median} ms"
    assert float(re.search(r"and ([\d.]+) % right", told())[1]) > 78, told()
    train.locator("label", has_text="learning rate").locator("input").fill("1e9")
    page.keyboard.press("Tab")
    assert told() == "learning rate: expected a number from 0.0001 to 100, found 1e9.", told()
    train.locator("label", has_text="hidden units").locator("input").fill("20")
    page.keyboard.press("Tab")
    assert "hidden=20" in page.url and told().startswith("After 0 steps"), page.url
    address = page.url
    assert not faults, faults
    page.close()
    again, *_ = opened(browser, book / "index.html", address.split("index.html")[1])
    assert again.locator("#touch-train input").first.input_value() == "20", "the address is not read"
    again.close()
    print(f"a step of 100 images, drawn: {median:.1f} ms in the median")


def check_first_page(browser, book):
    """It weighs at most 1 MB, is ready within a second, reads a digit, and asks for nothing else."""
    path = book / "index.html"
    size = path.stat().st_size
    assert size <= 1_000_000, f"the first page has {size} bytes"
    times = []
    for _ in range(3):
        page, faults, requests = watched(browser)
        page.goto(path.as_uri(), wait_until="commit")
        page.wait_for_function("() => document.querySelectorAll('.touch.moves').length === 2")
        times.append(page.evaluate("performance.now()"))
        assert not faults, faults
        assert {r for r in requests if not r.startswith("data:")} == {path.as_uri()}, requests
        page.close()
    assert statistics.median(times) < 1000, f"ready after {times} ms"
    page, faults, _ = opened(browser, path, has_touch=True)
    pad, answer = page.locator("#pad"), page.locator("#answer")
    pad.scroll_into_view_if_needed()
    for digit, lines in DIGITS.items():
        page.locator("#clear").click()
        by_mouse(page, pad, lines)
        assert answer.inner_text().startswith(f"Reads {digit},"), f"a drawn {digit}: {answer.inner_text()}"
    assert page.locator("#units li").count() == 6 and page.locator("#units span").first.inner_text() != ""
    page.locator("#clear").click()
    by_keys(page, pad)
    assert answer.inner_text().startswith("Reads 1,"), answer.inner_text()
    assert not faults, faults
    page.close()
    print(f"the first page: {size} bytes, ready after {statistics.median(times):.0f} ms, 10 digits by mouse, 1 by keys")


def check_faults(browser, book, made):
    """Malformed settings, a missing binary, no WebAssembly: a sentence, and the still picture."""

    def still(query, name, words, path=book / "index.html", spoil=None):
        page, *_ = watched(browser)
        if spoil:
            page.add_init_script(spoil)
        page.goto(path.as_uri() + query)
        page.wait_for_function(READY)
        section = page.locator(f"#touch-{name}")
        says = section.locator(".says").inner_text()
        assert words in says and says.count("still picture") == 1, f"{name}: {says}"
        assert section.locator(".still img").first.is_visible() and not section.locator(".alive").is_visible(), name
        page.close()

    for query, words in (
        ("?rate=abc", "learning rate: expected a number from 0.0001 to 100, found abc."),
        ("?batch=", "batch: expected a whole number from 1 to 1000, found nothing."),
        ("?hidden=1.5", "hidden units: expected a whole number"),
        ("?loss=<script>", "loss: expected squared or cross-entropy, found <script>."),
        ("?momentum=NaN", "momentum: expected"),
    ):
        still(query, "train", words)
    for name in ("draw", "train"):
        still("", name, "This browser runs no WebAssembly.", spoil="delete globalThis.WebAssembly")
    text = (book / "index.html").read_text(encoding="utf-8")
    for what, words in (("", "The compiled crate is missing in this page."), ("AAAA", "So here is")):
        without = made / "without.html"
        without.write_text(re.sub(r'(id="data-wasm">)[^<]*', rf"\g<1>{what}", text), encoding="utf-8")
        for name in ("draw", "train"):
            still("", name, words, path=without)
    print("7 faults, each with a sentence and the still picture")


def check_looks(browser, book, made):
    """Each in both themes, wide and narrow: nothing wider than its window, no serious finding, a screenshot to look at."""
    for theme in THEMES:
        for width in WIDTHS:
            for name in ("index", "03_gradients", "04_training", "06_inside"):
                page, faults, _ = opened(
                    browser, book / f"{name}.html", color_scheme=theme, viewport={"width": width, "height": 800}
                )
                for section in page.query_selector_all(".touch"):
                    section.scroll_into_view_if_needed()
                    assert "moves" in section.get_attribute("class"), (name, section.get_attribute("data-fault"))
                    if pad := section.query_selector("#pad"):
                        pad.scroll_into_view_if_needed()
                        by_mouse(page, pad, DIGITS[3])
                    if epoch := section.query_selector("button:has-text('One epoch')"):
                        epoch.click()
                    section.screenshot(path=made / f"{name}-{section.get_attribute('id')}-{theme}-{width}.png")
                    wide = section.evaluate("(s) => Math.max(...[...s.querySelectorAll('*')].map((e) => e.getBoundingClientRect().right)) - s.getBoundingClientRect().right")
                    assert wide <= 0, f"{name} at {width} pixels: {wide} pixels wider than its frame"
                found = [one for one in serious(page) if any("touch" in node or "number" in node for node in one[1])]
                assert not found and not faults, (name, theme, width, found, faults)
                page.close()
    print(f"looks: {len(THEMES)} themes, {WIDTHS} pixels; the screenshots are in {made}")


def main():
    """Tests all of it."""
    book, made, program = map(Path, sys.argv[1:])
    book, made = book.resolve(), made.resolve()
    expected = json.loads((made / "expected.json").read_text())
    with chromium(program) as browser:
        check_first_page(browser, book)
        check_losses(browser, book, made, expected["runs"])
        check_formula(browser, book, expected)
        check_training(browser, book)
        check_faults(browser, book, made)
        check_looks(browser, book, made)


if __name__ == "__main__":
    main()

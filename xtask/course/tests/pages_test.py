"""The exported pages and slides in a real browser, in the light and in the dark.

Called with the folder of the pages and with a browser. On each page: no serious finding of axe, nothing against the
page's own policy, no request beyond the folder, no picture that is empty or wider than the page; each slide fits its
screen; the drawing pad of lesson 6 reads a digit.
"""

import re
import sys
from pathlib import Path

from course.tests.chromium import chromium, serious, watched
from course.tests.pad_test import THEMES, check_output

WIDTHS = (1280, 800, 400)

# All that moves does, or has said why not.
READY = "() => [...document.querySelectorAll('.touch')].every((t) => t.matches('.moves') || t.dataset.fault)"

PICTURES = """() => [...document.querySelectorAll("main img")].map((img) => {
    const { left, right } = img.getBoundingClientRect();
    return { alt: img.alt, loaded: img.naturalWidth > 0, inside: left >= 0 && right <= innerWidth };
})"""

# What sticks out of the screen of each slide, all its parts told.
OVERFLOWING = """() => slides.flatMap((slide, number) => {
    show(number);
    slide.querySelectorAll(".fragment").forEach((part) => part.classList.add("told"));
    fit();
    const { left, right, top, bottom } = slide.getBoundingClientRect();
    const fits = left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight;
    return fits ? [] : [`slide ${number + 1}: ${[left, right, top, bottom].map(Math.round)}`];
})"""


def check_pictures(page, width):
    """Each picture is loaded, named and inside the window; gives how many there are."""
    page.set_viewport_size({"width": width, "height": 720})
    pictures = page.evaluate(PICTURES)
    for picture in pictures:
        assert all(picture.values()), f"{page.url} at {width} pixels: {picture}"
    wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} at {width} pixels: {wide} pixels wider than the window"
    return len(pictures)


def check_slides(page):
    """Each slide fits its screen; then all of them as one text, as they are without their script."""
    found = page.evaluate(OVERFLOWING)
    assert not found, f"{page.url}: {found}"
    assert not serious(page), f"{page.url}: {serious(page)}"
    page.evaluate("() => document.body.classList.remove('showing')")
    return page.evaluate("() => slides.length")


def check(browser, path, theme):
    """One page in one theme; gives its pictures and its slides."""
    page, faults, requests = watched(browser, color_scheme=theme, viewport={"width": 1280, "height": 720})
    page.goto(path.as_uri())
    page.wait_for_function(READY)
    slides = check_slides(page) if path.name.endswith(".slides.html") else 0
    pictures = 0 if slides else max(check_pictures(page, width) for width in WIDTHS)
    if path.name.startswith("06") and not slides:
        check_output(page, next(frame for frame in page.frames if frame.query_selector("#pad")))
    assert not serious(page), f"{path.name}, {theme}: {serious(page)}"
    assert not faults, f"{path.name}, {theme}: {faults}"
    # What is inside the page has no address of its own.
    beyond = [r for r in requests if not r.startswith(("data:", "about:")) and r.split("#")[0] != path.as_uri()]
    assert not beyond, f"{path.name}, {theme}: asks for {beyond}"
    page.close()
    return pictures, slides


def check_handout(browser, path):
    """What teachers print is four sheets at most."""
    page = browser.new_page()
    page.goto(path.as_uri())
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert 1 <= sheets <= 4, f"{path.name} prints on {sheets} sheets"
    page.close()


def main():
    """Opens each page in both themes."""
    folder, browser = map(Path, sys.argv[1:])
    paths = sorted(folder.resolve().glob("*.html"))
    assert paths, f"there are no pages in {folder}"
    with chromium(browser) as started:
        for theme in THEMES:
            counts = [check(started, path, theme) for path in paths]
        check_handout(started, folder.resolve() / "teaching.html")
    pictures, slides = map(sum, zip(*counts))
    print(f"pages: {len(paths)} in {len(THEMES)} themes, {pictures} pictures, {slides} slides, no serious finding of axe")


if __name__ == "__main__":
    main()

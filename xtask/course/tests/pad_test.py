"""The drawing pad in a real browser: the same probabilities as the crate's, and drawn digits read right.

Called with the folder that the example `pad` has written, and with a browser: a program, or the
folder in which Playwright has installed its own.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

from course.tests.chromium import chromium, serious, watched

THEMES = ("light", "dark")

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


def seen(frame):
    """The 28 × 28 pixels that the network sees, row by row, 0 to 255."""
    return frame.evaluate(
        """() => {
            const { data } = document.getElementById("seen").getContext("2d").getImageData(0, 0, 28, 28);
            return Array.from({ length: 784 }, (_, i) => data[4 * i + 3]);
        }"""
    )


def check_prepared(image):
    """As MNIST was made: 20 × 20 pixels, the centre of mass in the middle of 28 × 28, soft edges."""
    inked = [(i % 28 + 0.5, i // 28 + 0.5, pixel) for i, pixel in enumerate(image) if pixel]
    mass = sum(pixel for *_, pixel in inked)
    for axis in (0, 1):
        centre = sum(one[axis] * one[2] for one in inked) / mass
        assert abs(centre - 14) < 0.1, f"the centre of mass lies at {centre}"
    sides = [1 + max(one[axis] for one in inked) - min(one[axis] for one in inked) for axis in (0, 1)]
    # Between two pixels, the line's soft edges reach one pixel further.
    assert 19 <= max(sides) <= 21, f"the ink fills {sides} pixels"
    assert any(0 < pixel < 255 for pixel in image), "the edges are not soft"
    assert max(image) == 255, "the ink is pale"
    return sides


def check_numbers(frame, folder):
    """The probabilities of test images are the crate's; returns the largest difference."""
    worst = 0.0
    for one in json.loads((folder / "expected.json").read_text()):
        found = frame.evaluate("image => predict(image)", one["image"])
        worst = max(worst, *(abs(a - b) for a, b in zip(found, one["probabilities"], strict=True)))
    assert worst < 1e-5, f"the page's probabilities differ from the crate's by {worst}"
    return worst


def check_drawing(page, frame):
    """All ten digits by mouse and by finger, each read right."""
    pad, answer = frame.locator("#pad"), frame.locator("#answer")
    for draw in (by_mouse, by_touch):
        for digit, lines in DIGITS.items():
            frame.locator("#clear").click()
            assert answer.inner_text() == "Draw a digit.", "Clear does not clear"
            assert not any(seen(frame)), "Clear leaves ink"
            draw(page, pad, lines)
            assert answer.inner_text().startswith(f"Reads {digit},"), (
                f"a drawn {digit} ({draw.__name__}): {answer.inner_text()}"
            )
            sides = check_prepared(seen(frame))
            drawn = [max(c) - min(c) for c in zip(*[point for line in lines for point in line])]
            assert (sides[0] > sides[1]) == (drawn[0] > drawn[1]), f"{digit} lost its shape: {sides}"
            shares = frame.locator("#bars b").all_inner_texts()
            total = sum(float(share.removesuffix(" %")) for share in shares)
            assert abs(total - 100) < 1, shares


def check_moving(page, frame):
    """The bars move while the line is drawn; what interrupts the line does no harm."""
    pad, answer = frame.locator("#pad"), frame.locator("#answer")
    shares = lambda: frame.locator("#bars b").all_inner_texts()  # noqa: E731
    frame.locator("#clear").click()
    first, *others = DIGITS[3][0]
    page.mouse.move(*place(pad, first))
    page.mouse.down()
    while_drawing = set()
    for point in others:
        page.mouse.move(*place(pad, point))
        while_drawing.add(tuple(shares()))
    assert len(while_drawing) == len(others), "the bars stand still"
    assert answer.inner_text() == "Draw a digit.", "the answer is said before the line ends"
    page.keyboard.press("Space")
    page.mouse.move(*place(pad, (1.5, 0.5)), steps=3)
    ends = frame.evaluate("() => [lines.length, Math.max(...lines.flat().map((p) => p.x))]")
    assert ends == [1, 1], f"a key or the edge broke the line: {ends}"
    page.keyboard.press("Delete")
    page.mouse.move(*place(pad, (0.5, 0.5)))
    page.mouse.up()
    assert answer.inner_text() == "Draw a digit." and not any(seen(frame)), "Delete does not clear"
    # One point, and as many as a long scribble has.
    page.mouse.click(*place(pad, (0.9, 0.1)))
    assert answer.inner_text().startswith("Reads "), answer.inner_text()
    frame.evaluate(
        "() => { lines = [Array.from({ length: 3e5 }, (_, i) => ({ x: i / 3e5, y: 0.5 }))]; say(show()); }"
    )
    assert answer.inner_text().startswith("Reads "), answer.inner_text()
    frame.locator("#clear").click()


def check_keys(page, frame):
    """Without a mouse: the pad is reached by Tab, shows its focus, draws and clears."""
    pad, answer = frame.locator("#pad"), frame.locator("#answer")
    frame.locator("#clear").focus()
    page.keyboard.press("Shift+Tab")
    assert frame.evaluate("() => document.activeElement.id") == "pad", "Tab does not reach the pad"
    assert pad.evaluate("e => getComputedStyle(e).outlineStyle") == "solid", "the focus is invisible"
    by_keys(page, pad)
    assert answer.inner_text().startswith("Reads 1,"), f"by keys: {answer.inner_text()}"
    page.keyboard.press("Delete")
    assert answer.inner_text() == "Draw a digit.", "Delete does not clear"
    by_keys(page, pad)
    page.keyboard.press("Tab")
    assert frame.evaluate("() => document.activeElement.id") == "clear", "Tab does not reach Clear"
    page.keyboard.press("Enter")
    assert answer.inner_text() == "Draw a digit.", "Clear does not clear"


def check_output(page, frame):
    """The pad in a page or among a notebook's outputs reads a digit that is drawn with the mouse."""
    if frame.parent_frame:
        # A frame out of sight is not drawn, so it cannot scroll itself into view.
        frame.frame_element().evaluate("frame => frame.scrollIntoView({ block: 'center' })")
        frame.wait_for_function("() => engine")
    else:
        frame.evaluate("() => document.getElementById('pad').scrollIntoView({ block: 'center' })")
    by_mouse(page, frame.locator("#pad"), DIGITS[7])
    answer = frame.locator("#answer").inner_text()
    assert answer.startswith("Reads 7,"), answer


def around(html):
    """A page around the frame, under a policy that names the pad's script and styles and nothing else."""
    inner = re.search(r'srcdoc="([^"]*)"', html)[1]
    for name, sign in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("#39", "'"), ("amp", "&")):
        inner = inner.replace(f"&{name};", sign)

    def hashes(tag):
        for text in re.findall(f"<{tag}>(.*?)</{tag}>", html.split("<iframe")[0] + inner, re.DOTALL):
            yield f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    policy = f"default-src 'none'; script-src 'wasm-unsafe-eval' {' '.join(hashes('script'))}; style-src {' '.join(hashes('style'))}"
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page of the course</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"></head>'
        f"<body data-jp-theme-light=THEME><main><h1>Draw</h1>{html}</main></body></html>"
    )


def alone(browser, folder, theme):
    """The pad as a page of its own, in a system that is light or dark."""
    page, faults, requests = watched(browser, has_touch=True, color_scheme=theme)
    page.goto((folder / "pad.html").resolve().as_uri())
    frame = page.main_frame
    frame.wait_for_function("() => engine")
    worst = check_numbers(frame, folder)
    check_drawing(page, frame)
    check_moving(page, frame)
    check_keys(page, frame)
    by_mouse(page, frame.locator("#pad"), DIGITS[5])
    assert not serious(page), serious(page)
    page.screenshot(path=folder / f"pad-{theme}.png")
    assert not faults, faults
    assert requests == [page.url], requests
    page.close()
    print(f"{theme}: 100 images to {worst:.0e}, 10 digits by mouse, 10 by touch, 1 by keys")


def framed(browser, folder, theme):
    """The pad in another page, as in a notebook's output, whose theme is not the system's."""
    html = around((folder / "frame.html").read_text()).replace("THEME", json.dumps(str(theme == "light").lower()))
    (folder / f"framed-{theme}.html").write_text(html)
    # Playwright's own color scheme would hide what the frame learns from the page.
    page, faults, requests = watched(browser, has_touch=True, color_scheme="null", viewport={"width": 800, "height": 600})
    page.goto((folder / f"framed-{theme}.html").resolve().as_uri())
    assert not page.get_by_text("run this cell").is_visible(), "the note beside the pad stays"
    frame = page.frames[1]
    frame.wait_for_function("() => engine")
    ground = frame.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (theme == "light"), f"{theme}: the ground is {ground}"
    check_drawing(page, frame)
    frame.locator("#pad").focus()
    by_keys(page, frame.locator("#pad"))
    assert not frame.evaluate("() => document.documentElement.scrollHeight > innerHeight"), "the frame is too low"
    assert not serious(page), serious(page)
    page.screenshot(path=folder / f"framed-{theme}.png")
    assert not faults, faults
    assert set(requests) <= {page.url, "about:srcdoc"}, requests
    page.close()
    print(f"{theme}, in a frame under a policy: 10 digits by mouse, 10 by touch")


def main():
    """Opens the pad alone and in a frame, in the light and in the dark."""
    folder, browser = map(Path, sys.argv[1:])
    with chromium(browser) as started:
        for theme in THEMES:
            alone(started, folder, theme)
            framed(started, folder, theme)


if __name__ == "__main__":
    main()

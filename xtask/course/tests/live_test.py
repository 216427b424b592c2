"""Cells that move, as a student sees them: JupyterLab in a real browser, with mouse, finger and keys.

Called with the program xtask, the project's folder, a folder for the screenshots, and a browser.
"""

import json
import re
import shutil
import sys
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from course.tests.chromium import chromium, watched
from course.tests.lab import lab
from course.tests.pad_test import DIGITS, by_mouse

PATIENCE_SECONDS = 300
CELLS = (
    ':dep digits-by-hand = { path = "../crate" }\nuse digits::{live, plot};',
    # 60 steps, a picture at each
    "let screen = live::screen();\nlet mut epochs: Vec<f64> = vec![];\nlet mut losses: Vec<f64> = vec![];\n"
    "for epoch in live::progress(1..=60) {\n    std::thread::sleep(std::time::Duration::from_millis(60));\n"
    "    epochs.push(epoch as f64);\n    losses.push(1.0 / epoch as f64);\n"
    '    screen.show(plot::curves("Loss").line("validation", &epochs, &losses).draw()?);\n}',
    # a slider, a choice and a check box
    'live::interact([live::slider("h", 1e-12..=1e-1).log().at(1e-5), live::choice("colour", ["red", "blue"]), live::checkbox("twice")],\n'
    '    move |[h, colour, twice]| plot::bars("Bars", "control", "value", ["h", "colour", "twice"], [-h.log10(), colour, twice]));',
    # a training that is interrupted
    "let mut learned: u32 = 0;\nfor _ in live::progress(0..10_000) { learned += 1; std::thread::sleep(std::time::Duration::from_millis(20)); }",
    'println!("learned: {}", learned > 5 && learned < 9_000);',
    "std::thread::sleep(std::time::Duration::from_secs(8));",
    'digits::pad(move |image| format!("inked: {}", image.iter().any(|&pixel| pixel > 0)));',
)
STEPS, SLIDERS, TRAINING, LEARNED, SLEEP, PAD = range(1, 7)
PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
# All pictures that one place has shown, as they come.
WATCH = """(cell) => {
    window.seen = new Set();
    const look = () => {
        for (const img of cell.querySelectorAll("img")) window.seen.add(img.src);
        requestAnimationFrame(look);
    };
    look();
}"""


def write(path):
    """A notebook with these cells, not run."""
    cells = [
        {"cell_type": "code", "id": f"cell-{i}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for i, source in enumerate(CELLS)
    ]
    spec = {"kernelspec": {"display_name": "Rust", "language": "rust", "name": "rust"}}
    path.write_text(json.dumps({"cells": cells, "metadata": spec, "nbformat": 4, "nbformat_minor": 5}))


class Notebook:
    """The notebook in the browser."""

    def __init__(self, page, folder):
        self.page, self.folder = page, folder

    def cell(self, number):
        """One cell, scrolled into view."""
        cell = self.page.locator(f"{PANEL} .jp-Notebook-cell").nth(number)
        cell.scroll_into_view_if_needed()
        return cell

    def start(self, number):
        """Runs a cell, without waiting for it."""
        self.cell(number).locator(".jp-InputArea-editor").click()
        self.page.keyboard.press("Control+Enter")

    def done(self, number):
        """Waits for its end."""
        prompt = self.cell(number).locator(".jp-InputPrompt").first
        end = time.monotonic() + PATIENCE_SECONDS
        while not re.search(r"\[\d+\]", prompt.inner_text()):
            assert time.monotonic() < end, f"cell {number} does not end: {prompt.inner_text()}"
            self.page.wait_for_timeout(200)

    def run(self, number):
        """Runs a cell to its end."""
        self.start(number)
        self.page.wait_for_timeout(300)
        self.done(number)

    def picture(self, number):
        """The picture that a cell shows now."""
        return self.cell(number).locator("img:visible").first.get_attribute("src")

    def changes(self, number, act, what):
        """An act must change the cell's picture."""
        before = self.picture(number)
        act()
        for _ in range(100):
            if self.picture(number) != before:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"the picture does not change {what}")

    def screenshot(self, name):
        """A picture for those who want to look."""
        self.page.screenshot(path=self.folder / f"{name}.png")

    def menu(self, *names):
        """Clicks through a menu."""
        self.page.locator(".lm-MenuBar-item", has_text=names[0]).click()
        for name in names[1:]:
            self.page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()


def handle(notebook):
    """The slider's handle, found as a screen reader finds it: by its role and its name."""
    slider = notebook.cell(SLIDERS).get_by_role("slider", name="h", exact=True)
    slider.wait_for(timeout=20_000)
    return slider


def drag(notebook, by):
    """Drags the slider to the right, by mouse or by finger."""
    page, slider = notebook.page, handle(notebook)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if by == "mouse":
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 40, y, steps=8)
        page.mouse.up()
        return
    session = page.context.new_cdp_session(page)
    for kind, at in (("touchStart", x), ("touchMove", x - 20), ("touchMove", x - 40), ("touchEnd", None)):
        points = [] if at is None else [{"x": at, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def check_steps(notebook):
    """Many pictures while the cell runs, and a bar."""
    notebook.start(STEPS)
    notebook.cell(STEPS).evaluate(WATCH)
    notebook.cell(STEPS).locator("progress").wait_for(timeout=1000 * PATIENCE_SECONDS)
    notebook.page.wait_for_timeout(1500)
    notebook.screenshot("steps")
    notebook.done(STEPS)
    seen = notebook.page.evaluate("window.seen.size")
    assert seen >= 30, f"of 60 steps, {seen} pictures were seen"
    return seen


def check_sliders(notebook, when):
    """The controls move the picture, whatever moves them."""
    notebook.changes(SLIDERS, lambda: drag(notebook, "mouse"), f"by mouse, {when}")
    notebook.changes(SLIDERS, lambda: drag(notebook, "touch"), f"by touch, {when}")
    slider = handle(notebook)
    before = slider.get_attribute("aria-valuetext")
    slider.focus()
    notebook.changes(SLIDERS, lambda: notebook.page.keyboard.press("ArrowRight"), f"by keys, {when}")
    assert slider.get_attribute("aria-valuetext") != before, "a screen reader hears the old value"


def check_others(notebook):
    """The choice and the check box."""
    cell = notebook.cell(SLIDERS)
    notebook.changes(SLIDERS, lambda: cell.get_by_role("combobox").select_option("blue"), "by a choice")
    notebook.changes(SLIDERS, lambda: cell.get_by_role("checkbox").click(), "by a check box")


def check_accessible(notebook):
    """What axe finds serious in the outputs, in both themes."""
    page = notebook.page
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.menu("Settings", "Theme", theme)
        page.wait_for_timeout(1500)
        handle(notebook)
        notebook.screenshot(f"sliders-{theme.split()[1].lower()}")
        found = Axe().run(page, context={"include": [[f"{PANEL} .jp-OutputArea-output"]]}).response["violations"]
        faults = [(f["id"], [n["html"][:160] for n in f["nodes"]]) for f in found if f["impact"] in ("serious", "critical")]
        assert not faults, f"{theme}: {faults}"


def check_still(notebook, when):
    """Without live sliders: the still picture and the sentence, and no word of a missing model."""
    cell = notebook.cell(SLIDERS)
    cell.get_by_text("A still picture, for h = ").wait_for()
    notebook.page.wait_for_timeout(3000)
    notebook.screenshot(f"still-{when}")
    assert cell.get_by_text("A still picture, for h = ").is_visible(), when
    shown = cell.inner_text()
    assert "model not found" not in shown and "Loading widget" not in shown, f"{when}: {shown}"
    broken = cell.evaluate("(cell) => [...cell.querySelectorAll('img')].filter((i) => i.offsetParent && !i.naturalWidth).length")
    assert not broken and not cell.locator(".fa-chain-broken:visible").count(), f"{when}: a broken picture"
    assert not cell.get_by_role("slider").count(), f"{when}: a dead slider"


def open_page(notebook, server, status="Rust | Idle"):
    """Opens the notebook and waits for its kernel."""
    notebook.page.goto(server.page("live.ipynb"))
    notebook.page.locator("#jp-main-statusbar").get_by_text(status).wait_for(timeout=120_000)


def save(notebook):
    """Saves, and waits until it is saved."""
    with notebook.page.expect_response(lambda r: r.request.method == "PUT" and "/api/contents/" in r.url):
        notebook.menu("File", "Save Notebook")


def check(browser, server, folder, course):
    """All of it, in one notebook; where it fails, a picture of it stays."""
    page, faults, _ = watched(browser, viewport={"width": 1280, "height": 900}, has_touch=True)
    page.set_default_timeout(1000 * PATIENCE_SECONDS)
    notebook = Notebook(page, folder)
    try:
        return check_all(notebook, server, course, faults)
    except BaseException:
        notebook.screenshot("failed")
        raise
    finally:
        page.close()


def check_all(notebook, server, course, faults):
    """Step by step, as a student goes through it."""
    page = notebook.page
    open_page(notebook, server)
    notebook.run(0)
    shown = notebook.cell(0).inner_text()
    assert "Error" not in shown, shown
    seen = check_steps(notebook)
    notebook.run(SLIDERS)
    handle(notebook)
    notebook.screenshot("sliders")
    check_sliders(notebook, "idle")
    check_others(notebook)
    check_accessible(notebook)
    notebook.start(SLEEP)
    page.wait_for_timeout(2500)
    check_sliders(notebook, "while a cell runs")
    assert "[*]" in notebook.cell(SLEEP).inner_text(), "the cell ended before the slider was moved"
    notebook.done(SLEEP)
    notebook.start(TRAINING)
    notebook.cell(TRAINING).locator("progress").wait_for()
    page.wait_for_timeout(1000)
    notebook.menu("Kernel", "Interrupt Kernel")
    notebook.done(TRAINING)
    assert "all variables are kept" in notebook.cell(TRAINING).inner_text()
    notebook.run(LEARNED)
    assert "learned: true" in notebook.cell(LEARNED).inner_text(), notebook.cell(LEARNED).inner_text()
    notebook.run(PAD)
    frame = notebook.cell(PAD).locator("iframe").element_handle().content_frame()
    notebook.cell(PAD).get_by_text("Draw a digit: your closure reads it here.").locator("visible=true").first.wait_for()
    by_mouse(page, frame.locator("#pad"), DIGITS[3])
    notebook.cell(PAD).get_by_text("inked: true").wait_for(timeout=20_000)
    notebook.screenshot("pad")
    save(notebook)
    open_page(notebook, server)
    check_sliders(notebook, "after a reload")
    second = Notebook(page.context.new_page(), notebook.folder)
    second.page.set_default_timeout(1000 * PATIENCE_SECONDS)
    open_page(second, server)
    handle(second)
    second.changes(SLIDERS, lambda: drag(notebook, "mouse"), "in a second tab")
    second.page.close()
    notebook.menu("Kernel", "Restart Kernel…")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    check_still(notebook, "restarted-kernel")
    open_page(notebook, server)
    check_still(notebook, "new-kernel")
    # As a copy, which nobody has run: the server does not know its signature.
    content = json.loads((course / "notebooks/live.ipynb").read_text())
    content["metadata"]["copied"] = True
    (course / "notebooks/live.ipynb").write_text(json.dumps(content))
    open_page(notebook, server)
    check_still(notebook, "without-trust")
    own = [fault for fault in map(str, faults) if "widget model not found" not in fault]
    assert not own, own
    return seen


def main():
    """Starts JupyterLab on a folder of its own."""
    xtask, root, folder, browser = map(Path, sys.argv[1:])
    folder = folder / "live"
    shutil.rmtree(folder, ignore_errors=True)
    course, own = folder / "course", folder / "jupyter"
    (course / "notebooks").mkdir(parents=True)
    own.mkdir()
    for name in ("crate", "data"):
        (course / name).symlink_to(root / name)
    write(course / "notebooks/live.ipynb")
    options = [
        f"--ServerApp.root_dir={course}",
        f"--LabApp.user_settings_dir={own / 'settings'}",
        f"--LabApp.workspaces_dir={own / 'workspaces'}",
        "--NotebookNotary.db_file=:memory:",
    ]
    began = time.monotonic()
    with lab(xtask, folder / "lab.log", *options) as server, chromium(browser) as started:
        seen = check(started, server, folder, course)
    print(f"live cells: {seen} pictures of 60 steps seen; sliders by mouse, touch and keys; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()

"""Shift + Tab and a hint, as a student meets them: JupyterLab in a real browser, on copies of the lessons.

Called with the program xtask, the project's folder, a folder for the screenshots, and a browser.

Every name of the crate that a lesson uses is asked for once, where it stands in the lesson.
"""

import json
import re
import statistics
import sys
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

from course.explain import Explain
from course.explain.catalog import last, own
from course.explain.tooltip import in_text
from course.tests.chromium import chromium, watched
from course.tests.lab import lab
from course.tests.live_test import PANEL
from course.tests.screen_test import THEMES, copy_course, set_theme

PATIENCE = 120_000
HINT = "Hint: `mnist` is made in the cell below “The data”, which has not run. Run that one first"

# Puts the cursor behind a name of a cell, as a click there does.
GO = """async ([cell, place]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = cell;
    await notebook.scrollToItem(cell);
    await notebook.activeCell.ready;
    const editor = notebook.activeCell.editor;
    editor.setCursorPosition(editor.getPositionAt(place));
    notebook.mode = "edit";
    editor.focus();
}"""
# Writes down when the kernel is asked for a name, and when its answer comes.
WATCH = """() => {
    window.asked = [];
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    kernel.anyMessage.connect((_, { msg, direction }) => {
        const at = performance.now(), id = msg.parent_header.msg_id;
        if (msg.header.msg_type === "inspect_request" && direction === "send") window.asked.push([msg.header.msg_id, at]);
        const asked = window.asked.find((one) => one[0] === id);
        if (msg.header.msg_type === "inspect_reply" && asked) asked.push(at - asked[1]);
    });
}"""


def of_crate(path):
    """Whether a name is one of the crate's own."""
    return own(path) and not path.startswith("digits::ndarray")


def uses(path, catalog):
    """The places in a lesson's cells that can hold a name of the crate: (cell, text, start, end)."""
    entries = [e for e in catalog.entries if of_crate(e["path"])]
    members = {last(e["path"]) for e in entries if "owner" in e}
    free = {last(e["path"]) for e in entries if "owner" not in e}
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or cell["metadata"].get("jupyter", {}).get("source_hidden"):
            continue
        for found in re.finditer(r"[A-Za-z_]\w*", source):
            before, after = source[: found.start()].rstrip(), source[found.end() :]
            if in_text(source[: found.start() + 1]):
                continue
            if before.endswith(".") and not before.endswith(".."):
                known = found[0] in members
            elif before.endswith("::"):
                known = found[0] in members | free and not re.search(r"\bstd::(?:\w+::)*$", before)
            else:
                defined = re.match(r"\s*:(?!:)", after) or re.search(r"\b(?:let|mut|fn|for|struct)$|\|$", before)
                known = found[0] in free and not defined
            if known:
                yield number, source, *found.span()


def lessons(folder, explain):
    """For each lesson the names of the crate that are new in it, each with its first place, (cell, place); and the
    milliseconds that the kernel's side takes for any place, at most."""
    found, known, silent, longest = {}, set(), set(), 0.0
    for path in sorted(folder.glob("0*.ipynb")):
        explain.cells.path, wanted = str(path), {}
        for number, source, start, end in uses(path, explain.catalog):
            began = time.perf_counter()
            shown = explain.inspect(source, end)
            longest = max(longest, 1000 * (time.perf_counter() - began))
            name = shown["text/plain"].split("\n")[0] if shown else ""
            (known if shown else silent).add(source[start:end])
            if of_crate(name) and not any(name in others for others in found.values()):
                wanted.setdefault(name, (number, end))
        found[path.name] = wanted
    assert all(found.values()), "the set-up has made no list of names"
    # A word such as `new` also belongs to types of others, and there it stays silent.
    assert not silent - known, f"no documentation for {sorted(silent - known)}"
    return found, longest


def ask(page, name, place):
    """Shift + Tab behind a name."""
    page.evaluate(GO, list(place))
    page.keyboard.press("Shift+Tab")
    tooltip = page.locator(".jp-Tooltip")
    tooltip.get_by_text(name, exact=True).wait_for(timeout=10_000)
    shown = tooltip.inner_text()
    assert len(shown.strip().splitlines()) > 1, f"{name}: {shown}"
    return tooltip


def check_names(page, wanted):
    """All names of the lesson that is open; gives the milliseconds until the answers came."""
    page.evaluate(WATCH)
    for name, place in wanted.items():
        tooltip = ask(page, name, place)
        page.keyboard.press("Escape")
        tooltip.wait_for(state="detached")
    return [one[2] for one in page.evaluate("window.asked")]


def check_hint(page, folder):
    """A failing cell: the hint comes first, as text, with rustc's words below it."""
    page.evaluate(GO, [2, 0])
    page.keyboard.press("Control+Enter")
    output = page.locator(f"{PANEL} .jp-OutputArea-output").filter(has_text="Hint:").first
    output.wait_for()
    shown = " ".join(output.inner_text().split())
    assert shown.startswith(HINT) and "cannot find value `mnist`" in shown, shown
    for theme in THEMES:
        set_theme(page, theme)
        page.wait_for_timeout(1000)
        page.screenshot(path=folder / f"hint-{theme.split()[1].lower()}.png")
        found = Axe().run(page, context={"include": [[f"{PANEL} .jp-OutputArea-output"]]}).response["violations"]
        faults = [(f["id"], [n["html"][:160] for n in f["nodes"]]) for f in found if f["impact"] in ("serious", "critical")]
        assert not faults, f"{theme}: {faults}"


def write_hint(path):
    """A notebook whose second cell needs the first."""
    data = {"cell_type": "code", "source": 'let mnist: Mnist = Mnist::load("../data")?;'}
    failing = {"cell_type": "code", "source": 'println!("{}", mnist.train.len());'}
    cells = [{"cell_type": "markdown", "source": "## The data"}, data, failing]
    for number, cell in enumerate(cells):
        cell |= {"id": f"cell-{number}", "metadata": {}}
        cell |= {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
    spec = {"kernelspec": {"display_name": "Rust", "language": "rust", "name": "rust"}}
    path.write_text(json.dumps({"cells": cells, "metadata": spec, "nbformat": 4, "nbformat_minor": 5}))


def open_page(page, server, name):
    """Opens a notebook and waits for its kernel."""
    page.goto(server.page(name))
    page.locator("#jp-main-statusbar").get_by_text("Rust | Idle").wait_for()


def check(page, server, root, course, folder):
    """The lessons one by one, then the hint; gives how many names there were, and the milliseconds."""
    wanted, longest = lessons(course / "notebooks", Explain(root / ".course/names.json"))
    milliseconds = []
    for name, places in wanted.items():
        open_page(page, server, name)
        milliseconds += check_names(page, places)
    for theme in THEMES:
        set_theme(page, theme)
        ask(page, *next(iter(places.items())))
        page.screenshot(path=folder / f"tooltip-{theme.split()[1].lower()}.png")
        page.keyboard.press("Escape")
    open_page(page, server, "hint.ipynb")
    check_hint(page, folder)
    return longest, milliseconds


def main():
    """Starts JupyterLab on copies of the lessons."""
    xtask, root, folder, browser = map(Path, sys.argv[1:])
    folder = folder / "explain"
    course = copy_course(root, folder)
    write_hint(course / "notebooks/hint.ipynb")
    options = [
        f"--ServerApp.root_dir={course}",
        f"--LabApp.user_settings_dir={folder / 'settings'}",
        f"--LabApp.workspaces_dir={folder / 'workspaces'}",
        "--LabApp.expose_app_in_browser=True",
    ]
    began = time.monotonic()
    with lab(xtask, folder / "lab.log", *options) as server, chromium(browser) as started:
        page, faults, _ = watched(started, viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        try:
            longest, milliseconds = check(page, server, root, course, folder)
        except BaseException:
            page.screenshot(path=folder / "failed.png")
            raise
    assert not faults, faults
    print(
        f"Shift + Tab: {len(milliseconds)} names of the crate, each with its documentation; in the kernel {longest:.0f} ms "
        f"at most, to the browser {statistics.median(milliseconds):.0f} ms in the median; {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()

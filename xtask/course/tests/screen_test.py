"""Each notebook as a student sees it: JupyterLab in a real browser, run to its end through the menu.

Called with the program xtask, the project's folder, a folder for the screenshots, and a browser. It works on a copy
of the notebooks, in that folder, so nothing that it saves reaches the project.

Each notebook is first seen as it is opened: read-only, not run, not trusted. Then it is run, which is the second "run all" beside
`cargo xtask notebooks`, and saved; its outputs must be the committed ones. What is seen is measured in the light and
the dark theme at two widths.
"""

import html
import io
import json
import os
import re
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from course.compare import difference
from course.machine import places
from course.tests.chromium import chromium, watched
from course.tests.lab import lab
from course.tests.pad_test import check_output

HEIGHT, WIDTHS = 900, (1280, 800)
THEMES = ("JupyterLab Light", "JupyterLab Dark")
RUN_SECONDS, PATIENCE_SECONDS = 900, 120
# A chart of one thin line has more colours than this, by its soft edges; a page of one colour has not.
FEWEST_COLOURS, LARGEST_SHARE = 16, 0.97

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
FRAME = f"{PANEL} .jp-OutputArea-output iframe"

# All pictures of the notebook: what they say, whether they are there, and whether anything cuts them off.
PICTURES = f"""() => {{
    const within = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
    const shown = (inner, outer) => inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
    const view = document.querySelector("{PANEL} .jp-WindowedPanel-outer");
    return [...view.querySelectorAll("img")].map((img) => {{
        const box = img.getBoundingClientRect();
        const cut = [];
        for (let outer = img.parentElement; outer !== view.parentElement; outer = outer.parentElement) {{
            const style = getComputedStyle(outer), edge = outer.getBoundingClientRect();
            if (style.overflowX !== "visible" && !within(box, edge)) cut.push(outer.className);
            if (outer !== view && style.overflowY !== "visible" && !shown(box, edge)) cut.push(outer.className);
        }}
        const stretch = (box.width / box.height) / (img.naturalWidth / img.naturalHeight);
        return {{ alt: img.alt, loaded: img.complete && img.naturalWidth > 0, width: box.width, stretch, cut }};
    }});
}}"""

# Scrolls a picture into view, and gives its edges when it stands still there: what is above it gets its height only
# when it is drawn.
TO_THE_MIDDLE = f"""async (img) => {{
    const view = document.querySelector("{PANEL} .jp-WindowedPanel-outer").getBoundingClientRect();
    const frame = () => new Promise(requestAnimationFrame);
    for (let still = 0, last = NaN, turn = 0; turn < 100; turn++) {{
        img.scrollIntoView({{ block: "center" }});
        await frame();
        await frame();
        const {{ left, top, right, bottom }} = img.getBoundingClientRect();
        still = top === last ? still + 1 : 0;
        last = top;
        if (still >= 3 && top >= view.top && bottom <= view.bottom) return [left, top, right, bottom].map(Math.round);
    }}
}}"""

# Texts, formulas, tables and code that are wider than their place.
WIDE = f"""() => [...document.querySelectorAll("{PANEL} :is(.jp-RenderedHTMLCommon, .jp-RenderedText pre, .cm-scroller)")]
    .filter((text) => text.scrollWidth > text.clientWidth + 1)
    .map((text) => text.textContent.trim().slice(0, 60))"""

ENDED = f"""() => {{
    const prompts = [...document.querySelectorAll("{PANEL} .jp-InputPrompt")].map((prompt) => prompt.textContent);
    const status = document.querySelector("{PANEL} .jp-Notebook-ExecutionIndicator")?.dataset.status;
    return status === "idle" && !prompts.includes("[*]:");
}}"""


def copy_course(root, folder):
    """The notebooks in a folder of their own, beside links to what they use."""
    course = folder / "course"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / "notebooks", course / "notebooks", ignore=shutil.ignore_patterns("*.safetensors", ".*"))
    for name in ("crate", "data"):
        (course / name).symlink_to(root / name)
    return course


def code_cells(path):
    """A notebook's code cells."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]


def rich(cells):
    """All HTML among the cells' outputs."""
    return "".join("".join(o.get("data", {}).get("text/html", "")) for cell in cells for o in cell["outputs"])


def alt_texts(cells):
    """What the file says of each picture; JupyterLab would put a word of its own in the place of none."""
    pictures = re.findall(r"<img [^>]*>", rich(cells))
    return [html.unescape("".join(re.findall(r' alt="([^"]*)"', picture))) for picture in pictures]


def menu(page, *names):
    """Clicks through a menu, as a person does."""
    page.locator(".lm-MenuBar-item", has_text=names[0]).click()
    for name in names[1:]:
        page.locator(".lm-Menu-itemLabel").get_by_text(name, exact=True).click()


def set_theme(page, theme):
    """Changes the theme, unless it is this one."""
    light = str(theme.endswith("Light")).lower()
    if page.locator("body").get_attribute("data-jp-theme-light") != light:
        menu(page, "Settings", "Theme", theme)
        page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")


def picture(page, image):
    """One picture as pixels, cut out of a screenshot of the whole window; gives both."""
    edges = image.evaluate(TO_THE_MIDDLE)
    assert edges, "a picture does not come into view"
    window = page.screenshot()
    return window, Image.open(io.BytesIO(window)).convert("RGB").crop(edges)


def look(page, name, alts, folder):
    """Measures all pictures of the notebook that is open; there must be one for each of these alt texts."""
    pictures = page.evaluate(PICTURES)
    assert len(pictures) == len(alts), f"{name}: {len(alts)} pictures in the file, seen: {len(pictures)}"
    for number, (found, alt) in enumerate(zip(pictures, alts), 1):
        about = f"{name}, picture {number}: {found}"
        assert alt.strip() and found["alt"] == alt, f"its alt text should be {alt!r}: {about}"
        assert found["loaded"], f"it is not there: {about}"
        assert abs(found["stretch"] - 1) < 0.02, f"it is stretched: {about}"
        assert not found["cut"], f"it is cut off: {about}"
    for number, image in enumerate(page.query_selector_all(f"{PANEL} .jp-WindowedPanel-outer img"), 1):
        window, pixels = picture(page, image)
        (folder / f"{name}-{number:02}.png").write_bytes(window)
        colours = pixels.getcolors(pixels.width * pixels.height)
        share = max(times for times, _ in colours) / (pixels.width * pixels.height)
        empty = len(colours) < FEWEST_COLOURS or share > LARGEST_SHARE
        assert not empty, f"{name}, picture {number} is empty: {len(colours)} colours, one of them {share:.1%}"
    wide = page.evaluate(WIDE)
    assert not wide, f"{name}: wider than its place: {wide}"
    return len(pictures)


def open_notebook(page, server, name, pictures):
    """Opens a notebook and waits until its kernel is there, and all that its file shows."""
    page.goto(server.page(name))
    page.locator("#jp-main-statusbar").get_by_text("Rust | Idle").wait_for(timeout=120_000)
    images = f'document.querySelectorAll("{PANEL} .jp-OutputArea-output img").length'
    page.wait_for_function(f"() => {images} >= {pictures}")


def check_untrusted(page, cells):
    """The server does not know the file's signature; so no script of it runs, and the pad asks to be run."""
    address = urlsplit(page.url)._replace(query="")
    contents = address._replace(path=address.path.replace("/lab/tree/", "/api/contents/")).geturl()
    served = page.request.get(contents).json()["content"]["cells"]
    trusted = [cell["metadata"].get("trusted") for cell in served if cell.get("outputs")]
    assert not any(trusted), f"{page.url} is trusted before it was run"
    if "<iframe" in rich(cells):
        assert not page.query_selector(FRAME), "an untrusted notebook shows a frame"
        assert page.get_by_text("To see it, run this cell").is_visible(), "nothing says how to get the pad"


def run(page):
    """Runs all cells through the menu, waits, and saves."""
    menu(page, "Run", "Run All Cells")
    page.wait_for_selector(f'{PANEL} .jp-InputPrompt:text-is("[*]:")', state="attached")
    page.wait_for_function(ENDED, timeout=1000 * RUN_SECONDS, polling=500)
    # A kernel's last words may come after it has called a cell done.
    page.wait_for_timeout(500)
    with page.expect_response(lambda r: r.request.method == "PUT" and "/api/contents/" in r.url) as saved:
        menu(page, "File", "Save Notebook")
    assert saved.value.ok, saved.value


def check_outputs(name, committed, cells):
    """What the run wrote: no error that no tag expects, and the committed outputs."""
    for old, new in zip(committed, cells, strict=True):
        tags, source = new["metadata"].get("tags", []), "".join(new["source"])
        faults = [o for o in new["outputs"] if o["output_type"] == "error" or o.get("name") == "stderr"]
        allowed = "raises-exception" in tags or "stderr" in tags
        assert allowed or not faults, f"{name}: {faults}\nin:\n{source}"
        # The two streams race each other.
        new["outputs"].sort(key=lambda o: {"stdout": 0, "stderr": 1}.get(o.get("name"), 2))
        found = difference(old["outputs"], new["outputs"], "rounding" in tags)
        assert not found, f"{name}: another output than the committed one:\n{found}\nin:\n{source}"


def check_notebook(browser, server, path, folder):
    """One notebook, from opening it to the last look; counts its cells, its pictures and the measured ones."""
    began, committed = time.monotonic(), code_cells(path)
    alts = alt_texts(committed)
    page, faults, requests = watched(browser, viewport={"width": WIDTHS[0], "height": HEIGHT})
    page.set_default_timeout(1000 * PATIENCE_SECONDS)
    path.chmod(0o444)
    open_notebook(page, server, path.name, len(alts))
    check_untrusted(page, committed)
    measured = look(page, f"{path.stem}-untrusted", alts, folder)
    path.chmod(0o644)
    open_notebook(page, server, path.name, len(alts))
    run(page)
    check_outputs(path.name, committed, code_cells(path))
    if "<iframe" in rich(committed):
        frame = page.query_selector(FRAME)
        assert frame.evaluate(TO_THE_MIDDLE), "the pad does not come into view"
        check_output(page, frame.content_frame())
    for theme in THEMES:
        set_theme(page, theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.wait_for_timeout(500)  # until the panels have found their widths
            measured += look(page, f"{path.stem}-{theme.split()[1].lower()}-{width}", alts, folder)
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    assert not faults, f"{path.name}: {faults}"
    hosts = {urlsplit(request).netloc for request in requests}
    assert hosts <= {"", f"{server.host}:{server.port}"}, f"{path.name} asks {hosts}"
    menu(page, "Kernel", "Shut Down Kernel")
    page.close()
    print(f"{path.name}: {len(committed)} cells, {len(alts)} pictures, {time.monotonic() - began:.0f} s", flush=True)
    return len(committed), len(alts), measured


def main():
    """All notebooks, several side by side where the machine has room: each of these in a browser of its own."""
    xtask, root, folder, browser = map(Path, sys.argv[1:])
    # The committed outputs are still ones; live_test.py looks at what moves.
    os.environ["DIGITS_LIVE_STILL"] = "1"
    course = copy_course(root, folder)
    own = folder / "jupyter"
    options = [
        f"--ServerApp.root_dir={course}",
        f"--LabApp.user_settings_dir={own / 'settings'}",
        f"--LabApp.workspaces_dir={own / 'workspaces'}",
        "--NotebookNotary.db_file=:memory:",
    ]
    own.mkdir()
    paths, count = sorted((course / "notebooks").glob("*.ipynb")), places()
    with lab(xtask, folder / "lab.log", *options) as server, ThreadPoolExecutor(count) as pool:

        def check_all(some):
            with chromium(browser) as started:
                return [check_notebook(started, server, path, folder) for path in some]

        found = pool.map(check_all, (paths[first::count] for first in range(count)))
        cells, pictures, measured = map(sum, zip(*(numbers for some in found for numbers in some)))
    print(f"screens: {cells} cells run, {pictures} pictures with alt text, measured {measured} times; none empty, none cut")


if __name__ == "__main__":
    main()

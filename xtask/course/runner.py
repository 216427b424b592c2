"""Runs the course's notebooks in fresh kernels and compares them with what is committed.

`cargo xtask notebooks` calls it with the Python of the course's environment:

    python -m course.runner run [--update] [--timeout SECONDS] [--log FILE] NOTEBOOK...
    python -m course.runner warm [--log FILE] NOTEBOOK     runs the first code cell only

A status of `ok` proves little under evcxr: a cell that ends in a failed `?` answers `ok` too.
So what a cell writes to stderr counts as a failure, unless a tag of the cell expects it:

    raises-exception   the cell must fail: it does not compile, it panics or ends in `?`
    stderr             the cell may write to stderr
    rounding           its numbers are noise or times: only the text between them counts

A run to the end in a fresh kernel is a run up to each of its cells: no cell needs one that stands after it.

A notebook with exercises (practice.py says what belongs to one) is run a second time, in a fresh
kernel, with wrong answers and then the solution in the place of each exercise.
"""

import argparse
import asyncio
import json
import os
import queue
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from course.compare import difference, unchanged
from course.practice import Incomplete, Unproved, practice, prove

# evcxr sends stderr, and at times the last line of stdout, after it has called a cell done.
GRACE_SECONDS = 0.15
START_SECONDS = 300

KERNELSPEC = {"display_name": "Rust", "language": "rust", "name": "rust"}
# As the kernel tells it (its "pygment_lexer" is its own spelling), so that opening changes nothing.
LANGUAGE = {
    "codemirror_mode": "rust",
    "file_extension": ".rs",
    "mimetype": "text/rust",
    "name": "Rust",
    "pygment_lexer": "rust",
    "version": "",
}
# What Jupyter notes down about one run or one screen, and no reader of the file needs.
PASSING_METADATA = ("execution", "ExecuteTime", "collapsed", "scrolled", "trusted", "vscode")


class Failure(Exception):
    """A cell did not do what it must; the text says what it did."""


class Kernel:
    """A fresh Rust kernel that runs the cells of one notebook."""

    def __init__(self, notebook, folder, timeout, log):
        self.client = NotebookClient(
            notebook,
            kernel_name="rust",
            timeout=timeout,
            startup_timeout=START_SECONDS,
            allow_errors=True,
            coalesce_streams=True,
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
            on_cell_executed=self.collect_late_output,
        )
        self.folder, self.timeout, self.log = folder, timeout, log

    def session(self):
        """The kernel's life, from start to shutdown, as a context."""
        return self.client.async_setup_kernel(
            cwd=str(self.folder),
            stdout=self.log,
            stderr=self.log,
            # Live cells show their last picture, as a plain evcxr does: so two runs are equal.
            env={**os.environ, "DIGITS_LIVE_STILL": "1"},
        )

    async def keep_variables_on_panic(self, keep):
        """Without it a panic ends the program, so that no panic can pass for a success.

        A cell that must panic needs it on: the cells after it use the variables.
        """
        message = self.client.kc.execute(f":preserve_vars_on_panic {int(keep)}")
        await self.client.async_wait_for_reply(message)

    async def collect_late_output(self, cell, cell_index, execute_reply):
        """Adds what the kernel sends for a cell after it called the cell done."""
        message_id = execute_reply["parent_header"].get("msg_id")
        while True:
            try:
                message = await self.client.kc.iopub_channel.get_msg(timeout=GRACE_SECONDS)
            except queue.Empty:
                return
            if message["parent_header"].get("msg_id") == message_id:
                self.client.process_message(message, cell, cell_index)

    async def run(self, cell, index, number):
        """Runs one cell; raises Failure when it fails against its tags."""
        must_fail = "raises-exception" in tags(cell)
        try:
            if must_fail:
                await self.keep_variables_on_panic(True)
            await self.client.async_execute_cell(cell, index)
            if must_fail:
                await self.keep_variables_on_panic(False)
        except CellTimeoutError:
            # The interrupt ends the looping program; the kernel alone would leave it behind.
            await self.client.km.interrupt_kernel()
            raise Failure(f"ran longer than its limit of {self.timeout} s") from None
        except DeadKernelError:
            raise Failure("killed its kernel: the kernel is dead") from None
        tidy_outputs(cell, number)
        check_status(cell, must_fail)


def tags(cell):
    """The tags of a cell."""
    return cell.metadata.get("tags", [])


def stderr_text(cell):
    """All that a cell wrote to stderr."""
    return "".join(o.text for o in cell.outputs if o.get("name") == "stderr")


def tidy_outputs(cell, number):
    """Gives outputs a fixed order and number: the two streams race each other."""

    def rank(output):
        return {"stdout": 0, "stderr": 1}.get(output.get("name"), 2)

    cell.execution_count = number
    cell.outputs.sort(key=rank)
    for output in cell.outputs:
        if output.output_type == "execute_result":
            output.execution_count = number


def check_status(cell, must_fail):
    """Raises Failure when the cell failed and must not, or must and did not."""
    errors = [o.evalue for o in cell.outputs if o.output_type == "error"]
    stderr = stderr_text(cell)
    if must_fail:
        if not errors and not stderr:
            raise Failure("has the tag raises-exception and did not fail")
        return
    ended = [e for e in errors if "Subprocess terminated" in e]
    if ended and "panicked" in stderr:
        raise Failure("panicked:\n" + stderr)
    if ended:
        raise Failure("its program died:\n" + stderr + ended[0])
    if errors:
        raise Failure("does not compile:\n" + "\n".join(errors))
    shown = [o.data.get("text/plain", "") for o in cell.outputs if "data" in o]
    if any(text.startswith("Picture(") for text in shown):
        raise Failure("shows its picture as text: it moves a variable of an earlier cell; borrow it")
    if stderr and "stderr" not in tags(cell):
        raise Failure(
            "wrote to stderr, as a panic or an error through `?` does"
            " (the tag stderr allows it):\n" + stderr
        )


def read(path):
    """Reads a notebook; a cell without an id gets one that stays the same in every run."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["nbformat_minor"] = max(5, content.get("nbformat_minor", 5))
    for position, cell in enumerate(content["cells"]):
        cell.setdefault("id", f"cell-{position}")
        cell.setdefault("metadata", {})
        if isinstance(cell["source"], list):
            cell["source"] = "".join(cell["source"])
    notebook = nbformat.reads(json.dumps(content), as_version=4)
    return notebook


def clean(notebook):
    """Drops what differs from run to run and from screen to screen."""
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNELSPEC, "language_info": LANGUAGE}
    )
    for cell in notebook.cells:
        for key in PASSING_METADATA:
            cell.metadata.pop(key, None)


def write(path, notebook):
    """Writes a notebook, and only when that changes the file."""
    clean(notebook)
    nbformat.validate(notebook)
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
        return True
    return False


def title(cell):
    """The first line of a cell, short enough for a report."""
    first = cell.source.strip().split("\n")[0]
    return first if len(first) <= 60 else first[:57] + "..."


class Report:
    """What one notebook's run came to."""

    def __init__(self, path):
        self.path, self.start = path, time.monotonic()
        self.problem, self.slowest, self.written, self.cells = None, (0.0, 0), False, 0

    def print(self):
        """One line for the notebook, and what went wrong below it."""
        seconds = time.monotonic() - self.start
        verdict = "FAILED" if self.problem else "written" if self.written else "ok"
        slowest = f"slowest: cell {self.slowest[1]}, {self.slowest[0]:.1f} s"
        print(f"{verdict:8}{show(self.path)}  {seconds:.1f} s  ({slowest})")
        if self.problem:
            print("    " + self.problem.rstrip("\n").replace("\n", "\n    "))
        sys.stdout.flush()


def show(path):
    """A path as short as it can be named from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


async def run_notebook(path, options, log):
    """Runs one notebook up to its first failing cell."""
    report = Report(path)
    number, cell = 0, None
    try:
        notebook = read(path)
        exercises = practice(path.name, notebook.cells)
        kernel = Kernel(notebook, path.parent, options.timeout, log)
        async with kernel.session():
            await kernel.keep_variables_on_panic(False)
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code":
                    continue
                number += 1
                began = time.monotonic()
                try:
                    await run_cell(kernel, cell, index, number, options.update)
                finally:
                    report.slowest = max(report.slowest, (time.monotonic() - began, number))
                report.cells = number
        if options.update:
            report.written = write(path, notebook)
        if exercises:
            await prove_exercises(path, options, log)
    except Failure as failure:
        report.problem = f"cell {number} (`{title(cell)}`) {failure}"
    except (Incomplete, Unproved) as fault:
        report.problem = str(fault)
    except Exception as error:  # a broken file or a kernel that does not start
        report.problem = f"before or in cell {number}: {type(error).__name__}: {error}"
    return report


async def run_cell(kernel, cell, index, number, update):
    """Runs a cell and compares it with what the file holds, or puts the new outputs there."""
    committed = cell.outputs
    cell.outputs = []
    if not cell.source.strip():
        cell.execution_count = None
        return
    await kernel.run(cell, index, number)
    rounding = "rounding" in tags(cell)
    if update:
        # Noise that changes in every run must not change the file in every run.
        if rounding and unchanged(committed, cell.outputs):
            cell.outputs = committed
    else:
        found = difference(committed, cell.outputs, rounding)
        if found:
            raise Failure("prints something else than the committed notebook:\n" + found)


async def prove_exercises(path, options, log):
    """Runs a notebook once more, and tries every answer where an exercise has its check."""
    notebook = read(path)
    by_check = {id(e.check): e for e in practice(path.name, notebook.cells)}
    kernel = Kernel(notebook, path.parent, options.timeout, log)
    async with kernel.session():
        await kernel.keep_variables_on_panic(False)
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue

            async def run(cell, about, index=index):
                cell.outputs = []
                try:
                    await kernel.run(cell, index, 0)
                except Failure as failure:
                    raise Unproved(f"{about} {failure}\n--- in:\n{cell.source}") from None

            if exercise := by_check.get(id(cell)):
                await prove(exercise, run)
            else:
                await run(cell, "with the exercises solved, a cell")


async def run_all(options, log):
    """Runs every notebook and reports each as it ends; counts the failed ones."""
    failed, cells = [], 0
    for name in options.notebooks:
        report = await run_notebook(Path(name).resolve(), options, log)
        report.print()
        cells += report.cells
        if report.problem:
            failed.append(show(report.path))
    count = len(options.notebooks)
    print(f"cells run from a fresh kernel, each after all those above it: {cells}")
    print(f"notebooks: {count - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


async def warm(path, log):
    """Runs the first code cell, so that evcxr caches the crates that it names."""
    notebook = read(path)
    kernel = Kernel(notebook, path.parent, None, log)
    async with kernel.session():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                await kernel.run(cell, index, 1)
                return


def main():
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["run", "warm"])
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--timeout", type=int, default=300)
    parser.add_argument("--log", default=os.devnull)
    parser.add_argument("notebooks", nargs="+")
    options = parser.parse_args()
    with open(options.log, "wb") as log:
        if options.what == "run":
            return asyncio.run(run_all(options, log))
        try:
            asyncio.run(warm(Path(options.notebooks[0]).resolve(), log))
        except Failure as failure:
            print(f"The first cell of {options.notebooks[0]} {failure}")
            return 1
        return 0


if __name__ == "__main__":
    sys.exit(main())

"""A Rust kernel that runs the cells of one notebook: how each of them ended, whatever the kernel calls it.

A status of `ok` proves little under evcxr: a cell that ends in a failed `?` answers `ok` too. So what a cell writes to
stderr counts as a failure, unless a tag of the cell expects it:

    raises-exception   the cell must fail: it does not compile, it panics or ends in `?`
    stderr             the cell may write to stderr
"""

import os
import queue

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from course.cells import tags, written

# evcxr sends stderr, and at times the last line of stdout, after it has called a cell done.
GRACE_SECONDS = 0.15
START_SECONDS = 300


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
    stderr = written(cell, "stderr")
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

"""How much of its work this machine does at once."""

import asyncio
import os

import psutil

# What a kernel, a compiler and a training cell take of the memory together.
MEMORY_OF_A_NOTEBOOK = 2 * 2**30


def places():
    """How many notebooks may run side by side, by the cores and the free memory."""
    fit = psutil.virtual_memory().available // MEMORY_OF_A_NOTEBOOK
    return max(1, min(os.cpu_count() or 1, fit))


async def side_by_side(work, items):
    """Does the work for each item, for as many at once as there are places; gives the results in the items' order."""
    free = asyncio.Semaphore(places())

    async def one(item):
        async with free:
            return await work(item)

    return await asyncio.gather(*map(one, items))

"""E0061 and E0308: the wrong number of arguments, or the wrong order."""

import re

from course.explain.catalog import last

COUNT = re.compile(r"this (?:function|method) takes (\d+) arguments? but (\d+) arguments? (?:was|were) supplied")
ORDER = "arguments to this (?:function|method) are incorrect"


def hint(message, cells, catalog):
    """The arguments in their order, from the function's documentation; None for an unknown function."""
    count = COUNT.match(message.sentence)
    if not count and not re.match(ORDER, message.sentence):
        return None
    path = called(message)
    entry = found(path, catalog)
    if not entry:
        return logarithm(path)
    names = entry["parameters"]
    call = f"{path}({', '.join(names)})"
    if not count:
        return f"The arguments stand in another order: `{call}`."
    wanted, given = count.groups()
    missing = ""
    if int(given) < int(wanted):
        listed = " and ".join(f"`{name}`" for name in absent(names, message))
        missing = f" What is missing: {listed}." if listed else ""
    more = options(entry, catalog) if int(given) > int(wanted) else ""
    plural = "" if wanted == "1" else "s"
    return f"`{last(entry['path'])}` takes {wanted} argument{plural}, here are {given}: `{call}`.{missing}{more}"


def called(message):
    """The function's name as the cell writes it, with its type before it: `Sgd::new`."""
    _, name = message.mark("^error: ")
    return name.text if name else ""


def found(path, catalog):
    """The function's entry, where only one of this name has parameters."""
    *owner, name = path.split("::")
    if owner:
        some = catalog.members(owner[-1], name)
    else:
        some = catalog.by_name.get(name, [])
    some = [e for e in some if "parameters" in e and e["path"].startswith("digits::")]
    return some[0] if some and len({e["path"] for e in some}) == 1 else None


def absent(names, message):
    """The parameters whose number rustc gives as missing, where it counts as we do."""
    found = [re.match(r"argument #(\d+) of type `.+` is missing", mark.label) for mark in message.marks]
    places = [int(f[1]) - 1 for f in found if f]
    return [names[i] for i in places if i < len(names)]


def options(entry, catalog):
    """The methods that set what is not an argument."""
    owner = entry.get("owner")
    if entry.get("gives") != owner or not owner:
        return ""
    setters = [e for e in catalog.members(owner) if e.get("gives") == owner and e.get("method")]
    calls = [f"`.{last(e['path'])}({', '.join(e['parameters'])})`" for e in setters]
    return f" The rest is set behind it: {' or '.join(calls)}." if calls else ""


def logarithm(path):
    """log wants its base; numpy's log is ln."""
    if path != "log":
        return None
    return "`log` takes a base as its argument. The natural logarithm, numpy's `log`, is `ln()`."

"""What Shift + Tab shows: the documentation of the name at the cursor."""

import re

# `name: Type`, or a function that gives it.
DECLARED = r"(?:\b{name}\s*:|\bfn {name}\([^{{}}]*\)\s*->)\s*&?\s*(?:'\w+\s+)?(?:mut\s+)?(?:\w+::)*(?:(?:Result|Option)<)?(?:\w+::)*(\w+)"


def inspect(code, cursor, cells, catalog):
    """The documentation by MIME type, or None for all that the catalog does not know."""
    entry = at(code, cursor, cells, catalog)
    if not entry:
        return None
    path, head, docs = entry["path"], entry["signature"], entry["docs"]
    return {
        "text/plain": f"{path}\n\n{head}\n\n{docs}".strip(),
        "text/markdown": f"**{path}**\n\n```rust\n{head}\n```\n\n{docs}".strip(),
    }


def at(code, cursor, cells, catalog):
    """The entry of the name at the cursor, or None."""
    start, end = word(code, cursor)
    name = code[start:end]
    if not name or in_text(code[: start + 1]):
        return None
    before, called = code[:start].rstrip(), re.match(r"\s*(?:\(|::<)", code[end:])
    if before.endswith("::"):
        return of_path(path_before(before), name, catalog)
    if before.endswith(".") and not before.endswith(".."):
        return of_value(chain_before(before[:-1]), name, called, code[:start], cells, catalog)
    if re.match(r"\s*:(?!:)", code[end:]):
        return None  # a variable, a parameter or a field with its type or value
    # `digits` is the crate, `digits(…)` a function in one of its modules.
    found = sorted(catalog.free(name), key=lambda e: bool(called) != (e["kind"] == "function"))
    return found[0] if found else None


def word(code, cursor):
    """Where the name at the cursor begins and ends; between parentheses, the function before them."""
    start = end = min(cursor, len(code))
    while start > 0 and (code[start - 1].isalnum() or code[start - 1] == "_"):
        start -= 1
    while end < len(code) and (code[end].isalnum() or code[end] == "_"):
        end += 1
    if start < end:
        return (end, end) if code[start].isdigit() else (start, end)
    opening = re.search(r"(\w+)!?\([^()]*$", code[:start].rpartition("\n")[2])
    if not opening:
        return start, start
    line = code[:start].rfind("\n") + 1
    return line + opening.start(1), line + opening.end(1)


def in_text(before):
    """Whether a place lies in a comment or in a text; `before` is all that stands before it."""
    line = before.rpartition("\n")[2]
    bare = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)
    return "//" in bare or bare.count('"') % 2 == 1


def path_before(before):
    """The names before a `::`, generic arguments left out."""
    found = re.search(r"((?:\w+(?:::<[^<>]*>)?::)+)$", before)
    return re.findall(r"\w+(?=::)", re.sub(r"::<[^<>]*>", "", found[1])) if found else []


def of_path(path, name, catalog):
    """`Type::name`, `module::name` or `crate::name`."""
    if not path:
        return None
    found = catalog.members(path[-1], name) or [
        e for e in catalog.free(name) if e["path"].split("::")[:-1][-len(path) :] == path
    ]
    return found[0] if found else None


def chain_before(before):
    """The expression that ends here, as a list of steps: `mnist.train.image(2)?` is mnist, train, image."""
    steps, i = [], len(before)
    while i > 0:
        i -= len(before[:i]) - len(before[:i].rstrip())
        if before[i - 1] == "?":
            i -= 1
        elif before[i - 1] in ")]":
            bracket = before[i - 1]
            i = opening(before, i - 1)
            if bracket == "]":
                steps.append("[]")
        elif before[i - 1].isalnum() or before[i - 1] == "_":
            start = re.search(r"\w+(?:::\w+)*$", before[:i]).start()
            steps.append(before[start:i])
            i = start
            rest = before[:i].rstrip()
            if not rest.endswith("."):
                break
            i = len(rest) - 1
        else:
            break
    return steps[::-1]


def opening(text, closing):
    """The place of the bracket that a closing one belongs to; 0 without one."""
    depth = 0
    for i in range(closing, -1, -1):
        depth += (text[i] in ")]") - (text[i] in "([")
        if depth == 0:
            return i
    return 0


def of_value(chain, name, called, before, cells, catalog):
    """A method or field, by the type of the value before the dot; without that, where only one type has it."""
    known = type_of(chain, before, cells, catalog)
    if known:
        found = catalog.members(known, name)
        return found[0] if found else None
    own = re.compile(rf"\bstruct \w+ {{[^}}]*\b{name}:")
    if any(own.search(cell.source) for cell in [*cells.written(), *cells.ran]):
        return None
    kind = "method" if called else "field"
    found = [e for e in catalog.by_name.get(name, []) if e["kind"] == kind]
    return found[0] if len(found) == 1 else None


def type_of(chain, before, cells, catalog):
    """The type that a chain of steps gives, or None."""
    if not chain:
        return None
    first, *rest = chain
    if "::" in first:
        owner, _, function = first.rpartition("::")
        entry = of_path(owner.split("::"), function, catalog)
        known = entry and entry.get("gives")
    else:
        function = catalog.free(first)
        known = value(first, before, cells, catalog) or declared(first, before, cells)
        known = known or (function[0].get("gives") if function else None)
    for step in rest:
        found = catalog.members(known, step) if known else []
        known = found[0].get("gives") if found else None
    return known


def declared(name, before, cells):
    """The type that the last `name: Type` gives a variable; the cell's own text comes first."""
    pattern = re.compile(DECLARED.format(name=re.escape(name)))
    others = [cell.source for cell in [*cells.written(), *cells.ran]]
    for source in [before, *reversed(others)]:
        if found := pattern.findall(source):
            return found[-1]
    return None


def value(name, before, cells, catalog):
    """The type of the expression that the last `let` without a type gives a variable."""
    lets = [*re.finditer(rf"\blet (?:mut )?{name} = ([^;]*);", before)]
    return type_of(chain_before(lets[-1][1]), before[: lets[-1].start()], cells, catalog) if lets else None

"""Names that rustc does not find: another cell makes them, the crate has them, or they are misspelt."""

import difflib
import re

from course.explain import python

RUN_ABOVE = "Run → Run All Above Selected Cell"
SCOPE = re.compile(
    r"cannot find (?:value|function|type|macro|trait|struct, variant or union type|function, tuple struct or tuple "
    r"variant|tuple struct/variant|unit struct, unit variant or constant|derive macro|module or crate) `(\w+)` in"
)
UNRESOLVED = re.compile(r"(?:failed to resolve: )?use of (?:undeclared type|unresolved module or unlinked crate|undeclared crate or module) `(\w+)`")
IMPORT = re.compile(r"unresolved import `(?:(.+)::)?(\w+)`")
KIND = re.compile(r"expected (?:value|function)(?:, tuple struct or tuple variant)?, found (module|crate|macro|builtin type|struct) `(\w+)`")


def hint(message, cells, catalog):
    """A hint on an unknown name, or on a name of another kind; None for other errors."""
    if found := KIND.match(message.sentence):
        return other_kind(*found.groups(), cells.current.source, catalog)
    if found := SCOPE.match(message.sentence) or UNRESOLVED.match(message.sentence):
        return unknown(found[1], cells, catalog)
    if found := IMPORT.match(message.sentence):
        return not_there(found[1], found[2], message, catalog)
    return None


def unknown(name, cells, catalog):
    """A hint on a name that does not exist where it stands; None where nothing is sure."""
    rules = (further_down, in_a_function, lost, not_run, assigned, word, imported, variant, misspelt)
    for rule in rules:
        if hint := rule(name, cells, catalog):
            return hint
    return (
        f"No cell makes `{name}`. A new variable starts with `let`, "
        f'and a text stands in double quotes: `"{name}"`.'
    )


def further_down(name, cells, _):
    """The cell itself makes the name, after it has used it."""
    cell = cells.current
    if name in cell.variables() and not inside_function(name, cell.source):
        return f"`{name}` is made in this cell, but further down. Move its `let` above the first use."
    return None


def in_a_function(name, cells, _):
    """A function reaches for a variable of the notebook."""
    known = any(name in cell.variables() for cell in [*cells.ran, *cells.written(), cells.current])
    function = inside_function(name, cells.current.source)
    if not known or not function:
        return None
    sources = "\n".join(cell.source for cell in [*cells.written(), *cells.ran, cells.current])
    typed = re.search(rf"\blet (?:mut )?{name}: ([^=;\n]+?) *=", sources)
    return (
        f"In Rust a function sees its parameters and nothing else of the notebook. Give `{function}` "
        f"a parameter `{name}: &{typed[1] if typed else '…'}`, and pass `&{name}` when you call it."
    )


def inside_function(name, source):
    """The function of this cell whose body uses the name, if that is the only place that does."""
    function, places = None, []
    for line in source.splitlines():
        if opened := re.match(r"(?:pub )?fn (\w+)", line):
            function = opened[1]
        if re.search(rf"(?<![\w.\"]){name}\b", line.split("//")[0]):
            places.append(function)
        if line.startswith("}"):
            function = None
    return places[0] if places and len(set(places)) == 1 else None


def lost(name, cells, _):
    """The cell that makes the name ran: it failed, or a later cell moved the value."""
    makers = [i for i, cell in enumerate(cells.ran) if name in cell.names()]
    if not makers:
        return None
    last = max(makers)
    if not any(cells.ran[i].status == "ok" for i in makers):
        return (
            f"The cell that makes `{name}` ended with an error, so there is no `{name}` yet. "
            "Repair that cell and run it first."
        )
    for cell in cells.ran[last + 1 :]:
        if line := moving_line(name, cell.source):
            return (
                f"An earlier cell moved `{name}` away: `{line}`. Write `{name}.clone()` there "
                f"(or `&{name}`, where a look is enough), then run the cell that makes `{name}` again."
            )
    return None


def moving_line(name, source):
    """The line that hands a variable on by its bare name."""
    for line in source.splitlines():
        code = line.split("//")[0]
        if re.search(rf"(?<![\w.&])(?<!mut ){name}\s*(?:[;,)\]}}]|[-+*/] |$)", code):
            return code.strip()
    return None


def not_run(name, cells, _):
    """A cell of the notebook makes the name and has not run."""
    written = cells.written()
    makers = [cell for cell in written if name in cell.names()]
    if not makers:
        return None
    here = cells.here(written)
    maker = makers[0]
    if here is not None and maker.position > here:
        return (
            f"`{name}` is made further down, in {maker.place()}. Run that one first, "
            "or do without the name here."
        )
    return f"`{name}` is made in {maker.place()}, which has not run. Run that one first: {RUN_ABOVE}."


def assigned(name, cells, _):
    """A variable gets its first value without `let`."""
    if found := re.search(rf"^\s*{name}\s*=(?!=)\s*(.*)$", cells.current.source, re.MULTILINE):
        return f"A new variable starts with `let`: `let {name} = {found[1]}`."
    if re.search(rf"[(,]\s*{name}\s*=(?!=)", cells.current.source):
        return (
            f"Rust has no named arguments such as `{name}=…`. Arguments go by their order; "
            f"for an option look for a method, such as `.{name}(…)`."
        )
    return None


def word(name, cells, _):
    """The name is Python's."""
    return python.word(name, cells.current.source)


def imported(name, _, catalog):
    """The crate has the name, and the notebook lacks its `use` line."""
    path = catalog.path(name)
    return f"`{name}` is in the crate. Add this line to the cell: `use {path};`" if path else None


def variant(name, _, catalog):
    """The name is a variant of an enum and needs the enum before it."""
    found = catalog.variants(name)
    if len(found) != 1:
        return None
    return f"`{name}` is one of the variants of `{found[0]}`: write `{found[0]}::{name}`."


def misspelt(name, cells, catalog):
    """The nearest name that exists."""
    known = set(catalog.names())
    for cell in [*cells.ran, *cells.written(), cells.current]:
        known |= cell.names()
    near = nearest(name, known - {name})
    return f"There is no `{name}`. Is `{near}` meant?" if near else None


def nearest(name, known):
    """The name of the same kind, by its first letter, that is spelt most alike and about as long, or None."""
    alike = [n for n in sorted(known) if abs(len(n) - len(name)) <= 2 and n[:1].isupper() == name[:1].isupper()]
    folded = {n.lower(): n for n in alike}
    near = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.75)
    return folded[near[0]] if near else None


def other_kind(kind, name, source, catalog):
    """A module with a dot, a macro without !, a type where a function belongs."""
    if kind in ("module", "crate") and (used := re.search(rf"\b{name}\.(\w+)", source)):
        return f"`{name}` is a module, not a value. Its names follow two colons: `{name}::{used[1]}`."
    if kind == "macro":
        return python.word(name, source) or f"`{name}` is a macro, and its name ends with `!`: `{name}!(…)`."
    if kind == "builtin type":
        return f"`{name}` is a type, not a function. The function that converts is `{name}::from`."
    return None


def not_there(path, name, message, catalog):
    """An import that does not exist: the same name elsewhere, or the nearest spelling."""
    no, _ = message.mark(r"no `(\w+)` in")
    name = no[1] if no else name
    if right := catalog.path(name):
        return f"`{name}` is found at another path: `use {right};`"
    near = nearest(name, catalog.names())
    return f"There is no `{name}`. Is `{near}` meant? `use {catalog.path(near)};`" if near else None

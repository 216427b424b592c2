"""Writes the names that a lesson can use into one file, each with its documentation.

    -m course.explain.listing PROJECT OUTPUT

The set-up calls it. Signatures and sentences are rustdoc's own: of the course's crates all public names,
of ndarray and of the standard library those that stand in a cell of a lesson. Where the standard library's
sources are missing, its names are missing too, and the rest works. Of that library it reads `Vec` and `String`
with their like (`alloc`) and the methods of `f64`: the rest, `core`, takes half a minute and a gigabyte.

An entry: `path` as a cell writes it, `kind`, `signature`, `docs` (Markdown), for methods and fields `owner`,
and `gives`, the name of the type that it gives, where that is one.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# rustdoc's JSON is still unstable: this lets the stable rustdoc write it.
ENVIRONMENT = {**os.environ, "RUSTC_BOOTSTRAP": "1"}
JSON_OUTPUT = ["-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"]

# Package, file of rustdoc, and the path by which a cell reaches it.
CRATES = [
    ("digits-by-hand", "digits", "digits"),
    ("digits-plot", "digits_plot", "digits::plot"),
    ("digits-live", "digits_live", "digits::live"),
    ("ndarray", "ndarray", "digits::ndarray"),
]

# The methods of f64 lie in a file of std that rustdoc reads by itself, in a crate that claims to be std.
FLOATS = """
#![feature(rustc_attrs, core_intrinsics, core_float_math, staged_api, intrinsics)]
#![rustc_coherence_is_core]
#![stable(feature = "floats", since = "1.0.0")]
#[path = {path}]
pub mod f64;
#[stable(feature = "floats", since = "1.0.0")]
pub use core::intrinsics;
#[stable(feature = "floats", since = "1.0.0")]
pub mod sys {{ pub mod cmath {{}} }}
/// The numbers with 64 bits.
#[rustc_doc_primitive = "f64"]
#[stable(feature = "floats", since = "1.0.0")]
mod prim_f64 {{}}
"""
KINDS = {
    "assoc_const": "constant",
    "constant": "constant",
    "enum": "enum",
    "function": "function",
    "macro": "macro",
    "module": "module",
    "primitive": "primitive",
    "struct": "struct",
    "struct_field": "field",
    "trait": "trait",
    "type_alias": "type",
    "variant": "variant",
}


class Crate:
    """What rustdoc says about one crate."""

    def __init__(self, text, prefix, sources):
        data = json.loads(text)
        self.index, self.root = data["index"], str(data["root"])
        self.prefix, self.sources = prefix, sources
        self.entries = {}

    def walk(self):
        """The entries of everything that can be named from outside, each by its shortest path."""
        self.add(self.index[self.root], self.prefix, None)
        self.module(self.root, self.prefix, set())
        return list(self.entries.values())

    def item(self, identifier):
        """An item of this crate, or None for another crate's."""
        return self.index.get(str(identifier))

    def module(self, identifier, path, seen):
        """Adds what stands in a module; `seen` breaks circles of re-exports."""
        if identifier in seen:
            return
        primitives = [i["id"] for i in self.index.values() if "primitive" in i["inner"]]
        children = self.index[identifier]["inner"]["module"]["items"]
        for child in children + (primitives if identifier == self.root else []):
            item, name = self.item(child), None
            if item and "use" in item["inner"]:
                used = item["inner"]["use"]
                item, name = self.item(used["id"]), used["name"]
                if item and used["is_glob"] and "module" in item["inner"]:
                    self.module(str(item["id"]), path, seen | {identifier})
                    continue
            if not item or item["visibility"] != "public":
                continue
            self.add(item, f"{path}::{name or item['name']}", None)
            if "module" in item["inner"]:
                self.module(str(item["id"]), f"{path}::{item['name']}", seen | {identifier})

    def add(self, item, path, owner):
        """Adds an item and, for a type, its fields, variants and methods."""
        kind, inner = next(iter(item["inner"].items()))
        if kind not in KINDS:
            return
        known = self.entries.get(item["id"])
        if known and known["path"].count("::") <= path.count("::"):
            return
        method = owner and kind == "function"
        self.entries[item["id"]] = {
            "path": path,
            "kind": "method" if method else KINDS[kind],
            "signature": self.signature(item, kind),
            "docs": docs(item["docs"]),
            **({"owner": owner} if owner else {}),
            **parameters(kind, inner),
            **gives(kind, inner, owner),
        }
        if kind in ("struct", "enum", "primitive", "trait"):
            self.parts(inner, kind, path)

    def parts(self, inner, kind, path):
        """Adds the fields, variants and methods of a type. The methods of traits are left out."""
        owner = last(path)
        children = list(inner.get("variants", [])) + list(inner.get("items", []))
        if kind == "struct" and "plain" in inner["kind"]:
            children += inner["kind"]["plain"]["fields"]
        for identifier in inner.get("impls", []):
            item = self.item(identifier)
            if item and not item["inner"]["impl"]["trait"]:
                children += item["inner"]["impl"]["items"]
        for child in filter(None, map(self.item, children)):
            if child["visibility"] in ("public", "default"):
                self.add(child, f"{path}::{child['name']}", owner)

    def signature(self, item, kind):
        """The item as its source says it, without the body."""
        if kind in ("module", "primitive"):
            return f"{KINDS[kind]} {item['name']}"
        if kind == "macro":
            return f"{item['name']}!(…)"
        span = item["span"]
        file = self.sources / span["filename"] if span else None
        if not file or not file.is_file():
            return item["name"]
        lines = file.read_text(encoding="utf-8").splitlines()
        (first, column), (last, _) = span["begin"], span["end"]
        text = "\n".join([lines[first - 1][column - 1 :], *lines[first:last]])
        # A body begins with a brace, an attribute may stand before the name.
        head = re.split(r"\s*[{;]|\n\s*//", re.sub(r"^(#\[[^\n]*\]\s*)+", "", text))[0]
        head = re.sub(r"\s*\n\s*", " ", head).strip().rstrip(",")
        # What a macro wrote has the macro's text, not the item's.
        return head.replace("( ", "(").replace(", )", ")") if item["name"] in head else item["name"]


def docs(text):
    """The first paragraph, and the one that names the equivalent in another language."""
    paragraphs = re.split(r"\n\s*\n", re.sub(r"```.*?```", "", text or "", flags=re.DOTALL))
    paragraphs = [p for p in map(str.strip, paragraphs) if p and not p.startswith(("#", "["))]
    kept = paragraphs[:1] + [p for p in paragraphs[1:] if re.match(r"\w+ equivalent\b", p)][:1]
    # A link to another page of rustdoc leads nowhere in a notebook.
    kept = [re.sub(r"\[([^\]]+)\](\([^)]*\)|\[[^\]]*\])?", r"\1", p) for p in kept]
    return "\n\n".join(kept)


def parameters(kind, inner):
    """The names of a function's parameters, and whether it is called on a value."""
    if kind != "function":
        return {}
    names = [name for name, _ in inner["sig"]["inputs"]]
    return {"parameters": [n for n in names if n != "self"], "method": "self" in names}


def gives(kind, inner, owner):
    """The type that a function gives or a field has, as {"gives": name}, or {}."""
    type_ = inner["sig"]["output"] if kind == "function" else inner if kind == "struct_field" else None
    name = head(type_, owner)
    return {"gives": name} if name else {}


def head(type_, owner):
    """The name of a type without its arguments; for a Result or an Option, what is inside."""
    match type_:
        case {"borrowed_ref": {"type": inner}}:
            return head(inner, owner)
        case {"generic": "Self"}:
            return owner
        case {"primitive": name}:
            return name
        case {"resolved_path": {"path": path, "args": arguments}}:
            name = path.rpartition("::")[2]
            if name in ("Result", "Option") and arguments:
                return head(arguments["angle_bracketed"]["args"][0].get("type"), owner)
            return name
    return None


def words(project):
    """All words in the code cells of the lessons."""
    found = set()
    for path in sorted((project / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                found |= set(re.findall(r"[A-Za-z_]\w*", "".join(cell["source"])))
    return found


def rustdoc(project, package):
    """Runs rustdoc for one package of the workspace; gives the folder with its output, or None."""
    cargo = os.environ.get("CARGO", "cargo")
    command = [cargo, "rustdoc", "--quiet", "--lib", "-p", package, "--", *JSON_OUTPUT]
    return project / "target/doc" if succeeds(command, package, cwd=project) else None


def succeeds(command, name, **options):
    """Runs rustdoc; where it fails, says so with its last line."""
    done = subprocess.run(command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode:
        why = (done.stderr.strip() or "no reason given").splitlines()[-1]
        print(f"No documentation of {name} for Shift + Tab: rustdoc did not make it ({why}).")
    return done.returncode == 0


def standard(known):
    """The standard library's names that a lesson uses."""
    rustc = os.environ.get("RUSTC", "rustc")
    root = subprocess.run([rustc, "--print", "sysroot"], capture_output=True, text=True).stdout.strip()
    library, entries = Path(root) / "lib/rustlib/src/rust/library", []
    if not library.is_dir():
        return entries
    with tempfile.TemporaryDirectory() as folder:
        floats = Path(folder) / "floats.rs"
        path = json.dumps(str(library / "std/src/num/f64.rs"))
        floats.write_text(FLOATS.format(path=path), encoding="utf-8")
        for name, file in {"alloc": library / "alloc/src/lib.rs", "floats": floats}.items():
            entries += [e for e in one_file(name, file, folder) if {last(e["path"]), e.get("owner", "f64")} <= known]
    return entries


def one_file(name, file, folder):
    """The entries of a crate that rustdoc reads without cargo."""
    command = ["rustdoc", str(file), "--crate-name", name, "--edition", "2024", "-o", folder, *JSON_OUTPUT]
    if not succeeds(command, name):
        return []
    text = (Path(folder) / f"{name}.json").read_text(encoding="utf-8")
    return Crate(text, "std", Path("/")).walk()


def last(path):
    """The name at the end of a path."""
    return path.rpartition("::")[2]


def main():
    """Runs rustdoc for all crates and writes the file."""
    project, output = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    known, entries = words(project), []
    for package, name, prefix in CRATES:
        folder = rustdoc(project, package)
        if not folder:
            continue
        crate = Crate((folder / f"{name}.json").read_text(encoding="utf-8"), prefix, project)
        found = crate.walk()
        if package == "ndarray":
            found = [e for e in found if last(e["path"]) in known]
        entries += found
    entries += standard(known)
    output.write_text(json.dumps(entries, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The names that a lesson can use, as the set-up listed them (listing.py)."""

import json
from pathlib import Path

# ndarray's types all have the same methods: in a lesson they are arrays.
ARRAYS = ("Array", "ArrayBase", "ArrayRef", "LayoutRef", "RawRef", "ArrayView", "ArrayViewMut", "CowArray")


def family(name):
    """The type by which a method is found: Array1, ArrayView2 and their like are one."""
    plain = (name or "").rstrip("0123456789")
    return "array" if plain in ARRAYS else plain if plain in ("Array", "ArrayRef") else name


class Catalog:
    """Entries by name and by type; empty where there is no list."""

    def __init__(self, file):
        try:
            entries = json.loads(Path(file).read_text(encoding="utf-8"))
            # The crate's own come first, and short paths before long ones.
            entries.sort(key=lambda e: (not own(e["path"]), e["path"].count("::"), e["path"]))
        except (OSError, ValueError, TypeError, AttributeError, KeyError):
            entries = []
        self.entries, self.by_name = entries, {}
        for entry in entries:
            self.by_name.setdefault(last(entry["path"]), []).append(entry)

    def free(self, name):
        """The entries that stand for themselves: functions, types, modules."""
        return [e for e in self.by_name.get(name, []) if "owner" not in e]

    def members(self, type_name, name=None):
        """The methods, fields and variants of a type; with a name those of this name."""
        wanted = family(type_name)
        some = self.by_name.get(name, []) if name else self.entries
        return [e for e in some if "owner" in e and family(e["owner"]) == wanted]

    def path(self, name):
        """The path of a `use` line of the crate for the name, or None."""
        for entry in self.free(name):
            if own(entry["path"]):
                return entry["path"]
        return None

    def variants(self, name):
        """The enums that have a variant of this name."""
        return [e["owner"] for e in self.by_name.get(name, []) if e["kind"] == "variant" and own(e["path"])]

    def names(self):
        """All free names of the crate."""
        return {last(e["path"]) for e in self.entries if "owner" not in e and own(e["path"])}


def last(path):
    """The name at the end of a path."""
    return path.rpartition("::")[2]


def own(path):
    """Whether a cell reaches the path through the crate."""
    return path.startswith("digits::")

"""Tests of the list of terms, and of the course's own terms."""

import unittest
from pathlib import Path

from course.terms import of_course, terms

ROOT = Path(__file__).parents[3]
GLOSSARY = """
| word | what it is | lesson | in the crate |
| --- | --- | --- | --- |
| layer | Sums. | 1 | `Layer` |
| batch | Some images. Also called mini-batch. | 2 | |
"""
FIRST = "A **layer** adds up. Two layers add up twice.\n"
SECOND = "A **mini-batch** is some images. So batches are small."


def lesson(*sources):
    """A lesson of Markdown cells."""
    return [{"cell_type": "markdown", "id": f"cell-{i}", "source": source} for i, source in enumerate(sources)]


class Terms(unittest.TestCase):
    """Where a term is explained, and what comes before that."""

    def faults(self, *lessons):
        """What is wrong with the terms of some lessons."""
        return [fault for one in terms(GLOSSARY, lessons) if (fault := one.fault())]

    def test_explained_and_then_used(self):
        layer, batch = terms(GLOSSARY, [lesson("Hello.", FIRST), lesson(SECOND)])
        self.assertEqual((layer.explained.lesson, layer.explained.cell), (1, "cell-1"))
        self.assertEqual((batch.explained, batch.used), (batch.used, batch.explained))
        self.assertEqual(self.faults(lesson("Hello.", FIRST), lesson(SECOND)), [])

    def test_used_too_early(self):
        for early in ("All layers add up.", "See [layer](x.md).", "# Layers\n\n# And more", "- LAYER", "|x|layer|"):
            faults = self.faults(lesson(early, FIRST), lesson(SECOND))
            self.assertEqual(len(faults), 1, early)
            self.assertIn("layer: used before it is explained, in lesson 1, cell cell-0", faults[0])

    def test_another_form_used_too_early(self):
        faults = self.faults(lesson(FIRST, "Batches are small."), lesson(SECOND))
        self.assertEqual(len(faults), 1)
        self.assertIn("batch: used before", faults[0])

    def test_what_is_no_text(self):
        """Code, formulas, addresses, parts of words, and what a lesson says of itself."""
        quiet = ["`layer` and $layer$", "$$\nlayer\n$$", "```rust\nlayer\n```", "[a](layer.md)", "player, layer-cake"]
        quiet += ["**What you will learn:** what a layer is", "**Next:** a layer", f"## Layers\n\n{FIRST}"]
        for text in quiet:
            self.assertEqual(self.faults(lesson(text, FIRST), lesson(SECOND)), [], text)

    def test_never_explained(self):
        self.assertEqual(self.faults(lesson("A layer."), lesson(SECOND)), ["layer: no lesson explains it (in bold)"])

    def test_explained_in_another_lesson(self):
        self.assertEqual(
            self.faults(lesson(FIRST + SECOND), lesson("More.")),
            ["batch: lesson 1 explains it, the glossary says 2"],
        )

    def test_the_course(self):
        found = of_course(ROOT)
        self.assertGreater(len(found), 40)
        self.assertEqual([fault for one in found if (fault := one.fault())], [])


if __name__ == "__main__":
    unittest.main()

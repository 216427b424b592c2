"""Tests of what Shift + Tab shows."""

import json
import tempfile
import unittest
from pathlib import Path

from course.explain import Explain


def entry(path, kind, gives=None, owner=None, **more):
    """An entry of the list of names."""
    made = {"path": path, "kind": kind, "signature": f"the signature of {path}", "docs": f"What {path} does."}
    made |= {"gives": gives} if gives else {}
    return made | ({"owner": owner} if owner else {}) | more


LIST = [
    entry("digits", "module"),
    entry("digits::plot::digits", "function", "Picture"),
    entry("digits::Trial::owned", "field", "f64", "Trial"),
    entry("digits::Trial::rate", "field", "f64", "Trial"),
    entry("digits::Trial::epoch", "method", "Network", "Trial"),
    entry("digits::Mnist", "struct"),
    entry("digits::Mnist::load", "method", "Mnist", "Mnist"),
    entry("digits::Mnist::train", "field", "Set", "Mnist"),
    entry("digits::Set", "struct"),
    entry("digits::Set::len", "method", "usize", "Set"),
    entry("digits::Set::image", "method", "ArrayView1", "Set"),
    entry("digits::ndarray::ArrayRef::len", "method", "usize", "ArrayRef"),
    entry("digits::ndarray::ArrayRef::mapv", "method", "Array", "ArrayRef"),
    entry("digits::ndarray::ArrayBase::zeros", "method", "ArrayBase", "ArrayBase"),
    entry("digits::Sgd", "struct"),
    entry("digits::Sgd::new", "method", "Sgd", "Sgd"),
    entry("digits::Sgd::momentum", "method", "Sgd", "Sgd"),
    entry("digits::softmax", "function", "Array1"),
    entry("digits::plot", "module"),
    entry("digits::plot::digit", "function", "Picture"),
    entry("digits::Loss", "enum"),
    entry("digits::Loss::CrossEntropy", "variant", None, "Loss"),
]


class Tooltip(unittest.TestCase):
    """The name at the cursor, and nothing for anything else."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "names.json"
        file.write_text(json.dumps(LIST), encoding="utf-8")
        self.explain = Explain(file, self.folder.name)
        self.explain.begin('let mnist: Mnist = Mnist::load("../data")?;')
        self.explain.end(True)
        self.explain.begin("struct Run {\n    owned: f64,\n}")
        self.explain.end(True)

    def tearDown(self):
        self.folder.cleanup()

    def at(self, marked):
        """What stands at the bar in a cell."""
        shown = self.explain.inspect(marked.replace("|", "", 1), marked.index("|"))
        return shown["text/markdown"].split("**")[1] if shown else None

    def test_names_by_their_place(self):
        for cell, path in (
            ("soft|max(&x)", "digits::softmax"),
            ("digits::softmax|(&x)", "digits::softmax"),
            ("softmax(|&x)", "digits::softmax"),
            ("plot::di|git(&image, 7)?", "digits::plot::digit"),
            ("pl|ot::digit(&image, 7)?", "digits::plot"),
            ('Mnist::lo|ad("../data")?', "digits::Mnist::load"),
            ("Array1::ze|ros(10)", "digits::ndarray::ArrayBase::zeros"),
            ("Loss::Cross|Entropy", "digits::Loss::CrossEntropy"),
            ("mnist.tr|ain.len()", "digits::Mnist::train"),
            ("mnist.train.le|n()", "digits::Set::len"),
            ("mnist.train.image(2)?.le|n()", "digits::ndarray::ArrayRef::len"),
            ("mnist.train.image(f(1, [2]))?.ma|pv(f64::from)", "digits::ndarray::ArrayRef::mapv"),
            ("mnist\n    .train\n    .image(2)?\n    .le|n()", "digits::ndarray::ArrayRef::len"),
            ("Sgd::new(0.1).mo|mentum(0.9)", "digits::Sgd::momentum"),
            ("fn f(x: &Array1<f64>) {\n    x.le|n()", "digits::ndarray::ArrayRef::len"),
            ("let set = mnist.train;\nset.le|n()", "digits::Set::len"),
            ("fn half() -> digits::Result<Set> {}\nhalf()?.le|n()", "digits::Set::len"),
            ("use dig|its::softmax;", "digits"),
            ("dig|its(&images, labels, 5)", "digits::plot::digits"),
            ("trials[3].ra|te", "digits::Trial::rate"),
        ):
            self.assertEqual(self.at(cell), path, cell)

    def test_silence(self):
        for cell in (
            "|",
            "mni|st.train",
            "unknown.le|n()",
            '"softm|ax"',
            "// softm|ax",
            "let soft|max: f64 = 1.0;",
            "mnist.soft|max()",
            "trials[3].epo|ch",
            "run.own|ed",
            "1|00",
            "0..le|n",
            "Trial::ne|w()",
            "x.|",
            "((((|",
        ):
            self.assertIsNone(self.at(cell), cell)

    def test_any_place_in_any_text_is_answered_or_not(self):
        cell = "let é = mnist.train.image(2)?.mapv(|p| softmax(&p)[0]); // “…”\nfoo::<Vec<_>>(&)]}"
        for place in range(-1, len(cell) + 2):
            self.explain.inspect(cell, place)


if __name__ == "__main__":
    unittest.main()

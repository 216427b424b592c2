"""What Python and numpy write otherwise: the words that a student brings along."""

import re

# `np.NAME(x)` here. As in the README's table, "From numpy to Rust".
NUMPY = {
    "abs": "x.mapv(f64::abs)",
    "arange": "Array1::range(0.0, 10.0, 1.0)",
    "argmax": "digits::argmax(&x)",
    "array": "array![1.0, 2.0]",
    "dot": "a.dot(&b)",
    "exp": "x.mapv(f64::exp)",
    "eye": "Array2::eye(10)",
    "linspace": "Array1::linspace(0.0, 1.0, 11)",
    "log": "x.mapv(f64::ln)",
    "max": "x.fold(f64::NEG_INFINITY, |max, &x| max.max(x))",
    "mean": 'x.mean().ok_or("no numbers")?',
    "min": "x.fold(f64::INFINITY, |min, &x| min.min(x))",
    "ones": "Array1::ones(10)",
    "outer": "digits::outer(&a, &b)",
    "sqrt": "x.mapv(f64::sqrt)",
    "sum": "x.sum()",
    "tanh": "x.mapv(f64::tanh)",
    "zeros": "Array1::zeros(10)",
}

# Python's word: what Rust has in its place. ARGUMENT stands for what the cell passes to it.
WORDS = {
    "False": "Rust writes `false`, with a small letter.",
    "True": "Rust writes `true`, with a small letter.",
    "abs": "In Rust `abs` is a method: `ARGUMENT.abs()`.",
    "enumerate": "In Rust `enumerate` is a method: `ARGUMENT.iter().enumerate()`.",
    "float": "Rust converts with `as`: `ARGUMENT as f64`.",
    "int": "Rust converts with `as`: `ARGUMENT as usize`.",
    "len": "In Rust `len` is a method: `ARGUMENT.len()`.",
    "plt": "Pictures come from `plot` here: `plot::digit(&image, label)?`.",
    "print": 'Rust prints with a macro, and braces stand for the value: `println!("{}", ARGUMENT);`.',
    "range": "Rust writes a range with two dots: `0..ARGUMENT`.",
    "str": "Rust makes a text with a method: `ARGUMENT.to_string()`.",
    "sum": "In Rust `sum` is a method: `ARGUMENT.sum()` for an array, `ARGUMENT.iter().sum::<f64>()` for a Vec.",
}

# A method of numpy or of Python's lists: its counterpart.
METHODS = {
    "append": "a Vec grows with `push`",
    "argmax": "the place of the largest number is `argmax(&x)`, with `use digits::argmax;`",
    "astype": "numbers are converted with `mapv`: `x.mapv(f64::from)` from `u8` to `f64`",
    "copy": "a copy of one's own is `x.clone()`, or `x.to_owned()` for a view",
    "log": "the natural logarithm is `ln`",
    "max": "the largest number is `x.fold(f64::NEG_INFINITY, |max, &v| max.max(v))`",
    "min": "the smallest number is `x.fold(f64::INFINITY, |min, &v| min.min(v))`",
    "reshape": "another shape is `x.to_shape((28, 28))?.to_owned()`",
    "shuffle": "a set is shuffled with `set.shuffled(&mut rng)`",
    "size": "the number of elements is `x.len()`",
    "tolist": "the numbers as a Vec are `x.to_vec()`",
    "transpose": "the transpose is `x.t()`",
}


def word(name, source):
    """What Rust has in the place of a word of Python's, or None."""
    if name == "np":
        function = re.search(r"\bnp\.(\w+)", source)
        if function and function[1] in NUMPY:
            return f"`np` is numpy's. Here `np.{function[1]}` is `{NUMPY[function[1]]}`."
        return "`np` is numpy's. Here arrays have methods: `np.exp(x)` is `x.mapv(f64::exp)`."
    if name not in WORDS:
        return None
    argument = re.search(rf"\b{name}\(([\w.\[\]&]+)\)", source)
    return WORDS[name].replace("ARGUMENT", argument[1].lstrip("&") if argument else "x")

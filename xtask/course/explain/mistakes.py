"""Mistakes of beginners who know numpy and little Rust, each a whole cell as they would write it.

They were written before the hints, so that the hints answer to them and not the other way round.
Every lesson has a short notebook of its own here (`LESSONS`), so that a rewritten lesson breaks none:
headings with the cell below each. A mistake names the heading up to which the cells have run, the
cells that the student ran in between, the words without which a hint has not named the cause, and
the repaired cell.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """One cell that fails, and what a hint about it must say."""

    lesson: int
    cause: str
    """The cause, in one phrase."""
    cell: str
    """The cell as the student wrote it."""
    repaired: str
    """The cell with the cause removed. Where another cell must run first: the cell itself."""
    says: tuple[str, ...]
    """Words that the hint must hold."""
    after: str = ""
    """The heading of the last cell that ran; empty: all of them ran."""
    before: tuple[str, ...] = ()
    """Cells of the student's own that ran after those."""


IMPORTS = """
:dep digits-by-hand = { path = "../crate" }

use digits::{Activation, Loss, Mnist, Network, Parameters, Set, Sgd};
use digits::{argmax, largest_difference, plot};
use digits::ndarray::{Array1, Array2, Axis, array, s};
use digits::rand::{RngExt, SeedableRng};
use digits::rand_chacha::ChaCha8Rng;
use std::fs::File;
"""
DATA = 'let mnist: Mnist = Mnist::load("../data")?;'
NETWORK = """
let network: Network = Network::glorot(&[784, 10])?;
let parameters: Parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
"""
TANH = """
fn tanh(x: &Array1<f64>) -> Array1<f64> {
    x.mapv(f64::tanh)
}
"""
SOFTMAX = """
fn softmax(x: &Array1<f64>) -> Array1<f64> {
    let exp: Array1<f64> = x.mapv(f64::exp);
    let sum: f64 = exp.sum();
    exp / sum
}
"""
PREDICT = """
fn predict(image: &Array1<f64>, parameters: &Parameters) -> Array1<f64> {
    let a0: Array1<f64> = tanh(&(image + &parameters.b[0]));
    softmax(&(a0.dot(&parameters.w[1]) + &parameters.b[1]))
}
"""
LOGITS = "let logits: Array1<f64> = array![1.0, 2.0, 3.0, 4.0];"
TRAIN = """
let train_img: Array2<u8> = mnist.train.images().slice(s![..1000, ..]).to_owned();
let train_lab: Array1<u8> = mnist.train.labels().slice(s![..1000]).to_owned();
"""
ONE_HOT = """
fn onehot(label: u8) -> Array1<f64> {
    Array2::eye(10).row(label as usize).to_owned()
}
"""
ONE_IMAGE = """
let image: Array1<u8> = mnist.train.image(2)?.to_owned();
let label: u8 = mnist.train.label(2)?;
let x: Array1<f64> = array![1.0, 2.0, 3.0, 4.0];
"""
TRAINING = """
let start: Parameters = network.init(&mut ChaCha8Rng::seed_from_u64(2));
let mut sgd: Sgd = Sgd::new(0.1);
let mut losses: Vec<f64> = vec![0.9, 0.7, 0.6];
"""
SEVEN = """
let seven: Array1<u8> = mnist.validation.image(0)?.to_owned();
let p: Array1<f64> = network.predict(&seven, &parameters)?;
"""

LESSONS = {
    1: {
        "Set-up": IMPORTS,
        "tanh": TANH,
        "softmax": SOFTMAX,
        "The data": DATA,
        "The first parameters": NETWORK,
        "The prediction": PREDICT,
        "Logits": LOGITS,
    },
    2: {"Set-up": IMPORTS, "The data": DATA, "From bytes to images": TRAIN},
    3: {
        "Set-up": IMPORTS,
        "Functions": TANH + SOFTMAX + ONE_HOT,
        "The data": DATA,
        "The network": NETWORK,
        "One image": ONE_IMAGE,
    },
    4: {"Set-up": IMPORTS, "The data": DATA, "The network": NETWORK, "Training": TRAINING},
    5: {"Set-up": IMPORTS, "The data": DATA, "The network": NETWORK, "One image": ONE_IMAGE},
    6: {"Set-up": IMPORTS, "The data": DATA, "The network": NETWORK, "A seven": SEVEN},
}

MISTAKES = [
    # Lesson 1: arrays, functions, the first network
    Mistake(
        1,
        "the cell that makes mnist has not run",
        'println!("{}", mnist.train.len());',
        'println!("{}", mnist.train.len());',
        ("mnist", "The data", "Run"),
        after="softmax",
    ),
    Mistake(
        1,
        "a name is misspelt",
        'println!("{}", sofmax(&logits));',
        'println!("{}", softmax(&logits));',
        ("sofmax", "softmax"),
    ),
    Mistake(
        1,
        "an & is missing",
        'println!("{:.3}", tanh(logits.clone()));',
        'println!("{:.3}", tanh(&logits));',
        ("&",),
    ),
    Mistake(
        1,
        "whole numbers in an array of f64",
        'let small: Array1<f64> = array![1, 2, 3];\nprintln!("{:.3}", softmax(&small));',
        'let small: Array1<f64> = array![1.0, 2.0, 3.0];\nprintln!("{:.3}", softmax(&small));',
        ("f64", "1.0"),
    ),
    Mistake(
        1,
        "an index is an i32",
        'let i: i32 = 2;\nprintln!("{}", logits[i]);',
        'let i: usize = 2;\nprintln!("{}", logits[i]);',
        ("usize", "index"),
    ),
    Mistake(
        1,
        "numpy's max does not exist for an array",
        'let largest: f64 = logits.max();\nprintln!("{largest}");',
        "let largest: f64 = logits.fold(f64::NEG_INFINITY, |max, &x| max.max(x));\n"
        'println!("{largest}");',
        ("max", "fold"),
    ),
    Mistake(
        1,
        "np is numpy's, not Rust's",
        'let e: Array1<f64> = np.exp(&logits);\nprintln!("{e:.2}");',
        'let e: Array1<f64> = logits.mapv(f64::exp);\nprintln!("{e:.2}");',
        ("numpy", "mapv"),
    ),
    Mistake(
        1,
        "@ is no operator in Rust",
        "let w: Array2<f64> = Array2::zeros((4, 2));\n"
        'let z: Array1<f64> = logits @ w;\nprintln!("{z}");',
        "let w: Array2<f64> = Array2::zeros((4, 2));\n"
        'let z: Array1<f64> = logits.dot(&w);\nprintln!("{z}");',
        ("@", ".dot("),
    ),
    Mistake(
        1,
        "whole numbers in a formula with an array of f64",
        "fn sigmoid(x: &Array1<f64>) -> Array1<f64> {\n    1 / (1 + (-x).mapv(f64::exp))\n}",
        "fn sigmoid(x: &Array1<f64>) -> Array1<f64> {\n    1.0 / (1.0 + (-x).mapv(f64::exp))\n}",
        ("1.0", "f64"),
    ),
    Mistake(
        1,
        "a semicolon after the value that the function returns",
        "fn sigmoid(x: &Array1<f64>) -> Array1<f64> {\n"
        "    x.mapv(|v| 1.0 / (1.0 + (-v).exp()));\n}",
        "fn sigmoid(x: &Array1<f64>) -> Array1<f64> {\n"
        "    x.mapv(|v| 1.0 / (1.0 + (-v).exp()))\n}",
        ("semicolon", "last"),
    ),
    Mistake(
        1,
        "shapes that do not fit in a dot product",
        "let w: Array2<f64> = Array2::zeros((3, 2));\n"
        'let z: Array1<f64> = logits.dot(&w);\nprintln!("{z}");',
        "let w: Array2<f64> = Array2::zeros((4, 2));\n"
        'let z: Array1<f64> = logits.dot(&w);\nprintln!("{z}");',
        ("4", "3 × 2", "dot"),
    ),
    Mistake(
        1,
        "two arrays of different length are added",
        'let b: Array1<f64> = array![0.5, 0.5, 0.5];\nprintln!("{}", &logits + &b);',
        'let b: Array1<f64> = array![0.5, 0.5, 0.5, 0.5];\nprintln!("{}", &logits + &b);',
        ("same shape", "dim()"),
    ),
    Mistake(
        1,
        "an array of different length is added in place",
        'let mut b: Array1<f64> = array![0.5, 0.5, 0.5];\nb += &logits;\nprintln!("{b}");',
        'let mut b: Array1<f64> = array![0.5, 0.5, 0.5, 0.5];\nb += &logits;\nprintln!("{b}");',
        ("3", "4", "same shape"),
    ),
    Mistake(
        1,
        "an index beyond the last layer",
        'println!("{}", parameters.b[2].len());',
        'println!("{}", parameters.b[1].len());',
        ("2", "0 to 1"),
    ),
    Mistake(
        1,
        "pixels are u8, predict wants f64",
        "let guess: Array1<f64> = predict(&mnist.train.image(0)?.to_owned(), &parameters);\n"
        'println!("{guess:.2}");',
        "let guess: Array1<f64> = predict(&mnist.train.image(0)?.mapv(f64::from), &parameters);\n"
        'println!("{guess:.2}");',
        ("u8", "f64", "mapv(f64::from)"),
    ),
    Mistake(
        1,
        "a method without its parentheses",
        'println!("{}", logits.len);',
        'println!("{}", logits.len());',
        ("parentheses", "len()"),
    ),
    Mistake(
        1,
        "numpy's T is t() here",
        'println!("{:?}", parameters.w[1].T.dim());',
        'println!("{:?}", parameters.w[1].t().dim());',
        (".t()",),
    ),
    Mistake(
        1,
        "a float as an index",
        'println!("{}", logits[2.0]);',
        'println!("{}", logits[2]);',
        ("whole number", "2"),
    ),
    Mistake(
        1,
        "two matrices whose shapes do not fit",
        "let a: Array2<f64> = Array2::zeros((2, 3));\nlet b: Array2<f64> = Array2::zeros((4, 5));\n"
        'println!("{:?}", a.dot(&b).dim());',
        "let a: Array2<f64> = Array2::zeros((2, 3));\nlet b: Array2<f64> = Array2::zeros((3, 5));\n"
        'println!("{:?}", a.dot(&b).dim());',
        ("2 × 3", "4 × 5", "(3)", "(4)"),
    ),
    Mistake(
        1,
        "a let further down than the first use",
        'println!("{}", scaled[0]);\nlet scaled: Array1<f64> = &logits * 0.5;',
        'let scaled: Array1<f64> = &logits * 0.5;\nprintln!("{}", scaled[0]);',
        ("scaled", "further down"),
    ),
    # Lesson 2: bytes and images
    Mistake(
        2,
        "a u8 as an index",
        "fn one_hot(label: u8) -> Array1<f64> {\n"
        "    let mut y: Array1<f64> = Array1::zeros(10);\n    y[label] = 1.0;\n    y\n}",
        "fn one_hot(label: u8) -> Array1<f64> {\n"
        "    let mut y: Array1<f64> = Array1::zeros(10);\n    y[label as usize] = 1.0;\n    y\n}",
        ("label as usize",),
    ),
    Mistake(
        2,
        "0 - 1 in a u8 (exercise 2)",
        "fn one_hot(label: u8) -> Array1<f64> {\n"
        "    let mut y: Array1<f64> = Array1::zeros(10);\n    y[(label - 1) as usize] = 1.0;\n    y\n}\n"
        'println!("{}", one_hot(0));',
        "fn one_hot(label: u8) -> Array1<f64> {\n"
        "    let mut y: Array1<f64> = Array1::zeros(10);\n    y[label as usize] = 1.0;\n    y\n}\n"
        'println!("{}", one_hot(0));',
        ("below 0", "label - 1"),
    ),
    Mistake(
        2,
        "a sum of pixels in a u8 (exercise 3)",
        "let mut sum: u8 = 0;\nfor &pixel in &train_img {\n    sum += pixel;\n}\n"
        'println!("{sum}");',
        "let mut sum: f64 = 0.0;\nfor &pixel in &train_img {\n    sum += f64::from(pixel);\n}\n"
        'println!("{sum}");',
        ("255", "f64", "sum += pixel"),
    ),
    Mistake(
        2,
        "sum_axis in u8 (exercise 3)",
        "fn mean_image(images: &Array2<u8>) -> Array1<f64> {\n"
        "    images.sum_axis(Axis(0)).mapv(f64::from) / images.nrows() as f64\n}\n"
        'println!("{:.2}", mean_image(&train_img)[400]);',
        "fn mean_image(images: &Array2<u8>) -> Array1<f64> {\n"
        "    images.mapv(f64::from).sum_axis(Axis(0)) / images.nrows() as f64\n}\n"
        'println!("{:.2}", mean_image(&train_img)[400]);',
        ("255", "f64"),
    ),
    Mistake(
        2,
        "mean gives an Option",
        "let average: f64 = train_img.mapv(f64::from).mean();\n"
        'println!("{average:.1}");',
        'let average: f64 = train_img.mapv(f64::from).mean().ok_or("no pixels")?;\n'
        'println!("{average:.1}");',
        ("Option", "ok_or"),
    ),
    Mistake(
        2,
        "an f64 divided by a usize",
        "let sum: f64 = train_img.mapv(f64::from).sum();\n"
        'println!("{:.1}", sum / train_img.len());',
        "let sum: f64 = train_img.mapv(f64::from).sum();\n"
        'println!("{:.1}", sum / train_img.len() as f64);',
        ("f64", "usize", "as f64"),
    ),
    Mistake(
        2,
        "a label compared with a float",
        'if train_lab[0] == 5.0 {\n    println!("a five");\n}',
        'if train_lab[0] == 5 {\n    println!("a five");\n}',
        ("u8", "5"),
    ),
    Mistake(
        2,
        "a u8 stored as a usize",
        "let header: Vec<u8> = vec![0, 0, 8, 3];\nlet dimensions: usize = header[3];\n"
        'println!("{dimensions}");',
        "let header: Vec<u8> = vec![0, 0, 8, 3];\nlet dimensions: usize = header[3] as usize;\n"
        'println!("{dimensions}");',
        ("u8", "usize", "as usize"),
    ),
    Mistake(
        2,
        "a pixel stored as an f64",
        'let pixel: f64 = train_img[[0, 300]];\nprintln!("{}", pixel / 255.0);',
        'let pixel: f64 = f64::from(train_img[[0, 300]]);\nprintln!("{}", pixel / 255.0);',
        ("u8", "f64::from"),
    ),
    Mistake(
        2,
        "a matrix indexed with one number, as in numpy",
        'println!("{}", train_img[0][300]);',
        'println!("{}", train_img[[0, 300]]);',
        ("[[", "row("),
    ),
    Mistake(
        2,
        "a slice as in numpy",
        'let ten: Array2<u8> = train_img[0..10].to_owned();\nprintln!("{:?}", ten.dim());',
        'let ten: Array2<u8> = train_img.slice(s![0..10, ..]).to_owned();\n'
        'println!("{:?}", ten.dim());',
        ("slice(s![",),
    ),
    Mistake(
        2,
        "a loop moved the array",
        "let mut ink: usize = 0;\nfor pixel in train_img {\n    ink += usize::from(pixel > 0);\n}\n"
        'println!("{} of {}", ink, train_img.len());',
        "let mut ink: usize = 0;\nfor &pixel in &train_img {\n    ink += usize::from(pixel > 0);\n}\n"
        'println!("{} of {}", ink, train_img.len());',
        ("train_img", "&train_img"),
    ),
    Mistake(
        2,
        "a file that is not there",
        'let file: File = File::open("../data/train-images.gz")?;\nprintln!("open");',
        'let file: File = File::open("../data/train-images-idx3-ubyte.gz")?;\nprintln!("open");',
        ("file", "path"),
    ),
    Mistake(
        2,
        "a row beyond the last one",
        'println!("{}", train_img.row(1000).sum());',
        'println!("{}", train_img.row(999).mapv(f64::from).sum());',
        ("0 to 999",),
    ),
    Mistake(
        2,
        "a field that does not exist",
        'println!("{}", mnist.training.len());',
        'println!("{}", mnist.train.len());',
        ("training", "train"),
    ),
    Mistake(
        2,
        "a function reaches for a variable of the notebook",
        'fn first_label() -> u8 {\n    train_lab[0]\n}\nprintln!("{}", first_label());',
        "fn first_label(train_lab: &Array1<u8>) -> u8 {\n    train_lab[0]\n}\n"
        'println!("{}", first_label(&train_lab));',
        ("first_label", "parameter", "&train_lab"),
    ),
    Mistake(
        2,
        "a pixel beyond the last column",
        'println!("{}", train_img[[0, 784]]);',
        'println!("{}", train_img[[0, 783]]);',
        ("0 to 999", "0 to 783"),
    ),
    Mistake(
        2,
        "a difference of pixels in a u8",
        'println!("{}", train_img[[0, 0]] - train_img[[0, 160]]);',
        'println!("{}", f64::from(train_img[[0, 0]]) - f64::from(train_img[[0, 160]]));',
        ("below 0", "f64"),
    ),
    Mistake(
        2,
        "an Option in a formula",
        "println!(\"{:.2}\", train_img.mapv(f64::from).mean() / 255.0);",
        "println!(\"{:.2}\", train_img.mapv(f64::from).mean().ok_or(\"no pixels\")? / 255.0);",
        ("Option", "ok_or"),
    ),
    # Lesson 3: derivatives
    Mistake(
        3,
        "f32 for f64",
        "let h: f32 = 1e-3;\nlet at: f64 = 0.7;\n"
        'println!("{:.6}", ((at + h).tanh() - at.tanh()) / h);',
        "let h: f64 = 1e-3;\nlet at: f64 = 0.7;\n"
        'println!("{:.6}", ((at + h).tanh() - at.tanh()) / h);',
        ("f32", "f64"),
    ),
    Mistake(
        3,
        "an array that is changed is not mut",
        "let moved: Array1<f64> = x.clone();\nmoved[0] += 1e-6;\n"
        'println!("{moved}");',
        "let mut moved: Array1<f64> = x.clone();\nmoved[0] += 1e-6;\n"
        'println!("{moved}");',
        ("let mut moved",),
    ),
    Mistake(
        3,
        "an array moved by a subtraction",
        "let y_pred: Array1<f64> = softmax(&Array1::zeros(10));\n"
        "let diff: Array1<f64> = onehot(label) - y_pred;\n"
        'println!("{:.3} {:.3}", diff.dot(&diff), y_pred.sum());',
        "let y_pred: Array1<f64> = softmax(&Array1::zeros(10));\n"
        "let diff: Array1<f64> = onehot(label) - &y_pred;\n"
        'println!("{:.3} {:.3}", diff.dot(&diff), y_pred.sum());',
        ("y_pred", "&y_pred"),
    ),
    Mistake(
        3,
        "arithmetic with a Vec",
        'let d: Vec<f64> = vec![1.0, 2.0] * 2.0;\nprintln!("{d:?}");',
        'let d: Array1<f64> = array![1.0, 2.0] * 2.0;\nprintln!("{d:?}");',
        ("Vec", "array!"),
    ),
    Mistake(
        3,
        "parameters that are changed are not mut",
        'parameters.b[1][0] += 1e-5;\nprintln!("{}", parameters.b[1][0]);',
        "let mut moved: Parameters = parameters.clone();\nmoved.b[1][0] += 1e-5;\n"
        'println!("{}", moved.b[1][0]);',
        ("let mut", "parameters"),
    ),
    Mistake(
        3,
        "an argument is missing",
        "let gradient: Parameters = network.gradient(&image, &parameters)?;\n"
        'println!("{}", gradient.b.len());',
        "let gradient: Parameters = network.gradient(&image, label, &parameters)?;\n"
        'println!("{}", gradient.b.len());',
        ("gradient", "3", "label"),
    ),
    Mistake(
        3,
        "arguments in the wrong order",
        "let loss: f64 = network.loss(&parameters, &image, label)?;\n"
        'println!("{loss}");',
        "let loss: f64 = network.loss(&image, label, &parameters)?;\n"
        'println!("{loss}");',
        ("order", "loss(", "label"),
    ),
    Mistake(
        3,
        "a function of the crate without its use line",
        'println!("{:.2}", outer(&x, &x));',
        'use digits::outer;\nprintln!("{:.2}", outer(&x, &x));',
        ("use digits::outer;",),
    ),
    Mistake(
        3,
        "a whole number times an array",
        'let d: Array1<f64> = 2 * &x;\nprintln!("{d}");',
        'let d: Array1<f64> = 2.0 * &x;\nprintln!("{d}");',
        ("2.0", "f64"),
    ),
    Mistake(
        3,
        "dot without &",
        'let d: Array1<f64> = array![1.0, 0.0, 0.0, 0.0];\nprintln!("{}", x.dot(d));',
        'let d: Array1<f64> = array![1.0, 0.0, 0.0, 0.0];\nprintln!("{}", x.dot(&d));',
        ("&d",),
    ),
    Mistake(
        3,
        "^ is not a power",
        'let error: f64 = 0.25;\nprintln!("{}", error ^ 2);',
        'let error: f64 = 0.25;\nprintln!("{}", error.powi(2));',
        ("^", "powi(2)"),
    ),
    Mistake(
        3,
        "a type where a function belongs",
        'let pixels: Array1<f64> = image.mapv(f64);\nprintln!("{}", pixels.sum());',
        'let pixels: Array1<f64> = image.mapv(f64::from);\nprintln!("{}", pixels.sum());',
        ("f64::from",),
    ),
    Mistake(
        3,
        "a Vec printed with {}",
        'let steps: Vec<f64> = vec![1e-1, 1e-2];\nprintln!("{}", steps);',
        'let steps: Vec<f64> = vec![1e-1, 1e-2];\nprintln!("{:?}", steps);',
        ("{:?}",),
    ),
    Mistake(
        3,
        "an array taken out of a Vec",
        'let bias: Array1<f64> = parameters.b[1];\nprintln!("{}", bias.len());',
        'let bias: Array1<f64> = parameters.b[1].clone();\nprintln!("{}", bias.len());',
        ("parameters.b[1].clone()",),
    ),
    Mistake(
        3,
        "** is not a power",
        'let error: f64 = 0.25;\nprintln!("{}", error ** 2);',
        'let error: f64 = 0.25;\nprintln!("{}", error.powi(2));',
        ("**", "powi(2)"),
    ),
    Mistake(
        3,
        "an import in the wrong spelling",
        'use digits::one_hott;\nprintln!("{}", one_hott(3, 10)?);',
        'use digits::one_hot;\nprintln!("{}", one_hot(3, 10)?);',
        ("one_hott", "one_hot"),
    ),
    # Lesson 4: training
    Mistake(
        4,
        "parameters that are replaced are not mut",
        "let trained: Parameters = start.clone();\nfor epoch in 0..1 {\n"
        "    trained = network.epoch(&trained, &mnist.train, &mut sgd)?;\n}\n"
        'println!("done");',
        "let mut trained: Parameters = start.clone();\nfor epoch in 0..1 {\n"
        "    trained = network.epoch(&trained, &mnist.train, &mut sgd)?;\n}\n"
        'println!("done");',
        ("let mut trained",),
    ),
    Mistake(
        4,
        "a set without &",
        "let trained: Parameters = network.epoch(&start, mnist.train, &mut sgd)?;\n"
        'println!("done");',
        "let trained: Parameters = network.epoch(&start, &mnist.train, &mut sgd)?;\n"
        'println!("done");',
        ("&mnist.train",),
    ),
    Mistake(
        4,
        "& for &mut",
        "let trained: Parameters = network.epoch(&start, &mnist.train, &sgd)?;\n"
        'println!("done");',
        "let trained: Parameters = network.epoch(&start, &mnist.train, &mut sgd)?;\n"
        'println!("done");',
        ("&mut sgd",),
    ),
    Mistake(
        4,
        "a whole number for a rate",
        'let fast: Sgd = Sgd::new(1);\nprintln!("{}", fast.rate);',
        'let fast: Sgd = Sgd::new(1.0);\nprintln!("{}", fast.rate);',
        ("1.0", "f64"),
    ),
    Mistake(
        4,
        "a loop over a number",
        'for epoch in 10 {\n    println!("{epoch}");\n}',
        'for epoch in 0..10 {\n    println!("{epoch}");\n}',
        ("0..10",),
    ),
    Mistake(
        4,
        "a ? is missing",
        "let accuracy = network.accuracy(&mnist.validation, &start);\n"
        'println!("{:.2} %", 100.0 * accuracy);',
        "let accuracy = network.accuracy(&mnist.validation, &start)?;\n"
        'println!("{:.2} %", 100.0 * accuracy);',
        ("?", "Result"),
    ),
    Mistake(
        4,
        "an earlier cell moved start away",
        'println!("{}", start.b[1].len());',
        'println!("{}", start.b[1].len());',
        ("start", "moved", "clone"),
        before=("let mut best: Parameters = start;",),
    ),
    Mistake(
        4,
        "append is Python's push",
        'losses.append(0.5);\nprintln!("{losses:?}");',
        'losses.push(0.5);\nprintln!("{losses:?}");',
        ("push",),
    ),
    Mistake(
        4,
        "print is a macro with another name",
        "print(losses[0]);",
        'println!("{}", losses[0]);',
        ("println!",),
    ),
    Mistake(
        4,
        "println! without a text",
        "println!(losses[0]);",
        'println!("{}", losses[0]);',
        ('println!("{',),
    ),
    Mistake(
        4,
        "a whole number compared with a float",
        "let mut best = 0;\nfor &loss in &losses {\n    if loss > best {\n        best = loss;\n    }\n}\n"
        'println!("{best}");',
        "let mut best = 0.0;\nfor &loss in &losses {\n    if loss > best {\n        best = loss;\n    }\n}\n"
        'println!("{best}");',
        ("0.0", "f64"),
    ),
    Mistake(
        4,
        "a new variable without let",
        'rates = [0.01, 0.1, 1.0];\nprintln!("{rates:?}");',
        'let rates = [0.01, 0.1, 1.0];\nprintln!("{rates:?}");',
        ("let rates",),
    ),
    Mistake(
        4,
        "a colon and an indented block, as in Python",
        'if losses[2] < 0.7:\n    println!("it learns");',
        'if losses[2] < 0.7 {\n    println!("it learns");\n}',
        ("{",),
    ),
    Mistake(
        4,
        "len is a method",
        'println!("{}", len(losses));',
        'println!("{}", losses.len());',
        ("losses.len()",),
    ),
    Mistake(
        4,
        "a list of floats cannot be sorted by sort",
        'losses.sort();\nprintln!("{losses:?}");',
        'losses.sort_by(|a, b| a.total_cmp(b));\nprintln!("{losses:?}");',
        ("total_cmp",),
    ),
    Mistake(
        4,
        "? in a function that gives no Result",
        "fn end(network: &Network, set: &Set, parameters: &Parameters) -> f64 {\n"
        "    network.mean_loss(set, parameters)?\n}",
        "fn end(network: &Network, set: &Set, parameters: &Parameters) -> digits::Result<f64> {\n"
        "    network.mean_loss(set, parameters)\n}",
        ("?", "digits::Result<f64>"),
    ),
    Mistake(
        4,
        "a closure took the variable with it",
        "let faster = std::thread::spawn(move || losses.len());\n"
        'println!("{} {}", faster.join().unwrap_or(0), losses.len());',
        "let copy = losses.clone();\nlet faster = std::thread::spawn(move || copy.len());\n"
        'println!("{} {}", faster.join().unwrap_or(0), losses.len());',
        ("closure", "losses.clone()"),
    ),
    Mistake(
        4,
        "a reference stored as a value",
        "let mut last: f64 = 0.0;\nfor loss in &losses {\n    last = loss;\n}\n"
        'println!("{last}");',
        "let mut last: f64 = 0.0;\nfor loss in &losses {\n    last = *loss;\n}\n"
        'println!("{last}");',
        ("*loss",),
    ),
    # Lesson 5: better networks
    Mistake(
        5,
        "a variant in the wrong spelling",
        "let better: Network = network.clone().with_loss(Loss::Crossentropy)?;\n"
        'println!("done");',
        "let better: Network = network.clone().with_loss(Loss::CrossEntropy)?;\n"
        'println!("done");',
        ("CrossEntropy",),
    ),
    Mistake(
        5,
        "a variant without its enum",
        "let better: Network = network.clone().with_loss(CrossEntropy)?;\n"
        'println!("done");',
        "let better: Network = network.clone().with_loss(Loss::CrossEntropy)?;\n"
        'println!("done");',
        ("Loss::CrossEntropy",),
    ),
    Mistake(
        5,
        "a list without &",
        'let hidden: Network = Network::glorot([784, 100, 10])?;\nprintln!("done");',
        'let hidden: Network = Network::glorot(&[784, 100, 10])?;\nprintln!("done");',
        ("&[784, 100, 10]",),
    ),
    Mistake(
        5,
        "floats for numbers of units",
        'let hidden: Network = Network::glorot(&[784.0, 100.0, 10.0])?;\nprintln!("done");',
        'let hidden: Network = Network::glorot(&[784, 100, 10])?;\nprintln!("done");',
        ("usize", "784"),
    ),
    Mistake(
        5,
        "a ? is missing in a chain",
        "let hidden: Network = Network::glorot(&[784, 100, 10]).with_pixel_scale(1.0 / 255.0)?;\n"
        'println!("done");',
        "let hidden: Network = Network::glorot(&[784, 100, 10])?.with_pixel_scale(1.0 / 255.0)?;\n"
        'println!("done");',
        ("?", "with_pixel_scale", "Result"),
    ),
    Mistake(
        5,
        "a quotient of whole numbers",
        "let scaled: Network = network.clone().with_pixel_scale(1 / 255)?;\n"
        'println!("done");',
        "let scaled: Network = network.clone().with_pixel_scale(1.0 / 255.0)?;\n"
        'println!("done");',
        ("f64", "1.0"),
    ),
    Mistake(
        5,
        "log wants a base, ln is meant",
        'let y_pred: Array1<f64> = array![0.25, 0.75];\nprintln!("{:.3}", -y_pred[1].log());',
        'let y_pred: Array1<f64> = array![0.25, 0.75];\nprintln!("{:.3}", -y_pred[1].ln());',
        ("ln()",),
    ),
    Mistake(
        5,
        "momentum as a second argument",
        'let mut momentum_sgd: Sgd = Sgd::new(0.1, 0.9);\nprintln!("{}", momentum_sgd.rate);',
        'let mut momentum_sgd: Sgd = Sgd::new(0.1).momentum(0.9);\nprintln!("{}", momentum_sgd.rate);',
        ("new", "1", "2"),
    ),
    Mistake(
        5,
        "a named argument, as in Python",
        "let mut momentum_sgd: Sgd = Sgd::new(0.1, momentum=0.9);\n"
        'println!("{}", momentum_sgd.rate);',
        "let mut momentum_sgd: Sgd = Sgd::new(0.1).momentum(0.9);\n"
        'println!("{}", momentum_sgd.rate);',
        ("momentum", "named"),
    ),
    Mistake(
        5,
        "a variable that borrows from another",
        "let first = mnist.train.images().row(0);\n"
        'println!("{}", first.len());',
        "let first: Array1<u8> = mnist.train.images().row(0).to_owned();\n"
        'println!("{}", first.len());',
        ("to_owned()",),
    ),
    Mistake(
        5,
        "a closure in a variable",
        'let relu = |z: f64| z.max(0.0);\nprintln!("{}", relu(-1.0));',
        'fn relu(z: f64) -> f64 {\n    z.max(0.0)\n}\nprintln!("{}", relu(-1.0));',
        ("fn relu",),
    ),
    Mistake(
        5,
        "True is Python's",
        'let converged: bool = True;\nprintln!("{converged}");',
        'let converged: bool = true;\nprintln!("{converged}");',
        ("true",),
    ),
    Mistake(
        5,
        "and is Python's",
        'if x[0] > 0.0 and x[1] > 0.0 {\n    println!("both");\n}',
        'if x[0] > 0.0 && x[1] > 0.0 {\n    println!("both");\n}',
        ("&&",),
    ),
    # Lesson 6: inside
    Mistake(
        6,
        "argmax without &",
        'println!("{}", argmax(network.predict(&seven, &parameters)?));',
        'println!("{}", argmax(&network.predict(&seven, &parameters)?));',
        ("&",),
    ),
    Mistake(
        6,
        "a usize compared with a u8",
        "let label: u8 = mnist.validation.label(0)?;\n"
        'if argmax(&p) == label {\n    println!("right");\n}',
        "let label: u8 = mnist.validation.label(0)?;\n"
        'if argmax(&p) == label as usize {\n    println!("right");\n}',
        ("usize", "u8", "as usize"),
    ),
    Mistake(
        6,
        "an index beyond the ten outputs",
        'println!("{:.3}", p[10]);',
        'println!("{:.3}", p[9]);',
        ("10", "0 to 9"),
    ),
    Mistake(
        6,
        "a shape with another number of elements",
        "let picture: Array2<f64> = parameters.b[0].to_shape((28, 27))?.to_owned();\n"
        'println!("{:?}", picture.dim());',
        "let picture: Array2<f64> = parameters.b[0].to_shape((28, 28))?.to_owned();\n"
        'println!("{:?}", picture.dim());',
        ("shape",),
    ),
    Mistake(
        6,
        "the largest of floats by max",
        'let top: f64 = *p.iter().max().ok_or("empty")?;\nprintln!("{top}");',
        'let top: f64 = p.fold(f64::NEG_INFINITY, |max, &x| max.max(x));\nprintln!("{top}");',
        ("f64", "fold"),
    ),
    Mistake(
        6,
        "parameters without &",
        'network.save(parameters, "my-network.safetensors")?;',
        'network.save(&parameters, "my-network.safetensors")?;',
        ("&parameters",),
    ),
    Mistake(
        6,
        "a text without quotes",
        'let loaded: Parameters = network.load(my_network)?;\nprintln!("loaded");',
        'network.save(&parameters, "my-network.safetensors")?;\n'
        'let loaded: Parameters = network.load("my-network.safetensors")?;\nprintln!("loaded");',
        ("my_network", '"'),
    ),
    Mistake(
        6,
        "a text in single quotes",
        "let loaded: Parameters = network.load('my-network.safetensors')?;\n"
        'println!("loaded");',
        'network.save(&parameters, "my-network.safetensors")?;\n'
        'let loaded: Parameters = network.load("my-network.safetensors")?;\nprintln!("loaded");',
        ('"',),
    ),
    Mistake(
        6,
        "a dot after the name of the crate",
        'println!("{}", digits.argmax(&p));',
        'println!("{}", digits::argmax(&p));',
        ("digits::argmax",),
    ),
    Mistake(
        6,
        "a dot after the name of a module",
        "plot.digit(&seven, 7)?",
        "plot::digit(&seven, 7)?",
        ("plot::digit",),
    ),
    Mistake(
        6,
        "a variable in the wrong spelling",
        "let again: Array1<f64> = network.predict(&seven, &paramters)?;\n"
        'println!("{again:.2}");',
        "let again: Array1<f64> = network.predict(&seven, &parameters)?;\n"
        'println!("{again:.2}");',
        ("paramters", "parameters"),
    ),
    Mistake(
        6,
        "a subtraction of u8 and f64 arrays",
        "let slope: Array1<f64> = Array1::zeros(784);\n"
        'let changed: Array1<f64> = seven - 4.0 * slope;\nprintln!("{}", changed.len());',
        "let slope: Array1<f64> = Array1::zeros(784);\n"
        'let changed: Array1<f64> = seven.mapv(f64::from) - 4.0 * slope;\nprintln!("{}", changed.len());',
        ("u8", "mapv(f64::from)"),
    ),
    Mistake(
        6,
        "a type of the crate without its use line",
        'println!("{:?}", Difference::Central);',
        'use digits::Difference;\nprintln!("{:?}", Difference::Central);',
        ("use digits::Difference;",),
    ),
]

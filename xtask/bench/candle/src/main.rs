//! A peer of the benchmark: `candle-peer FOLDER DTYPE` reads works from its input, a line each, and
//! answers each with the seconds that it took and the result.

use candle_core::{D, DType, Device, Result, Tensor};
use std::io::BufRead;
use std::path::Path;
use std::time::Instant;

const BATCH: usize = 100;

/// Biases and weights, in the order b0, w1, b1, w2, b2.
type Parameters = Vec<Tensor>;

struct Data {
    images: Tensor,
    labels: Tensor,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let folder = Path::new(&arguments[1]);
    let dtype = if arguments[2] == "f32" { DType::F32 } else { DType::F64 };
    let train = read(folder, "train", 50_000, dtype)?;
    let valid = read(folder, "valid", 10_000, dtype)?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (work, start) = line.split_once(' ').unwrap_or((&line, "shallow"));
        let start = parameters(folder, start, dtype)?;
        let now = Instant::now();
        let result = match work {
            "gradient" => {
                let sum = gradient(&start, &batch(&train, 0, BATCH)?)?;
                number(&sum[0].sqr()?.sum_all()?)?
            }
            "validate" => accuracy(&start, &valid)?,
            "epoch" => {
                let trained = epoch(start, &train, 0.1)?;
                println!("{} {}", now.elapsed().as_secs_f64(), accuracy(&trained, &valid)?);
                continue;
            }
            "search" => {
                let mut best = 0.0_f64;
                for i in 0..13 {
                    let rate = 0.01 * 1000.0_f64.powf(f64::from(i) / 12.0);
                    best = best.max(accuracy(&epoch(start.clone(), &train, rate)?, &valid)?);
                }
                best
            }
            other => candle_core::bail!("no work {other}"),
        };
        println!("{} {result}", now.elapsed().as_secs_f64());
    }
    Ok(())
}

/// Images as numbers, as candle's own examples hold them.
fn read(folder: &Path, part: &str, n: usize, dtype: DType) -> Result<Data> {
    let bytes = |name: &str| std::fs::read(folder.join(format!("{part}-{name}.u8")));
    let images = Tensor::from_vec(bytes("images")?, (n, 784), &Device::Cpu)?;
    let labels = Tensor::from_vec(bytes("labels")?, n, &Device::Cpu)?;
    Ok(Data { images: images.to_dtype(dtype)?, labels: labels.to_dtype(DType::U32)? })
}

fn parameters(folder: &Path, start: &str, dtype: DType) -> Result<Parameters> {
    let file = candle_core::safetensors::load(
        folder.join(format!("{start}.safetensors")),
        &Device::Cpu,
    )?;
    let names = ["b0", "w1", "b1", "w2", "b2"].iter();
    names.filter_map(|&name| file.get(name)).map(|tensor| tensor.to_dtype(dtype)).collect()
}

fn batch(data: &Data, from: usize, n: usize) -> Result<Data> {
    Ok(Data { images: data.images.narrow(0, from, n)?, labels: data.labels.narrow(0, from, n)? })
}

/// What each layer gives, the image's own layer first.
fn forward(p: &Parameters, images: &Tensor) -> Result<Vec<Tensor>> {
    let mut a = vec![images.broadcast_add(&p[0])?.tanh()?];
    let layers = p.len() / 2;
    for layer in 1..=layers {
        let z = a[layer - 1].matmul(&p[2 * layer - 1])?.broadcast_add(&p[2 * layer])?;
        a.push(if layer < layers { z.tanh()? } else { softmax(&z)? });
    }
    Ok(a)
}

fn softmax(z: &Tensor) -> Result<Tensor> {
    let exp = z.broadcast_sub(&z.max_keepdim(D::Minus1)?)?.exp()?;
    exp.broadcast_div(&exp.sum_keepdim(D::Minus1)?)
}

/// By hand, like ours: candle's own differentiation would only add to it.
fn gradient(p: &Parameters, data: &Data) -> Result<Parameters> {
    let a = forward(p, &data.images)?;
    let n = data.images.dim(0)?;
    let layers = p.len() / 2;
    let y = &a[layers];
    let ones = Tensor::ones((n, 1), y.dtype(), &Device::Cpu)?;
    let truth = y.zeros_like()?.scatter(&data.labels.unsqueeze(1)?, &ones, 1)?;
    let d = ((y - truth)? * (2.0 / n as f64))?;
    let mut d = (y * d.broadcast_sub(&(&d * y)?.sum_keepdim(1)?)?)?;
    let mut gradient = vec![];
    for layer in (1..=layers).rev() {
        gradient.push(d.sum(0)?);
        gradient.push(a[layer - 1].t()?.matmul(&d)?);
        let slope = (1.0 - a[layer - 1].sqr()?)?;
        d = (d.matmul(&p[2 * layer - 1].t()?)? * slope)?;
    }
    gradient.push(d.sum(0)?);
    gradient.reverse();
    Ok(gradient)
}

fn epoch(mut p: Parameters, data: &Data, rate: f64) -> Result<Parameters> {
    for from in (0..data.images.dim(0)?).step_by(BATCH) {
        let gradient = gradient(&p, &batch(data, from, BATCH)?)?;
        for (p, g) in p.iter_mut().zip(gradient) {
            *p = (&*p - (g * rate)?)?;
        }
    }
    Ok(p)
}

fn accuracy(p: &Parameters, data: &Data) -> Result<f64> {
    let a = forward(p, &data.images)?;
    let guess = a[a.len() - 1].argmax(1)?;
    let right = guess.eq(&data.labels)?.to_dtype(DType::F64)?;
    number(&right.mean_all()?)
}

fn number(tensor: &Tensor) -> Result<f64> {
    tensor.to_dtype(DType::F64)?.to_scalar()
}

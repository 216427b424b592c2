//! The drawing pad: a page in a cell's output that reads what the student draws.

#[cfg(feature = "live")]
mod closure;
mod drawings;

#[cfg(feature = "live")]
pub use closure::pad;
pub use drawings::{keep_drawing, kept_drawings};

use crate::{Activation, Error, Network, Parameters, Result};
use digits_plot::html::{base64, block, escape};

/// This crate, compiled to WebAssembly and packed, for a page that reads by itself: `cargo xtask page` builds it.
const ENGINE: &[u8] = include_bytes!("pad/digits.wasm.gz");

/// With room for the hint below the pad on a narrow screen.
const HEIGHT: u32 = 500;

/// A page to draw on, with a trained network inside. It shows itself at the end of a notebook cell.
#[derive(Clone)]
pub struct Pad {
    page: String,
}

/// A pad to draw a digit on with mouse, pen, finger or keys: the network's probabilities move along.
///
/// The page computes them itself: it carries this crate, compiled to WebAssembly, and the parameters as
/// 32-bit numbers. It shows where the ink speaks for the digit and where against it, and which hidden units
/// speak loudest. It needs no kernel and no connection, so it goes on working in a saved notebook that is
/// trusted and in an exported page. A parameter takes about 5.3 bytes and the crate 135 KB: 784–100–10 is a
/// page of 580 KB. A drawing is
/// prepared as the images of MNIST were: fitted into 20 × 20 pixels, its centre of mass in the middle
/// of 28 × 28.
///
/// # Errors
///
/// [`Error::Shape`] where the network does not take 784 pixels, or the parameters are not this
/// network's; [`Error::Value`] for a parameter that is not finite or beyond the largest `f32`.
///
/// ```
/// use digits::{Network, drawing_pad};
/// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
/// let network = Network::glorot(&[784, 10])?;
/// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
/// let pad = drawing_pad(&network, &parameters)?;
/// assert!(pad.page().starts_with("<!DOCTYPE html>"));
/// # Ok::<(), digits::Error>(())
/// ```
pub fn drawing_pad(network: &Network, parameters: &Parameters) -> Result<Pad> {
    network.check_parameters("parameters", parameters)?;
    if network.dimensions()[0] != crate::data::PIXELS {
        let found = format!("{} pixels", network.dimensions()[0]);
        return Err(Error::shape("network", "one that takes 784 pixels", found));
    }
    let mut bytes = Vec::new();
    for value in parameters.values() {
        let narrow = value as f32;
        if !narrow.is_finite() {
            let expected = format!("finite numbers, at most ±{:e}", f32::MAX);
            return Err(Error::value("parameters", expected, value));
        }
        bytes.extend(narrow.to_le_bytes());
    }
    let layers = network.dimensions().iter().zip(network.activations());
    let layers: Vec<[usize; 2]> = layers.map(|(&n, &f)| [n, code(f)]).collect();
    let names: Vec<String> = (0..network.classes())
        .map(|class| class.to_string())
        .collect();
    let description = format!(
        "{{ \"layers\": {layers:?}, \"names\": {names:?}, \"scale\": {:?},\n\
         \"parameters\": \"{}\" }}",
        network.pixel_scale(),
        base64(&bytes)
    );
    Ok(Pad {
        page: page(&description, &base64(ENGINE)),
    })
}

/// An activation as the compiled crate in the page takes it.
fn code(activation: Activation) -> usize {
    match activation {
        Activation::Tanh => 0,
        Activation::Softmax => 1,
    }
}

/// The page; its network is a JavaScript object, or `null` where a closure reads the drawings, and then no engine
/// is needed.
fn page(network: &str, engine: &str) -> String {
    include_str!("pad/pad.html")
        .replace("{css}", include_str!("pad/pad.css"))
        .replace("{engine}", include_str!("pad/engine.js"))
        .replace("{js}", include_str!("pad/pad.js"))
        .replace("{wasm}", engine)
        .replace("{network}", network)
}

impl Pad {
    /// The pad as a page of its own.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// The pad as HTML elements to put into another page.
    ///
    /// A frame keeps the pad's script and style apart from the notebook's. JupyterLab removes it from
    /// a notebook that is not trusted, and then shows the sentence before it.
    ///
    /// A content security policy of the page around it holds in the frame too. The pad works under
    /// `default-src 'none'` with the hashes of its script and of its two styles in `script-src` and
    /// `style-src`, and with `'wasm-unsafe-eval'` in `script-src`.
    pub fn html(&self) -> String {
        format!(
            "<style>\n\
             p:has(+ iframe.digits-pad) {{ display: none; }}\n\
             body[data-jp-theme-light=\"false\"] iframe.digits-pad {{ color-scheme: dark; }}\n\
             body[data-jp-theme-light=\"true\"] iframe.digits-pad {{ color-scheme: light; }}\n\
             </style>\n\
             <p>Here is a drawing pad. To see it, run this cell.</p>\n\
             <iframe class=\"digits-pad\" title=\"Drawing pad\" sandbox=\"allow-scripts\" \
             width=\"100%\" height=\"{HEIGHT}\" frameborder=\"0\" srcdoc=\"{}\"></iframe>",
            escape(&self.page)
        )
    }

    /// Shows the pad: the evcxr kernel calls this for the value at the end of a cell.
    pub fn evcxr_display(&self) {
        let html = block("text/html", &self.html());
        println!("{html}\n{}", block("text/plain", &format!("{self:?}")));
    }
}

/// Short: the page would fill the screen.
impl std::fmt::Debug for Pad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parameters = self.page.len() / 1000;
        write!(
            f,
            "Drawing pad: a page of {parameters} KB that reads drawn digits."
        )
    }
}

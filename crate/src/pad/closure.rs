//! A pad whose drawings a closure of the notebook's reads.

use super::{HEIGHT, page};
use crate::data::PIXELS;
use digits_live::{Html, frame};
use ndarray::Array1;

/// A pad to draw a digit on; each drawing goes to the closure, and what that gives is shown below the pad.
///
/// The closure gets 784 pixels from 0 (background) to 255 (ink), prepared as the images of MNIST were, and
/// gives anything that shows itself as [`Html`], or a `Result` of it. It runs beside the cells, so it must
/// own what it uses: write `move`, and clone first what later cells need too. In a page without a kernel the
/// pad can be drawn on, and nobody reads it; [`drawing_pad`](crate::drawing_pad) reads by itself.
///
/// ```
/// use digits::{Network, Result, argmax, pad};
/// # use {rand::SeedableRng, rand_chacha::ChaCha8Rng};
/// let network = Network::glorot(&[784, 10])?;
/// let parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
/// pad(move |image| -> Result<String> {
///     let y_pred = network.predict(&image, &parameters)?;
///     Ok(format!("I read a {}.", argmax(&y_pred)))
/// });
/// # Ok::<(), digits::Error>(())
/// ```
pub fn pad<P, F>(mut show: F)
where
    P: Html,
    F: FnMut(Array1<u8>) -> P + Send + 'static,
{
    frame("Drawing pad", &page("null", ""), HEIGHT, move |text| {
        Answer(pixels(text).map(&mut show))
    });
}

/// What the closure gave; nothing as long as there is no drawing.
struct Answer<P>(Option<P>);

impl<P: Html> Html for Answer<P> {
    fn html(&self) -> String {
        match &self.0 {
            Some(shown) => shown.html(),
            None => "<p>Draw a digit: your closure reads it here.</p>".to_owned(),
        }
    }

    fn fault(&self) -> Option<String> {
        self.0.as_ref().and_then(Html::fault)
    }
}

/// The drawing in a message of the page: its pixels, row by row, with commas.
fn pixels(text: &str) -> Option<Array1<u8>> {
    let pixels: Result<Vec<u8>, _> = text.split(',').map(str::parse).collect();
    let pixels = pixels.ok()?;
    (pixels.len() == PIXELS).then(|| pixels.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_drawing_is_one() {
        let whole = vec!["7"; PIXELS].join(",");
        assert_eq!(pixels(&whole), Some(Array1::from_elem(PIXELS, 7)));
        let others = [
            "",
            "7",
            "x,y",
            &whole[2..],
            &format!("{whole},7"),
            &whole.replacen('7', "256", 1),
        ];
        assert!(others.iter().all(|text| pixels(text).is_none()));
    }
}

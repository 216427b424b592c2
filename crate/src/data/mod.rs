//! The images and their labels: read from MNIST's files, shuffled and shifted for training.
//!
//! | file | concept |
//! | --- | --- |
//! | `set` | images with their labels |
//! | `idx` | the format of the files |
//! | `mnist` | the four files in a folder as three sets |
//! | `shuffle`, `shift` | the same images in another order, or each moved a little |

mod idx;
mod mnist;
mod set;
mod shift;
mod shuffle;

pub use idx::{read_images, read_labels};
pub use mnist::Mnist;
pub use set::{PIXELS, Set};

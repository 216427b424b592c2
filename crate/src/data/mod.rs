//! The images and their labels.

mod idx;

pub use idx::{Mnist, PIXELS, Set, read_images, read_labels};

//! The crate `digits` for a web page: compiled to WebAssembly, behind calls that a script can make.
//!
//! An instance of the module holds one [`Page`]. What is longer than a number, the script writes to [`bytes`] or
//! [`numbers`] before it calls. A call gives how many numbers its [`answer`] has; a negative number is the length of
//! the sentence at [`sentence`] that says what is wrong. `cargo xtask page` builds it.
#![expect(
    clippy::expect_used,
    reason = "an instance has one thread, so its lock is always free"
)]

mod page;

pub use page::Page;

use digits::Result;
use std::sync::{Mutex, MutexGuard};

/// What an instance keeps from call to call.
struct Instance {
    page: Option<Page>,
    bytes: Vec<u8>,
    numbers: Vec<f64>,
    answer: Vec<f64>,
    sentence: String,
}

static INSTANCE: Mutex<Instance> = Mutex::new(Instance {
    page: None,
    bytes: Vec::new(),
    numbers: Vec::new(),
    answer: Vec::new(),
    sentence: String::new(),
});

fn instance() -> MutexGuard<'static, Instance> {
    INSTANCE.lock().expect("no call is under way")
}

fn call(f: impl FnOnce(&mut Page, &[u8], &[f64]) -> Result<Vec<f64>>) -> i32 {
    let instance = &mut *instance();
    let done = match &mut instance.page {
        Some(page) => Ok(page),
        none => Page::new().map(|page| none.insert(page)),
    };
    match done.and_then(|page| f(page, &instance.bytes, &instance.numbers)) {
        Ok(answer) => {
            instance.answer = answer;
            instance.answer.len() as i32
        }
        Err(error) => {
            instance.sentence = error.to_string();
            -(instance.sentence.len() as i32)
        }
    }
}

/// Functions that a script calls by their names. Only there: a program may have a `read` of its own.
macro_rules! calls {
    ($($(#[$doc:meta])* fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty $body:block)*) => {
        $($(#[$doc])*
        #[cfg_attr(target_family = "wasm", expect(unsafe_code), unsafe(no_mangle))]
        pub extern "C" fn $name($($argument: $type),*) -> $result $body)*
    };
}

calls! {
    /// Room for so many bytes.
    fn bytes(n: usize) -> *mut u8 {
        let bytes = &mut instance().bytes;
        bytes.resize(n, 0);
        bytes.as_mut_ptr()
    }

    /// Room for so many numbers.
    fn numbers(n: usize) -> *mut f64 {
        let numbers = &mut instance().numbers;
        numbers.resize(n, 0.0);
        numbers.as_mut_ptr()
    }

    /// The numbers of the last call's answer.
    fn answer() -> *const f64 { instance().answer.as_ptr() }

    /// What the last call that failed says, in UTF-8.
    fn sentence() -> *const u8 { instance().sentence.as_ptr() }

    /// [`Page::images`] of the bytes.
    fn images(train: usize) -> i32 { call(|page, bytes, _| page.images(bytes, train)) }

    /// [`Page::start`]; the loss is squared error (0) or cross-entropy (1).
    fn start(hidden: usize, scale: f64, loss: usize, rate: f64, momentum: f64, batch: usize, seed: u32) -> i32 {
        call(|page, _, _| page.start(hidden, scale, loss, [rate, momentum], batch, seed))
    }

    /// [`Page::load`] of the numbers.
    fn load(layers: usize, scale: f64) -> i32 { call(|page, _, numbers| page.load(numbers, layers, scale)) }

    /// [`Page::train`].
    fn train(batches: usize) -> i32 { call(|page, _, _| page.train(batches)) }

    /// [`Page::judge`].
    fn judge() -> i32 { call(|page, _, _| page.judge()) }

    /// [`Page::mistakes`].
    fn mistakes() -> i32 { call(|page, _, _| page.mistakes()) }

    /// [`Page::weights`].
    fn weights(most: usize) -> i32 { call(|page, _, _| Ok(page.weights(most))) }

    /// [`Page::formula`].
    fn formula(image: usize, pixel: usize, digit: usize) -> i32 {
        call(|page, _, _| page.formula(image, pixel, digit))
    }

    /// [`Page::read`] of the bytes.
    fn read() -> i32 { call(|page, bytes, _| page.read(bytes)) }

    /// [`Page::reasons`] of the bytes.
    fn reasons(class: u8, units: usize) -> i32 { call(|page, bytes, _| page.reasons(bytes, class, units)) }

    /// tanh at n places.
    fn curve(from: f64, to: f64, n: usize) -> i32 { call(|_, _, _| Ok(page::curve(from, to, n))) }

    /// The slope of tanh at x, derived and measured.
    fn slopes(x: f64, h: f64) -> i32 { call(|_, _, _| Ok(page::slopes(x, h))) }
}

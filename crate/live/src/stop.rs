//! *Interrupt*, as a question that a loop may ask.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::front;

/// A file of the front part is looked for no more often than this.
const EVERY_MILLISECONDS: u64 = 10;
/// How often this program creates `asks` again: it is removed at each new cell.
const SAY_EVERY_MILLISECONDS: u64 = 500;

/// Whether *Interrupt* was pressed since this cell began. A loop that asks can end in order, so that its
/// cell keeps all variables; [`progress`](crate::progress) asks by itself.
///
/// It may be asked in the innermost loop: about 40 nanoseconds, and a look at a file 100 times a second.
/// Without a front part it is false.
///
/// Python equivalent: `except KeyboardInterrupt`.
///
/// ```
/// let mut x = 1.0_f64;
/// while (x * x - 2.0).abs() > 1e-12 && !digits_live::stopped() {
///     x -= (x * x - 2.0) / (2.0 * x);
/// }
/// assert!((x - 2.0_f64.sqrt()).abs() < 1e-12);
/// ```
pub fn stopped() -> bool {
    // A notebook links this crate into each cell anew: what these remember, they remember for one cell.
    static START: OnceLock<Instant> = OnceLock::new();
    static LOOK_AT: AtomicU64 = AtomicU64::new(0);
    static SAY_AT: AtomicU64 = AtomicU64::new(0);
    let Some(folder) = front::folder() else {
        return false;
    };
    let now = START.get_or_init(Instant::now).elapsed().as_millis() as u64;
    if now < LOOK_AT.load(Ordering::Relaxed) {
        return false;
    }
    if now >= SAY_AT.load(Ordering::Relaxed) {
        SAY_AT.store(now + SAY_EVERY_MILLISECONDS, Ordering::Relaxed);
        say_that_this_program_asks(folder);
    }
    let stop = folder.join("stop").exists();
    if !stop {
        LOOK_AT.store(now + EVERY_MILLISECONDS, Ordering::Relaxed);
    }
    stop
}

/// The front part then waits for a slow step, in place of ending the program.
fn say_that_this_program_asks(folder: &Path) {
    // On a full disk the program is ended earlier, and no more harm is done.
    let _ = fs::write(folder.join("asks"), "");
}

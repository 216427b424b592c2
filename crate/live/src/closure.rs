//! A closure of the notebook's that lives on after its cell, on a thread of its own.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use crate::front::{Place, quote};
use crate::html::{Html, print, sentence};

/// As large as a program's first thread has it: what runs in a cell also runs in a closure.
const STACK: usize = 8 << 20;
/// A panic on a thread of this name is shown in the picture's place; a panic hook may be silent about it.
const NAME: &str = "live";

/// What a closure has made of one line of values.
pub(crate) struct Shown {
    html: String,
    fault: Option<String>,
}

impl Shown {
    pub fn new(what: &impl Html) -> Self {
        Self {
            html: what.html(),
            fault: what.fault(),
        }
    }

    fn fault(text: String) -> Self {
        Self {
            html: sentence(&text),
            fault: Some(text),
        }
    }
}

type Answer = Box<dyn FnMut(&str) -> Shown + Send>;

/// Shows what the closure makes of the first line, and goes on with each line that the front part sends.
///
/// `frame` is an element that stands above it, or nothing; `still` turns the first picture into what is shown
/// where nothing can move it; `fields` are more fields of the first message, as JSON.
pub(crate) fn keep(
    mut answer: Answer,
    first: String,
    frame: &str,
    still: impl FnOnce(&str) -> String,
    fields: String,
) {
    let (sender, receiver) = mpsc::channel();
    let (placed, place) = mpsc::channel::<Place>();
    let thread = thread::Builder::new().name(NAME.into()).stack_size(STACK);
    let spawned = thread.spawn(move || {
        // The cell waits for it; where the cell has gone, the next step ends this thread.
        let _ = sender.send(guarded(&mut answer, &first));
        if let Ok(place) = place.recv() {
            serve(place, &mut answer);
        }
    });
    let shown = match spawned {
        Ok(_) => receiver
            .recv()
            .unwrap_or_else(|_| Shown::fault("The closure's thread ended.".into())),
        Err(error) => Shown::fault(format!(
            "No thread could be started for the closure: {error}"
        )),
    };
    let still = still(&shown.html);
    let fields = format!(",\"still\":{}{fields}", quote(&still));
    match Place::begin(&shown.html, &fields) {
        // The thread has gone only where its first picture was a fault of its own.
        Some(place) => drop(placed.send(place)),
        None => print(&format!("{frame}{still}"), shown.fault.as_deref()),
    }
}

/// Shows a sentence in the place of all: the closure is never called.
pub(crate) fn refuse(fault: String) {
    let shown = Shown::fault(fault);
    if Place::begin(&shown.html, "").is_none() {
        print(&shown.html, shown.fault.as_deref());
    }
}

/// Answers until the front part closes the place; then the closure and all that it holds are dropped.
fn serve(mut place: Place, answer: &mut Answer) {
    let Ok(lines) = place.lines() else { return };
    for line in lines {
        let shown = guarded(answer, &line);
        if place.send(&shown.html, "").is_err() {
            return;
        }
    }
}

/// A panic becomes a sentence, and the next line is answered again.
fn guarded(answer: &mut Answer, line: &str) -> Shown {
    catch_unwind(AssertUnwindSafe(|| answer(line))).unwrap_or_else(|payload| {
        Shown::fault(format!("The closure panicked: {}", message(&*payload)))
    })
}

/// What a panic says.
fn message(payload: &(dyn Any + Send)) -> &str {
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    let text = owned.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("(no message)")
}

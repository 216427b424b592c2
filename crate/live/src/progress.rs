//! A bar for a loop.

use std::time::{Duration, Instant};

use crate::front::Place;
use crate::stop::stopped;

/// The bar moves no more often than this.
const EVERY: Duration = Duration::from_millis(50);

/// An iterator over the same items, with a bar below the cell; [`progress`] makes it.
pub struct Progress<I> {
    items: I,
    total: Option<usize>,
    /// The items handed out; all but the last are done.
    given: usize,
    start: Instant,
    place: Option<Place>,
    drawn: Option<Instant>,
    ended: bool,
}

/// Goes through the items with a bar below the cell: how many are done, the time, and what is left of it.
///
/// *Interrupt* ends the loop before its next step: the cell says how far it came, goes on after the loop,
/// and keeps all variables. Without a front part there is no bar.
///
/// Python equivalent: `tqdm(items)`.
///
/// ```
/// let mut sum = 0;
/// for i in digits_live::progress(1..=100) {
///     sum += i;
/// }
/// assert_eq!(sum, 5050);
/// ```
pub fn progress<I: IntoIterator>(items: I) -> Progress<I::IntoIter> {
    let items = items.into_iter();
    let (least, most) = items.size_hint();
    Progress {
        items,
        total: most.filter(|most| *most == least),
        given: 0,
        start: Instant::now(),
        place: Place::open(),
        drawn: None,
        ended: false,
    }
}

impl<I: Iterator> Iterator for Progress<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        if self.ended {
            return None;
        }
        if stopped() {
            println!(
                "Interrupted after {}: all variables are kept.",
                self.so_far()
            );
            self.end("interrupted");
            return None;
        }
        self.draw("");
        let item = self.items.next();
        match item {
            Some(_) => self.given += 1,
            None => self.end(""),
        }
        item
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // An interrupt may end it at any item.
        (0, self.items.size_hint().1)
    }
}

impl<I> Progress<I> {
    /// How many steps are done, and of how many. Not `count`: of an iterator, that runs it to its end.
    fn so_far(&self) -> String {
        match self.total {
            Some(total) => format!("{} of {total}", self.given),
            None => format!("{} steps", self.given),
        }
    }

    /// Moves the bar, unless it moved a moment ago.
    fn draw(&mut self, ending: &str) {
        let now = Instant::now();
        let recent = self.drawn.is_some_and(|drawn| now - drawn < EVERY);
        if self.place.is_none() || (recent && !self.ended) {
            return;
        }
        let html = self.html(now - self.start, ending);
        let first = self.drawn.replace(now).is_none();
        if let Some(place) = &mut self.place {
            let sent = place.send(&html, "");
            // A front part that has gone takes the notebook with it: there is nobody to tell.
            let _ = sent.and_then(|()| if first { place.mark() } else { Ok(()) });
        }
    }

    fn end(&mut self, ending: &str) {
        self.ended = true;
        self.draw(ending);
    }

    /// The bar, with its numbers as text.
    fn html(&self, taken: Duration, ending: &str) -> String {
        let mut words = vec![self.so_far(), seconds(taken)];
        if let (Some(total), false) = (self.total, self.ended || self.given == 0) {
            let left = taken.mul_f64(total.saturating_sub(self.given) as f64 / self.given as f64);
            words.push(format!("{} left", seconds(left)));
        }
        if !ending.is_empty() {
            words.push(ending.to_owned());
        }
        let bar = match self.total {
            Some(total) => format!(
                "<progress aria-label=\"progress of the loop\" style=\"width:16em\" max=\"{total}\" value=\"{}\"></progress> ",
                self.given
            ),
            None => String::new(),
        };
        format!(
            "<div style=\"font-variant-numeric:tabular-nums\">{bar}{}</div>",
            words.join(", ")
        )
    }
}

/// Whoever leaves the loop with `break` leaves the bar where it stands.
impl<I> Drop for Progress<I> {
    fn drop(&mut self) {
        if !self.ended {
            self.end("");
        }
    }
}

/// A time as a person reads it.
fn seconds(time: Duration) -> String {
    match time.as_secs_f64() {
        short if short < 9.95 => format!("{short:.1} s"),
        middle if middle < 120.0 => format!("{middle:.0} s"),
        long => format!("{:.0} min", long / 60.0),
    }
}

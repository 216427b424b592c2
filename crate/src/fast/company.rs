//! The threads, and how they meet: the only file that starts or synchronizes them.
//!
//! Work is cut into items that are the same on every machine, and whoever is free takes the next: so the results are the
//! same too, whatever the number of threads, and nobody waits for one who has not begun.

use std::hint::spin_loop;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a thread spins before it sleeps: to wake it takes nearly as long.
const PATIENCE: Duration = Duration::from_micros(100);

/// So many calls are made without helpers after a first long wait, and so many at most.
const LEAST: usize = 8;
const MOST: usize = 4096;

/// So many calls will be made without helpers from now on, and so many after the next long wait: one memory for all epochs.
static ALONE: AtomicUsize = AtomicUsize::new(0);
static NEXT_ALONE: AtomicUsize = AtomicUsize::new(LEAST);

/// Asked once: the answer comes from files of the system, which takes longer than a small batch.
pub(crate) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

/// `f` of each item, in the items' order, computed on so many threads.
pub(crate) fn in_parallel_on<T: Send, R: Send>(
    threads: usize,
    items: Vec<T>,
    f: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let mut results = Vec::with_capacity(items.len());
    let items = items.into_iter().map(|item| (Some(item), None)).collect();
    let work = |(item, result): &mut (Option<T>, Option<R>), _: &()| *result = item.take().map(&f);
    with_company(threads, items, work, |company| {
        company.call(());
        company.for_each(|(_, result)| results.extend(result.take()));
    });
    results
}

/// The same on as many threads as there are cores.
pub(crate) fn in_parallel<T: Send, R: Send>(items: Vec<T>, f: impl Fn(T) -> R + Sync) -> Vec<R> {
    in_parallel_on(cores(), items, f)
}

/// Items that are worked on again and again: a task for all of them is a call, and who calls helps to answer it.
pub(crate) struct Company<'a, I, T> {
    items: &'a [Mutex<Item<I>>],
    work: &'a (dyn Fn(&mut I, &T) + Sync),
    helpers: Vec<Sender<Arc<Call<T>>>>,
    calls: usize,
}

struct Item<I> {
    item: I,
    /// The last call that was answered for it.
    answered: usize,
}

struct Call<T> {
    number: usize,
    task: T,
}

/// Gives `body` the company of so many threads, itself among them.
///
/// To start a thread takes as long as a small batch, so an epoch keeps its company.
pub(crate) fn with_company<I: Send, T: Send + Sync, O>(
    threads: usize,
    items: Vec<I>,
    work: impl Fn(&mut I, &T) + Sync,
    body: impl FnOnce(&mut Company<'_, I, T>) -> O,
) -> O {
    let threads = threads.min(items.len());
    let items = items
        .into_iter()
        .map(|item| Mutex::new(Item { item, answered: 0 }));
    let items: &[_] = &items.collect::<Vec<_>>();
    let work: &(dyn Fn(&mut I, &T) + Sync) = &work;
    thread::scope(|scope| {
        let helper = |i: usize| {
            let (sender, calls) = channel::<Arc<Call<T>>>();
            // It ends when the company is gone, and with it the calls' sender.
            scope.spawn(move || {
                while let Some(call) = receive(&calls) {
                    answer(items, i * items.len() / threads, work, &call);
                }
            });
            sender
        };
        body(&mut Company {
            items,
            work,
            helpers: (1..threads).map(helper).collect(),
            calls: 0,
        })
    })
}

impl<I, T> Company<'_, I, T> {
    /// Has the task done for each item.
    ///
    /// Where another program takes a core from a helper in the midst of an item, the wait for it may take a hundred times
    /// as long as the item. So after a long wait the helpers are left alone, each time longer, and each good call
    /// forgets some of that.
    pub fn call(&mut self, task: T) {
        self.calls += 1;
        let number = self.calls;
        let call = Arc::new(Call { number, task });
        let left = ALONE.load(Relaxed);
        // The first call tells nothing: it may be the only one, of items that are not alike.
        let first = number == 1;
        if self.helpers.is_empty() || (left > 0 && !first) {
            // No clock here: a web page has none.
            answer(self.items, 0, self.work, &call);
            self.finish(&call);
            return ALONE.store(left.saturating_sub(1), Relaxed);
        }
        for helper in &self.helpers {
            // Only a helper that panicked does not listen; its item then says so.
            let _ = helper.send(call.clone());
        }
        let start = Instant::now();
        answer(self.items, 0, self.work, &call);
        let own = start.elapsed();
        self.finish(&call);
        if first {
            return;
        }
        let next = NEXT_ALONE.load(Relaxed);
        if start.elapsed() - own > own + 2 * PATIENCE {
            ALONE.store(next, Relaxed);
            NEXT_ALONE.store(MOST.min(2 * next), Relaxed);
        } else {
            NEXT_ALONE.store(LEAST.max(next - 1), Relaxed);
        }
    }

    /// Waits for the items that a helper is at, and answers the call for what is left.
    fn finish(&self, call: &Call<T>) {
        for item in self.items {
            patiently(item).answer(self.work, call);
        }
    }

    /// The items after the last call, in order.
    pub fn for_each(&self, mut f: impl FnMut(&mut I)) {
        self.items.iter().for_each(|item| f(&mut lock(item).item));
    }
}

impl<I> Item<I> {
    fn answer<T>(&mut self, work: &(dyn Fn(&mut I, &T) + Sync), call: &Call<T>) {
        if self.answered < call.number {
            work(&mut self.item, &call.task);
            self.answered = call.number;
        }
    }
}

/// Answers a call for each item that nobody else is at, beginning with the item `first`.
fn answer<I, T>(
    items: &[Mutex<Item<I>>],
    first: usize,
    work: &(dyn Fn(&mut I, &T) + Sync),
    call: &Call<T>,
) {
    let (last, first) = items.split_at(first);
    for item in first.iter().chain(last) {
        if let Ok(mut item) = item.try_lock() {
            item.answer(work, call);
        }
    }
}

/// The next message; none when nobody sends any more.
fn receive<T>(messages: &Receiver<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match messages.try_recv() {
            Err(TryRecvError::Empty) => spin_loop(),
            message => return message.ok(),
        }
    }
    messages.recv().ok()
}

/// Waits for an item. Asleep, it leaves its core to whoever is at the item.
fn patiently<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    if let Ok(guard) = mutex.try_lock() {
        return guard;
    }
    let start = Instant::now();
    loop {
        match mutex.try_lock() {
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => spin_loop(),
            Ok(guard) => return guard,
            Err(_) => return lock(mutex),
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "what a panic left half done must not be used"
)]
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .expect("a thread of the fast engine stopped in the midst of its work")
}

#[cfg(test)]
mod tests {
    use super::{in_parallel_on, with_company};
    use std::thread::sleep;
    use std::time::Duration;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for threads in [1, 2, 7] {
            let found = in_parallel_on(threads, (0..20).collect(), |i: u64| {
                sleep(Duration::from_micros(50 * (20 - i)));
                10 * i
            });
            assert_eq!(found, (0..20).map(|i| 10 * i).collect::<Vec<_>>());
        }
    }

    /// Each call is answered once for each item, also where a helper is so slow that it is left alone.
    #[test]
    fn each_call_is_answered_once_for_each_item() {
        for threads in [1, 2, 4] {
            let work = |sum: &mut Vec<u32>, task: &u32| {
                if task.is_multiple_of(10) {
                    sleep(Duration::from_millis(1));
                }
                sum.push(*task);
            };
            with_company(threads, vec![Vec::new(); 5], work, |company| {
                for task in 0..50 {
                    company.call(task);
                    company.for_each(|tasks| assert_eq!(tasks.last(), Some(&task)));
                }
                company.for_each(|tasks| assert_eq!(*tasks, (0..50).collect::<Vec<_>>()));
            });
        }
    }
}

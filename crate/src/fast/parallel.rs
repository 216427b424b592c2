//! All cores at once, with results in the order of the work.

use std::hint::spin_loop;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a thread looks for its next message before it falls asleep.
const PATIENCE: Duration = Duration::from_millis(2);

/// Runs `f` of each item in the items' order, and gives the results in that order.
pub(crate) type Team<'a, T, R> = &'a dyn Fn(Vec<T>) -> Vec<R>;

/// `f` of each item, in the items' order, computed on as many threads as there are cores.
pub(crate) fn in_parallel<T: Send, R: Send>(items: Vec<T>, f: impl Fn(T) -> R + Sync) -> Vec<R> {
    let threads = cores().min(items.len());
    with_team(threads, f, |team| team(items))
}

/// Gives `body` a team of so many threads, itself among them, that computes `f` for it again and again.
///
/// To start a thread takes as long as a small batch, so an epoch keeps its team.
pub(crate) fn with_team<T: Send, R: Send, O>(
    threads: usize,
    f: impl Fn(T) -> R + Sync,
    body: impl FnOnce(Team<T, R>) -> O,
) -> O {
    let work = |share: Vec<T>| share.into_iter().map(&f).collect::<Vec<R>>();
    let work = &work;
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads)
            .map(|_| {
                let (to_worker, tasks) = channel::<Vec<T>>();
                let (to_body, results) = channel();
                // It ends when the team is gone, and with it the tasks' sender.
                scope.spawn(move || {
                    while let Some(share) = receive(&tasks) {
                        if to_body.send(work(share)).is_err() {
                            break;
                        }
                    }
                });
                (to_worker, results)
            })
            .collect();
        let team = |items: Vec<T>| {
            let mut shares = shares(items, others.len() + 1).into_iter();
            let own = shares.next().unwrap_or_default();
            let busy: Vec<_> = shares
                .zip(&others)
                .filter_map(|(share, (to_worker, results))| {
                    to_worker.send(share).is_ok().then_some(results)
                })
                .collect();
            let mut all = work(own);
            for results in busy {
                // A worker that panicked sends nothing; the scope then panics as it did.
                all.extend(receive(results).unwrap_or_default());
            }
            all
        };
        body(&team)
    })
}

/// The next message; none when nobody sends any more.
fn receive<T>(messages: &Receiver<T>) -> Option<T> {
    // Most come within moments. Who sleeps is often woken on the sender's core, and there both wait for each other: an
    // epoch then takes twice as long. So does who yields.
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match messages.try_recv() {
            Err(TryRecvError::Empty) => spin_loop(),
            message => return message.ok(),
        }
    }
    messages.recv().ok()
}

/// Cuts the items into at most so many shares, in order.
fn shares<T>(items: Vec<T>, most: usize) -> Vec<Vec<T>> {
    let share = items.len().div_ceil(most).max(1);
    let mut items = items.into_iter();
    let mut shares = Vec::new();
    while items.len() > 0 {
        shares.push(items.by_ref().take(share).collect());
    }
    shares
}

/// Asked once: the answer comes from files of the system, which takes longer than a small batch.
pub(crate) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

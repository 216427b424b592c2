//! All cores at once, with results in the order of the work.

use std::sync::OnceLock;
use std::thread;

/// `f` of each item, in the items' order, computed on as many threads as there are cores.
pub(crate) fn in_parallel<T: Send, R: Send>(items: Vec<T>, f: impl Fn(T) -> R + Sync) -> Vec<R> {
    let share = items.len().div_ceil(cores()).max(1);
    let mut items = items.into_iter();
    let mut shares = Vec::new();
    while items.len() > 0 {
        shares.push(items.by_ref().take(share).collect::<Vec<T>>());
    }
    let work = |share: Vec<T>| share.into_iter().map(&f).collect::<Vec<R>>();
    thread::scope(|scope| {
        let mut shares = shares.into_iter();
        let own = shares.next().unwrap_or_default();
        let others: Vec<_> = shares.map(|share| scope.spawn(|| work(share))).collect();
        let mut results = work(own);
        for other in others {
            let share = other.join();
            results.extend(share.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results
    })
}

/// Asked once: the answer comes from files of the system, which takes longer than a small batch.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

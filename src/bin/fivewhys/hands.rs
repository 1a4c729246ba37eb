//! A second thread for the core, which starts none of its own.

use fivewhys::hands::Hands;
use std::thread;

/// Two hands where the command was given two jobs.
pub(crate) fn of(jobs: usize) -> Hands {
    if jobs < 2 { Hands::default() } else { Hands::two(both) }
}

/// What a thread that could not be started, or that ended badly, left undone is done by the core on its own thread.
fn both(here: &mut dyn FnMut(), beside: &mut (dyn FnMut() + Send)) {
    thread::scope(|scope| {
        let thread = thread::Builder::new().spawn_scoped(scope, beside);
        here();
        let _ = thread.map(thread::ScopedJoinHandle::join);
    });
}

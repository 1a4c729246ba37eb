//! Work that may be done by two at once: the core starts no thread of its own, its caller lends it one.
//!
//! Whoever asks gives two pieces of work that need nothing of each other, so results are the same however they are done.

/// Does the first on this thread and the second on another one, and comes back when both are done.
pub type Both = fn(&mut dyn FnMut(), &mut (dyn FnMut() + Send));

/// Who does the work: one after the other, or two at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hands(Option<Both>);

impl Hands {
    /// Two, by the means of the caller.
    #[must_use]
    pub fn two(both: Both) -> Hands {
        Hands(Some(both))
    }

    /// Whether there are two: work is divided for them alone, where dividing costs something.
    pub(crate) fn are_two(self) -> bool {
        self.0.is_some()
    }

    /// The results of both. What the caller's thread did not do, for whatever reason, is done here.
    pub(crate) fn both<A, B: Send>(self, here: impl Fn() -> A, beside: impl Fn() -> B + Sync) -> (A, B) {
        let (mut first, mut second) = (None, None);
        if let Some(both) = self.0 {
            both(&mut || first = Some(here()), &mut || second = Some(beside()));
        }
        (first.unwrap_or_else(&here), second.unwrap_or_else(&beside))
    }
}

#[cfg(test)]
mod tests {
    use super::Hands;

    #[test]
    fn what_another_thread_does_not_do_is_done_here() {
        let ways: [Hands; 3] = [
            Hands::default(),
            Hands::two(|here, _| here()),
            Hands::two(|here, beside| {
                std::thread::scope(|scope| {
                    scope.spawn(beside);
                    here();
                });
            }),
        ];
        for hands in ways {
            assert_eq!(hands.both(|| 1, || 2), (1, 2));
        }
    }
}

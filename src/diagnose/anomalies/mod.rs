//! What is wrong although nothing, or not enough, says so: silence, slowness, work that does nothing, limits reached; each finds its
//! kind and tells it as a finding.

pub(super) mod beneath;
pub(super) mod counterfeit;
pub(super) mod down;
pub(super) mod gradual;
pub(super) mod grown;
pub(super) mod halted;
pub(super) mod idle;
pub(super) mod last_said;
pub(super) mod leaked;
pub(super) mod leap;
pub(super) mod levels;
pub(super) mod lock_queue;
pub(super) mod locked;
pub(super) mod overlap;
pub(super) mod redone;
pub(super) mod repeats;
pub(super) mod runs;
pub(super) mod set_aside;
pub(super) mod shift;
pub(super) mod side_by_side;
pub(super) mod silence;
pub(super) mod slow;
pub(super) mod stops;
pub(super) mod timed_out;
pub(super) mod unserved;
pub(super) mod waits;
pub(super) mod within;

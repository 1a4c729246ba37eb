//! Takes the worker's own global scope (the build id stands there), gives a running worker.

fn main() {
    fivewhys::worker::run();
}

//! Mounts the page.

fn main() {
    fivewhys::page::mount();
}

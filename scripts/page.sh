#!/bin/sh
# Builds the sealed page: dist/fivewhys.html. Takes `--dev` for a quick, large build.
# Needs trunk 0.21.14, wasm-bindgen 0.2.130 and wasm-opt (npm binaryen 132) on PATH or in .tools/ and node_modules/.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
PATH="$root/.tools/trunk-0.21.14/bin:$root/.tools/wasm-bindgen-0.2.130/bin:$root/node_modules/.bin:$PATH"
export PATH
# No path of this machine may stand in the file.
cargo_home=${CARGO_HOME:-$HOME/.cargo}
# erase_components: views of one type each instead of one type a tree (leptos), which is a third of the page.
# simd128: every browser that can run this page has it (Chrome 91, Firefox 89, Safari 16.4), and memchr uses it.
target=${CARGO_TARGET_DIR:-$root/target}
remap="${RUSTFLAGS:+$RUSTFLAGS }--cfg erase_components -Ctarget-feature=+simd128 --remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$(rustc --print sysroot)=/rust --remap-path-prefix=$root=/fivewhys --remap-path-prefix=$target=/fivewhys/target"
case "${1:-}" in
  --dev) RUSTFLAGS="$remap" trunk build --cargo-profile dev ;;
  *) RUSTFLAGS="$remap" trunk build --release ;;
esac
# The sealer runs on this machine. FIVEWHYS_SEAL_FLAGS: features with which it is built already.
# shellcheck disable=SC2086 # several flags in one variable
cargo run --quiet --locked ${FIVEWHYS_SEAL_FLAGS:---no-default-features} --example seal -- dist/parts dist/fivewhys.html

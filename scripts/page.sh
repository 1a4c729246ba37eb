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
  *)
    RUSTFLAGS="$remap" trunk build --release
    # What Trunk's run of wasm-opt made room for, a second one finds: some 2 kB of the packed page.
    features="--enable-simd --enable-bulk-memory --enable-bulk-memory-opt --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals --enable-reference-types --enable-multivalue"
    for program in page worker; do
      # shellcheck disable=SC2086 # several flags in one variable
      wasm-opt -Os --output="dist/parts/$program.again" "dist/parts/${program}_bg.wasm" $features --dealign
      mv "dist/parts/$program.again" "dist/parts/${program}_bg.wasm"
    done
    ;;
esac
# The sealer runs on this machine. FIVEWHYS_SEAL_FLAGS: features with which it is built already.
# shellcheck disable=SC2086 # several flags in one variable
cargo run --quiet --locked ${FIVEWHYS_SEAL_FLAGS:---no-default-features} --example seal -- dist/parts dist/fivewhys.html

#!/usr/bin/env bash
# Tests on processors that this machine is not: `scripts/emulated.sh [aarch64] [wasm] [-- tests]`, both unless named.
#
# Unit tests of the runtime run on every level, then those of tests/ that are named behind `--`; unless named, `fixtures`
# and all sweeps. NEON runs under QEMU, WebAssembly under Node, with simd128 and without.
#
# It takes a compiler whose standard library comes as source. Debian has one:
#   apt-get install --no-install-recommends rustc-web cargo-web rust-web-src \
#       qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross wasi-libc nodejs
# and the linker for WebAssembly is that of a rustup toolchain, rust-lld, or what WASM_LD names.
set -euo pipefail
cd "$(dirname "$0")/.."

export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$PWD/target/emulated"
for tool in /usr/bin/rustc /usr/bin/cargo /usr/lib/rustlib/src/rust/library/std; do
    if [ ! -e "$tool" ]; then
        sed -n '/^# It takes/,/^set/{/^set/!s/^# \{0,1\}//p}' "$0" >&2
        printf '\n%s is missing\n' "$tool" >&2
        exit 1
    fi
done

targets=() tests=(fixtures sweep_activations sweep_conv sweep_conv_pool sweep_conv_transpose sweep_layers sweep_norm)
while [ $# -gt 0 ]; do
    case $1 in
        aarch64 | wasm) targets+=("$1") ;;
        --) shift && tests=("$@") && break ;;
        *) sed -n '2,5s/^# //p' "$0" >&2 && exit 2 ;;
    esac
    shift
done
[ ${#targets[@]} -gt 0 ] || targets=(aarch64 wasm)

# Runs the tests for a target.
run() {
    local target=$1 named=()
    for name in "${tests[@]}"; do named+=(--test "$name"); done
    printf '\n== %s %s\n' "$target" "${RUSTFLAGS:-}"
    /usr/bin/cargo test --locked --target "$target" -Zbuild-std=std,panic_abort --package prelu-runtime --lib
    [ ${#tests[@]} = 0 ] ||
        /usr/bin/cargo test --locked --target "$target" -Zbuild-std=std,panic_abort --package prelu-tests "${named[@]}"
}

for target in "${targets[@]}"; do
    case $target in
        aarch64)
            export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
            export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu"
            run aarch64-unknown-linux-gnu
            ;;
        wasm)
            lld=$(find "${RUSTUP_HOME:-$HOME/.rustup}/toolchains" -name rust-lld 2>/dev/null | head -1)
            export CARGO_TARGET_WASM32_WASIP1_LINKER=${WASM_LD:-$lld}
            export CARGO_TARGET_WASM32_WASIP1_RUNNER="node --no-warnings $PWD/scripts/wasi.mjs"
            for features in +simd128 -simd128; do
                RUSTFLAGS="-L native=/usr/lib/wasm32-wasi -C link-arg=--allow-undefined -C target-feature=$features" run wasm32-wasip1
            done
            ;;
    esac
done

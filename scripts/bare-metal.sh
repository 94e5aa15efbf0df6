#!/usr/bin/env bash
# Builds `examples/no_std` for processors without an operating system, looks for an allocator and for the formatting of
# panics, prints the bytes of flash and RAM, and runs it: `scripts/bare-metal.sh [thumbv7em] [x86_64] [wasm]`, all unless
# named. The Cortex-M4 is QEMU's, WebAssembly runs under Node.
#
# It takes a compiler whose standard library comes as source. Debian has one:
#   apt-get install --no-install-recommends rustc-web cargo-web rust-web-src qemu-system-arm nodejs binutils
# and the linker is that of a rustup toolchain, rust-lld, or what LLD names.
set -euo pipefail
cd "$(dirname "$0")/../examples/no_std"

skip() { echo "skipped: $1 is missing; $(sed -n '/^#   apt-get/s/^# *//p' ../../scripts/bare-metal.sh)" && exit 0; }
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$PWD/../../target/bare-metal"
for tool in /usr/bin/rustc /usr/bin/cargo /usr/lib/rustlib/src/rust/library/core; do
    [ -e "$tool" ] || skip "$tool"
done
lld=${LLD:-$(find "${RUSTUP_HOME:-$HOME/.rustup}/toolchains" -name rust-lld 2>/dev/null | head -1)}
[ -n "$lld" ] || skip rust-lld
export CARGO_TARGET_THUMBV7EM_NONE_EABIHF_LINKER=$lld CARGO_TARGET_X86_64_UNKNOWN_NONE_LINKER=$lld
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$lld

build() {
    /usr/bin/cargo build --locked --release --quiet --target "$1" -Zbuild-std=core
    binary=$CARGO_TARGET_DIR/$1/release/no-std${2:-}
}

# No symbol is an allocator's or of the code that formats a panic's message.
symbols() {
    local found
    found=$(nm --demangle "$binary" | grep -E '__rust_alloc|__rg_alloc|\bmalloc\b|core::fmt' || true)
    [ -z "$found" ] || { printf '%s links what it should not:\n%s\n' "$1" "$found" && exit 1; }
    nm "$binary" | grep -q . || { echo "$1 has no symbols to look at" && exit 1; }
}

# Bytes that are stored, and bytes that are written at run time.
bytes() {
    size "$binary" | awk -v target="$1" 'NR == 2 {
        printf "%s: flash %d bytes (code and weights), RAM %d bytes and the stack\n", target, $1 + $2, $2 + $3 }'
}

says() { [ "$2" = "$3" ] && echo "$1: $2" || { echo "$1 says \"$2\", not \"$3\"" && exit 1; }; }

[ $# -gt 0 ] || set -- thumbv7em x86_64 wasm
for target; do
    case $target in
        thumbv7em)
            build thumbv7em-none-eabihf && symbols "$target" && bytes "$target"
            if command -v qemu-system-arm >/dev/null; then
                says "$target" "$(timeout 60 qemu-system-arm -machine mps2-an386 -nographic -monitor none -serial none \
                    -semihosting-config enable=on,target=native -kernel "$binary")" "digit 3"
            else
                echo "$target: not run, for qemu-system-arm is missing"
            fi
            ;;
        x86_64) build x86_64-unknown-none && symbols "$target" && bytes "$target" ;;
        wasm)
            RUSTFLAGS="-C target-feature=+simd128" build wasm32-unknown-unknown .wasm
            echo "$target: $(wc -c <"$binary") bytes (code, weights and names)"
            if command -v node >/dev/null; then
                says "$target" "$(node -e '
                    const { readFileSync } = require("node:fs");
                    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(process.argv[1])));
                    console.log("digit " + exports.predict());' "$binary")" "digit 3"
            else
                echo "$target: not run, for node is missing"
            fi
            ;;
        *) sed -n '2,4s/^# //p' ../../scripts/bare-metal.sh >&2 && exit 2 ;;
    esac
done

#!/bin/sh
# What a net costs to compile: a release build of a program with the MNIST net for every level, beside an empty one with
# the same dependencies, and the bytes of code of both. Prints the median of ROUNDS.
#
#     ./run.sh [ROUNDS]
set -eu
rounds=${1:-3}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in empty digits; do
    mkdir -p "$work/$name/src"
    cat > "$work/$name/Cargo.toml" << END
[package]
name = "$name"
edition = "2024"
[dependencies]
prelu = { path = "$root" }
[workspace]
END
    cp "$root/Cargo.lock" "$work/$name/Cargo.lock"
done
echo 'fn main() { println!("{}", prelu::level()); }' > "$work/empty/src/main.rs"
cp "$root/examples/throughput/nets.rs" "$work/digits/src/nets.rs"
# The first of the two nets alone, trained and asked.
awk '/^prelu::network/ { nets++ } nets < 2' "$work/digits/src/nets.rs" > "$work/digits/src/main.rs"
rm "$work/digits/src/nets.rs"
cat >> "$work/digits/src/main.rs" << 'END'
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = prelu::data::Mnist::synthetic(1, 64);
    let mut trainer = prelu::Trainer::new(Digits::new(1), prelu::optim::Sgd::new(0.1), prelu::loss::CrossEntropy);
    trainer.epoch(&data, |_| std::ops::ControlFlow::Continue(()))?;
    println!("{:?} {:?}", trainer.evaluate(&data, 64)?, trainer.into_net().predict(&[[[0.0; 28]; 28]], &mut Digits::scratch()));
    Ok(())
}
END

# build NAME: seconds of compiling the program itself, its dependencies being there.
build() {
    touch "$work/$1/src/main.rs"
    begin=$(date +%s%N)
    (cd "$work/$1" && CARGO_TARGET_DIR="$work/target" cargo build --quiet --release --offline)
    echo $((($(date +%s%N) - begin) / 1000000))
}
median() { sort -n "$1" | awk '{ line[NR] = $0 } END { print line[int((NR + 1) / 2)] }'; }

for name in empty digits; do
    build "$name" > "$work/first"
done
for _ in $(seq "$rounds"); do
    for name in empty digits; do
        build "$name" >> "$work/$name.times"
    done
done
for name in empty digits; do
    text=$(size "$work/target/release/$name" | awk 'NR == 2 { print $1 }')
    echo "$name: $(median "$work/$name.times") ms, $text bytes of text"
done

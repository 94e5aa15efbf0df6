#!/bin/sh
# Measures prelu and the other libraries in turn, with one thread and with two, and prints the tables of ../README.md:
#
#     python3 -m venv venv && venv/bin/pip install -r requirements.txt
#     PYTHON=venv/bin/python ./run.sh [ROUNDS [LINES]]
#
# A round takes about two and a half minutes; LINES keeps the lines of JSON. Nothing else should run meanwhile.
set -eu
python=$(command -v "${PYTHON:-python3}")
case $python in /*) ;; *) python=$PWD/$python ;; esac
rounds=${1:-3}
lines=${2:-$(mktemp)}
case $lines in /*) ;; *) lines=$PWD/$lines ;; esac
cd "$(dirname "$0")"
cargo build --quiet --release -p prelu --example throughput
target=$(cargo metadata --format-version 1 --no-deps | "$python" -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
ours=$target/release/examples/throughput
: > "$lines"

# measure THREADS COMMAND...: one thread stays on one core.
measure() {
    threads=$1
    shift
    if [ "$threads" = 1 ] && command -v taskset > /dev/null; then
        set -- taskset -c 1 "$@"
    fi
    echo "$*" >&2
    "$@" >> "$lines"
}

resnet=resnet20-T,resnet20-I64,resnet20-I1r
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    echo "round $round of $rounds" >&2
    # One thread and two in turn, and ours beside the others: ratios are of neighbours, for a machine changes with the minutes.
    for threads in 1 2; do measure "$threads" "$ours" "$threads"; done
    for threads in 1 2; do measure "$threads" "$python" -W ignore run_torch.py "$threads" mnist eager channels_last; done
    for threads in 1 2; do measure "$threads" "$ours" "$threads" --net resnet20 --only "$resnet"; done
    for threads in 1 2; do
        ONLY=$resnet measure "$threads" "$python" -W ignore run_torch.py "$threads" resnet20 eager channels_last
    done
    for level in avx2 portable; do
        # A machine without the level says so, and the table has no such line.
        for threads in 1 2; do PRELU_LEVEL=$level measure "$threads" "$ours" "$threads" --only T,I1r,I64 || true; done
    done
    for threads in 1 2; do measure "$threads" "$python" -W ignore run_torch.py "$threads" mnist jit; done
    for threads in 1 2; do measure "$threads" "$python" -W ignore run_onnx.py "$threads"; done
done
"$python" table.py "$lines"

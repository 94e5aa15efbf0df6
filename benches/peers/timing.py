"""Times a function and prints a line of JSON, by the method of the example `throughput`."""

import json
import os
import time
from statistics import median

SAMPLES = 9
SECONDS = 0.9
ONLY = [metric for metric in os.environ.get("ONLY", "").split(",") if metric]


def wanted(metric):
    return not ONLY or metric in ONLY


def seconds_of(call, times=1):
    begin = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - begin) / times


def measure(call, peer, version, metric, threads, images):
    """Of one image, the median of every call's time; of several, of nine samples of many calls each."""
    if not wanted(metric):
        return
    for _ in range(5):
        call()
    begin, calls = time.perf_counter(), 0
    while time.perf_counter() - begin < 0.25 or calls < 3:
        call()
        calls += 1
    each = (time.perf_counter() - begin) / calls
    if images == 1:
        times = [seconds_of(call) for _ in range(max(200, int(SECONDS / each)))]
    else:
        count = max(1, int(SECONDS / SAMPLES / each))
        times = [seconds_of(call, count) for _ in range(SAMPLES)]
    line = {
        "peer": peer,
        "metric": metric,
        "threads": threads,
        "med_us": round(1e6 * median(times), 3),
        "min_us": round(1e6 * min(times), 3),
        "img_s": round(images / median(times), 1),
        "img_s_best": round(images / min(times), 1),
        "n": len(times),
        "ver": version,
    }
    print(json.dumps(line), flush=True)

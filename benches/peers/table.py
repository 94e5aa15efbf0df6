"""Prints Markdown tables of lines of JSON: table.py LINES. Rates are medians over the rounds, and so are ratios of a round."""

import json
import sys
from collections import defaultdict
from operator import truediv
from statistics import median

# Multiply-adds of a sample, by metric: a training step thrice those of prediction, less the first layer's of its input.
MACS = {"": (3 * 480_500 - 144_000, 480_500), "resnet20-": (3 * 40_813_184 - 442_368, 40_813_184)}
TABLES = {
    "The MNIST net": ("", [("T", 1), ("T", 2), ("I1r", 1), ("I64", 1), ("I64", 2), ("I1000", 1), ("I1000", 2)]),
    "ResNet-20": ("resnet20-", [("T", 1), ("T", 2), ("I1r", 1), ("I64", 1), ("I64", 2)]),
}


def heading(metric, threads):
    what = {"T": "training", "I1r": "one sample", "I64": "64", "I1000": "1000"}[metric]
    return f"{what}, us" if metric == "I1r" else f"{what}, {threads} thread{'s' * (threads > 1)}"


def macs(metric):
    prefix = metric[: metric.rfind("-") + 1]
    return MACS[prefix][metric != f"{prefix}T"]


def main():
    rates, shares, peaks, versions = defaultdict(list), defaultdict(list), defaultdict(list), {}
    with open(sys.argv[1]) as lines:
        for line in map(json.loads, lines):
            if line["metric"] == "peak":
                peaks[line["peer"], line["threads"]].append(line["gflop_s"])
            else:
                key = line["peer"], line["metric"], line["threads"]
                rates[key].append(line["img_s"])
                if "peak_gflop_s" in line:
                    shares[key].append(2e-9 * macs(line["metric"]) * line["img_s"] / line["peak_gflop_s"])
            versions[line["peer"]] = line["ver"]
    for title, (prefix, columns) in TABLES.items():
        cells = {key: median(values) for key, values in rates.items()}
        peers = [peer for peer in versions if any((peer, prefix + m, t) in cells for m, t in columns)]
        print(f"\n{title}: samples per second, and of one sample microseconds\n")
        print(f"| | version | {' | '.join(heading(*column) for column in columns)} |")
        print(f"|---|---|{'--:|' * len(columns)}")
        for peer in peers:
            row = []
            for metric, threads in columns:
                rate = cells.get((peer, prefix + metric, threads))
                text = "" if rate is None else f"{1e6 / rate:,.1f}" if metric == "I1r" else f"{rate:,.0f}"
                if (peer, prefix + metric, threads) in shares:
                    text += f" ({median(shares[peer, prefix + metric, threads]):.0%})"
                row.append(text)
            print(f"| {peer} | {versions[peer]} | {' | '.join(row)} |")
        ratios = []
        for metric, threads in columns:
            own = rates.get(("prelu", prefix + metric, threads))
            others = [r for (p, m, t), r in rates.items() if (m, t) == (prefix + metric, threads) and not p.startswith("prelu")]
            if not (own and others):
                ratios.append("")
                continue
            # The best of the others is one for all rounds, the one with the best median.
            best = max(others, key=median)
            ratios.append(f"{median(map(truediv, own, best)):.1f}")
        print(f"| prelu : best other | | {' | '.join(ratios)} |")
        one, two = (rates.get(("prelu", prefix + "T", threads), []) for threads in (1, 2))
        if one and two:
            print(f"\nTraining with two threads : with one, {title}: {median(map(truediv, two, one)):.2f}")
    print("\nIn brackets: shares of the multiply-add peak of the instruction set, measured between the samples of the same line.")
    for (peer, threads), values in peaks.items():
        print(f"Peak of {peer}, {threads} thread{'s' * (threads > 1)}: {median(values):.0f} GFLOP/s.")


main()

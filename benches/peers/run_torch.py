"""Times PyTorch: run_torch.py THREADS [mnist|resnet20] [eager|channels_last|jit]...

`eager` and `channels_last` train and predict; `jit`, traced, frozen and optimised for inference, only predicts. Metrics
are those of the example `throughput`.
"""

import itertools
import os
import sys

threads = int(sys.argv[1])
os.environ.setdefault("OMP_NUM_THREADS", str(threads))

import torch  # noqa: E402 (threads are set before)
from torch.nn.functional import cross_entropy  # noqa: E402

import nets  # noqa: E402
from timing import measure, wanted  # noqa: E402

BATCH = 64
TURNS = 8
# Net, input, optimiser's settings, what metrics begin with.
NETS = {
    "mnist": (nets.mnist, (1, 28, 28), {"lr": 0.01, "momentum": 0.5}, ""),
    "resnet20": (nets.resnet20, (3, 32, 32), {"lr": 0.1, "momentum": 0.9}, "resnet20-"),
}


def batches(shape, samples, count, layout):
    return [torch.randn(samples, *shape).contiguous(memory_format=layout) for _ in range(count)]


def train(make, shape, settings, layout, report):
    net = make().to(memory_format=layout).train()
    optimizer = torch.optim.SGD(net.parameters(), **settings)
    pairs = [(x, torch.randint(0, 10, (BATCH,))) for x in batches(shape, BATCH, TURNS, layout)]
    turns = itertools.cycle(pairs)

    def step():
        x, target = next(turns)
        optimizer.zero_grad()
        cross_entropy(net(x), target).backward()
        optimizer.step()

    report(step, "T", BATCH)


def predict(make, shape, layout, traced, report):
    net = make().to(memory_format=layout).eval()
    # One sample is computed by one thread.
    metrics = [("I1", 1, 1), ("I1r", 1, 256)] if threads == 1 else []
    metrics += [("I64", 64, 1), ("I1000", 1000, 1)]
    for metric, samples, count in metrics:
        inputs = batches(shape, samples, count, layout)
        call = net
        if traced:
            # Tracing wants a net without gradients around it, and optimising one that is frozen.
            with torch.inference_mode():
                call = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(net, inputs[0])))
        turns = itertools.cycle(inputs)
        with torch.inference_mode():
            report(lambda: call(next(turns)), metric, samples)


def main():
    name = sys.argv[2] if len(sys.argv) > 2 else "mnist"
    make, shape, settings, prefix = NETS[name]
    torch.set_num_threads(threads)
    for variant in sys.argv[3:] or ["eager", "channels_last", "jit"]:
        torch.manual_seed(0)
        layout = torch.channels_last if variant == "channels_last" else torch.contiguous_format

        def report(call, metric, images):
            if wanted(prefix + metric):
                measure(call, f"torch-{variant}", torch.__version__, prefix + metric, threads, images)

        if variant != "jit":
            train(make, shape, settings, layout, report)
        predict(make, shape, layout, variant == "jit", report)


main()

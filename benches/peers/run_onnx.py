"""Times what runs ONNX files, which it makes of the MNIST net: run_onnx.py THREADS [onnxruntime|openvino]..."""

import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

import nets
from timing import measure

threads = int(sys.argv[1])


def samples(batch, count):
    return [np.random.default_rng(i).standard_normal((batch, 1, 28, 28), dtype=np.float32) for i in range(count)]


def onnxruntime(path, inputs):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    turns = itertools.cycle(inputs)
    return lambda: session.run(None, {"x": next(turns)}), onnxruntime.__version__


def openvino(path, inputs):
    import openvino

    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": 1,
    }
    request = openvino.Core().compile_model(path, "CPU", settings).create_infer_request()
    x, turns = inputs[0].copy(), itertools.cycle(inputs)
    request.set_input_tensor(openvino.Tensor(x, shared_memory=True))

    def another():
        # The tensor stands in the memory of x.
        x[...] = next(turns)
        request.infer()

    return another if len(inputs) > 1 else request.infer, openvino.__version__.split("-")[0]


def main():
    torch.manual_seed(0)
    net = nets.mnist().eval()
    # One sample is computed by one thread.
    metrics = [("I1", 1, 1), ("I1r", 1, 256)] if threads == 1 else []
    metrics += [("I64", 64, 1), ("I1000", 1000, 1)]
    with tempfile.TemporaryDirectory() as directory:
        for metric, batch, count in metrics:
            path = str(Path(directory) / f"{metric}.onnx")
            torch.onnx.export(net, torch.zeros(batch, 1, 28, 28), path, input_names=["x"], dynamo=False)
            for peer in sys.argv[2:] or ["onnxruntime", "openvino"]:
                call, version = globals()[peer](path, samples(batch, count))
                measure(call, peer, version, metric, threads, batch)


main()

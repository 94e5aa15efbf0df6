"""Whether other programs give what a net gives: `agree.py DIRECTORY`, which has the net as files *.onnx, which may be of
several operator sets, and perhaps as net.py and net.safetensors, and for batches of 1 and 17 samples their inputs and
outputs. What is not installed is passed over, and said so."""

import importlib.util
import pathlib
import sys

BATCHES = (1, 17)
TOLERANCE = 1e-5


def missing(*modules):
    """The first of these modules that is not installed."""
    return next((name for name in modules if importlib.util.find_spec(name) is None), None)


def close(numpy, what, got, want):
    worst = float(numpy.abs(got - want).max())
    if not worst <= TOLERANCE:
        sys.exit(f"{what}: differs by {worst}")


def batches(numpy, directory):
    shapes = {name: [int(n) for n in sizes] for name, *sizes in map(str.split, (directory / "shapes").open())}
    for batch in BATCHES:
        read = lambda name: numpy.fromfile(directory / f"{name}{batch}", dtype="<f4").reshape(batch, *shapes[name])
        yield batch, read("input"), read("output")


def onnx(directory):
    absent = missing("numpy", "onnx", "onnxruntime")
    if absent:
        return f"skipped, {absent} is not installed"
    import numpy
    import onnx
    import onnxruntime

    files = sorted(directory.glob("*.onnx"))
    for path in files:
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        [[domain, opset]] = [(used.domain, used.version) for used in model.opset_import]
        for node in model.graph.node:
            schema = onnx.defs.get_schema(node.op_type, opset, domain)
            if schema.deprecated:
                sys.exit(f"{path.name}: {node.op_type} is deprecated in operator set {opset}")
        # The IR version is the one that came with the operator set.
        if model.ir_version != onnx.helper.find_min_ir_version_for(model.opset_import):
            sys.exit(f"{path.name}: IR version {model.ir_version} with operator set {opset}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        for batch, x, want in batches(numpy, directory):
            [got] = session.run(None, {session.get_inputs()[0].name: x})
            close(numpy, f"onnxruntime, {path.name}, batch {batch}", got, want)
    return f"{len(files)} files agree (onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__})"


def torch(directory):
    if not (directory / "net.py").exists():
        return "not asked"
    absent = missing("numpy", "torch", "safetensors")
    if absent:
        return f"skipped, {absent} is not installed"
    import numpy
    import torch
    from safetensors import safe_open
    from safetensors.torch import load_file

    torch.set_num_threads(1)
    source = (directory / "net.py").read_text()
    scope = {"__name__": "net"}
    exec(compile(source, str(directory / "net.py"), "exec"), scope)
    module = scope[(directory / "class").read_text()]().eval()
    weights = load_file(directory / "net.safetensors")
    with safe_open(directory / "net.safetensors", "pt") as file:
        assert set(file.keys()) == set(weights)
    module.load_state_dict(weights, strict=True)
    with torch.no_grad():
        for batch, x, want in batches(numpy, directory):
            close(numpy, f"torch, batch {batch}", module(torch.from_numpy(x)).numpy(), want)
    return f"agrees (torch {torch.__version__})"


if __name__ == "__main__":
    where = pathlib.Path(sys.argv[1])
    print("onnx:", onnx(where))
    print("torch:", torch(where))

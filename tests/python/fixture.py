"""Writes ../fixtures/wide_conv.safetensors: what PyTorch computes in f64 for the net of that name in ../fixtures.rs, stored as
f32 under the keys that ../fixtures/README.md lists. Needs torch, safetensors and numpy; the same versions give the same
bytes. The activations are smooth, so that no value is near a bend, and the seed is one with which no weight has a gradient of
nearly nothing, which Adam would divide by its own size: rounding would decide of either."""

import pathlib

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

BATCH = 18


class WideConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 24, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(24)
        self.conv3 = nn.Conv2d(24, 17, 3, padding=(1, 0))
        self.fc = nn.Linear(17, 5)

    def forward(self, x):
        x = torch.tanh(self.conv1(x))
        x = functional.silu(self.bn(self.conv2(x)))
        x = torch.tanh(self.conv3(x))
        return self.fc(x.mean((2, 3)))


OPTIMIZERS = {
    "sgd3": lambda p, _: torch.optim.SGD(p, lr=0.01, momentum=0.5),
    "nesterov3": lambda p, _: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True),
    "sgd_decay3": lambda p, d: torch.optim.SGD(decaying(p, d, 0.05), lr=0.01, momentum=0.9),
    "adam3": lambda p, _: torch.optim.Adam(p, lr=0.003),
    "adamw3": lambda p, d: torch.optim.AdamW(decaying(p, d, 0.1), lr=0.003),
    "rmsprop3": lambda p, _: torch.optim.RMSprop(p, lr=0.001),
}


def decaying(parameters, matrices, decay):
    rest = [p for p in parameters if not any(p is m for m in matrices)]
    return [{"params": matrices, "weight_decay": decay}, {"params": rest, "weight_decay": 0.0}]


def rounded(tensor):
    return tensor.float().double()


def main():
    torch.manual_seed(30)
    net = WideConv().double()
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(rounded(p))
        net.bn.weight.copy_(rounded(torch.rand(24) + 0.5))
        net.bn.bias.copy_(rounded(torch.randn(24) * 0.3))
        net.bn.running_mean.copy_(rounded(torch.randn(24) * 0.2))
        net.bn.running_var.copy_(rounded(torch.rand(24) + 0.5))
    x, target = rounded(torch.randn(BATCH, 3, 15, 19)), torch.randint(5, (BATCH,))
    tensors = {"input": x, "target": target}

    def keep(prefix, named, only=lambda key: True):
        tensors.update({f"{prefix}.{key}": value.detach().clone() for key, value in named if only(key)})

    running = lambda key: "running" in key
    start = {key: value.clone() for key, value in net.state_dict().items()}
    keep("param", net.named_parameters())
    keep("buffer", net.named_buffers(), running)
    tensors["output_eval"] = net.eval()(x).detach()
    output = net.train()(x)
    loss = functional.cross_entropy(output, target)
    loss.backward()
    tensors["output"], tensors["loss"] = output.detach(), loss.detach().reshape(1)
    keep("grad", ((key, p.grad) for key, p in net.named_parameters()))
    keep("buffer1", net.named_buffers(), running)
    for column, optimizer in OPTIMIZERS.items():
        net.load_state_dict(start)
        parameters = list(net.parameters())
        matrices = [p for p in parameters if p.dim() > 1]
        step = optimizer(parameters, matrices)
        for _ in range(3):
            step.zero_grad()
            functional.cross_entropy(net(x), target).backward()
            step.step()
        keep(column, net.named_parameters())
    tensors = {k: (v if v.dtype == torch.int64 else v.float()).contiguous() for k, v in tensors.items()}
    save_file(tensors, pathlib.Path(__file__).parent.parent / "fixtures" / "wide_conv.safetensors")
    print(sum(p.numel() for p in net.parameters()), "parameters, loss", float(loss))


if __name__ == "__main__":
    main()

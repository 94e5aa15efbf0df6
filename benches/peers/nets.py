"""The nets of `examples/throughput/nets.rs` in PyTorch."""

from torch import nn


def mnist():
    """PyTorch's MNIST example with learned slopes and without dropout."""
    return nn.Sequential(
        nn.Conv2d(1, 10, 5), nn.PReLU(10), nn.MaxPool2d(2),
        nn.Conv2d(10, 20, 5), nn.PReLU(20), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(320, 50), nn.PReLU(50), nn.Linear(50, 10),
    )


class Basic(nn.Module):
    """Two convolutions beside a shortcut, which is a projection where the shape changes."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.PReLU(outputs),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs),
        )
        self.shortcut = nn.Identity() if inputs == outputs else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs),
        )
        self.activation = nn.PReLU(outputs)

    def forward(self, x):
        return self.activation(self.body(x) + self.shortcut(x))


def resnet20():
    """The residual net of twenty layers for CIFAR-10, with learned slopes and projections."""
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.PReLU(16),
        Basic(16, 16), Basic(16, 16), Basic(16, 16),
        Basic(16, 32, 2), Basic(32, 32), Basic(32, 32),
        Basic(32, 64, 2), Basic(64, 64), Basic(64, 64),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )

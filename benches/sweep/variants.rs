//! Convolutions with stride, dilation, groups, kernels that are not square, and along time.
#![allow(missing_docs)]

use prelu_benches::sweep::{Options, compute};

prelu_benches::cases! {
    Down16: [16, 32, 32] -> [32, 16, 16] { conv(32, kernel = 3, stride = 2, padding = 1, bias = false), }
    Down32: [32, 16, 16] -> [64, 8, 8] { conv(64, kernel = 3, stride = 2, padding = 1, bias = false), }
    Short16: [16, 32, 32] -> [32, 16, 16] { conv(32, kernel = 1, stride = 2, bias = false), }
    Short32: [32, 16, 16] -> [64, 8, 8] { conv(64, kernel = 1, stride = 2, bias = false), }
    Down13: [13, 25, 27] -> [29, 13, 14] { conv(29, kernel = 3, stride = 2, padding = 1), }
    StemSeven: [3, 56, 56] -> [24, 28, 28] { conv(24, kernel = 7, stride = 2, padding = 3), }
    Five2: [11, 21, 21] -> [19, 11, 11] { conv(19, kernel = 5, stride = 2, padding = 2), }
    Three3: [16, 31, 31] -> [16, 10, 10] { conv(16, kernel = 3, stride = 3), }
    Patch: [3, 32, 32] -> [64, 8, 8] { conv(64, kernel = 4, stride = 4), }
    Uneven: [12, 20, 30] -> [18, 10, 30] { conv(18, kernel = 3, stride = (2, 1), padding = 1), }
    Dilate2: [16, 20, 20] -> [16, 20, 20] { conv(16, kernel = 3, padding = 2, dilation = 2), }
    Dilate4: [24, 25, 25] -> [24, 25, 25] { conv(24, kernel = 3, padding = 4, dilation = 4), }
    Dilate3: [7, 30, 18] -> [23, 24, 12] { conv(23, kernel = 3, dilation = 3), }
    DilateDown: [16, 28, 28] -> [32, 14, 14] { conv(32, kernel = 3, stride = 2, padding = 2, dilation = 2), }
    Oblong: [16, 20, 24] -> [16, 20, 24] { conv(16, kernel = (1, 7), padding = (0, 3)), }
    Upright: [16, 20, 24] -> [16, 20, 24] { conv(16, kernel = (7, 1), padding = (3, 0)), }
    OblongFew: [5, 24, 40] -> [9, 24, 40] { conv(9, kernel = (3, 5), padding = (1, 2)), }
    Groups2: [32, 14, 14] -> [32, 14, 14] { conv(32, kernel = 3, padding = 1, groups = 2), }
    Groups4: [64, 14, 14] -> [64, 14, 14] { conv(64, kernel = 3, padding = 1, groups = 4), }
    Groups8: [64, 8, 8] -> [128, 8, 8] { conv(128, kernel = 3, padding = 1, groups = 8), }
    Groups3: [21, 15, 15] -> [33, 15, 15] { conv(33, kernel = 3, padding = 1, groups = 3), }
    GroupsPoint: [64, 12, 12] -> [64, 12, 12] { conv(64, kernel = 1, groups = 4), }
    Depth32: [32, 14, 14] -> [32, 14, 14] { conv(32, kernel = 3, padding = 1, groups = 32), }
    Depth64Down: [64, 16, 16] -> [64, 8, 8] { conv(64, kernel = 3, stride = 2, padding = 1, groups = 64), }
    Depth31: [31, 17, 19] -> [31, 17, 19] { conv(31, kernel = 5, padding = 2, groups = 31), }
    Depth16Seven: [16, 24, 24] -> [16, 24, 24] { conv(16, kernel = 7, padding = 3, groups = 16), }
    DepthTwice: [16, 20, 20] -> [32, 20, 20] { conv(32, kernel = 3, padding = 1, groups = 16), }
    Time1: [1, 1000] -> [16, 496] { conv(16, kernel = 9, stride = 2), }
    Time16: [16, 250] -> [32, 246] { conv(32, kernel = 5), }
    Time32: [32, 128] -> [32, 128] { conv(32, kernel = 3, padding = 4, dilation = 4), }
    Time64: [64, 61] -> [67, 61] { conv(67, kernel = 3, padding = 1), }
}

fn main() {
    let options = Options::parse();
    if options.test {
        return;
    }
    options.title("Convolutions with stride, dilation, groups, oblong kernels, and along time");
    compute(&options, CASES);
}

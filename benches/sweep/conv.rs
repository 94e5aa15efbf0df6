//! Convolutions of stride 1, some with prelu and max pool behind them.
#![allow(missing_docs)]

use prelu_benches::sweep::{Options, compute};

prelu_benches::cases! {
    Digits1: [1, 28, 28] -> [10, 24, 24] { conv(10, kernel = 5), }
    Digits2: [10, 12, 12] -> [20, 8, 8] { conv(20, kernel = 5), }
    Stem: [3, 32, 32] -> [16, 32, 32] { conv(16, kernel = 3, padding = 1, bias = false), }
    Narrow3: [16, 32, 32] -> [16, 32, 32] { conv(16, kernel = 3, padding = 1, bias = false), }
    Medium3: [32, 16, 16] -> [32, 16, 16] { conv(32, kernel = 3, padding = 1, bias = false), }
    Wide3: [64, 8, 8] -> [64, 8, 8] { conv(64, kernel = 3, padding = 1, bias = false), }
    Vgg3: [128, 14, 14] -> [128, 14, 14] { conv(128, kernel = 3, padding = 1), }
    Late3: [256, 7, 7] -> [256, 7, 7] { conv(256, kernel = 3, padding = 1), }
    Prime3: [17, 19, 23] -> [31, 19, 23] { conv(31, kernel = 3, padding = 1), }
    Prime7: [7, 13, 13] -> [13, 11, 11] { conv(13, kernel = 3), }
    Few3: [2, 31, 29] -> [3, 31, 29] { conv(3, kernel = 3, padding = 1), }
    One3: [1, 64, 64] -> [1, 64, 64] { conv(1, kernel = 3, padding = 1), }
    Primes53: [53, 11, 11] -> [59, 11, 11] { conv(59, kernel = 3, padding = 1), }
    Prime127: [127, 5, 7] -> [131, 5, 7] { conv(131, kernel = 3, padding = 1), }
    Wide64: [3, 64, 64] -> [8, 64, 64] { conv(8, kernel = 3, padding = 1), }
    Flat: [8, 6, 100] -> [16, 6, 100] { conv(16, kernel = 3, padding = 1), }
    Tall: [8, 100, 6] -> [16, 100, 6] { conv(16, kernel = 3, padding = 1), }
    Pixel: [64, 3, 3] -> [128, 1, 1] { conv(128, kernel = 3), }
    Point16: [16, 32, 32] -> [32, 32, 32] { conv(32, kernel = 1), }
    Point64: [64, 16, 16] -> [64, 16, 16] { conv(64, kernel = 1), }
    Point256: [256, 7, 7] -> [64, 7, 7] { conv(64, kernel = 1), }
    PointUp: [64, 7, 7] -> [256, 7, 7] { conv(256, kernel = 1), }
    Point37: [37, 9, 15] -> [41, 9, 15] { conv(41, kernel = 1), }
    PointFew: [3, 28, 28] -> [7, 28, 28] { conv(7, kernel = 1), }
    Five16: [16, 14, 14] -> [32, 14, 14] { conv(32, kernel = 5, padding = 2), }
    Five6: [6, 14, 14] -> [16, 10, 10] { conv(16, kernel = 5), }
    Five3: [3, 33, 31] -> [11, 33, 31] { conv(11, kernel = 5, padding = 2), }
    Five64: [64, 9, 9] -> [64, 5, 5] { conv(64, kernel = 5), }
    Seven3: [3, 48, 48] -> [16, 48, 48] { conv(16, kernel = 7, padding = 3), }
    Seven16: [16, 17, 17] -> [16, 17, 17] { conv(16, kernel = 7, padding = 3), }
    Seven32: [32, 10, 14] -> [23, 4, 8] { conv(23, kernel = 7), }
    LeNetPool: [6, 14, 14] -> [16, 5, 5] { conv(16, kernel = 5), prelu(per_channel), max_pool(2), }
    DigitsPool1: [1, 28, 28] -> [10, 12, 12] { conv(10, kernel = 5), prelu(per_channel), max_pool(2), }
    DigitsPool2: [10, 12, 12] -> [20, 4, 4] { conv(20, kernel = 5), prelu(per_channel), max_pool(2), }
    WidePool: [32, 16, 16] -> [64, 8, 8] { conv(64, kernel = 3, padding = 1), prelu(per_channel), max_pool(2), }
}

fn main() {
    let options = Options::parse();
    if options.test {
        return;
    }
    options.title("Convolutions of stride 1");
    compute(&options, CASES);
}

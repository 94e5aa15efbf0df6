//! Linear layers.
#![allow(missing_docs)]

use prelu_benches::sweep::{Options, compute};

prelu_benches::cases! {
    FcDigits: [320] -> [50] { linear(50), }
    FcLast: [50] -> [10] { linear(10), }
    FcTen: [64] -> [10] { linear(10), }
    FcOne: [128] -> [1] { linear(1), }
    FcPrime: [127] -> [113] { linear(113), }
    FcIn: [784] -> [128] { linear(128), }
    FcHidden: [256] -> [192] { linear(192), }
    Fc512: [512] -> [512] { linear(512), }
    FcWide: [784] -> [512] { linear(512), }
    FcSkew: [37] -> [1009] { linear(1009), }
    FcNarrow: [2048] -> [16] { linear(16), }
    FcThousand: [1024] -> [1000] { linear(1000), }
    FcVgg: [4096] -> [1000] { linear(1000), }
    Fc1024: [1024] -> [1024] { linear(1024), }
    FcPrelu: [320] -> [50] { linear(50), prelu(per_channel), }
}

fn main() {
    let options = Options::parse();
    if options.test {
        return;
    }
    options.title("Linear layers");
    compute(&options, CASES);
}

prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        residual(shortcut = { convolve(8) }) {
            conv(8, kernel = 3, padding = sme),
            dropout(rate = 3),
            conv(8),
        },
        fc: linear(4),
    }
}

fn main() {}

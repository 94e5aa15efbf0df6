prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block one() { conv(3, kernel = 1), two }
        block two() { relu, three }
        block three() { residual { one } }
        one,
        two,
        fc: linear(4),
    }
}

fn main() {}

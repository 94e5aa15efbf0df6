prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        const HUGE: usize = 170141183460469231731687303715884105728;
        conv(99999999999, kernel = 3),
        linear(- (-170141183460469231731687303715884105727 - 1)),
        fc: linear(HUGE),
    }
}

fn main() {}

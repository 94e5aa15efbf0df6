prelu::network! {
    pub struct Pools: [3, 6, 2] -> [3] {
        max_pool(4, stride = 2, ceil_mode = true), avg_pool(2, ceil_mode = yes), max_pool(2, ceil_mod = true),
        global_avg_pool,
    }
}

prelu::network! {
    pub struct Line: [3, 9] -> [3, 3] { max_pool(4, stride = 3, ceil_mode = true) }
}

prelu::network! {
    pub struct TooSmall: [3, 2, 9] -> [3] { avg_pool(5, stride = (2, 3), padding = 0, ceil_mode = true), global_avg_pool }
}

prelu::network! {
    pub struct LineTooSmall: [3, 2] -> [3] { avg_pool(5, stride = 2, ceil_mode = true), global_avg_pool }
}

fn main() {}

prelu::network! {
    #[budget(parameters <= 20_000, macs <= 400 * 1000, scratch <= 4KiB)]
    pub struct Net: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5),
        max_pool(2),
        conv2: conv(20, kernel = 5),
        max_pool(2),
        fc1: linear(50),
        fc2: linear(10),
    }
}

fn main() {
    let _: fn(u64) -> prelu::runtime::Box<Net> = Net::new;
}

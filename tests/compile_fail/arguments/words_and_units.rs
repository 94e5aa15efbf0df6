prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv(8, kernel = [3, 5], padding = "same"),
        conv(8kg, kernel = 3),
        conv(8, kernel = (1, 2, 3)),
        prelu(-shared),
        fc: linear(4),
    }
}

fn main() {}

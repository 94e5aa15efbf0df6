prelu::network! {
    /// Digits.
    pub struct Digits: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5) -> [10, 24, 24], prelu(per_channel), max_pool(2),
        conv2: conv(20, kernel = 5), prelu(per_channel), dropout_channels(0.5), max_pool(2),
        fc1: linear(50), prelu, dropout(0.5), fc2: linear(10),
    }
}
fn main() {
    let net = Digits::new(1);
    println!("{net:?}");
    let mut scratch = Digits::scratch();
    println!("{:?} {}", net.predict(&[[[0.0; 28]; 28]], &mut scratch), Digits::SCRATCH_BYTES);
}

//! x
use std::time::Instant;
prelu::network! {
    /// Digits.
    pub struct Digits: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5), prelu(per_channel), max_pool(2),
        conv2: conv(20, kernel = 5), prelu(per_channel), max_pool(2),
        fc1: linear(50), prelu(per_channel), fc2: linear(10),
    }
}
fn main() {
    use prelu::optim::*;
    let mut net = Digits::new(1);
    let mut xs = vec![[[[0.0f32; 28]; 28]; 1]; 64];
    let mut k = 1u64;
    for x in xs.iter_mut().flatten().flatten().flatten() { k ^= k << 13; k ^= k >> 7; k ^= k << 17; *x = (k >> 40) as f32 / (1u64 << 24) as f32 - 0.5; }
    let ts: Vec<usize> = (0..64).map(|i| i % 10).collect();
    for level in [prelu::Level::detect()] {
        for threads in [1] {
        let mut w = prelu::Workspace::<Digits>::with_level(level).threads(threads);
        let mut g = Digits::new(0);
        let mut sgd = Sgd::new(0.01).momentum(0.5);
        let mut best = f64::MAX;
        for _ in 0..60 {
            let t = Instant::now();
            for _ in 0..20 { w.gradients(&net, &xs, &ts, &prelu::loss::CrossEntropy, &mut g).unwrap(); sgd.step(net.floats_mut(), g.floats(), Digits::SUMMARY.parameters); }
            best = best.min(t.elapsed().as_secs_f64() / 20.0);
        }
        let mut ys = vec![[0.0; 10]; 64];
        let mut bi = f64::MAX;
        for _ in 0..20 { let t = Instant::now(); for _ in 0..20 { w.predict(&net, &xs, &mut ys).unwrap(); } bi = bi.min(t.elapsed().as_secs_f64() / 20.0); }
        println!("{level} {threads}: step {:.1} us, {:.0} img/s, {:.1} GFLOP/s; infer {:.0} img/s {:.1} GFLOP/s", best * 1e6, 64.0 / best, 64.0 * 1.297e6 * 2.0 / best / 1e9, 64.0 / bi, 64.0 * 480500.0 * 2.0 / bi / 1e9);
        }
    }
}

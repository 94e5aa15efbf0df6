//! A net with a layer of its own: Mish, x·tanh(softplus(x)) (Misra 2019), with a learned scale for each feature.
//!
//! ```text
//! cargo run --release --example custom
//! ```

use std::ops::ControlFlow;

use prelu::data::Mnist;
use prelu::loss::CrossEntropy;
use prelu::optim::Adam;
use prelu::runtime::math;
use prelu::{CustomLayer, Simd, Trainer};

/// y = a·x·tanh(ln(1 + eˣ)), with one a for each of N features.
struct ScaledMish;

/// tanh(ln(1 + eˣ)), and its derivative. With e = eˣ it is (e² + 2e) / (e² + 2e + 2), whose derivative is
/// 4e(e + 1) / (e² + 2e + 2)². Above 20 it is 1 to the last bit.
#[inline(always)]
fn gate<S: Simd>(s: S, x: S::V) -> (S::V, S::V) {
    let e = math::exp(s, s.min(s.splat(20.0), x));
    let numerator = s.mul(e, s.add(e, s.splat(2.0)));
    let denominator = s.add(numerator, s.splat(2.0));
    let slope = s.div(s.mul(s.splat(4.0), s.mul(e, s.add(e, s.splat(1.0)))), s.mul(denominator, denominator));
    (s.div(numerator, denominator), slope)
}

impl<const N: usize> CustomLayer<[f32; N], [f32; N]> for ScaledMish {
    const PARAMETERS: usize = N;

    fn forward<S: Simd>(s: S, scales: &[f32], x: &[S::V], y: &mut [S::V]) {
        for ((&x, y), &scale) in x.iter().zip(y).zip(scales) {
            *y = s.mul(s.splat(scale), s.mul(x, gate(s, x).0));
        }
    }

    fn backward<S: Simd>(s: S, scales: &[f32], gradient: &mut [f32], x: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
        for i in 0..x.len() {
            let (gate, slope) = gate(s, x[i]);
            let inner = s.fma(x[i], slope, gate);
            dx[i] = s.mul(s.splat(scales[i]), s.mul(dy[i], inner));
            gradient[i] += s.sum(s.mul(dy[i], s.mul(x[i], gate)));
        }
    }
}

prelu::network! {
    /// Two layers around one that prelu does not have.
    pub struct Digits: [1, 28, 28] -> [10] {
        fc1: linear(64),
        mish: custom(ScaledMish, parameters = 64, init = 1) -> [64],
        fc2: linear(10),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (train, test) = (Mnist::synthetic(1, 10_000), Mnist::synthetic(2, 2_000));
    println!("{}\n", Digits::SUMMARY);
    let mut trainer = Trainer::new(Digits::new(1), Adam::new(2e-3), CrossEntropy).threads(0);
    for epoch in 1..=5 {
        let trained = trainer.epoch(&train, |_| ControlFlow::Continue(()))?;
        let tested = trainer.evaluate(&test, 1000)?;
        let accuracy = 100.0 * tested.accuracy.unwrap_or(0.0);
        println!("epoch {epoch}/5 train_loss {:.4} test_loss {:.4} test_acc {accuracy:.2}%", trained.loss, tested.loss);
    }
    let scales = trainer.net().mish.weight;
    let (least, most) = scales.iter().fold((f32::MAX, f32::MIN), |(least, most), &a| (least.min(a), most.max(a)));
    println!("learned scales: {least:.3} to {most:.3}");
    Ok(())
}

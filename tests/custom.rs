//! Layers of a user's own.
#![allow(missing_docs)]

use prelu::loss::Mse;
use prelu::runtime::tensor::zeroed_vec;
use prelu::{CustomLayer, Level, Parameters, Simd, Workspace};

/// The prelu of each channel, written anew.
struct Leak;

impl<const C: usize, const H: usize, const W: usize> CustomLayer<[[[f32; W]; H]; C], [[[f32; W]; H]; C]> for Leak {
    const PARAMETERS: usize = C;

    fn forward<S: Simd>(s: S, parameters: &[f32], x: &[S::V], y: &mut [S::V]) {
        for (i, (x, y)) in x.iter().zip(y).enumerate() {
            let slope = s.splat(parameters[i / (H * W)]);
            *y = s.select(s.gt(*x, s.splat(0.0)), *x, s.mul(slope, *x));
        }
    }

    fn backward<S: Simd>(s: S, parameters: &[f32], gradient: &mut [f32], x: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
        for i in 0..x.len() {
            let (slope, positive) = (s.splat(parameters[i / (H * W)]), s.gt(x[i], s.splat(0.0)));
            dx[i] = s.select(positive, dy[i], s.mul(slope, dy[i]));
            gradient[i / (H * W)] += s.sum(s.select(positive, s.splat(0.0), s.mul(x[i], dy[i])));
        }
    }
}

mod shapes {
    /// The sum of each channel, which has no parameters and another shape.
    pub(crate) struct Total;
}

impl<const C: usize, const N: usize> CustomLayer<[[[f32; N]; N]; C], [f32; C]> for shapes::Total {
    fn forward<S: Simd>(s: S, _: &[f32], x: &[S::V], y: &mut [S::V]) {
        for (x, y) in x.chunks_exact(N * N).zip(y) {
            *y = x.iter().fold(s.splat(0.0), |total, &x| s.add(total, x));
        }
    }

    fn backward<S: Simd>(_: S, _: &[f32], _: &mut [f32], _: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
        for (dx, dy) in dx.chunks_exact_mut(N * N).zip(dy) {
            dx.fill(*dy);
        }
    }
}

prelu::network! {
    struct Own: [2, 6, 6] -> [3] {
        conv1: conv(4, kernel = 3), act: custom(Leak, parameters = 4, init = 0.25) -> [4, 4, 4],
        total: custom(shapes::Total) -> [4], fc: linear(3),
    }
}

prelu::network! {
    struct Built: [2, 6, 6] -> [3] { conv1: conv(4, kernel = 3), act: prelu(per_channel), global_avg_pool, fc: linear(3) }
}

#[test]
fn a_layer_of_ones_own_is_a_layer() {
    assert_eq!(Own::PARAMETERS, Built::PARAMETERS);
    let keys =
        |parameters: &[prelu::runtime::summary::ParameterSummary]| parameters.iter().map(|p| p.key).collect::<Vec<_>>();
    assert_eq!(keys(Own::SUMMARY.parameters), keys(Built::SUMMARY.parameters));
    let own = Own::new(5);
    let mut built = Built::new(0);
    built.floats_mut().copy_from_slice(own.floats());
    assert_eq!(own.act.weight, [0.25; 4]);
    // A mean is a sixteenth of a sum.
    built.fc.weight.iter_mut().flatten().for_each(|w| *w *= 16.0);
    let mut xs = zeroed_vec::<[[[f32; 6]; 6]; 2]>(21);
    let numbers = prelu::runtime::rng::Stream::new(4);
    xs.iter_mut().flatten().flatten().flatten().enumerate().for_each(|(i, x)| *x = numbers.uniform(i as u64) - 0.5);
    let ts = vec![[1.0, 0.0, -1.0]; 21];
    for level in Level::available() {
        let (mut a, mut b) = (vec![[0.0; 3]; 21], vec![[0.0; 3]; 21]);
        Workspace::with_level(level).predict(&*own, &xs, &mut a).unwrap();
        Workspace::with_level(level).predict(&*built, &xs, &mut b).unwrap();
        let close =
            |a: f32, b: f32, what: &str| assert!((a - b).abs() <= 1e-5 * (1.0 + b.abs()), "{level}: {what}: {a}, {b}");
        a.iter().flatten().zip(b.iter().flatten()).for_each(|(&a, &b)| close(a, b, "output"));
        let (mut a, mut b) = (Own::zeroed_box(), Built::zeroed_box());
        Workspace::with_level(level).gradients(&*own, &xs, &ts, &Mse::new(), &mut a).unwrap();
        Workspace::with_level(level).gradients(&*built, &xs, &ts, &Mse::new(), &mut b).unwrap();
        b.fc.weight.iter_mut().flatten().for_each(|g| *g *= 16.0);
        for tensor in Own::SUMMARY.parameters {
            let pairs = a.floats()[tensor.range()].iter().zip(&b.floats()[tensor.range()]);
            pairs.for_each(|(&a, &b)| close(a, b, tensor.key));
        }
    }
}

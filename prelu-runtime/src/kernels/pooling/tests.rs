//! Pools of blocks and of single samples against plain loops: long sums, and numbers that are not finite.

use super::Geometry;
use crate::layers::{avg_pool, max_pool, upsample};
use crate::rng::Stream;
use crate::simd::{Level, Program, Simd, Single, dispatch, lanes, lanes_mut};

macro_rules! geometries {
    ($($name:ident: $input:tt -> $output:tt, $kernel:tt, $stride:tt, $padding:tt;)*) => {
        $(
            #[derive(Clone, Copy)]
            struct $name;
            impl Geometry for $name {
                const INPUT: [usize; 3] = $input;
                const OUTPUT: [usize; 3] = $output;
                const KERNEL: [usize; 2] = $kernel;
                const STRIDE: [usize; 2] = $stride;
                const PADDING: [usize; 2] = $padding;
            }
        )*
    };
}

geometries! {
    Square: [1, 256, 256] -> [1, 1, 1], [256, 256], [256, 256], [0, 0];
    Tall: [1, 65_536, 1] -> [1, 1, 1], [65_536, 1], [65_536, 1], [0, 0];
    Wide: [1, 1, 65_536] -> [1, 1, 1], [1, 65_536], [1, 65_536], [0, 0];
    Images: [2, 224, 448] -> [2, 1, 2], [224, 224], [224, 224], [0, 0];
    Sliding: [2, 20, 45] -> [2, 12, 37], [9, 9], [1, 1], [0, 0];
    Striding: [2, 20, 90] -> [2, 4, 40], [11, 11], [3, 2], [0, 0];
    Crowd: [1, 1, 2049] -> [1, 1, 2049], [1, 2049], [1, 1], [0, 1024];
    Pairs: [2, 6, 38] -> [2, 3, 19], [2, 2], [2, 2], [0, 0];
    Gaps: [1, 8, 11] -> [1, 2, 3], [2, 2], [4, 4], [0, 0];
    Padded: [2, 7, 8] -> [2, 7, 8], [3, 3], [1, 1], [1, 1];
    Over: [2, 6, 37] -> [2, 3, 18], [3, 3], [2, 2], [0, 0];
    OverPadded: [1, 6, 7] -> [1, 4, 4], [3, 3], [2, 2], [1, 1];
    OverApart: [1, 5, 5] -> [1, 3, 3], [2, 2], [2, 2], [0, 0];
    OverAll: [1, 2, 1] -> [1, 1, 1], [3, 3], [2, 3], [0, 0];
    OverLarge: [1, 12, 13] -> [1, 3, 3], [9, 9], [2, 3], [0, 0];
    OverCrowd: [1, 12, 13] -> [1, 4, 5], [9, 9], [1, 1], [0, 0];
}

/// What the kernels make of samples, one in each lane, and of each alone.
struct Found {
    largest: Vec<Vec<f32>>,
    largest_alone: Vec<Vec<f32>>,
    winners_dx: Vec<Vec<f32>>,
    mean: Vec<Vec<f32>>,
    mean_alone: Vec<Vec<f32>>,
    mean_dx: Vec<Vec<f32>>,
    sum: Vec<Vec<f32>>,
}

struct Pools<'a, G> {
    layer: G,
    /// Those of the first lanes; the same again in the next ones.
    x: &'a [Vec<f32>],
    dy: &'a [Vec<f32>],
}

fn pack<S: Simd>(s: S, samples: &[Vec<f32>]) -> Vec<S::V> {
    let mut packed = vec![s.splat(0.0); samples[0].len()];
    for (lane, sample) in samples.iter().cycle().take(S::LANES).enumerate() {
        for (i, &x) in sample.iter().enumerate() {
            lanes_mut(&mut packed)[i * S::LANES + lane] = x;
        }
    }
    packed
}

fn unpack<S: Simd>(x: &[S::V]) -> Vec<Vec<f32>> {
    (0..S::LANES).map(|lane| lanes(x).iter().skip(lane).step_by(S::LANES).copied().collect()).collect()
}

impl<G: Geometry> Program for Pools<'_, G> {
    type Output = Found;
    fn run<S: Simd>(self, s: S) -> Found {
        let Self { layer, .. } = self;
        let (x, dy) = (pack(s, self.x), pack(s, self.dy));
        let (mut y, mut saved, mut dx) = (dy.clone(), dy.clone(), x.clone());
        s.call(max_pool::Forward { layer, x: &x, y: &mut y, saved: &mut saved });
        let largest = unpack::<S>(&y);
        s.call(max_pool::Backward { layer, saved: &saved, dy: &dy, dx: &mut dx });
        let winners_dx = unpack::<S>(&dx);
        s.call(avg_pool::Forward { layer, x: &x, y: &mut y });
        let mean = unpack::<S>(&y);
        s.call(avg_pool::Backward { layer, dy: &dy, dx: &mut dx });
        let mean_dx = unpack::<S>(&dx);
        s.call(upsample::Backward { layer, dy: &x, dx: &mut y });
        let mut found = Found {
            largest,
            largest_alone: Vec::new(),
            winners_dx,
            mean,
            mean_alone: Vec::new(),
            mean_dx,
            sum: unpack::<S>(&y),
        };
        let one = Single::new(s);
        for x in self.x.iter().cycle().take(S::LANES) {
            let (mut largest, mut mean) = (self.dy[0].clone(), self.dy[0].clone());
            one.call(max_pool::Forward { layer, x, y: &mut largest, saved: &mut [] });
            one.call(avg_pool::Forward { layer, x, y: &mut mean });
            found.largest_alone.push(largest);
            found.mean_alone.push(mean);
        }
        found
    }
}

/// PyTorch's rules in plain loops and f64; with gradients, also the sums of their terms' sizes.
struct Plain {
    largest: Vec<f32>,
    winners_dx: Vec<[f64; 2]>,
    mean: Vec<[f64; 2]>,
    mean_dx: Vec<[f64; 2]>,
}

fn plain<G: Geometry>(x: &[f32], dy: &[f32]) -> Plain {
    let ([channels, height, width], [_, rows, columns]) = (G::INPUT, G::OUTPUT);
    let mut found = Plain {
        largest: Vec::new(),
        winners_dx: vec![[0.0; 2]; x.len()],
        mean: Vec::new(),
        mean_dx: vec![[0.0; 2]; x.len()],
    };
    let add = |sum: &mut [f64; 2], term: f64| *sum = [sum[0] + term, sum[1] + term.abs()];
    for output in 0..channels * rows * columns {
        let (c, i, j) = (output / (rows * columns), output / columns % rows, output % columns);
        // As ATen's kernels: from the start, with the padding, to an end that may lie behind the input.
        let bounds = |axis: usize, i: usize, size: usize| {
            let start = (i * G::STRIDE[axis]) as isize - G::PADDING[axis] as isize;
            let end = (start + G::KERNEL[axis] as isize).min((size + G::PADDING[axis]) as isize);
            (start.max(0) as usize..end.min(size as isize) as usize, (end - start) as usize)
        };
        let ((inside_rows, tall), (inside_columns, wide)) = (bounds(0, i, height), bounds(1, j, width));
        let pixels =
            inside_rows.flat_map(|row| inside_columns.clone().map(move |column| (c * height + row) * width + column));
        let pixels: Vec<usize> = pixels.collect();
        let (mut largest, mut winner) = (f32::NEG_INFINITY, pixels[0]);
        for &pixel in &pixels {
            if x[pixel] > largest || x[pixel].is_nan() {
                (largest, winner) = (x[pixel], pixel);
            }
        }
        found.largest.push(largest);
        add(&mut found.winners_dx[winner], f64::from(dy[output]));
        let (mut sum, count) = ([0.0; 2], (tall * wide) as f64);
        for &pixel in &pixels {
            add(&mut sum, f64::from(x[pixel]) / count);
            add(&mut found.mean_dx[pixel], f64::from(dy[output]) / count);
        }
        found.mean.push(sum);
    }
    found
}

/// Whether a sum is what it should be, as far as f32 goes.
fn same(got: f32, [want, sizes]: [f64; 2]) -> bool {
    let got = f64::from(got);
    (got.is_nan() && want.is_nan()) || got == want || (got - want).abs() <= 3e-6 * sizes
}

/// Compares all pools of samples with the plain ones, and of single samples with those of a batch.
fn check<G: Geometry>(layer: G, name: &str, x: &[Vec<f32>], dy: &[Vec<f32>]) {
    let wanted: Vec<Plain> = x.iter().zip(dy).map(|(x, dy)| plain::<G>(x, dy)).collect();
    for level in Level::available() {
        let found = dispatch(level, Pools { layer, x, dy });
        for (n, want) in wanted.iter().cycle().take(found.largest.len()).enumerate() {
            for (i, &want) in want.largest.iter().enumerate() {
                for got in [found.largest[n][i], found.largest_alone[n][i]] {
                    let same = got == want || got.is_nan() && want.is_nan();
                    assert!(same, "{name} on {level}: the largest of window {i} is {got}, not {want}");
                }
            }
            for (i, &want) in want.mean.iter().enumerate() {
                let (got, alone) = (found.mean[n][i], found.mean_alone[n][i]);
                assert!(same(got, want), "{name} on {level}: the mean of window {i} is {got}, not {}", want[0]);
                let alike = got.to_bits() == alone.to_bits() || got.is_nan() && alone.is_nan();
                assert!(alike, "{name} on {level}: the mean of window {i} is {got} in a batch, {alone} alone");
            }
            for (what, got, want) in
                [("largest", &found.winners_dx[n], &want.winners_dx), ("mean", &found.mean_dx[n], &want.mean_dx)]
            {
                for (i, (&got, &want)) in got.iter().zip(want).enumerate() {
                    assert!(same(got, want), "{name} on {level}: dx {i} by the {what} is {got}, not {}", want[0]);
                }
            }
        }
    }
}

fn samples(len: usize, value: impl Fn(usize, usize) -> f32) -> Vec<Vec<f32>> {
    (0..4).map(|n| (0..len).map(|i| value(n, i)).collect()).collect()
}

fn len(shape: [usize; 3]) -> usize {
    shape.iter().product()
}

macro_rules! all {
    ($check:ident: $($name:ident)*) => { $($check($name, stringify!($name));)* };
}

#[test]
fn sums_of_many_keep_their_digits_alone_and_in_a_batch() {
    fn sums<G: Geometry>(layer: G, name: &str) {
        let stream = Stream::new(5);
        let uniform = |n: usize, i: usize| stream.uniform((n << 20 | i) as u64);
        // Equal terms, whose roundings all go one way; terms of one sign; of both.
        let equal = |n: usize, _: usize| [37.3, 0.1, 1.0 / 3.0, 16_777_213.0][n % 4];
        let shape = |value: &dyn Fn(usize, usize) -> f32| {
            check(layer, name, &samples(len(G::INPUT), value), &samples(len(G::OUTPUT), value));
        };
        shape(&equal);
        shape(&uniform);
        shape(&|n, i| uniform(n, i) - 0.5);
        // Of upsampling, the way back is the sum.
        let x = samples(len(G::INPUT), equal);
        for level in Level::available() {
            let found = dispatch(level, Pools { layer, x: &x, dy: &samples(len(G::OUTPUT), equal) });
            for (n, sums) in found.sum.iter().enumerate() {
                let want = plain::<G>(&x[n % x.len()], &vec![0.0; len(G::OUTPUT)]);
                let count = (G::KERNEL[0] * G::KERNEL[1]) as f64;
                for (&got, want) in sums.iter().zip(want.mean) {
                    assert!(same(got, want.map(|x| x * count)), "{name} on {level}: {got}, not {}", want[0] * count);
                }
            }
        }
    }
    all! { sums: Square Tall Wide Images Sliding Striding Crowd Pairs Gaps Padded }
}

#[test]
fn windows_that_reach_over_the_edge_are_cut() {
    fn cut<G: Geometry>(layer: G, name: &str) {
        let stream = Stream::new(6);
        let value = |n: usize, i: usize| stream.normal((n << 20 | i) as u64);
        check(layer, name, &samples(len(G::INPUT), value), &samples(len(G::OUTPUT), value));
        // All below zero: what is cut off must not win.
        check(layer, name, &samples(len(G::INPUT), |n, i| -1.0 - value(n, i).abs()), &samples(len(G::OUTPUT), value));
    }
    all! { cut: Pairs Gaps Padded Over OverPadded OverApart OverAll OverLarge OverCrowd Sliding Striding }
}

#[test]
fn numbers_that_are_not_finite_stay_where_they_are() {
    fn values<G: Geometry>(layer: G, name: &str) {
        const INFINITY: f32 = f32::INFINITY;
        for (seed, set) in [
            &[f32::NAN, INFINITY, -INFINITY, 0.0, 1.0, -2.0][..],
            &[-INFINITY],
            &[-INFINITY, f32::NAN],
            &[INFINITY, 3.0],
            &[-INFINITY, -7.0],
            &[f32::NAN],
            &[-0.0, 0.0],
        ]
        .iter()
        .enumerate()
        {
            let stream = Stream::new(seed as u64);
            let pick = |n: usize, i: usize| set[(stream.uniform((n << 20 | i) as u64) * set.len() as f32) as usize];
            // One in five, so that windows differ in what they have.
            let rare = |n: usize, i: usize| match stream.uniform((1 << 40 | n << 20 | i) as u64) {
                u if u < 0.2 => pick(n, i),
                u => u,
            };
            check(layer, name, &samples(len(G::INPUT), pick), &samples(len(G::OUTPUT), rare));
            check(layer, name, &samples(len(G::INPUT), rare), &samples(len(G::OUTPUT), pick));
        }
    }
    all! { values: Pairs Gaps Padded Over OverPadded OverApart OverAll OverLarge OverCrowd Sliding Striding }
}

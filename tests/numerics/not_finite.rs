//! NaN and both infinities through every layer and loss, forward and backward, on every level, against the formulas in f64.
//!
//! Formulas are PyTorch's, with its rules where one has a case: a rectifier passes the gradient of a NaN, the last NaN of a
//! window wins, and a slope learns nothing from what is positive.

use prelu::runtime::network::predict_single;
use prelu::runtime::scratch::Line;
use prelu::runtime::tensor::zeroed_vec;
use prelu::{Level, Network, Parameters, Tensor, Workspace};

use crate::{Source, Weighted};

const SPECIAL: [f64; 3] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
/// A full block of every level: there is no lane without a sample.
const SAMPLES: usize = 16;

/// A layer in f64. Indices are of the elements of its input.
enum Op {
    /// A function of each element, and its gradient from x and dy.
    Each(fn(f64) -> f64, fn(f64, f64) -> f64),
    /// Two of them, one behind the other.
    Both([fn(f64) -> f64; 2], [fn(f64, f64) -> f64; 2]),
    /// y = x where x > 0, else slope·x, with a slope for each run of elements.
    Prelu(usize),
    /// y\[output\] += weight·x\[input\] for each (output, input, weight), from a bias for each run of outputs.
    Affine(Vec<[usize; 3]>, usize, usize),
    /// The largest of each window, the last NaN if there is one.
    Largest(Vec<Vec<usize>>),
    /// The largest of each window, the first NaN if there is one.
    Pieces(Vec<Vec<usize>>),
    /// The sum of each window, divided.
    Mean(Vec<Vec<usize>>, f64),
    Softmax,
    LogSoftmax,
    /// With ε, and weights and biases behind it, one for each run of elements.
    Norm(f64, usize),
}

/// What a layer gives back: its output; and, with dy, dx and the gradient of its parameters.
struct Ran {
    y: Vec<f64>,
    dx: Vec<f64>,
    dp: Vec<f64>,
}

/// The place of the largest, as PyTorch's pools find it.
fn winner(x: &[f64], window: &[usize]) -> usize {
    window.iter().copied().reduce(|best, i| if x[i] > x[best] || x[i].is_nan() { i } else { best }).unwrap()
}

/// The place of the largest, as PyTorch's `max` along a dimension finds it.
fn piece(x: &[f64], window: &[usize]) -> usize {
    window.iter().copied().find(|&i| x[i].is_nan()).unwrap_or_else(|| winner(x, window))
}

impl Op {
    /// How many parameters it has for an input of so many elements.
    fn parameters(&self, inputs: usize) -> usize {
        match self {
            Self::Prelu(run) => inputs / run,
            Self::Affine(terms, outputs, run) => 1 + terms.iter().map(|t| t[2]).max().unwrap() + outputs / run,
            Self::Norm(_, run) => 2 * inputs / run,
            _ => 0,
        }
    }

    fn forward(&self, p: &[f64], x: &[f64]) -> Vec<f64> {
        match self {
            Self::Each(f, _) => x.iter().map(|&x| f(x)).collect(),
            Self::Both(f, _) => f.iter().flat_map(|f| x.iter().map(|&x| f(x))).collect(),
            Self::Prelu(run) => x.iter().enumerate().map(|(i, &x)| if x > 0.0 { x } else { p[i / run] * x }).collect(),
            Self::Affine(terms, outputs, run) => {
                let biases = &p[p.len() - outputs / run..];
                let mut y: Vec<f64> = (0..*outputs).map(|o| biases[o / run]).collect();
                terms.iter().for_each(|&[o, i, w]| y[o] += p[w] * x[i]);
                y
            }
            Self::Largest(windows) => windows.iter().map(|window| x[winner(x, window)]).collect(),
            Self::Pieces(windows) => windows.iter().map(|window| x[piece(x, window)]).collect(),
            Self::Mean(windows, count) => {
                windows.iter().map(|window| window.iter().map(|&i| x[i]).sum::<f64>() / count).collect()
            }
            Self::Softmax => {
                let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let e: Vec<f64> = x.iter().map(|x| (x - largest).exp()).collect();
                e.iter().map(|y| y / e.iter().sum::<f64>()).collect()
            }
            Self::LogSoftmax => {
                let largest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = x.iter().map(|x| (x - largest).exp()).sum();
                x.iter().map(|x| x - largest - sum.ln()).collect()
            }
            Self::Norm(eps, run) => {
                let [w, b] = [&p[..p.len() / 2], &p[p.len() / 2..]];
                Self::normalized(*eps, x).0.iter().enumerate().map(|(i, x)| w[i / run] * x + b[i / run]).collect()
            }
        }
    }

    /// x̂, and what it was divided by.
    fn normalized(eps: f64, x: &[f64]) -> (Vec<f64>, f64) {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        let deviation = (x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n + eps).sqrt();
        (x.iter().map(|x| (x - mean) / deviation).collect(), deviation)
    }

    fn run(&self, p: &[f64], x: &[f64], dy: &[f64]) -> Ran {
        let y = self.forward(p, x);
        let (mut dx, mut dp) = (vec![0.0; x.len()], vec![0.0; p.len()]);
        match self {
            Self::Each(_, g) => dx = x.iter().zip(dy).map(|(&x, &dy)| g(x, dy)).collect(),
            Self::Both(_, g) => {
                for (g, dy) in g.iter().zip(dy.chunks(x.len())) {
                    dx.iter_mut().zip(x).zip(dy).for_each(|((dx, &x), &dy)| *dx += g(x, dy));
                }
            }
            Self::Prelu(run) => {
                for (i, (&x, &dy)) in x.iter().zip(dy).enumerate() {
                    dx[i] = if x > 0.0 { dy } else { p[i / run] * dy };
                    dp[i / run] += if x > 0.0 { 0.0 } else { x * dy };
                }
            }
            Self::Affine(terms, outputs, run) => {
                for &[o, i, w] in terms {
                    dx[i] += p[w] * dy[o];
                    dp[w] += dy[o] * x[i];
                }
                let biases = p.len() - outputs / run;
                dy.iter().enumerate().for_each(|(o, dy)| dp[biases + o / run] += dy);
            }
            Self::Largest(windows) => windows.iter().zip(dy).for_each(|(window, dy)| dx[winner(x, window)] += dy),
            Self::Pieces(windows) => windows.iter().zip(dy).for_each(|(window, dy)| dx[piece(x, window)] += dy),
            Self::Mean(windows, count) => {
                windows.iter().zip(dy).for_each(|(window, dy)| window.iter().for_each(|&i| dx[i] += dy / count));
            }
            Self::Softmax => {
                let sum: f64 = dy.iter().zip(&y).map(|(dy, y)| dy * y).sum();
                dx = dy.iter().zip(&y).map(|(dy, y)| y * (dy - sum)).collect();
            }
            Self::LogSoftmax => {
                let sum: f64 = dy.iter().sum();
                dx = dy.iter().zip(&y).map(|(dy, y)| dy - y.exp() * sum).collect();
            }
            Self::Norm(eps, run) => {
                let (normalized, deviation) = Self::normalized(*eps, x);
                let (half, n) = (p.len() / 2, x.len() as f64);
                for (i, (&dy, x)) in dy.iter().zip(&normalized).enumerate() {
                    dp[i / run] += dy * x;
                    dp[half + i / run] += dy;
                }
                // The weight of a channel multiplies at last, those of elements at first: as in PyTorch.
                let channel = *run == x.len();
                let weight = |i: usize| if channel { 1.0 } else { p[i / run] };
                let g: Vec<f64> = dy.iter().enumerate().map(|(i, dy)| dy * weight(i)).collect();
                let mean = g.iter().sum::<f64>() / n;
                let slope = g.iter().zip(&normalized).map(|(g, x)| g * x).sum::<f64>() / n;
                let last = if channel { p[0] } else { 1.0 };
                dx = g.iter().zip(&normalized).map(|(g, x)| (g - mean - x * slope) / deviation * last).collect();
            }
        }
        Ran { y, dx, dp }
    }
}

/// Runs layers one after the other: the output, and the gradient of the input and all parameters.
fn run(ops: &[Op], parameters: &[f64], x: &[f64], dy: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (mut inputs, mut offsets, mut at) = (vec![x.to_vec()], Vec::new(), 0);
    for op in ops {
        let x = inputs.last().unwrap();
        let count = op.parameters(x.len());
        let y = op.forward(&parameters[at..at + count], x);
        offsets.push(at..at + count);
        at += count;
        inputs.push(y);
    }
    assert_eq!(at, parameters.len());
    let (mut d, mut dp) = (dy.to_vec(), vec![0.0; parameters.len()]);
    for ((op, range), x) in ops.iter().zip(offsets).zip(&inputs).rev() {
        let ran = op.run(&parameters[range.clone()], x, &d);
        assert_eq!(ran.y.len(), d.len());
        dp[range].copy_from_slice(&ran.dp);
        d = ran.dx;
    }
    (inputs.pop().unwrap(), [d, dp].concat())
}

fn same(got: f32, want: f64) -> bool {
    let got = f64::from(got);
    got == want || (got.is_nan() && want.is_nan()) || (got - want).abs() <= 1e-4 * (1.0 + want.abs())
}

/// A number that is not near a kink, and of both signs.
fn plain(i: usize) -> f64 {
    f64::from((((i * 37 + 11) % 19) as f32 - 9.3) / 5.0 + ((i * i) % 7) as f32 / 64.0)
}

/// Puts each special number at places of the input, the gradient of the output and the parameters, one after the other, and
/// compares a net with formulas. `predicts` is for the layers that do something else in prediction.
fn check<N: Network>(name: &str, ops: &[Op], predicts: Option<&[Op]>) {
    let parameters = N::SUMMARY.parameters;
    let (inputs, all) = (parameters[0].len, N::PARAMETERS);
    let outputs = N::Output::LEN;
    let places = |n: usize| if n == 0 { vec![] } else { vec![0, n / 2, n - 1] };
    let mut cases = vec![(0, f64::NAN, 0); 0];
    for special in SPECIAL {
        cases.extend(places(inputs).into_iter().map(|i| (0, special, i)));
        cases.extend(places(outputs).into_iter().map(|i| (1, special, i)));
        cases.extend(places(all - inputs).into_iter().map(|i| (2, special, i)));
    }
    for level in Level::available() {
        let mut workspace = Workspace::<N>::with_level(level);
        for &(what, special, place) in &cases {
            let case = format!("{name} on {level}: {special} at {place} of {}", ["x", "dy", "the parameters"][what]);
            let value =
                |which: usize, i: usize| if what == which && i == place { special } else { plain(i + 5 * which) };
            let x: Vec<f64> = (0..inputs).map(|i| value(0, i)).collect();
            let dy: Vec<f64> = (0..outputs).map(|i| value(1, i)).collect();
            let p: Vec<f64> = (0..all - inputs).map(|i| value(2, i)).collect();
            let (y, gradient) = run(ops, &p, &x, &dy);

            let mut net = N::zeroed_box();
            for (tensor, buffer) in N::SUMMARY.buffers.iter().map(|b| (b.offset..b.offset + b.len, b)) {
                net.floats_mut()[tensor].fill(if buffer.key.ends_with("running_var") { 1.0 } else { 0.0 });
            }
            let ranges = || parameters.iter().flat_map(|tensor| tensor.range());
            for (i, value) in ranges().zip(x.iter().chain(&p)) {
                net.floats_mut()[i] = *value as f32;
            }
            let xs: Vec<N::Input> = zeroed_vec(SAMPLES);
            let targets = vec![dy.iter().map(|&d| d as f32).collect::<Vec<f32>>(); SAMPLES];
            let mut got = N::zeroed_box();
            let loss = workspace.gradients(&net, &xs, &targets, &Weighted, &mut got).unwrap();
            let want: f64 = y.iter().zip(&dy).map(|(y, dy)| y * dy).sum();
            assert!(same(loss, want), "{case}: the loss is {loss}, not {want}");
            for (n, (i, want)) in ranges().zip(&gradient).enumerate() {
                let got = got.floats()[i];
                assert!(same(got, *want), "{case}: gradient {n} is {got}, not {want}");
            }

            let y = predicts.map_or(y, |ops| run(ops, &p, &x, &dy).0);
            let mut ys: Vec<N::Output> = zeroed_vec(SAMPLES + 1);
            let (batch, alone) = ys.split_at_mut(SAMPLES);
            workspace.predict(&net, &xs, batch).unwrap();
            predict_single(&*net, level, &xs[0], &mut alone[0], &mut vec![Line::ZERO; N::SCRATCH_LINES]);
            for (sample, got) in ys.iter().enumerate() {
                for (i, (&got, &want)) in got.floats().iter().zip(&y).enumerate() {
                    assert!(same(got, want), "{case}: output {i} of sample {sample} is {got}, not {want}");
                }
            }
        }
    }
}

/// Tests of a layer: the shapes around it, the elements of its input, its text, and its formula.
macro_rules! layers {
    ($($name:ident: $input:tt $n:literal -> $output:tt, { $($layers:tt)* }, $ops:expr $(, in prediction $predicts:expr)?;)*) => {
        $(
            #[test]
            fn $name() {
                prelu::network! {
                    struct Net: [1] -> $output { x: custom(Source, parameters = $n) -> $input, $($layers)* }
                }
                #[allow(unused_mut, unused_assignments)]
                let mut predicts: Option<&[Op]> = None;
                $(let alternative = $predicts; predicts = Some(&alternative);)?
                check::<Net>(stringify!($name), &$ops, predicts);
            }
        )*
    };
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// 1 − erf(|x|) by its continued fraction, and near 0 by its series (Abramowitz and Stegun 7.1.14, 7.1.6).
fn erfc(x: f64) -> f64 {
    let a = x.abs();
    let y = if a.is_infinite() {
        0.0
    } else if a < 2.0 {
        let (mut term, mut sum) = (a, a);
        for n in 1..60 {
            term *= 2.0 * a * a / f64::from(2 * n + 1);
            sum += term;
        }
        1.0 - std::f64::consts::FRAC_2_SQRT_PI * (-a * a).exp() * sum
    } else {
        let fraction = (1..100).rev().fold(a, |f, n| a + 0.5 * f64::from(n) / f);
        0.5 * std::f64::consts::FRAC_2_SQRT_PI * (-a * a).exp() / fraction
    };
    if x < 0.0 { 2.0 - y } else { y }
}

fn normal(x: f64) -> f64 {
    0.5 * erfc(-x / 2f64.sqrt())
}

/// Windows of `size` × `size` of one channel after the other, side by side.
fn windows([channels, height, width]: [usize; 3], size: usize) -> Vec<Vec<usize>> {
    let mut windows = Vec::new();
    for c in 0..channels {
        for i in 0..height / size {
            for j in 0..width / size {
                let pixel = |k: usize| (c * height + i * size + k / size) * width + j * size + k % size;
                windows.push((0..size * size).map(pixel).collect());
            }
        }
    }
    windows
}

/// The products of a convolution without padding: (output, input, weight).
fn products([channels, height, width]: [usize; 3], outputs: usize, kernel: usize, stride: usize) -> Op {
    let (rows, columns) = ((height - kernel) / stride + 1, (width - kernel) / stride + 1);
    let mut terms = Vec::new();
    for o in 0..outputs {
        for (i, j) in (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))) {
            for c in 0..channels {
                for (u, v) in (0..kernel).flat_map(|u| (0..kernel).map(move |v| (u, v))) {
                    let weight = ((o * channels + c) * kernel + u) * kernel + v;
                    let pixel = (c * height + i * stride + u) * width + j * stride + v;
                    terms.push([(o * rows + i) * columns + j, pixel, weight]);
                }
            }
        }
    }
    Op::Affine(terms, outputs * rows * columns, rows * columns)
}

/// The products of a linear layer.
fn dense(inputs: usize, outputs: usize) -> Op {
    let terms = (0..outputs).flat_map(|o| (0..inputs).map(move |i| [o, i, o * inputs + i]));
    Op::Affine(terms.collect(), outputs, 1)
}

const RELU: Op = Op::Each(|x| if x.is_nan() { x } else { x.max(0.0) }, |x, dy| if x <= 0.0 { 0.0 } else { dy });

layers! {
    identity: [7] 7 -> [7], { identity }, [Op::Each(|x| x, |_, dy| dy)];
    flatten: [2, 2, 3] 12 -> [12], { flatten }, [Op::Each(|x| x, |_, dy| dy)];
    relu: [7] 7 -> [7], { relu }, [RELU];
    relu6: [7] 7 -> [7], { relu6 },
        [Op::Each(|x| x.clamp(0.0, 6.0), |x, dy| if x <= 0.0 || x >= 6.0 { 0.0 } else { dy })];
    leaky_relu: [7] 7 -> [7], { leaky_relu(0.25) },
        [Op::Each(|x| if x > 0.0 { x } else { 0.25 * x }, |x, dy| if x > 0.0 { dy } else { 0.25 * dy })];
    elu: [7] 7 -> [7], { elu(0.5) },
        [Op::Each(|x| if x > 0.0 { x } else { 0.5 * x.exp_m1() }, |x, dy| if x > 0.0 { dy } else { 0.5 * x.exp() * dy })];
    selu: [7] 7 -> [7], { selu }, [Op::Each(
        |x| 1.0507009873554805 * if x > 0.0 { x } else { 1.6732632423543772 * x.exp_m1() },
        |x, dy| 1.0507009873554805 * dy * if x > 0.0 { 1.0 } else { 1.6732632423543772 * x.exp() },
    )];
    gelu: [7] 7 -> [7], { gelu }, [Op::Each(
        |x| x * normal(x),
        |x, dy| dy * (normal(x) + x * (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()),
    )];
    silu: [7] 7 -> [7], { silu },
        [Op::Each(|x| x * sigmoid(x), |x, dy| dy * (sigmoid(x) + x * sigmoid(x) * sigmoid(-x)))];
    softplus: [7] 7 -> [7], { softplus },
        [Op::Each(|x| if x > 20.0 { x } else { x.exp().ln_1p() }, |x, dy| dy * sigmoid(x))];
    tanh: [7] 7 -> [7], { tanh }, [Op::Each(f64::tanh, |x, dy| dy * (1.0 - x.tanh()) * (1.0 + x.tanh()))];
    sigmoid_layer: [7] 7 -> [7], { sigmoid }, [Op::Each(sigmoid, |x, dy| dy * sigmoid(x) * sigmoid(-x))];
    hard_swish: [7] 7 -> [7], { hard_swish }, [Op::Each(
        |x| x * (x + 3.0).clamp(0.0, 6.0) / 6.0,
        |x, dy| if x <= -3.0 { 0.0 } else if x >= 3.0 { dy } else { dy * (x / 3.0 + 0.5) },
    )];
    prelu_of_elements: [7] 7 -> [7], { prelu(per_element) }, [Op::Prelu(1)];
    prelu_of_channels: [3, 2, 3] 18 -> [3, 2, 3], { prelu(per_channel) }, [Op::Prelu(6)];
    prelu_of_all: [3, 2, 3] 18 -> [3, 2, 3], { prelu }, [Op::Prelu(18)];
    softmax: [5] 5 -> [5], { softmax }, [Op::Softmax];
    log_softmax: [5] 5 -> [5], { log_softmax }, [Op::LogSoftmax];
    layer_norm: [6] 6 -> [6], { layer_norm }, [Op::Norm(1e-5, 1)];
    batch_norm: [1, 3, 3] 9 -> [1, 3, 3], { batch_norm }, [Op::Norm(1e-5, 9)],
        in prediction [Op::Affine((0..9).map(|i| [i, i, 0]).collect(), 9, 9)];
    batch_norm_and_relu: [1, 3, 3] 9 -> [1, 3, 3], { batch_norm, relu }, [Op::Norm(1e-5, 9), RELU],
        in prediction [Op::Affine((0..9).map(|i| [i, i, 0]).collect(), 9, 9), RELU];
    max_pool: [2, 4, 4] 32 -> [2, 2, 2], { max_pool(2) }, [Op::Largest(windows([2, 4, 4], 2))];
    avg_pool: [2, 4, 4] 32 -> [2, 2, 2], { avg_pool(2) }, [Op::Mean(windows([2, 4, 4], 2), 4.0)];
    global_max_pool: [3, 2, 3] 18 -> [3], { global_max_pool },
        [Op::Largest((0..3).map(|c| (6 * c..6 * c + 6).collect()).collect())];
    global_avg_pool: [3, 2, 3] 18 -> [3], { global_avg_pool },
        [Op::Mean((0..3).map(|c| (6 * c..6 * c + 6).collect()).collect(), 6.0)];
    upsample: [2, 2, 2] 8 -> [2, 4, 4], { upsample(2) },
        [Op::Mean((0..32).map(|i| vec![i / 16 * 4 + i % 16 / 8 * 2 + i % 4 / 2]).collect(), 1.0)];
    linear: [7] 7 -> [5], { linear(5) }, [dense(7, 5)];
    linear_of_many: [70] 70 -> [33], { linear(33) }, [dense(70, 33)];
    conv_by_pixels: [3, 4, 4] 48 -> [5, 4, 4], { conv(5, kernel = 1) }, [products([3, 4, 4], 5, 1, 1)];
    conv: [2, 5, 5] 50 -> [3, 4, 4], { conv(3, kernel = 2) }, [products([2, 5, 5], 3, 2, 1)];
    conv_with_a_stride: [2, 6, 6] 72 -> [3, 2, 2], { conv(3, kernel = 3, stride = 2) }, [products([2, 6, 6], 3, 3, 2)];
    conv_of_all_pixels: [2, 3, 3] 18 -> [4, 1, 1], { conv(4, kernel = 3) }, [products([2, 3, 3], 4, 3, 1)];
    conv_transposed: [2, 2, 2] 8 -> [1, 4, 4], { conv_transpose(1, kernel = 2, stride = 2) },
        [Op::Affine((0..32).map(|i| {
            let (c, y, x) = (i / 16, i % 16 / 4, i % 4);
            [y * 4 + x, c * 4 + y / 2 * 2 + x / 2, c * 4 + y % 2 * 2 + x % 2]
        }).collect(), 16, 16)];
    maxout: [4] 4 -> [3], { maxout(3, pieces = 2) },
        [dense(4, 6), Op::Pieces((0..3).map(|i| vec![2 * i, 2 * i + 1]).collect())];
    residual: [7] 7 -> [7], { residual { relu } }, [Op::Each(
        |x| x + if x.is_nan() { x } else { x.max(0.0) },
        |x, dy| dy + if x <= 0.0 { 0.0 } else { dy },
    )];
    concat: [7] 7 -> [14], { concat { { tanh }, { leaky_relu(0.5) } } }, [Op::Both(
        [f64::tanh, |x| if x > 0.0 { x } else { 0.5 * x }],
        [|x, dy| dy * (1.0 - x.tanh()) * (1.0 + x.tanh()), |x, dy| if x > 0.0 { dy } else { 0.5 * dy }],
    )];
    conv_and_prelu: [2, 4, 4] 32 -> [3, 3, 3], { conv(3, kernel = 2), prelu(per_channel) },
        [products([2, 4, 4], 3, 2, 1), Op::Prelu(9)];
}

/// A convolution, an activation and a pool in one pass. On some levels its way back visits winners alone, and leaves out zeros
/// times what is not finite, which are NaN on the others. A gradient that is not finite may spread to the pixels behind those
/// that its winner reads, as far as a vector goes.
#[test]
fn fused_convolution_and_pool() {
    prelu::network! {
        struct Few: [1] -> [3, 2, 2] {
            x: custom(Source, parameters = 36) -> [1, 6, 6], conv(3, kernel = 3), prelu(per_channel), max_pool(2),
        }
    }
    prelu::network! {
        struct Many: [1] -> [3, 2, 2] {
            x: custom(Source, parameters = 324) -> [9, 6, 6], conv(3, kernel = 3), relu, max_pool(2),
        }
    }
    let pool = || Op::Largest(windows([3, 4, 4], 2));
    fused::<Few>(&[products([1, 6, 6], 3, 3, 1), Op::Prelu(16), pool()]);
    fused::<Many>(&[products([9, 6, 6], 3, 3, 1), RELU, pool()]);
}

fn fused<N: Network>(ops: &[Op]) {
    let (inputs, outputs) = (N::SUMMARY.parameters[0].len, N::Output::LEN);
    for level in Level::available() {
        let mut workspace = Workspace::<N>::with_level(level);
        for special in SPECIAL {
            for place in [None].into_iter().chain((0..inputs).step_by(5).map(Some)) {
                let all: Vec<f64> =
                    (0..N::PARAMETERS).map(|i| if place == Some(i) { special } else { plain(i) }).collect();
                let mut net = N::zeroed_box();
                net.floats_mut().iter_mut().zip(&all).for_each(|(p, &value)| *p = value as f32);
                for at in 0..if place.is_none() { outputs } else { 1 } {
                    let case = format!("{level}: {special} at {place:?} of x, or at {at} of dy");
                    let d = |i: usize| if place.is_none() && i == at { special } else { plain(i + 3) };
                    let dy: Vec<f64> = (0..outputs).map(d).collect();
                    let (y, wanted) = run(ops, &all[inputs..], &all[..inputs], &dy);
                    let xs: Vec<N::Input> = zeroed_vec(SAMPLES);
                    let targets = vec![dy.iter().map(|&d| d as f32).collect::<Vec<f32>>(); SAMPLES];
                    let mut got = N::zeroed_box();
                    let loss = workspace.gradients(&net, &xs, &targets, &Weighted, &mut got).unwrap();
                    let total = y.iter().zip(&dy).map(|(y, dy)| y * dy).sum();
                    assert!(same(loss, total), "{case}: the loss is {loss}, not {total}");
                    for (i, (&got, &want)) in got.floats().iter().zip(&wanted).enumerate() {
                        let before = || wanted[i.saturating_sub(16)..i].iter();
                        let spread = place.is_none() && i < inputs && before().any(|want| !want.is_finite());
                        assert!(
                            same(got, want) || want.is_nan() || spread,
                            "{case}: gradient {i} is {got}, not {want}"
                        );
                    }
                }
            }
        }
    }
}

/// What winners alone give is not finite where what they read is not.
#[test]
fn what_a_winner_reads_is_seen_in_the_gradient() {
    prelu::network! {
        struct Net: [9, 6, 6] -> [3, 2, 2] { c: conv(3, kernel = 3), relu, max_pool(2) }
    }
    for level in Level::available() {
        for special in SPECIAL {
            let (mut net, mut got) = (Net::new(1), Net::new(1));
            net.c.bias = [5.0; 3];
            let mut xs = vec![[[[0.1f32; 6]; 6]; 9]; 20];
            xs[7][4][2][2] = special as f32;
            let targets = vec![vec![1.0; 12]; 20];
            let loss = Workspace::<Net>::with_level(level).gradients(&net, &xs, &targets, &Weighted, &mut got).unwrap();
            let seen = got.c.weight.as_flattened().as_flattened().as_flattened().iter().any(|g| !g.is_finite());
            assert!(!loss.is_finite() || !special.is_nan(), "{level}: {special} is hidden in {loss}");
            assert!(seen || loss.is_finite(), "{level}: {special} is hidden in the gradient");
        }
    }
}

/// Winograd's filtering mixes the inputs of a tile: a number that is not finite makes the tile's outputs NaN, and no others.
#[test]
fn winograd_spreads_what_is_not_finite_over_its_tile_alone() {
    prelu::network! { struct Net: [32, 24, 24] -> [32, 24, 24] { conv(32, kernel = 3, padding = 1) } }
    let net = Net::new(1);
    for level in Level::available() {
        let mut xs: Vec<[[[f32; 24]; 24]; 32]> = zeroed_vec(17);
        xs.iter_mut().flat_map(|x| x.floats_mut()).enumerate().for_each(|(i, x)| *x = plain(i) as f32);
        let workspace = Workspace::<Net>::with_level(level);
        let (mut want, mut got): (Vec<[[[f32; 24]; 24]; 32]>, _) = (zeroed_vec(17), zeroed_vec(17));
        workspace.predict(&net, &xs, &mut want).unwrap();
        for special in SPECIAL {
            xs[3][5][9][13] = special as f32;
            workspace.predict(&net, &xs, &mut got).unwrap();
            for (sample, (got, want)) in got.iter().zip(&want).enumerate() {
                for (i, (&got, &want)) in got.floats().iter().zip(want.floats()).enumerate() {
                    let (row, column) = (i / 24 % 24, i % 24);
                    let read = sample == 3 && (8..=10).contains(&row) && (12..=14).contains(&column);
                    // Tiles of up to 4 × 4 outputs read a border of one.
                    let near = sample == 3 && (5..=13).contains(&row) && (9..=17).contains(&column);
                    assert!(!read || !got.is_finite(), "{level}: {special} is hidden at {row}, {column}");
                    assert!(near || got == want, "{level}: {special} spreads to {row}, {column} of sample {sample}");
                }
            }
        }
    }
}

/// A layer of which zeros make what is not finite.
struct Reciprocal;

impl prelu::CustomLayer<[f32; 3], [f32; 3]> for Reciprocal {
    const PARAMETERS: usize = 1;
    fn forward<S: prelu::Simd>(s: S, p: &[f32], x: &[S::V], y: &mut [S::V]) {
        y.iter_mut().zip(x).for_each(|(y, &x)| *y = s.div(s.splat(p[0]), x));
    }
    fn backward<S: prelu::Simd>(s: S, p: &[f32], g: &mut [f32], x: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
        for ((dx, &dy), &x) in dx.iter_mut().zip(dy).zip(x) {
            g[0] += s.sum(s.div(dy, x));
            *dx = s.div(s.mul(s.splat(-p[0]), dy), s.mul(x, x));
        }
    }
}

#[test]
fn lanes_without_a_sample_make_nothing_that_is_not_finite() {
    prelu::network! { struct Net: [3] -> [3] { over: custom(Reciprocal, parameters = 1, init = 1) -> [3], fc: linear(3) } }
    for level in Level::available() {
        for samples in 1..20 {
            let (net, mut got) = (Net::new(1), Net::new(1));
            let xs: Vec<[f32; 3]> = (0..samples).map(|n| [1.0 + n as f32, 2.0, -3.0]).collect();
            let classes: Vec<usize> = (0..samples).map(|n| n % 3).collect();
            let loss = prelu::loss::CrossEntropy;
            Workspace::<Net>::with_level(level).gradients(&net, &xs, &classes, &loss, &mut got).unwrap();
            assert!(got.floats().iter().all(|g| g.is_finite()), "{level}, {samples} samples: {:?}", got.floats());
        }
    }
}

/// Losses of three logits, one of them special, by the formulas in f64.
#[test]
fn losses() {
    use prelu::loss::{CrossEntropy, Mse};
    prelu::network! { struct Net: [1] -> [3] { x: custom(Source, parameters = 3) -> [3], identity } }
    let cross_entropy = |y: &[f64; 3], class: usize, smoothing: f64| {
        let largest = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = y.iter().map(|y| (y - largest).exp()).sum();
        let log = |k: usize| y[k] - largest - sum.ln();
        let smooth = if smoothing == 0.0 { 0.0 } else { smoothing / 3.0 * (0..3).map(log).sum::<f64>() };
        let gradient = [0, 1, 2]
            .map(|k| (y[k] - largest).exp() / sum - smoothing / 3.0 - if k == class { 1.0 - smoothing } else { 0.0 });
        (-(1.0 - smoothing) * log(class) - smooth, gradient)
    };
    for level in Level::available() {
        for special in [0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -200.0, -90.0, 1e30] {
            for place in 0..3 {
                let y: [f64; 3] = std::array::from_fn(|i| if i == place { special } else { plain(i) });
                let mut net = Net::zeroed_box();
                net.floats_mut().iter_mut().zip(&y).for_each(|(p, &y)| *p = y as f32);
                for samples in [1, 5, 16] {
                    let (mut got, mut workspace) = (Net::zeroed_box(), Workspace::<Net>::with_level(level));
                    let check = |what: &str, loss: f32, got: &Net, (want, gradient): (f64, [f64; 3])| {
                        let case = format!("{what} of {y:?} on {level}, {samples} samples");
                        assert!(same(loss, want), "{case}: {loss}, not {want}");
                        for (got, want) in got.floats().iter().zip(gradient) {
                            assert!(same(*got, want), "{case}: the gradient is {:?}, not {gradient:?}", got);
                        }
                    };
                    for class in 0..3 {
                        let (xs, classes) = (vec![[0.0]; samples], vec![class; samples]);
                        let loss = workspace.gradients(&net, &xs, &classes, &CrossEntropy, &mut got).unwrap();
                        check("cross-entropy", loss, &got, cross_entropy(&y, class, 0.0));
                        let smoothed = CrossEntropy.label_smoothing(0.1);
                        let loss = workspace.gradients(&net, &xs, &classes, &smoothed, &mut got).unwrap();
                        check("smoothed cross-entropy", loss, &got, cross_entropy(&y, class, f64::from(0.1f32)));
                    }
                    if special.abs() != 1e30 {
                        let (xs, targets) = (vec![[0.0]; samples], vec![[0.5f32, 1.0, -1.0]; samples]);
                        let loss = workspace.gradients(&net, &xs, &targets, &Mse::new(), &mut got).unwrap();
                        let off = [y[0] - 0.5, y[1] - 1.0, y[2] + 1.0];
                        let want = off.iter().map(|off| off * off / 3.0).sum();
                        check("mean squared error", loss, &got, (want, off.map(|off| 2.0 * off / 3.0)));
                    }
                }
            }
        }
    }
}

//! Every reduction at 65,536 terms, of one sign and of both, against f64: off by at most 3e-6 of the sum of the terms' sizes.

use prelu::loss::{CrossEntropy, Loss};
use prelu::runtime::network::predict_single;
use prelu::runtime::rng::Stream;
use prelu::runtime::scratch::Line;
use prelu::runtime::tensor::zeroed_vec;
use prelu::{Level, Network, Parameters, Tensor, Workspace};

use crate::{Source, Weighted};

const TERMS: usize = 1 << 16;
const BOUND: f64 = 3e-6;

/// Terms of one sign, the same or not, and of both signs.
const SIGNS: [fn(u64, usize) -> f32; 4] = [
    |_, _| 0.1,
    |_, _| 37.3,
    |stream, i| 0.5 + Stream::new(stream).uniform(i as u64),
    |stream, i| Stream::new(stream).normal(i as u64),
];

/// Terms whose mean is 1,000 times their spread.
fn far(stream: u64, i: usize) -> f32 {
    1000.0 + Stream::new(stream).normal(i as u64)
}

/// The output of a sample alone and in a batch, and the gradient, where the net's first parameters are x.
struct Ran<N: Network> {
    alone: Vec<N::Output>,
    batch: Vec<N::Output>,
    gradient: Box<N>,
}

fn run<N: Network>(level: Level, mut net: Box<N>, x: &[f32], dy: &[f32]) -> Ran<N> {
    net.floats_mut()[..x.len()].copy_from_slice(x);
    let xs: Vec<N::Input> = zeroed_vec(1);
    let [mut alone, mut batch]: [Vec<N::Output>; 2] = [zeroed_vec(1), zeroed_vec(1)];
    predict_single(&*net, level, &xs[0], &mut alone[0], &mut vec![Line::ZERO; N::SCRATCH_LINES]);
    let (mut workspace, mut gradient) = (Workspace::<N>::with_level(level), N::zeroed_box());
    workspace.predict(&net, &xs, &mut batch).unwrap();
    workspace.gradients(&net, &xs, &[dy.to_vec()], &Weighted, &mut gradient).unwrap();
    Ran { alone, batch, gradient }
}

/// Σ terms, with the sum of their sizes.
fn sum(terms: impl Iterator<Item = f64>) -> [f64; 2] {
    terms.fold([0.0; 2], |[sum, sizes], term| [sum + term, sizes + term.abs()])
}

#[track_caller]
fn close(what: &str, level: Level, got: f32, [want, sizes]: [f64; 2]) {
    let off = (f64::from(got) - want).abs();
    assert!(off <= BOUND * sizes, "{what} on {level} is {got}, not {want}: {:e} of the sum of sizes off", off / sizes);
}

fn terms(of: fn(u64, usize) -> f32, stream: u64, count: usize) -> Vec<f32> {
    (0..count).map(|i| of(stream, i)).collect()
}

fn wide(x: &[f32]) -> impl Iterator<Item = f64> + Clone {
    x.iter().map(|&x| f64::from(x))
}

#[test]
fn averages() {
    prelu::network! { struct Global: [1] -> [1] { x: custom(Source, parameters = 65536) -> [1, 256, 256], global_avg_pool } }
    prelu::network! { struct Window: [1] -> [1, 1, 1] { x: custom(Source, parameters = 65536) -> [1, 256, 256], avg_pool(256) } }
    prelu::network! { struct InTime: [1] -> [1] { x: custom(Source, parameters = 65536) -> [1, 65536], global_avg_pool } }
    prelu::network! { struct Enlarged: [1] -> [1, 256, 256] { x: custom(Source, parameters = 1) -> [1, 1, 1], upsample(256) } }
    fn check<N: Network>(what: &str, level: Level, x: &[f32]) {
        let want = sum(wide(x).map(|x| x / TERMS as f64));
        let ran = run(level, N::zeroed_box(), x, &[1.0]);
        close(what, level, ran.alone[0].floats()[0], want);
        close(what, level, ran.batch[0].floats()[0], want);
    }
    for (level, of) in Level::available().flat_map(|level| SIGNS.map(|of| (level, of))) {
        let x = terms(of, 1, TERMS);
        check::<Global>("a global average", level, &x);
        check::<Window>("a window's average", level, &x);
        check::<InTime>("an average in time", level, &x);
        let ran = run(level, Enlarged::zeroed_box(), &[1.0], &x);
        close("the gradient of what was enlarged", level, ran.gradient.floats()[0], sum(wide(&x)));
    }
}

#[test]
fn slopes_and_biases_and_weights() {
    prelu::network! {
        struct Plain: [1] -> [1, 256, 256] {
            x: custom(Source, parameters = 65536) -> [1, 256, 256], c: conv(1, kernel = 1), act: prelu(init = 0.5),
        }
    }
    prelu::network! {
        struct InTime: [1] -> [1, 65536] {
            x: custom(Source, parameters = 65536) -> [1, 65536], c: conv(1, kernel = 1), act: prelu(init = 0.5),
        }
    }
    prelu::network! {
        struct Pooled: [1, 512, 512] -> [1, 256, 256] { c: conv(1, kernel = 3, padding = 1), act: prelu(per_channel), max_pool(2) }
    }
    prelu::network! {
        struct Shared: [1] -> [4096, 4, 4] {
            x: custom(Source, parameters = 64) -> [1, 8, 8], c: conv(4096, kernel = 1), act: prelu(init = 0.5), max_pool(2),
        }
    }
    prelu::network! {
        struct Winograd: [1] -> [8, 256, 256] {
            x: custom(Source, parameters = 524288) -> [8, 256, 256], c: conv(8, kernel = 3, padding = 1),
        }
    }
    for (level, of) in Level::available().flat_map(|level| SIGNS.map(|of| (level, of))) {
        let (x, dy) = (terms(of, 1, TERMS), terms(of, 2, TERMS));
        for weight in [1.0f32, -1.0] {
            let mut net = Plain::zeroed_box();
            (net.c.weight, net.act.weight) = ([[[[weight]]]], [0.5]);
            let ran = run(level, net, &x, &dy).gradient;
            let z = || wide(&x).map(|x| x * f64::from(weight)).zip(wide(&dy));
            let dz = || z().map(|(z, dy)| if z > 0.0 { dy } else { 0.5 * dy });
            close("a shared slope's gradient", level, ran.act.weight[0], sum(z().map(|(z, dy)| z.min(0.0) * dy)));
            close("a bias's gradient", level, ran.c.bias[0], sum(dz()));
            close(
                "a weight's gradient",
                level,
                ran.c.weight[0][0][0][0],
                sum(dz().zip(wide(&x)).map(|(dz, x)| dz * x)),
            );
        }
        let mut net = InTime::zeroed_box();
        (net.c.weight, net.act.weight) = ([[[1.0]]], [1.0]);
        let ran = run(level, net, &x, &dy).gradient;
        let products = wide(&x).zip(wide(&dy)).map(|(x, dy)| x * dy);
        close("a weight's gradient in time", level, ran.c.weight[0][0][0], sum(products));
        close("a bias's gradient in time", level, ran.c.bias[0], sum(wide(&dy)));
        // Equal pixels and the middle of the kernel alone: each window is what it reads there, times the slope below zero.
        let mut net = Pooled::new(1);
        (net.c.weight, net.c.bias, net.act.weight) = ([[[[0.0; 3]; 3]; 1]; 1], [0.0], [0.5]);
        net.c.weight[0][0][1][1] = -1.0;
        let mut xs: Vec<[[[f32; 512]; 512]; 1]> = zeroed_vec(1);
        for (i, x) in xs[0].floats_mut().iter_mut().enumerate() {
            *x = of(1, i / 1024 * 256 + i % 512 / 2);
        }
        let mut gradient = Pooled::new(1);
        Workspace::<Pooled>::with_level(level)
            .gradients(&net, &xs, std::slice::from_ref(&dy), &Weighted, &mut gradient)
            .unwrap();
        let z = || wide(&x).map(|x| -x).zip(wide(&dy));
        let dz = || z().map(|(z, dy)| if z > 0.0 { dy } else { 0.5 * dy });
        close("a pooled slope's gradient", level, gradient.act.weight[0], sum(z().map(|(z, dy)| z.min(0.0) * dy)));
        close("a pooled bias's gradient", level, gradient.c.bias[0], sum(dz()));
        let products = dz().zip(wide(&x)).map(|(dz, x)| dz * x);
        close("a pooled weight's gradient", level, gradient.c.weight[0][0][1][1], sum(products));

        let mut net = Shared::zeroed_box();
        net.c.weight.as_flattened_mut().as_flattened_mut().as_flattened_mut().fill(-1.0);
        net.act.weight = [0.5];
        let ran = run(level, net, &[1.0; 64], &dy).gradient;
        close("the gradient of many channels' slope", level, ran.act.weight[0], sum(wide(&dy).map(|dy| -dy)));
    }
    for level in Level::available() {
        for value in [0.1f32, 37.3] {
            let (x, dy) = (vec![value; 8 * TERMS], vec![0.1; 8 * TERMS]);
            let ran = run(level, Winograd::zeroed_box(), &x, &dy).gradient;
            let want = f64::from(value) * f64::from(0.1f32) * TERMS as f64;
            close("a filtered weight's gradient", level, ran.c.weight[3][2][1][1], [want, want]);
        }
    }
}

#[test]
fn products() {
    prelu::network! { struct Many: [1] -> [5] { x: custom(Source, parameters = 65536) -> [65536], fc: linear(5) } }
    prelu::network! { struct Wide: [1] -> [65536] { x: custom(Source, parameters = 3) -> [3], fc: linear(65536) } }
    for (level, of) in Level::available().flat_map(|level| SIGNS.map(|of| (level, of))) {
        let (x, w) = (terms(of, 1, TERMS), terms(of, 2, TERMS));
        let mut net = Many::zeroed_box();
        net.fc.weight.iter_mut().for_each(|row| row.copy_from_slice(&w));
        let (ran, want) = (run(level, net, &x, &[1.0; 5]), sum(wide(&x).zip(wide(&w)).map(|(x, w)| x * w)));
        for y in ran.alone[0].iter().chain(&ran.batch[0]) {
            close("a product", level, *y, want);
        }
        let mut net = Wide::zeroed_box();
        net.fc.weight.iter_mut().zip(&w).for_each(|(row, &w)| *row = [w; 3]);
        let ran = run(level, net, &[1.0; 3], &x).gradient;
        // Outputs are added 32 at a time, and those sums one by one.
        let [sum, sizes] = want;
        close("the gradient of what many outputs read", level, ran.floats()[1], [sum, 10.0 * sizes]);
    }
}

#[test]
fn moments_and_their_gradients() {
    prelu::network! {
        struct Batch: [1] -> [1, 256, 256] {
            x: custom(Source, parameters = 65536) -> [1, 256, 256], bn: batch_norm, act: prelu(init = 0.5),
        }
    }
    prelu::network! {
        struct Layer: [1] -> [1, 256, 256] { x: custom(Source, parameters = 65536) -> [1, 256, 256], norm: layer_norm }
    }
    // Terms, and the gradients of what is made of them.
    let cases = SIGNS.map(|of| [of, of]).into_iter().chain([[far, SIGNS[2]]]);
    for (level, [of, with]) in Level::available().flat_map(|level| cases.clone().map(move |of| (level, of))) {
        let (x, dy) = (terms(of, 1, TERMS), terms(with, 2, TERMS));
        let n = TERMS as f64;
        let [total, sizes] = sum(wide(&x));
        let mean = total / n;
        let variance = wide(&x).map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
        let deviation = (variance + f64::from(1e-5f32)).sqrt();
        let normal = || wide(&x).map(|x| (x - mean) / deviation);

        let mut net = Batch::new(1);
        (net.bn.weight, net.bn.bias, net.act.weight) = ([1.0], [0.0], [0.5]);
        let ran = run(level, net, &x, &dy).gradient;
        close("a channel's mean", level, ran.bn.running_mean[0], [mean, sizes / n]);
        close("a channel's variance", level, ran.bn.running_var[0], [variance * n / (n - 1.0), variance + 1e-9]);
        let dz = || normal().zip(wide(&dy)).map(|(z, dy)| if z > 0.0 { dy } else { 0.5 * dy });
        // What is equal has an x̂ of 0 here, and of a rounding error there.
        let edge = if variance < 1e-9 { f64::INFINITY } else { 1.0 };
        let [beta, sizes] = sum(dz());
        close("β's gradient", level, ran.bn.bias[0], [beta, sizes * edge]);
        let [gamma, sizes] = sum(dz().zip(normal()).map(|(dz, x)| dz * x));
        close("γ's gradient", level, ran.bn.weight[0], [gamma, sizes + 1e-3]);
        let [slope, sizes] = sum(normal().zip(wide(&dy)).map(|(z, dy)| z.min(0.0) * dy));
        close("a slope's gradient behind batch norm", level, ran.act.weight[0], [slope, sizes + 1e-3]);

        let mut net = Layer::new(1);
        net.norm.weight.floats_mut().fill(1.0);
        net.norm.bias.floats_mut().fill(0.0);
        let ran = run(level, net, &x, &dy);
        let [g, _] = sum(wide(&dy));
        let [slope, _] = sum(wide(&dy).zip(normal()).map(|(dy, x)| dy * x));
        let largest = wide(&dy).map(f64::abs).fold(0.0, f64::max) / deviation;
        let dx = wide(&dy).zip(normal()).map(|(dy, x)| (dy - g / n - x * slope / n) / deviation);
        for (i, (x, dx)) in normal().zip(dx).enumerate() {
            // x̂ itself is rounded to a float of the mean's size.
            let size = 5.0 + 0.03 * mean.abs() / deviation * f64::from(u8::from(variance > 1e-9));
            close("a normalized element", level, ran.batch[0].floats()[i], [x, size]);
            close("a normalized element, alone", level, ran.alone[0].floats()[i], [x, size]);
            close("the gradient of a normalized element", level, ran.gradient.floats()[i], [dx, 5.0 * largest * size]);
        }
    }
}

#[test]
fn many_classes() {
    prelu::network! { struct Softmax: [1] -> [65536] { x: custom(Source, parameters = 65536) -> [65536], softmax } }
    prelu::network! { struct Log: [1] -> [65536] { x: custom(Source, parameters = 65536) -> [65536], log_softmax } }
    prelu::network! { struct Logits: [1] -> [65536] { x: custom(Source, parameters = 65536) -> [65536], identity } }
    for (level, of) in Level::available().flat_map(|level| SIGNS.map(|of| (level, of))) {
        let (x, dy) = (terms(of, 1, TERMS), terms(of, 2, TERMS));
        let sum_of = wide(&x).map(f64::exp).sum::<f64>();
        let y: Vec<f64> = wide(&x).map(|x| x.exp() / sum_of).collect();
        let [soft, log] =
            [run(level, Softmax::zeroed_box(), &x, &dy).into(), run(level, Log::zeroed_box(), &x, &dy).into()];
        let ([soft, log], log_sum): ([Floats; 2], f64) = ([soft, log], sum_of.ln());
        let [along, _] = sum(wide(&dy).zip(&y).map(|(dy, y)| dy * y));
        let [total, sizes] = sum(wide(&dy));
        let largest = wide(&dy).map(f64::abs).fold(0.0, f64::max);
        for (i, (&y, dy)) in y.iter().zip(wide(&dy)).enumerate() {
            for output in 0..2 {
                close("a probability", level, soft[output][i], [y, y]);
                close("its logarithm", level, log[output][i], [y.ln(), 1.0 + log_sum]);
            }
            close("the gradient of softmax", level, soft[2][i], [y * (dy - along), 2.0 * y * largest]);
            close("the gradient of log softmax", level, log[2][i], [dy - y * total, dy.abs() + y * sizes]);
        }
        let (mut net, mut gradient) = (Logits::zeroed_box(), Logits::zeroed_box());
        net.floats_mut().copy_from_slice(&x);
        let want = log_sum - f64::from(x[7]);
        let loss = Workspace::<Logits>::with_level(level)
            .gradients(&net, &[[0.0]], &[7], &CrossEntropy, &mut gradient)
            .unwrap();
        close("cross-entropy", level, loss, [want, log_sum]);
        let mut one = vec![0.0; TERMS];
        let alone = CrossEntropy.sample(&x, &7, &mut one) as f32;
        close("cross-entropy of a sample", level, alone, [want, log_sum]);
        for (i, &y) in y.iter().enumerate() {
            let want = y - if i == 7 { 1.0 } else { 0.0 };
            close("the gradient of cross-entropy", level, gradient.floats()[i], [want, want.abs()]);
            close("the gradient of a sample's cross-entropy", level, one[i], [want, want.abs()]);
        }
    }
}

/// The outputs alone and in a batch, and the gradient.
type Floats = [Vec<f32>; 3];

impl<N: Network> From<Ran<N>> for Floats {
    fn from(ran: Ran<N>) -> Self {
        [ran.alone[0].floats().to_vec(), ran.batch[0].floats().to_vec(), ran.gradient.floats().to_vec()]
    }
}

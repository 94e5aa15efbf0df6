//! Residuals, branches, sums, repetitions, blocks, batch norm, and sequences in time: what they compute is what their parts
//! compute one after the other, and their gradients are those of central differences.
#![allow(missing_docs)]

use prelu::loss::Loss;
use prelu::runtime::network::update_statistics;
use prelu::runtime::rng::Stream;
use prelu::runtime::tensor::zeroed_vec;
use prelu::{BatchError, Level, Network, Parameters, Tensor, Workspace};

/// loss = Σ target·y: its gradient with respect to y is the target itself.
struct Weighted;

impl Loss for Weighted {
    type Target = Vec<f32>;
    fn sample(&self, y: &[f32], target: &Vec<f32>, dy: &mut [f32]) -> f64 {
        dy.copy_from_slice(target);
        y.iter().zip(target).map(|(&y, &t)| f64::from(y) * f64::from(t)).sum()
    }
}

fn signed(stream: Stream, i: usize) -> f32 {
    2.0 * stream.uniform(i as u64) - 1.0
}

fn random<T: Tensor>(count: usize, seed: u64) -> Vec<T> {
    let mut xs = zeroed_vec::<T>(count);
    for (i, x) in xs.iter_mut().flat_map(|x| x.floats_mut()).enumerate() {
        *x = signed(Stream::new(seed), i);
    }
    xs
}

fn random_net<N: Network>(seed: u64) -> Box<N> {
    let mut net = N::initialised(seed);
    for tensor in N::SUMMARY.parameters {
        for (i, p) in net.floats_mut()[tensor.offset..tensor.offset + tensor.len].iter_mut().enumerate() {
            *p = 0.7 * signed(Stream::new(seed).of(tensor.offset as u64), i);
        }
    }
    net
}

fn predict<N: Network>(level: Level, net: &N, xs: &[N::Input]) -> Vec<f32> {
    let mut ys = zeroed_vec::<N::Output>(xs.len());
    Workspace::with_level(level).predict(net, xs, &mut ys).unwrap();
    ys.iter().flat_map(|y| y.floats().to_vec()).collect()
}

/// Compares every gradient with the difference of the loss of the net itself, in training mode, with `samples` samples.
fn gradients_are_differences<N: Network>(samples: usize) {
    const STEP: f32 = 1.0 / 128.0;
    let xs: Vec<N::Input> = random(samples, 5);
    let targets: Vec<Vec<f32>> =
        (0..samples).map(|n| (0..N::Output::LEN).map(|i| signed(Stream::new(6).of(n as u64), i)).collect()).collect();
    for level in Level::available() {
        let mut net = random_net::<N>(3);
        let (mut workspace, mut gradient) = (Workspace::with_level(level), N::zeroed_box());
        workspace.gradients(&*net, &xs, &targets, &Weighted, &mut gradient).unwrap();
        let mut unused = N::zeroed_box();
        let mut loss = |net: &N| f64::from(workspace.gradients(net, &xs, &targets, &Weighted, &mut unused).unwrap());
        let largest = N::SUMMARY
            .parameters
            .iter()
            .flat_map(|t| &gradient.floats()[t.offset..t.offset + t.len])
            .fold(0.02, |m: f32, g| m.max(g.abs()));
        for tensor in N::SUMMARY.parameters {
            for i in tensor.offset..tensor.offset + tensor.len {
                let at = net.floats()[i];
                net.floats_mut()[i] = at + STEP;
                let above = loss(&net);
                net.floats_mut()[i] = at - STEP;
                let below = loss(&net);
                net.floats_mut()[i] = at;
                let (want, found) = ((above - below) / f64::from(2.0 * STEP), gradient.floats()[i]);
                let close = (f64::from(found) - want).abs() < 3e-3 * f64::from(largest);
                assert!(close, "{level}: {}[{}]: {found}, not {want}", tensor.key, i - tensor.offset);
            }
        }
    }
}

/// Declares nets and checks the gradients of each.
macro_rules! differences {
    ($($name:ident: $input:tt -> $output:tt, $samples:literal, { $($layers:tt)* };)*) => {
        $(
            #[test]
            fn $name() {
                prelu::network! { struct Net: $input -> $output { $($layers)* } }
                gradients_are_differences::<Net>($samples);
            }
        )*
    };
}

differences! {
    residual_of_nothing: [4] -> [3], 3, { fc1: linear(4), residual { }, fc2: linear(3) };
    residual_at_the_input: [4] -> [4], 3, { residual { fc1: linear(4), elu } };
    residual_that_ends_in_place: [4] -> [3], 3, { fc1: linear(4), r: residual { fc: linear(4), a: elu(0.7) }, fc2: linear(3) };
    residual_that_begins_in_place: [4] -> [3], 3, { fc1: linear(4), r: residual { a: elu(0.7), fc: linear(4) }, fc2: linear(3) };
    residual_in_a_residual: [4] -> [4], 5, {
        fc1: linear(4), outer: residual { fc: linear(4), inner: residual { elu, fc: linear(4), elu }, elu }, elu,
    };
    shortcut: [4] -> [2], 3, { fc1: linear(4), r: residual(shortcut = { fc: linear(3), elu }) { fc: linear(3) }, fc2: linear(2) };
    concat_of_identities: [3] -> [2], 3, { fc1: linear(3), concat { { }, { }, { elu } }, fc2: linear(2) };
    concat_of_branches: [2, 5, 4] -> [2], 3, {
        pre: conv(3, kernel = 3, padding = 1),
        mix: concat {
            { conv1: conv(2, kernel = 1), elu },
            { elu, conv1: conv(1, kernel = 3, padding = 1) },
            { avg_pool(3, stride = 1, padding = 1) },
        },
        elu, fc: linear(2),
    };
    concat_in_a_concat: [3] -> [2], 3, {
        fc1: linear(3), concat { { concat { { elu }, { fc: linear(2) } }, elu }, { fc: linear(2) } }, fc2: linear(2),
    };
    names: [3] -> [2], 3, {
        a: linear(4), e: elu, b: linear(4), add(a), elu, c: linear(4), add(e), concat(a, b), fc: linear(2), add(fc),
    };
    the_output_is_read_before: [3] -> [6], 3, { a: linear(3), elu, b: linear(3), concat(b) };
    repeat_and_blocks: [3] -> [2], 4, {
        block inner(width, slope = 0.5) { residual { fc: linear(width), elu(slope) } }
        block outer(n) { inner(n), elu, inner(n, slope = 0.25) }
        fc1: linear(4), body: repeat(2) { outer(4) }, inner(4), fc2: linear(2),
    };
    tied_across_bodies: [3] -> [2], 4, {
        act: prelu(init = 0.5), fc1: linear(3), sequence { prelu(tie = act) }, deep: sequence { fc: linear(3), prelu(tie = act) },
        fc2: linear(2),
    };
    norm_of_features: [3] -> [2], 7, { fc1: linear(4), bn: batch_norm, elu, fc2: linear(2) };
    norm_of_pixels: [2, 3, 4] -> [2], 5, { conv1: conv(3, kernel = 2), bn: batch_norm, elu, fc: linear(2), bn2: batch_norm(eps = 0.1) };
    norm_at_the_input: [2, 3, 4] -> [2], 35, { bn: batch_norm, fc: linear(2) };
    norm_in_branches: [4] -> [2], 6, {
        fc1: linear(4), residual(shortcut = { fc: linear(4), batch_norm }) { batch_norm, elu, fc2: linear(4), batch_norm }, elu,
        mix: concat { { batch_norm }, { } }, fc3: linear(2),
    };
    time: [2, 9] -> [3], 3, {
        conv1: conv(3, kernel = 3, stride = 2, padding = 1), elu, conv2: conv(3, kernel = 2, dilation = 2, groups = 3), batch_norm,
        prelu(per_channel), avg_pool(2, stride = 1), fc: linear(3),
    };
}

#[test]
fn parts_compute_what_the_whole_does() {
    prelu::network! { struct Whole: [2, 6, 6] -> [12, 6, 6] {
        stem: conv(4, kernel = 3, padding = 1),
        r: residual { elu, conv: conv(4, kernel = 3, padding = 1) },
        mix: concat { { relu }, { }, { conv: conv(4, kernel = 1) } },
    } }
    prelu::network! { struct Stem: [2, 6, 6] -> [4, 6, 6] { stem: conv(4, kernel = 3, padding = 1) } }
    prelu::network! { struct Side: [4, 6, 6] -> [4, 6, 6] { elu, conv: conv(4, kernel = 3, padding = 1) } }
    prelu::network! { struct One: [4, 6, 6] -> [4, 6, 6] { conv: conv(4, kernel = 1) } }
    type Image = [[[f32; 6]; 6]; 4];

    let whole = random_net::<Whole>(7);
    let (mut stem, mut side, mut one) = (Stem::new(0), Side::new(0), One::new(0));
    (stem.stem, side.conv, one.conv) = (whole.stem, whole.r.conv, whole.mix.2.conv);
    let xs = random::<[[[f32; 6]; 6]; 2]>(19, 1);
    for level in Level::available() {
        let images = |flat: &[f32]| flat.chunks_exact(144).map(|x| *Image::from_slice(x).unwrap()).collect::<Vec<_>>();
        let x = predict(level, &*stem, &xs);
        let f = predict(level, &*side, &images(&x));
        let sum: Vec<f32> = f.iter().zip(&x).map(|(f, x)| f + x).collect();
        let last = predict(level, &*one, &images(&sum));
        let want: Vec<f32> = (0..19)
            .flat_map(|n| {
                let part = |x: &[f32]| x[144 * n..144 * (n + 1)].to_vec();
                let relu = part(&sum).iter().map(|x| x.max(0.0)).collect();
                [relu, part(&sum), part(&last)].concat()
            })
            .collect();
        let got = predict(level, &*whole, &xs);
        for (i, (g, w)) in got.iter().zip(&want).enumerate() {
            assert!((g - w).abs() <= 1e-6 * (1.0 + w.abs()), "{level}: {i}: {g}, not {w}");
        }
    }
}

#[test]
fn time_is_an_image_of_one_row() {
    prelu::network! { struct Line: [3, 21] -> [4] {
        conv1: conv(6, kernel = 5, stride = 2, padding = 2, groups = 3), p: prelu(per_channel), max_pool(3, stride = 2, padding = 1),
        m: maxout(4, pieces = 2, kernel = 3, padding = same), dropout_channels(0.5), avg_pool(2), global_avg_pool, fc: linear(4),
    } }
    prelu::network! { struct Row: [3, 1, 21] -> [4] {
        conv1: conv(6, kernel = (1, 5), stride = (1, 2), padding = (0, 2), groups = 3), p: prelu(per_channel),
        max_pool((1, 3), stride = (1, 2), padding = (0, 1)),
        m: maxout(4, pieces = 2, kernel = (1, 3), padding = same), dropout_channels(0.5), avg_pool((1, 2)), global_avg_pool,
        fc: linear(4),
    } }
    assert_eq!(Line::SUMMARY.parameter("conv1.weight").unwrap().shape, [6, 1, 5]);
    assert_eq!(Line::MACS, Row::MACS);
    let (line, mut row) = (random_net::<Line>(2), Row::new(0));
    row.floats_mut().copy_from_slice(line.floats());
    let lines = random::<[[f32; 21]; 3]>(20, 4);
    let rows: Vec<[[[f32; 21]; 1]; 3]> = lines.iter().map(|line| line.map(|channel| [channel])).collect();
    let targets = vec![vec![1.0, -1.0, 0.5, 2.0]; 20];
    for level in Level::available() {
        assert_eq!(predict(level, &*line, &lines), predict(level, &*row, &rows), "{level}");
        let (mut a, mut b) = (Line::zeroed_box(), Row::zeroed_box());
        Workspace::with_level(level).gradients(&*line, &lines, &targets, &Weighted, &mut a).unwrap();
        Workspace::with_level(level).gradients(&*row, &rows, &targets, &Weighted, &mut b).unwrap();
        assert_eq!(a.floats(), b.floats(), "{level}");
    }
}

prelu::network! { struct Norm: [3, 4] -> [3, 4] { bn: batch_norm(momentum = 0.25) } }

#[test]
fn normalised_values_have_mean_zero_and_variance_one_whatever_the_batch() {
    // Far from zero, where the variance is a small difference of large sums.
    for (offset, count) in [(0.0, 1), (0.0, 64), (1000.0, 5), (1000.0, 17), (-300.0, 200)] {
        let mut xs = random::<[[f32; 4]; 3]>(count, 9);
        xs.iter_mut().flatten().flatten().for_each(|x| *x += offset);
        let channel = |c: usize| xs.iter().flat_map(|x| x[c]).map(f64::from).collect::<Vec<_>>();
        for level in Level::available() {
            let mut net = Norm::new(0);
            let mut gradient = Norm::zeroed_box();
            let targets = vec![vec![1.0; 12]; count];
            Workspace::with_level(level).gradients(&*net, &xs, &targets, &Weighted, &mut gradient).unwrap();
            for c in 0..3 {
                let values = channel(c);
                let n = values.len() as f64;
                let mean = values.iter().sum::<f64>() / n;
                let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
                let (m, v) = (f64::from(gradient.bn.running_mean[c]), f64::from(gradient.bn.running_var[c]));
                assert!((m - mean).abs() < 1e-6 * (1.0 + mean.abs()), "{level}: mean {m}, not {mean}");
                assert!((v / variance - 1.0).abs() < 1e-4, "{level}: variance {v}, not {variance}");
            }
            update_statistics(&mut *net, &gradient);
            for c in 0..3 {
                assert_eq!(net.bn.running_mean[c], 0.25 * gradient.bn.running_mean[c]);
                assert_eq!(net.bn.running_var[c], 0.75 + 0.25 * gradient.bn.running_var[c]);
            }
        }
    }
}

#[test]
fn threads_change_no_bit_of_a_normalised_net() {
    prelu::network! { struct Net: [2, 6, 5] -> [3] {
        conv1: conv(5, kernel = 3, padding = 1), batch_norm, prelu(per_channel), dropout(0.2),
        residual { conv2: conv(5, kernel = 3, padding = 1), batch_norm }, relu, global_avg_pool, fc: linear(3),
    } }
    let net = random_net::<Net>(1);
    for level in Level::available() {
        for count in [2, 16, 33, 165] {
            let (xs, targets) = (random(count, 4), vec![vec![1.0, -0.5, 0.25]; count]);
            let step = |threads| {
                let (mut workspace, mut gradient) = (Workspace::with_level(level).threads(threads), Net::zeroed_box());
                let losses: Vec<_> = (0..2)
                    .map(|_| workspace.gradients(&*net, &xs, &targets, &Weighted, &mut gradient).unwrap().to_bits())
                    .collect();
                (losses, gradient.floats().iter().map(|g| g.to_bits()).collect::<Vec<_>>())
            };
            let one = step(1);
            assert!(one == step(2) && one == step(3), "{level}: {count} samples");
        }
    }
}

#[test]
fn a_workspace_takes_batches_of_any_size_in_turn() {
    prelu::network! { struct Net: [4] -> [2] { fc1: linear(5), batch_norm, elu, fc2: linear(2) } }
    let net = random_net::<Net>(1);
    let mut workspace = Workspace::new();
    for count in [40, 3, 200, 17, 2] {
        let (xs, targets) = (random(count, 4), vec![vec![1.0, -0.5]; count]);
        let (mut a, mut b) = (Net::zeroed_box(), Net::zeroed_box());
        workspace.gradients(&*net, &xs, &targets, &Weighted, &mut a).unwrap();
        Workspace::new().gradients(&*net, &xs, &targets, &Weighted, &mut b).unwrap();
        assert!(*a == *b, "{count} samples");
    }
    let error =
        workspace.gradients(&*net, &random(1, 4), &[vec![1.0; 2]], &Weighted, &mut Net::zeroed_box()).unwrap_err();
    assert_eq!(error, BatchError::Short { least: 2 });
    assert!(error.to_string().contains("at least 2 samples"), "{error}");
}

#[test]
fn a_step_moves_running_statistics_too() {
    let mut net = Norm::new(0);
    let xs = random::<[[f32; 4]; 3]>(8, 2);
    let (mut workspace, mut gradient) = (Norm::workspace(), Norm::zeroed_box());
    net.gradients(&xs, &vec![vec![1.0; 12]; 8], &Weighted, &mut workspace, &mut gradient).unwrap();
    let mut by_hand = net.clone();
    net.step(&gradient, &mut prelu::optim::Sgd::new(0.1));
    assert_eq!(net.bn.running_mean, gradient.bn.running_mean.map(|m| 0.25 * m));
    assert_eq!(net.bn.bias, gradient.bn.bias.map(|g| -0.1 * g));
    // Optimisers see parameters alone.
    use prelu::optim::Optimizer;
    prelu::optim::Sgd::new(0.1).step(by_hand.floats_mut(), gradient.floats(), Norm::SUMMARY.parameters);
    assert_eq!(by_hand.bn.running_mean, [0.0; 3]);
    assert_eq!((Norm::PARAMETERS, Norm::SUMMARY.buffers.len(), net.floats().len()), (6, 2, 12));
}

#[test]
fn a_net_can_be_drawn() {
    prelu::network! { struct Net: [3] -> [7] { const N: usize = 3; r: residual { fc: linear(N) }, concat { { relu }, { fc: linear(N + 1) } } } }
    let mermaid = "\
flowchart TD
    input([\"[3]\"])
    l0[\"r.fc<br/>linear(3)<br/>[3]\"]
    input --> l0
    l1[\"r<br/>residual { … }<br/>[3]\"]
    l0 --> l1
    input --> l1
    l2[\"concat1.0.relu1<br/>relu<br/>[3]\"]
    l1 --> l2
    l3[\"concat1.1.fc<br/>linear(4)<br/>[4]\"]
    l1 --> l3
    l4[\"concat1<br/>concat { … }<br/>[7]\"]
    l2 --> l4
    l3 --> l4
    l4 --> output([\"[7]\"])";
    assert_eq!(Net::SUMMARY.mermaid().to_string(), mermaid);
    let dot = Net::SUMMARY.dot().to_string();
    assert!(dot.starts_with("digraph Net {\n") && dot.ends_with("\n    l4 -> output\n}"), "{dot}");
    assert!(dot.contains("    l3 [label=\"concat1.1.fc\\nlinear(4)\\n[4]\"]\n    l1 -> l3\n"), "{dot}");
}

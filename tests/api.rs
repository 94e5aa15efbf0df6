//! What a user of a declared net relies on: predictions of any number of samples, the same bits on any number of
//! threads, errors on bad batches, training that learns.
#![allow(missing_docs)]

use std::ops::ControlFlow;

use prelu::data::Dataset;
use prelu::loss::{CrossEntropy, Loss, Mse, TargetError};
use prelu::optim::{Optimizer, Sgd};
use prelu::runtime::rng::Stream;
use prelu::{BatchError, Init, Level, Network, Parameters, Tensor, Trainer, Workspace};

prelu::network! {
    /// Every layer that draws random numbers or shares parameters.
    #[budget(parameters <= 110 * WIDE, macs <= 20_000, scratch <= 128KiB)]
    pub struct Mixed: [2, 9, 7] -> [4] {
        const WIDE: usize = 2 * 3;
        conv1: conv(WIDE, kernel = 3, padding = 1),
        prelu(per_channel),
        dropout_channels(0.3),
        max_pool(2),
        conv2: conv(WIDE - 1, kernel = (3, 1)),
        tied: prelu,
        fc1: linear(11),
        prelu(tie = tied),
        dropout(0.5),
        fc2: linear(4),
    }
}

type Input = <Mixed as Network>::Input;

/// Samples with values in ±1.
fn samples(count: usize, seed: u64) -> Vec<Input> {
    let stream = Stream::new(seed);
    let mut xs = vec![[[[0.0; 7]; 9]; 2]; count];
    for (i, x) in xs.iter_mut().flat_map(|x| x.floats_mut()).enumerate() {
        *x = 2.0 * stream.uniform(i as u64) - 1.0;
    }
    xs
}

fn classes(count: usize) -> Vec<usize> {
    (0..count).map(|i| (i * 7 + i / 3) % 4).collect()
}

fn bits(floats: &[f32]) -> Vec<u32> {
    floats.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn any_number_of_samples_is_predicted_as_each_alone() {
    let net = Mixed::new(3);
    let mut scratch = Mixed::scratch();
    for count in [0, 1, 2, 15, 16, 17, 33, 100] {
        let xs = samples(count, 5);
        let mut ys = vec![[f32::NAN; 4]; count];
        net.predict_batch(&xs, &mut ys).unwrap();
        for (x, y) in xs.iter().zip(&ys) {
            let mut alone = [[f32::NAN; 4]];
            net.predict_batch(std::slice::from_ref(x), &mut alone).unwrap();
            assert_eq!(bits(&alone[0]), bits(y), "of {count}");
            // A single sample has kernels of its own, which add in another order.
            for (a, b) in net.predict(x, &mut scratch).iter().zip(y) {
                assert!((a - b).abs() <= 1e-6 + 1e-5 * b.abs(), "of {count}: {a}, and in a batch {b}");
            }
        }
    }
    let mut few = vec![[0.0; 4]; 3];
    let error = net.predict_batch(&samples(4, 1), &mut few).unwrap_err();
    assert_eq!(error.to_string(), "4 inputs but 3 outputs: there must be as many of both");
}

#[test]
fn levels_agree_and_dropout_is_the_same_on_all() {
    let (net, xs, ts) = (Mixed::new(8), samples(37, 2), classes(37));
    let mut gradients = Vec::new();
    for level in Level::available() {
        let mut gradient = Mixed::zeroed_box();
        let mut workspace = Workspace::with_level(level).seed(11);
        let loss = net.gradients(&xs, &ts, &CrossEntropy, &mut workspace, &mut gradient).unwrap();
        gradients.push((level, loss, gradient));
    }
    let (_, loss, first) = &gradients[0];
    for (level, other_loss, other) in &gradients[1..] {
        assert!((loss - other_loss).abs() < 1e-5, "{level}: loss {other_loss}, not {loss}");
        for (a, b) in first.floats().iter().zip(other.floats()) {
            assert!((a - b).abs() < 1e-5, "{level}: {b}, not {a}");
        }
    }
}

#[test]
fn threads_and_cuts_do_not_change_a_bit() {
    let xs = samples(150, 1);
    let data = Rows { xs: &xs, ts: classes(150) };
    for level in Level::available() {
        let train = |threads: usize| {
            let optimizer = Sgd::new(0.1).momentum(0.9).nesterov().weight_decay(1e-3);
            let mut trainer = Trainer::new(Mixed::new(1), optimizer, CrossEntropy)
                .workspace(Workspace::with_level(level))
                .batch_size(64)
                .seed(7)
                .threads(threads);
            let losses: Vec<u64> =
                (0..3).map(|_| trainer.epoch(&data, |_| ControlFlow::Continue(())).unwrap().loss.to_bits()).collect();
            (losses, bits(trainer.net().floats()))
        };
        let one = train(1);
        for threads in [2, 3, 8] {
            assert!(one == train(threads), "{threads} threads on {level}");
        }
    }
}

/// Samples with classes.
struct Rows<'a> {
    xs: &'a [Input],
    ts: Vec<usize>,
}

impl Dataset for Rows<'_> {
    type Input = Input;
    type Target = usize;
    fn len(&self) -> usize {
        self.xs.len()
    }
    fn sample(&self, index: usize, input: &mut Input) -> usize {
        *input = self.xs[index];
        self.ts[index]
    }
}

#[test]
fn what_a_workspace_computed_before_does_not_change_a_prediction() {
    let (net, xs, targets) = (Mixed::initialised(7), samples(50, 6), classes(50));
    let mut expected = vec![[0.0; 4]; xs.len()];
    net.predict_batch(&xs, &mut expected).unwrap();
    let mut broken = Mixed::initialised(7);
    broken.floats_mut().fill(f32::NAN);
    let mut workspace = Workspace::<Mixed>::new().threads(2);
    for count in [50, 3] {
        workspace.gradients(&broken, &xs, &targets, &CrossEntropy, &mut Mixed::zeroed_box()).unwrap();
        let mut ys = vec![[0.0; 4]; count];
        workspace.predict(&net, &xs[..count], &mut ys).unwrap();
        assert_eq!(bits(ys.as_flattened()), bits(expected[..count].as_flattened()));
    }
}

#[test]
fn a_trainer_learns_and_says_how_far_it_is() {
    // Without its dropout the net can learn the labels of 100 random samples by heart.
    let xs = samples(100, 9);
    let data = Rows { xs: &xs, ts: classes(100) };
    let mut trainer = Trainer::new(Plain::new(2), Sgd::new(0.1).momentum(0.9), CrossEntropy).batch_size(32).seed(3);
    let before = trainer.evaluate(&data, 30).unwrap();
    assert!(before.loss > 1.2 && before.samples == 100, "{before:?}");
    let mut told = Vec::new();
    for _ in 0..60 {
        told.clear();
        trainer
            .epoch(&data, |p| {
                told.push((p.batch, p.batches, p.samples));
                ControlFlow::Continue(())
            })
            .unwrap();
    }
    assert_eq!(told, [(1, 4, 32), (2, 4, 64), (3, 4, 96), (4, 4, 100)]);
    let after = trainer.evaluate(&data, 30).unwrap();
    assert!(after.loss < 0.1 && after.accuracy == Some(1.0), "{after:?}");
    assert_eq!(trainer.epochs(), 60);

    let stopped = trainer.epoch(&data, |_| ControlFlow::Break(())).unwrap();
    assert_eq!((stopped.samples, trainer.position(), trainer.epochs()), (32, 32, 60));
}

prelu::network! {
    pub struct Plain: [2, 9, 7] -> [4] { fc1: linear(40), prelu(per_channel), fc2: linear(4) }
}

prelu::network! {
    pub struct Calibrated: [3, 4, 5] -> [2] {
        first: prelu(per_channel, init = from_data),
        conv: conv(4, kernel = 1),
        second: prelu(init = from_data),
        fc: linear(2),
    }
}

#[test]
fn slopes_from_data_follow_the_share_of_negative_inputs() {
    let mut net = Calibrated::new(1);
    assert_eq!(net.first.weight, [0.25; 3]);
    // Channel 0 is never negative, channel 1 in 3 of 10 samples, channel 2 always.
    let xs: Vec<[[[f32; 5]; 4]; 3]> =
        (0..20).map(|i| [[[1.0; 5]; 4], [[if i % 10 < 3 { -1.0 } else { 0.0 }; 5]; 4], [[-2.0; 5]; 4]]).collect();
    for level in Level::available() {
        net.calibrate(&xs, &mut Workspace::with_level(level)).unwrap();
        assert_eq!(net.first.weight[0], 0.05);
        assert!((net.first.weight[1] - 0.15).abs() < 1e-6, "{:?}", net.first.weight);
        assert_eq!(net.first.weight[2], 0.5);
        // The second layer sees what the first makes of the samples with its new slopes.
        let mut negative = 0;
        for x in &xs {
            for o in 0..4 {
                let z: f32 = (0..3)
                    .map(|c| {
                        let x = x[c][0][0];
                        let y = if x > 0.0 { x } else { net.first.weight[c] * x };
                        net.conv.weight[o][c][0][0] * y
                    })
                    .sum::<f32>()
                    + net.conv.bias[o];
                negative += usize::from(z < 0.0);
            }
        }
        let want = (0.5 * negative as f32 / 80.0).clamp(0.05, 0.5);
        assert!((net.second.weight[0] - want).abs() < 1e-6, "{:?}, not {want}", net.second.weight);
    }
    assert_eq!(net.calibrate(&[], &mut Calibrated::workspace()), Err(BatchError::Empty));

    // A trainer does it before the first batch.
    struct Same([[[f32; 5]; 4]; 3]);
    impl Dataset for Same {
        type Input = [[[f32; 5]; 4]; 3];
        type Target = usize;
        fn len(&self) -> usize {
            8
        }
        fn sample(&self, index: usize, input: &mut Self::Input) -> usize {
            *input = self.0;
            index % 2
        }
    }
    let mut trainer = Trainer::new(Calibrated::new(1), Sgd::new(0.0), CrossEntropy);
    trainer.epoch(&Same([[[-1.0; 5]; 4]; 3]), |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(trainer.net().first.weight, [0.5; 3]);
}

#[test]
fn bad_batches_are_errors_that_name_the_fault() {
    let (net, mut gradient, mut workspace) = (Mixed::new(1), Mixed::zeroed_box(), Workspace::new());
    let mut of = |xs: &[Input], ts: &[usize]| {
        net.gradients(xs, ts, &CrossEntropy, &mut workspace, &mut gradient).unwrap_err().to_string()
    };
    assert_eq!(of(&[], &[]), "the batch is empty: it needs at least one sample");
    assert_eq!(of(&samples(3, 1), &[0, 1]), "3 inputs but 2 targets: there must be as many of both");
    let error = of(&samples(3, 1), &[0, 1, 4]);
    assert_eq!(error, "target 2 of the batch: class 4 is out of range: the net has 4 outputs, so classes are below 4");

    let xs = samples(4, 1);
    let data = Rows { xs: &xs, ts: vec![0, 1, 9, 2] };
    let trainer = Trainer::new(Mixed::new(1), Sgd::new(0.1), CrossEntropy);
    let error = trainer.evaluate(&data, 2).unwrap_err();
    assert_eq!(error, BatchError::Target { index: 2, error: TargetError::Class { class: 9, classes: 4 } });
    let none = Rows { xs: &[], ts: vec![] };
    assert_eq!(trainer.evaluate(&none, 2), Err(BatchError::Empty));
}

/// Cross-entropy by way of the one method that a user's own loss must have.
struct Own;

impl Loss for Own {
    type Target = usize;
    fn sample(&self, y: &[f32], target: &usize, dy: &mut [f32]) -> f64 {
        CrossEntropy.sample(y, target, dy)
    }
}

#[test]
fn a_loss_of_ones_own_does_what_the_built_in_does() {
    let (net, xs, ts) = (Mixed::new(8), samples(21, 2), classes(21));
    for level in Level::available() {
        let (mut a, mut b) = (Mixed::zeroed_box(), Mixed::zeroed_box());
        let built_in = net.gradients(&xs, &ts, &CrossEntropy, &mut Workspace::with_level(level), &mut a).unwrap();
        let own = net.gradients(&xs, &ts, &Own, &mut Workspace::with_level(level), &mut b).unwrap();
        assert!((built_in - own).abs() < 1e-6, "{built_in} {own}");
        for (a, b) in a.floats().iter().zip(b.floats()) {
            assert!((a - b).abs() < 1e-6, "{level}: {a} {b}");
        }
    }
}

prelu::network! {
    pub struct Line: [3] -> [2] { fc: linear(2), }
}

#[test]
fn mean_squared_error_is_the_mean_over_elements() {
    let mut net = Line::new(1);
    net.fc.weight = [[1.0, 2.0, 3.0], [0.0, -1.0, 0.5]];
    net.fc.bias = [0.5, -0.5];
    let (mut gradient, mut workspace) = (Line::zeroed_box(), Workspace::new());
    // y = (14.5, -1), so y − t = (4.5, -2).
    let loss = net.gradients(&[[1.0, 2.0, 3.0]], &[[10.0, 1.0]], &Mse::new(), &mut workspace, &mut gradient).unwrap();
    assert!((loss - (4.5f32 * 4.5 + 4.0) / 2.0).abs() < 1e-5, "{loss}");
    assert_eq!(gradient.fc.bias, [4.5, -2.0]);
    assert_eq!(gradient.fc.weight, [[4.5, 9.0, 13.5], [-2.0, -4.0, -6.0]]);
}

#[test]
fn sgd_is_pytorchs_formula() {
    // One parameter that decays and one that does not: weight and bias of a linear layer.
    prelu::network! { struct One: [1] -> [1] { fc: linear(1) } }
    let (lr, momentum, dampening, decay) = (0.1f32, 0.9f32, 0.25f32, 0.01f32);
    let mut sgd = Sgd::new(lr).momentum(momentum).dampening(dampening).weight_decay(decay);
    let mut net = One::new(1);
    (net.fc.weight, net.fc.bias) = ([[2.0]], [3.0]);
    let (mut w, mut b, mut vw, mut vb) = (2.0f32, 3.0f32, 0.0f32, 0.0f32);
    for (step, g) in [0.5f32, -1.0, 0.25].into_iter().enumerate() {
        sgd.step(net.floats_mut(), &[g, g], One::SUMMARY.parameters);
        let take = if step == 0 { 1.0 } else { 1.0 - dampening };
        vw = momentum * vw + take * (g + decay * w);
        vb = momentum * vb + take * g;
        w -= lr * vw;
        b -= lr * vb;
        assert!((net.fc.weight[0][0] - w).abs() < 1e-6 && (net.fc.bias[0] - b).abs() < 1e-6);
    }
    sgd.set_learning_rate(0.0);
    let before = net.floats().to_vec();
    sgd.step(net.floats_mut(), &[1.0, 1.0], One::SUMMARY.parameters);
    assert_eq!((before, sgd.learning_rate()), (net.floats().to_vec(), 0.0));
}

#[test]
fn maxout_of_two_pieces_is_a_prelu() {
    prelu::network! { struct Dense: [6] -> [6] { m: maxout(6, pieces = 2, bias = false) } }
    prelu::network! { struct Conv: [3, 4, 5] -> [3, 4, 5] { m: maxout(3, pieces = 2, kernel = 1, bias = false) } }
    prelu::network! { struct DensePrelu: [6] -> [6] { p: prelu } }
    prelu::network! { struct ConvPrelu: [3, 4, 5] -> [3, 4, 5] { p: prelu } }
    let a = 0.3;
    let mut dense = Dense::new(1);
    let mut conv = Conv::new(1);
    dense.floats_mut().fill(0.0);
    conv.floats_mut().fill(0.0);
    for unit in 0..6 {
        (dense.m.weight[2 * unit][unit], dense.m.weight[2 * unit + 1][unit]) = (1.0, a);
    }
    for unit in 0..3 {
        (conv.m.weight[2 * unit][unit][0][0], conv.m.weight[2 * unit + 1][unit][0][0]) = (1.0, a);
    }
    let mut dense_prelu = DensePrelu::new(1);
    let mut conv_prelu = ConvPrelu::new(1);
    dense_prelu.p.weight = [a];
    conv_prelu.p.weight = [a];
    for level in Level::available() {
        same_as_prelu(
            level,
            &*dense,
            &*dense_prelu,
            |d| (0..6).map(|u| d.m.weight[2 * u + 1][u]).sum(),
            |d| d.p.weight[0],
        );
        same_as_prelu(
            level,
            &*conv,
            &*conv_prelu,
            |d| (0..3).map(|u| d.m.weight[2 * u + 1][u][0][0]).sum(),
            |d| d.p.weight[0],
        );
    }
}

/// Outputs agree, and so do the gradients of the slope: that of a PReLU is the sum of those of maxout's second pieces.
fn same_as_prelu<M, P>(level: Level, maxout: &M, prelu: &P, of_maxout: fn(&M) -> f32, of_prelu: fn(&P) -> f32)
where
    M: Network,
    P: Network<Input = M::Input, Output = M::Output>,
    M::Input: Copy,
    M::Output: Copy,
{
    let stream = Stream::new(4);
    let mut next = 0;
    let mut fill = |floats: &mut [f32]| {
        for x in floats {
            *x = 2.0 * stream.uniform(next) - 1.0;
            next += 1;
        }
    };
    let mut xs: Vec<M::Input> = prelu::runtime::tensor::zeroed_vec(19);
    let mut ts: Vec<M::Output> = prelu::runtime::tensor::zeroed_vec(19);
    xs.iter_mut().for_each(|x| fill(x.floats_mut()));
    ts.iter_mut().for_each(|t| fill(t.floats_mut()));
    let (mut a, mut b) = (Workspace::<M>::with_level(level), Workspace::<P>::with_level(level));
    let (mut ya, mut yb) = (ts.clone(), ts.clone());
    a.predict(maxout, &xs, &mut ya).unwrap();
    b.predict(prelu, &xs, &mut yb).unwrap();
    for (a, b) in ya.iter().zip(&yb) {
        assert_eq!(bits(a.floats()), bits(b.floats()), "{level}");
    }
    let (mut ga, mut gb) = (M::zeroed_box(), P::zeroed_box());
    let la = a.gradients(maxout, &xs, &ts, &Mse::new(), &mut ga).unwrap();
    let lb = b.gradients(prelu, &xs, &ts, &Mse::new(), &mut gb).unwrap();
    assert_eq!(la.to_bits(), lb.to_bits(), "{level}");
    assert!((of_maxout(&ga) - of_prelu(&gb)).abs() < 1e-6, "{level}: {} {}", of_maxout(&ga), of_prelu(&gb));
}

#[test]
fn a_net_is_its_floats_and_its_tables() {
    let net = Mixed::new(1);
    assert_eq!(net.floats().len(), Mixed::PARAMETERS);
    assert_eq!(Mixed::PARAMETERS, (2 * 9 * 6 + 6) + 6 + (6 * 3 * 5 + 5) + 1 + (5 * 2 * 3 * 11 + 11) + (11 * 4 + 4));
    assert_eq!(Mixed::MACS, 6 * 2 * 9 * 63 + 5 * 6 * 3 * 2 * 3 + 30 * 11 + 44);
    let keys: Vec<_> = Mixed::SUMMARY.parameters.iter().map(|p| p.key).collect();
    let want = [
        "conv1.weight",
        "conv1.bias",
        "prelu1.weight",
        "conv2.weight",
        "conv2.bias",
        "tied.weight",
        "fc1.weight",
        "fc1.bias",
        "fc2.weight",
        "fc2.bias",
    ];
    assert_eq!(keys, want);
    let tensor = Mixed::SUMMARY.parameter("conv2.weight").unwrap();
    assert_eq!((tensor.shape, tensor.len, tensor.decays), (&[5usize, 6, 3, 1][..], 90, true));
    assert_eq!(tensor.init, Init::Uniform((1.0 / 18f64.sqrt()) as f32));
    assert_eq!(net.floats()[tensor.offset], net.conv2.weight[0][0][0][0]);
    assert_eq!(net.floats()[tensor.offset + 89], net.conv2.weight[4][5][2][0]);
    assert!(net.conv2.weight.floats().iter().all(|w| w.abs() <= 1.0 / 18f32.sqrt()));

    let copy = net.clone();
    assert!(copy == net && net == Mixed::new(1) && net != Mixed::new(2));
    assert_eq!(format!("{net:?}"), Mixed::SUMMARY.to_string());
    assert!(Mixed::SUMMARY.to_string().contains("conv(5, kernel = (3, 1))"), "{}", Mixed::SUMMARY);
    static ZERO: Line = Line::zeroed();
    assert_eq!(ZERO.floats(), [0.0; 8]);
    assert!(Input::from_slice(&[0.0; 126]).is_some() && Input::from_slice(&[0.0; 125]).is_none());
}

#[test]
fn memory_of_the_caller_does_what_a_workspace_does() {
    use prelu::runtime::network::{Batch, Draw, descend, gradients, training_lines};
    use prelu::runtime::scratch::Line;
    prelu::network! {
        struct Small: [1, 9, 9] -> [3] { conv: conv(4, kernel = 3), prelu(per_channel), max_pool(2), dropout(0.3), fc: linear(3) }
    }
    let xs: Vec<[[[f32; 9]; 9]; 1]> = (0..37)
        .map(|n| [std::array::from_fn(|i| std::array::from_fn(|j| ((n * 31 + i * 7 + j) % 11) as f32 - 5.0))])
        .collect();
    let targets: Vec<usize> = (0..37).map(|n| n % 3).collect();
    for level in Level::available() {
        let (mut net, mut other) = (Small::new(1), Small::new(1));
        let mut workspace = prelu::Workspace::with_level(level).seed(7);
        let mut memory = vec![Line::ZERO; training_lines::<Small>()];
        let (mut gradient, mut wanted, mut part) = (Small::zeroed(), Small::zeroed(), Small::zeroed());
        let mut sgd = prelu::optim::Sgd::new(0.1);
        for step in 0..3 {
            let batch = Batch::new(&xs, &targets, &CrossEntropy, Draw::new(7, step)).unwrap();
            let loss = gradients(&batch, &*net, level, &mut memory, &mut gradient, &mut part);
            descend(&mut *net, &gradient, 0.1, Small::SUMMARY.parameters);
            let same = other.gradients(&xs, &targets, &CrossEntropy, &mut workspace, &mut wanted).unwrap();
            other.step(&wanted, &mut sgd);
            assert_eq!(loss.to_bits(), same.to_bits(), "{level}");
            assert!(gradient.floats() == wanted.floats() && net.floats() == other.floats(), "{level}, step {step}");
        }
    }
}

//! Dropout, seen through the public API: a loss of the test's own reads what the net gives in training, and gradients of
//! slopes and weights show the mask that the way back uses.
#![allow(missing_docs)]

use std::sync::Mutex;

use prelu::loss::{Loss, Mse};
use prelu::runtime::rng::Stream;
use prelu::{BatchError, Level, Network, Parameters, Scratch, Tensor, Workspace};

/// What is kept is multiplied by this, in the precision of the nets.
fn keep(rate: f32) -> f32 {
    1.0 / (1.0 - rate)
}

/// Keeps the outputs of training, by sample, and asks for a gradient of 1 in every element of the samples that count.
struct Spy<F> {
    outputs: Mutex<Vec<Vec<f32>>>,
    counts: F,
}

impl<F: Fn(usize) -> bool + Send + Sync> Loss for Spy<F> {
    /// The sample's index.
    type Target = usize;

    fn sample(&self, y: &[f32], &index: &usize, dy: &mut [f32]) -> f64 {
        self.outputs.lock().unwrap()[index] = y.to_vec();
        dy.fill(if (self.counts)(index) { 1.0 } else { 0.0 });
        0.0
    }
}

/// The outputs of one training step, and the gradient of the sum of the outputs of the samples that count.
fn step_of<N: Network>(
    net: &N,
    xs: &[N::Input],
    workspace: &mut Workspace<N>,
    counts: impl Fn(usize) -> bool + Send + Sync,
) -> (Vec<Vec<f32>>, Box<N>) {
    let spy = Spy { outputs: Mutex::new(vec![Vec::new(); xs.len()]), counts };
    let (targets, mut gradient): (Vec<usize>, _) = ((0..xs.len()).collect(), N::zeroed_box());
    workspace.gradients(net, xs, &targets, &spy, &mut gradient).unwrap();
    // Gradients are of the mean.
    gradient.floats_mut().iter_mut().for_each(|g| *g *= xs.len() as f32);
    (spy.outputs.into_inner().unwrap(), gradient)
}

/// The outputs of one training step.
fn train<N: Network>(net: &N, xs: &[N::Input], workspace: &mut Workspace<N>) -> Vec<Vec<f32>> {
    step_of(net, xs, workspace, |_| true).0
}

/// Samples with this value everywhere.
fn constant<T: Tensor>(count: usize, value: f32) -> Vec<T> {
    let mut xs = prelu::runtime::tensor::zeroed_vec::<T>(count);
    xs.iter_mut().for_each(|x| x.floats_mut().fill(value));
    xs
}

/// Samples with values in ±1.
fn random<T: Tensor>(count: usize, seed: u64) -> Vec<T> {
    let stream = Stream::new(seed);
    let mut xs = prelu::runtime::tensor::zeroed_vec::<T>(count);
    for (i, x) in xs.iter_mut().flat_map(|x| x.floats_mut()).enumerate() {
        *x = 2.0 * stream.uniform(i as u64) - 1.0;
    }
    xs
}

fn bits(rows: &[Vec<f32>]) -> Vec<Vec<u32>> {
    rows.iter().map(|row| row.iter().map(|x| x.to_bits()).collect()).collect()
}

/// How many standard deviations a count of events lies from what its probability leads to expect.
fn deviations(count: usize, of: usize, probability: f64) -> f64 {
    let n = of as f64;
    (count as f64 - n * probability).abs() / (n * probability * (1.0 - probability)).sqrt()
}

/// Samples in a batch: not a multiple of any level's lanes, and more than there are shards.
const BATCH: usize = 37 + 128;

prelu::network! { struct Elements: [48] -> [48] { dropout(0.3) } }
prelu::network! { struct Channels: [12, 5, 3] -> [12, 5, 3] { dropout_channels(0.5) } }
prelu::network! { struct Rarely: [48] -> [48] { dropout(0.05) } }
prelu::network! { struct Mostly: [48] -> [48] { dropout(rate = 0.9) } }
prelu::network! { struct Unsaid: [48] -> [48] { dropout } }

#[test]
fn elements_are_dropped_at_the_rate_and_the_kept_ones_scaled() {
    fn check<N: Network>(net: &N, rate: f32) {
        let ys = train(net, &constant(BATCH, 1.0), &mut Workspace::new().seed(1));
        let (width, probability) = (N::Output::LEN, f64::from(rate));
        assert!(ys.iter().flatten().all(|&y| y == 0.0 || y == keep(rate)), "neither 0 nor {}: {ys:?}", keep(rate));
        let dropped = ys.iter().flatten().filter(|&&y| y == 0.0).count();
        let off = deviations(dropped, BATCH * width, probability);
        assert!(off < 4.0, "{dropped} of {} are dropped at a rate of {rate}: {off} deviations", BATCH * width);
        // No sample and no element is favoured.
        for y in &ys {
            let dropped = y.iter().filter(|&&y| y == 0.0).count();
            assert!(deviations(dropped, width, probability) < 5.0, "{dropped} of the {width} of a sample, at {rate}");
        }
        for i in 0..width {
            let dropped = ys.iter().filter(|y| y[i] == 0.0).count();
            assert!(deviations(dropped, BATCH, probability) < 5.0, "{dropped} of {BATCH} of element {i}, at {rate}");
        }
    }
    check(&*Elements::new(1), 0.3);
    check(&*Rarely::new(1), 0.05);
    check(&*Mostly::new(1), 0.9);
    check(&*Unsaid::new(1), 0.5);
}

#[test]
fn what_is_kept_is_multiplied_once() {
    let xs: Vec<[f32; 48]> = random(BATCH, 3);
    let ones = train(&*Elements::new(1), &constant(BATCH, 1.0), &mut Workspace::new().seed(4));
    let ys = train(&*Elements::new(1), &xs, &mut Workspace::new().seed(4));
    for ((x, mask), y) in xs.iter().zip(&ones).zip(&ys) {
        for ((x, mask), y) in x.iter().zip(mask).zip(y) {
            assert_eq!(*y, x * mask, "the mask does not depend on what it is applied to");
        }
    }
}

#[test]
fn what_is_dropped_is_zero_even_where_it_was_not_finite() {
    for level in Level::available() {
        let step = |value| train(&*Elements::new(1), &constant(20, value), &mut Workspace::with_level(level).seed(2));
        let masks = step(1.0);
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for (mask, y) in masks.iter().flatten().zip(step(value).iter().flatten()) {
                if *mask == 0.0 {
                    assert_eq!(y.to_bits(), 0, "{level}: dropped {value} is {y}");
                } else {
                    assert_eq!(y.is_nan(), value.is_nan(), "{level}: kept {value} is {y}");
                    assert!(value.is_nan() || *y == value, "{level}: kept {value} is {y}");
                }
            }
        }
    }
}

#[test]
fn a_rate_of_zero_changes_nothing() {
    prelu::network! { struct Never: [48] -> [48] { dropout(0.0) } }
    let xs: Vec<[f32; 48]> = random(20, 3);
    for (x, y) in xs.iter().zip(train(&*Never::new(1), &xs, &mut Workspace::new())) {
        assert_eq!(x[..], y);
    }
}

#[test]
fn channels_are_dropped_whole() {
    for level in Level::available() {
        let ys = train(&*Channels::new(1), &constant(BATCH, 1.0), &mut Workspace::with_level(level).seed(1));
        let mut dropped = 0;
        for channel in ys.iter().flat_map(|y| y.chunks_exact(5 * 3)) {
            assert!(channel.iter().all(|&y| y == channel[0]), "{level}: a channel in part: {channel:?}");
            assert!(channel[0] == 0.0 || channel[0] == 2.0, "{level}: {channel:?}");
            dropped += usize::from(channel[0] == 0.0);
        }
        // The channels are what is drawn for, not their pixels.
        let off = deviations(dropped, BATCH * 12, 0.5);
        assert!(off < 4.0, "{level}: {dropped} of {} channels are dropped: {off} deviations", BATCH * 12);
        // Each channel has a fate of its own.
        let first: Vec<bool> = ys[0].chunks_exact(15).map(|channel| channel[0] == 0.0).collect();
        assert!(first.contains(&true) && first.contains(&false), "{level}: {first:?}");
    }
}

#[test]
fn channels_of_a_row_are_its_elements() {
    prelu::network! { struct Row: [48] -> [48] { dropout_channels(0.3) } }
    let xs = random(20, 3);
    let ys = train(&*Row::new(1), &xs, &mut Workspace::new().seed(6));
    assert_eq!(bits(&ys), bits(&train(&*Elements::new(1), &xs, &mut Workspace::new().seed(6))));
}

#[test]
fn seed_and_step_name_the_mask() {
    // Where nothing is negative, slopes change nothing that could be mistaken for the mask.
    let (net, mut other, xs) = (Slopes::new(1), Slopes::new(1), constant(BATCH, 1.0));
    other.p.weight.floats_mut().fill(-3.0);
    let steps = |seed, net: &Slopes| {
        let mut workspace = Workspace::new().seed(seed);
        (0..4).map(|_| bits(&train(net, &xs, &mut workspace))).collect::<Vec<_>>()
    };
    let (one, two) = (steps(1, &net), steps(2, &net));
    assert!(one == steps(1, &net), "the same seed and step");
    assert!(one == steps(1, &other), "what the net has learned has no part in it");
    // No two alike; and where two masks are independent, they agree in 0.3² + 0.7² of their elements.
    let all: Vec<_> = one.iter().chain(&two).collect();
    for (i, a) in all.iter().enumerate() {
        for (j, b) in all[..i].iter().enumerate() {
            let same = a.iter().flatten().zip(b.iter().flatten()).filter(|(a, b)| a == b).count();
            let off = deviations(same, BATCH * 48, 0.58);
            assert!(off < 4.0, "masks {i} and {j} agree in {same} of {}: {off} deviations", BATCH * 48);
        }
    }
    assert!(steps(0, &net)[0] == bits(&train(&*net, &xs, &mut Workspace::new())), "the seed is 0 unless it is set");
}

#[test]
fn a_refused_batch_is_not_a_step() {
    let (net, xs) = (Elements::new(1), constant(20, 1.0));
    let (mut workspace, mut gradient) = (Workspace::new().seed(3), Elements::zeroed_box());
    let spy = Spy { outputs: Mutex::new(Vec::new()), counts: |_| true };
    assert_eq!(workspace.gradients(&*net, &[], &[], &spy, &mut gradient), Err(BatchError::Empty));
    assert!(workspace.gradients(&*net, &xs, &[1, 2], &spy, &mut gradient).is_err());
    assert_eq!(workspace.step(), 0);
    let ys = train(&*net, &xs, &mut workspace);
    assert_eq!(bits(&ys), bits(&train(&*net, &xs, &mut Workspace::new().seed(3))));
    assert_eq!(workspace.step(), 1);
}

#[test]
fn every_sample_has_a_mask_of_its_own_that_its_batch_does_not_change() {
    let net = Elements::new(1);
    for level in Level::available() {
        let masks = |count| bits(&train(&*net, &constant(count, 1.0), &mut Workspace::with_level(level).seed(5)));
        let many = masks(BATCH);
        for (i, a) in many.iter().enumerate() {
            assert!(!many[..i].contains(a), "{level}: sample {i} has the mask of an earlier one");
        }
        for count in [1, 3, 16, 17, 100] {
            assert!(masks(count) == many[..count], "{level}: a batch of {count}");
        }
    }
}

#[test]
fn two_layers_draw_apart() {
    prelu::network! { struct Twice: [48] -> [48] { dropout(0.5), dropout(0.5) } }
    let ys = train(&*Twice::new(1), &constant(BATCH, 1.0), &mut Workspace::new().seed(1));
    assert!(ys.iter().flatten().all(|&y| y == 0.0 || y == 4.0));
    // With one mask for both it would be a half.
    let kept = ys.iter().flatten().filter(|&&y| y != 0.0).count();
    assert!(deviations(kept, BATCH * 48, 0.25) < 4.0, "{kept} of {}", BATCH * 48);
}

prelu::network! {
    /// Where slopes come first, their gradient has come back through the mask.
    struct Slopes: [48] -> [48] { p: prelu(per_element), dropout(0.3) }
}
prelu::network! {
    struct ChannelSlopes: [12, 5, 3] -> [12, 5, 3] { p: prelu(per_element), dropout_channels(0.5) }
}
prelu::network! {
    /// Weights that come after see what the mask leaves of the input.
    struct Weights: [48] -> [48] { dropout(0.3), fc: linear(48, bias = false) }
}

#[test]
fn the_way_back_uses_the_mask_of_the_way_forward() {
    fn check<N: Network>(level: Level, net: &mut N) {
        net.floats_mut().fill(0.25);
        let xs = constant::<N::Input>(37, -1.0);
        for sample in 0..xs.len() {
            let mut workspace = Workspace::with_level(level).seed(8);
            let (ys, gradient) = step_of(net, &xs, &mut workspace, |index| index == sample);
            // y = 0.25 · −1 · mask, and the slope's gradient is −1 · mask. Powers of two are exact, and the batch's size
            // is divided by and multiplied with again.
            for (y, g) in ys[sample].iter().zip(gradient.floats()) {
                assert_eq!(*y == 0.0, *g == 0.0, "{level}: sample {sample} gives {y} and a gradient of {g}");
                assert!((4.0 * y - g).abs() < 1e-6, "{level}: sample {sample} gives {y} and a gradient of {g}");
            }
            assert!(gradient.floats().contains(&0.0) && gradient.floats().iter().any(|&g| g < 0.0), "{level}");
        }
    }
    for level in Level::available() {
        check(level, &mut *Slopes::new(1));
        check(level, &mut *ChannelSlopes::new(1));
    }
}

#[test]
fn weights_after_dropout_learn_only_from_what_was_kept() {
    let mut net = Weights::new(1);
    net.fc.weight = [[0.0; 48]; 48];
    (0..48).for_each(|i| net.fc.weight[i][i] = 1.0);
    for level in Level::available() {
        let mut workspace = Workspace::with_level(level).seed(8);
        // One sample: its output is its mask, and so is the gradient of every row of weights.
        let (ys, gradient) = step_of(&*net, &constant(1, 1.0), &mut workspace, |_| true);
        for row in &gradient.fc.weight {
            assert_eq!(row[..], ys[0], "{level}");
        }
        assert!(ys[0].contains(&0.0) && ys[0].contains(&keep(0.3)), "{level}: {:?}", ys[0]);
    }
}

#[test]
fn the_gradient_of_mean_squared_error_is_in_proportion_to_the_mask() {
    prelu::network! { struct One: [48] -> [1] { dropout(0.3), fc: linear(1, bias = false) } }
    let mut net = One::new(1);
    net.fc.weight = [[0.5; 48]];
    for level in Level::available() {
        let (mut workspace, mut gradient) = (Workspace::with_level(level).seed(2), One::zeroed_box());
        let loss = net.gradients(&[[1.0; 48]], &[[-1.0]], &Mse::new(), &mut workspace, &mut gradient).unwrap();
        let gradient = gradient.fc.weight[0];
        let kept = gradient.iter().filter(|&&g| g != 0.0).count();
        assert!(deviations(48 - kept, 48, 0.3) < 4.0, "{level}: {kept} of 48");
        let y = 0.5 * kept as f32 * keep(0.3);
        // Had the way forward dropped others than the way back, the loss would be of another y.
        assert!((loss / ((y + 1.0) * (y + 1.0)) - 1.0).abs() < 1e-5, "{level}: {loss}, with {kept} kept");
        let want = 2.0 * (y + 1.0) * keep(0.3);
        assert!(gradient.iter().all(|&g| g == 0.0 || (g / want - 1.0).abs() < 1e-5), "{level}: {gradient:?}, {want}");
    }
}

prelu::network! {
    struct Dropped: [2, 6, 5] -> [3] {
        dropout(0.2), conv1: conv(4, kernel = 3, padding = 1), dropout_channels(0.5), elu,
        conv2: conv(5, kernel = 2), selu, dropout_channels(0.3), avg_pool(2),
        fc1: linear(9), p: prelu(per_channel), dropout(0.3), m: maxout(6, pieces = 2), dropout(0.4),
        fc2: linear(3), dropout(0.1),
    }
}

prelu::network! {
    struct Whole: [2, 6, 5] -> [3] {
        conv1: conv(4, kernel = 3, padding = 1), elu,
        conv2: conv(5, kernel = 2), selu, avg_pool(2),
        fc1: linear(9), p: prelu(per_channel), m: maxout(6, pieces = 2),
        fc2: linear(3),
    }
}

#[test]
fn the_gradient_is_that_of_the_loss_with_its_mask() {
    // Differences of what the net gives with the same seed and step, and so with the same masks.
    const STEP: f32 = 1.0 / 64.0;
    let xs = random(5, 7);
    let counts = |index| index == 3;
    for level in Level::available() {
        let total = |net: &Dropped| -> f64 {
            let (ys, _) = step_of(net, &xs, &mut Workspace::with_level(level).seed(12), counts);
            ys[3].iter().map(|&y| f64::from(y)).sum()
        };
        let mut net = Dropped::new(4);
        let (_, gradient) = step_of(&*net, &xs, &mut Workspace::with_level(level).seed(12), counts);
        for i in 0..Dropped::PARAMETERS {
            let at = net.floats()[i];
            net.floats_mut()[i] = at + STEP;
            let above = total(&net);
            net.floats_mut()[i] = at - STEP;
            let below = total(&net);
            net.floats_mut()[i] = at;
            let (want, found) = ((above - below) / f64::from(2.0 * STEP), f64::from(gradient.floats()[i]));
            assert!((found - want).abs() < 5e-3 * (1.0 + want.abs()), "{level}: parameter {i}: {found}, not {want}");
        }
        // Masks of zeros alone would agree with anything.
        for tensor in Dropped::SUMMARY.parameters {
            let gradient = &gradient.floats()[tensor.offset..tensor.offset + tensor.len];
            assert!(gradient.iter().any(|&g| g != 0.0), "{level}: {} has no gradient", tensor.key);
        }
    }
}

#[test]
fn predictions_know_no_dropout() {
    let (dropped, mut whole) = (Dropped::new(4), Whole::new(5));
    assert_eq!(Dropped::PARAMETERS, Whole::PARAMETERS);
    whole.floats_mut().copy_from_slice(dropped.floats());
    let xs: Vec<[[[f32; 5]; 6]; 2]> = random(37, 7);
    for level in Level::available() {
        let mut workspace = Workspace::with_level(level).seed(3);
        let (mut ys, mut want) = (vec![[f32::NAN; 3]; 37], vec![[f32::NAN; 3]; 37]);
        Workspace::with_level(level).predict(&*whole, &xs, &mut want).unwrap();
        let (mut scratch, mut whole_scratch) = (Scratch::boxed(level), Scratch::boxed(level));
        // Before training steps and after them.
        for _ in 0..3 {
            workspace.predict(&*dropped, &xs, &mut ys).unwrap();
            for ((x, y), want) in xs.iter().zip(&ys).zip(&want) {
                let want = want.map(f32::to_bits);
                assert_eq!(y.map(f32::to_bits), want, "{level}");
                let alone = dropped.predict(x, &mut scratch).map(f32::to_bits);
                assert_eq!(alone, whole.predict(x, &mut whole_scratch).map(f32::to_bits), "{level}");
            }
            let trained = train(&*dropped, &xs, &mut workspace);
            assert!(trained.iter().zip(&want).all(|(y, want)| y[..] != want[..]), "{level}: in training it is there");
        }
    }
    let mut ys = vec![[f32::NAN; 48]; 37];
    let xs = random(37, 8);
    Elements::new(1).predict_batch(&xs, &mut ys).unwrap();
    assert!(ys == xs);
    assert_eq!(Dropped::MACS, Whole::MACS);
}

#[test]
fn masks_are_the_same_on_every_level_and_any_number_of_threads() {
    fn check<N: Network>(net: &N) {
        let xs = constant(BATCH, -1.0);
        let mut first = None;
        for level in Level::available() {
            for threads in [1, 2, 3] {
                let mut workspace = Workspace::with_level(level).threads(threads).seed(21);
                // Steps later than the first, too.
                let masks: Vec<_> = (0..3)
                    .map(|_| {
                        let (ys, gradient) = step_of(net, &xs, &mut workspace, |index| index == 101);
                        (bits(&ys), bits(&[gradient.floats().to_vec()]))
                    })
                    .collect();
                let first = first.get_or_insert_with(|| masks.clone());
                assert!(masks == *first, "{level}, {threads} threads");
            }
        }
    }
    check(&*Elements::new(1));
    check(&*Channels::new(1));
    check(&*Slopes::new(1));
    check(&*ChannelSlopes::new(1));
    check(&*Alpha::new(1));
    check(&*AlphaSlopes::new(1));
}

prelu::network! { struct Alpha: [48] -> [48] { alpha_dropout(0.3) } }
prelu::network! { struct AlphaHalf: [48] -> [48] { alpha_dropout } }
prelu::network! { struct AlphaSlopes: [48] -> [48] { p: prelu(per_element), alpha_dropout(0.3) } }

/// a and b of the paper, and what a·x + b makes of −λα.
fn alpha(rate: f64) -> [f64; 3] {
    let saturated = -1.758_099_340_847_376_6;
    let a = ((1.0 - rate) * (1.0 + rate * saturated * saturated)).sqrt().recip();
    let b = -a * rate * saturated;
    [a, b, a * saturated + b]
}

#[test]
fn alpha_dropout_keeps_mean_and_variance() {
    fn check<N: Network>(net: &N, rate: f64) {
        // Mean 0 and variance 1.
        let mut xs: Vec<N::Input> = random(2000, 9);
        xs.iter_mut().flat_map(|x| x.floats_mut()).for_each(|x| *x *= 3f32.sqrt());
        let [a, b, dropped] = alpha(rate);
        for level in Level::available() {
            let ys = train(net, &xs, &mut Workspace::with_level(level).seed(3));
            let mut count = 0;
            for (&x, &y) in xs.iter().flat_map(|x| x.floats()).zip(ys.iter().flatten()) {
                let is = |value: f64| (f64::from(y) - value).abs() < 1e-6;
                assert!(is(dropped) || is(a * f64::from(x) + b), "{level}: {x} became {y} at {rate}");
                count += usize::from(is(dropped));
            }
            let n = 2000 * N::Output::LEN;
            assert!(deviations(count, n, rate) < 4.0, "{level}: {count} of {n} are dropped at {rate}");
            let mean = |of: &dyn Fn(f64) -> f64| ys.iter().flatten().map(|&y| of(f64::from(y))).sum::<f64>() / n as f64;
            let (first, second) = (mean(&|y| y), mean(&|y| y * y));
            assert!(first.abs() < 0.02 && (second - 1.0).abs() < 0.03, "{level}: mean {first}, variance {second}");
        }
    }
    check(&*Alpha::new(1), 0.3);
    check(&*AlphaHalf::new(1), 0.5);
}

#[test]
fn alpha_dropout_drops_what_dropout_does_and_knows_no_prediction() {
    let xs = random(20, 3);
    let drops = |ys: &[Vec<f32>], value: f32| -> Vec<bool> { ys.iter().flatten().map(|&y| y == value).collect() };
    let plain = train(&*Elements::new(1), &xs, &mut Workspace::new().seed(6));
    let ys = train(&*Alpha::new(1), &xs, &mut Workspace::new().seed(6));
    assert_eq!(drops(&plain, 0.0), drops(&ys, alpha(0.3)[2] as f32));
    // Even where it was not finite.
    let lost = train(&*Alpha::new(1), &constant(20, f32::NAN), &mut Workspace::new().seed(6));
    assert_eq!(drops(&plain, 0.0), drops(&lost, alpha(0.3)[2] as f32));
    let mut predicted = vec![[f32::NAN; 48]; 20];
    Alpha::new(1).predict_batch(&xs, &mut predicted).unwrap();
    assert!(predicted == xs);
}

#[test]
fn the_way_back_through_alpha_dropout_scales_what_was_kept() {
    let [a, b, dropped] = alpha(0.3);
    let mut net = AlphaSlopes::new(1);
    net.floats_mut().fill(0.25);
    for level in Level::available() {
        let (ys, gradient) =
            step_of(&*net, &constant(37, -1.0), &mut Workspace::with_level(level).seed(8), |index| index == 5);
        for (&y, &g) in ys[5].iter().zip(gradient.floats()) {
            let [y, g] = [y, g].map(f64::from);
            let kept = (y - (b - 0.25 * a)).abs() < 1e-6 && (g + a).abs() < 1e-5;
            assert!(kept || ((y - dropped).abs() < 1e-6 && g == 0.0), "{level}: {y} has a gradient of {g}");
        }
        assert!(gradient.floats().contains(&0.0) && gradient.floats().iter().any(|&g| g < 0.0), "{level}");
    }
}

#[test]
fn a_pool_may_come_before_the_dropout_of_channels() {
    prelu::network! {
        struct Exchanged: [2, 9, 9] -> [5, 3, 3] {
            before: prelu(per_element), conv: conv(5, kernel = 3), act: prelu(per_channel), drop: dropout_channels(0.4),
            max_pool(2), end: identity,
        }
    }
    prelu::network! {
        struct InOrder: [2, 9, 9] -> [5, 3, 3] {
            before: prelu(per_element), conv: conv(5, kernel = 3), act: prelu(per_channel), drop: dropout_channels(0.4),
            as_it_is: identity, max_pool(2),
        }
    }
    let mut exchanged = Exchanged::zeroed_box();
    for (i, w) in exchanged.floats_mut().iter_mut().enumerate() {
        *w = Stream::new(3).normal(i as u64);
    }
    let mut in_order = InOrder::zeroed_box();
    in_order.floats_mut().copy_from_slice(exchanged.floats());
    let xs = random(35, 9);
    for level in Level::available() {
        let (outputs, gradient) = step_of(&*exchanged, &xs, &mut Workspace::with_level(level), |_| true);
        let (wanted, in_order) = step_of(&*in_order, &xs, &mut Workspace::with_level(level), |_| true);
        assert_eq!(outputs, wanted, "{level}");
        assert!(outputs.iter().flatten().any(|&y| y == 0.0) && outputs.iter().flatten().any(|&y| y != 0.0));
        for (i, (g, w)) in gradient.floats().iter().zip(in_order.floats()).enumerate() {
            assert!((g - w).abs() <= 1e-4 * (1.0 + w.abs()), "{level}: gradient {i} is {g}, not {w}");
        }
    }
}

//! Optimisers, clipping, label smoothing and frozen parameters: PyTorch's numbers, the same bits everywhere.
#![allow(missing_docs)]

use std::ops::ControlFlow;

use prelu::data::Dataset;
use prelu::loss::{CrossEntropy, Loss};
use prelu::optim::{Adam, AdamW, Gradient, Optimizer, RmsProp, Sgd, State, Team, clip_norm, norm};
use prelu::runtime::rng::Stream;
use prelu::runtime::summary::ParameterSummary;
use prelu::schedule::{Every, OneCycle};
use prelu::train::freeze;
use prelu::{Level, Parameters, Tensor, Trainer, Workspace};

prelu::network! {
    /// One parameter that decays and one that does not.
    struct One: [1] -> [1] { fc: linear(1) }
}

/// Makes an optimiser, without the memory of another.
type Make = fn() -> Box<dyn Optimizer>;

/// Gradients of five steps, of the weight and of the bias.
const GRADIENTS: [[f32; 2]; 5] = [[0.5, -0.2], [-1.0, 0.1], [0.25, 0.0], [2.0, -3.0], [-0.125, 1e-3]];

/// Weight and bias, 2 and 3 at first, after five steps, in some of which the bias is frozen.
fn five_steps(mut optimizer: impl Optimizer, frozen: &[usize]) -> [f32; 2] {
    let mut net = One::new(1);
    (net.fc.weight, net.fc.bias) = ([[2.0]], [3.0]);
    let mut table = One::SUMMARY.parameters.to_vec();
    for (step, gradient) in GRADIENTS.iter().enumerate() {
        table[1].frozen = frozen.contains(&step);
        optimizer.step(net.floats_mut(), gradient, &table);
    }
    [net.fc.weight[0][0], net.fc.bias[0]]
}

fn close(what: &str, got: &[f32], want: &[f64]) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (&g, &w) in got.iter().zip(want) {
        assert!((f64::from(g) - w).abs() <= 1e-6 * w.abs().max(1.0), "{what}: {got:?}, PyTorch has {want:?}");
    }
}

// PyTorch 2.15 in f64, the weight w and the bias b in parameter groups of their own, b's without decay:
//   for g, h in GRADIENTS: w.grad = torch.tensor(g); b.grad = torch.tensor(h); optimizer.step()
// and b.grad = None where it is frozen.
#[test]
fn optimisers_take_pytorchs_steps() {
    let sgd = || Sgd::new(0.1).momentum(0.9).dampening(0.25).weight_decay(0.01);
    close("SGD", &five_steps(sgd(), &[]), &[1.705311893, 3.483534500]);
    close("Adam", &five_steps(Adam::new(0.1), &[]), &[1.870480882, 3.256448921]);
    let adam = Adam::new(0.1).betas(0.7, 0.95).eps(1e-3).weight_decay(0.05);
    close("Adam with all", &five_steps(adam, &[]), &[1.820831909, 3.255990060]);
    close("AdamW", &five_steps(AdamW::new(0.1), &[]), &[1.860808094, 3.256448921]);
    let adamw = AdamW::new(0.1).betas(0.5, 0.9).eps(1e-2).weight_decay(0.3);
    close("AdamW with all", &five_steps(adamw, &[]), &[1.573969635, 3.247843795]);
    close("RMSprop", &five_steps(RmsProp::default(), &[]), &[1.886040445, 3.154796247]);
    let decayed = RmsProp::new(0.05).alpha(0.9).eps(1e-4).weight_decay(0.2);
    close("RMSprop with decay", &five_steps(decayed, &[]), &[1.695069304, 3.241967404]);
    close("RMSprop, centered", &five_steps(RmsProp::new(0.05).centered(), &[]), &[1.426913121, 3.778943977]);
    let momentum = RmsProp::new(0.05).momentum(0.8).weight_decay(0.1);
    close("RMSprop with momentum", &five_steps(momentum.clone(), &[]), &[0.263191601, 4.915467962]);
    close("RMSprop with both", &five_steps(momentum.centered(), &[]), &[0.251851560, 4.928084366]);

    close("SGD, frozen at first", &five_steps(sgd(), &[0, 1]), &[1.705311893, 3.427425000]);
    close("Adam, frozen at times", &five_steps(Adam::new(0.1), &[0, 1, 3]), &[1.870480882, 2.925587370]);
}

#[test]
fn defaults_are_pytorchs() {
    let rates = (Adam::default().learning_rate(), AdamW::default().learning_rate(), RmsProp::default().learning_rate());
    assert_eq!(rates, (1e-3, 1e-3, 1e-2));
    // AdamW decays by 0.01 of the rate.
    let (decayed, plain) = (five_steps(AdamW::new(0.1), &[]), five_steps(AdamW::new(0.1).weight_decay(0.01), &[]));
    assert_eq!(decayed, plain);
}

/// A step is made of operations whose rounding IEEE 754 fixes: it is the same on every machine, optimised or not.
#[test]
fn a_step_has_the_same_bits_everywhere() {
    let bits = |floats: [f32; 2]| floats.map(f32::to_bits);
    let got = [
        bits(five_steps(Sgd::new(0.1).momentum(0.9).nesterov().weight_decay(0.01), &[])),
        bits(five_steps(Adam::new(0.1).weight_decay(0.05), &[])),
        bits(five_steps(AdamW::new(0.1), &[])),
        bits(five_steps(RmsProp::new(0.05).momentum(0.8).centered(), &[])),
    ];
    let want = [[0x3fc4e174, 0x40776584], [0x3fea36b6, 0x405069a9], [0x3fee2ef6, 0x405069a9], [0x3f1b99b4, 0x409db2de]];
    assert_eq!(got, want, "{got:#x?}");
}

#[test]
fn state_can_be_taken_out_and_put_back() {
    let optimizers: [(&[&str], Make); 4] = [
        (&["momentum_buffer"], || Box::new(Sgd::new(0.1).momentum(0.9).dampening(0.5))),
        (&["exp_avg", "exp_avg_sq"], || Box::new(Adam::new(0.1))),
        (&["exp_avg", "exp_avg_sq"], || Box::new(AdamW::new(0.1))),
        (&["square_avg", "grad_avg", "momentum_buffer"], || Box::new(RmsProp::new(0.1).momentum(0.9).centered())),
    ];
    for (names, make) in optimizers {
        let (mut first, mut second) = (make(), make());
        let mut floats = [2.0, 3.0];
        first.step(&mut floats, &GRADIENTS[0], One::SUMMARY.parameters);
        assert!(first.state().rows().map(|(name, _)| name).eq(names.iter().copied()));
        second.state_mut().prepare(One::SUMMARY.parameters);
        second.state_mut().steps_mut().copy_from_slice(first.state().steps());
        for ((_, to), (_, from)) in second.state_mut().rows_mut().zip(first.state().rows()) {
            to.copy_from_slice(from);
        }
        assert_eq!(first.state(), second.state());
        let mut resumed = floats;
        first.step(&mut floats, &GRADIENTS[1], One::SUMMARY.parameters);
        second.step(&mut resumed, &GRADIENTS[1], One::SUMMARY.parameters);
        assert_eq!(floats.map(f32::to_bits), resumed.map(f32::to_bits), "{names:?}");
    }
}

prelu::network! {
    struct Net: [12] -> [4] {
        fc1: linear(9), prelu(per_channel), fc10: linear(7), tail: prelu(init = from_data), fc2: linear(4),
    }
}

fn random(count: usize, seed: u64) -> Vec<f32> {
    (0..count as u64).map(|i| 2.0 * Stream::new(seed).uniform(i) - 1.0).collect()
}

#[test]
fn clipping_is_pytorchs() {
    // a.grad, b.grad = (3, -4), (12); torch.nn.utils.clip_grad_norm_([a, b], 6.5)
    let table = One::SUMMARY.parameters;
    let mut gradient = [5.0, -12.0];
    assert_eq!(clip_norm(&mut gradient, table, 6.5), 13.0);
    close("clipped", &gradient, &[5.0 * 0.499999961538, -12.0 * 0.499999961538]);
    let small = gradient;
    assert!((clip_norm(&mut gradient, table, 6.6) - 6.5).abs() < 1e-6 && gradient == small);
    assert_eq!((clip_norm(&mut [0.0, 0.0], table, 1.0), norm(&[], &[])), (0.0, 0.0));
    assert!(clip_norm(&mut [f32::NAN, 1.0], table, 1.0).is_nan());
    assert_eq!(clip_norm(&mut [f32::INFINITY, 1.0], table, 1.0), f64::INFINITY);

    // Squares that an f32 cannot hold, and the plain sum.
    assert!((norm(&[3e30, 4e30], table) - 5e30).abs() < 1e24);
    let gradient = random(Net::PARAMETERS, 3);
    let want = gradient.iter().map(|&g| f64::from(g).powi(2)).sum::<f64>().sqrt();
    assert!((norm(&gradient, Net::SUMMARY.parameters) - want).abs() < 1e-12);
}

#[test]
fn frozen_parameters_are_left_out_of_everything() {
    let mut table = Net::SUMMARY.parameters.to_vec();
    freeze(&mut table, &["fc1", "tail", "fc2.bias"]).unwrap();
    let keys: Vec<_> = table.iter().filter(|tensor| tensor.frozen).map(|tensor| tensor.key).collect();
    assert_eq!(keys, ["fc1.weight", "fc1.bias", "tail.weight", "fc2.bias"]);

    let mut gradient = random(Net::PARAMETERS, 3);
    let trained: f64 =
        table.iter().filter(|t| !t.frozen).flat_map(|t| &gradient[t.range()]).map(|&g| f64::from(g).powi(2)).sum();
    let before = gradient.clone();
    assert!((clip_norm(&mut gradient, &table, 0.5) - trained.sqrt()).abs() < 1e-12);
    for tensor in &table {
        assert_eq!(gradient[tensor.range()] == before[tensor.range()], tensor.frozen, "{}", tensor.key);
    }

    let optimizers: [Box<dyn Optimizer>; 5] = [
        Box::new(Sgd::new(0.1).weight_decay(0.1)),
        Box::new(Sgd::new(0.1).momentum(0.9).weight_decay(0.1)),
        Box::new(Adam::new(0.1).weight_decay(0.1)),
        Box::new(AdamW::new(0.1)),
        Box::new(RmsProp::new(0.1).momentum(0.9).centered().weight_decay(0.1)),
    ];
    for mut optimizer in optimizers {
        let mut net = Net::new(1);
        let before = net.clone();
        for _ in 0..3 {
            optimizer.step(net.floats_mut(), &gradient, &table);
        }
        for (tensor, &steps) in table.iter().zip(optimizer.state().steps()) {
            let same = net.floats()[tensor.range()] == before.floats()[tensor.range()];
            assert_eq!((same, steps), (tensor.frozen, if tensor.frozen { 0 } else { 3 }), "{}", tensor.key);
            if tensor.frozen {
                assert!(optimizer.state().rows().all(|(_, row)| row[tensor.range()].iter().all(|&x| x == 0.0)));
            }
        }
    }
}

#[test]
fn unknown_keys_are_named_with_those_that_are_near() {
    let mut table = Net::SUMMARY.parameters.to_vec();
    let error = freeze(&mut table, &["fc2", "fc3", "fc1.wieght", "transformer", ""]).unwrap_err();
    let want = "no parameters have the key `fc3`; did you mean `fc1`, `fc2`?
no parameters have the key `fc1.wieght`; did you mean `fc1.weight`, `fc10.weight`, `fc2.weight`?
no parameters have the key `transformer`; there are `fc1`, `prelu1`, `fc10`, `tail`, `fc2`
no parameters have the key ``; there are `fc1`, `prelu1`, `fc10`, `tail`, `fc2`";
    assert_eq!(error.to_string(), want);
    assert!(error.keys().eq(["fc3", "fc1.wieght", "transformer", ""]));
    assert!(table.iter().all(|tensor| !tensor.frozen), "nothing is frozen then");
    assert_eq!(freeze(&mut [], &["a"]).unwrap_err().to_string(), "no parameters have the key `a`: the net has none");
}

#[test]
fn label_smoothing_is_pytorchs() {
    // l = F.cross_entropy(y, torch.tensor(class), label_smoothing=smoothing); l.backward(), in f64.
    struct Case<'a>(&'a [f32], usize, f32, f64, &'a [f64]);
    let cases = [
        Case(&[1.0, -2.0, 0.5, 3.0], 1, 0.0, 5.202253448, &[0.110553750, -0.994495853, 0.067054239, 0.816887863]),
        Case(&[1.0, -2.0, 0.5, 3.0], 1, 0.1, 4.939753448, &[0.085553750, -0.919495853, 0.042054239, 0.791887863]),
        Case(&[1.0, -2.0, 0.5, 3.0], 1, 1.0, 2.577253448, &[-0.139446250, -0.244495853, -0.182945761, 0.566887863]),
        Case(&[0.0, 80.0, -80.0], 0, 0.0, 80.0, &[-1.0, 1.0, 0.0]),
        Case(&[0.0, 80.0, -80.0], 0, 0.1, 80.0, &[-0.933333333, 0.966666667, -0.033333333]),
        Case(&[0.0, 80.0, -80.0], 0, 1.0, 80.0, &[-0.333333333, 0.666666667, -0.333333333]),
    ];
    for Case(y, class, smoothing, loss, gradient) in cases {
        let mut dy = vec![f32::NAN; y.len()];
        let got = CrossEntropy.label_smoothing(smoothing).sample(y, &class, &mut dy);
        close(&format!("smoothing {smoothing}"), &[got as f32], &[loss]);
        close(&format!("smoothing {smoothing}, gradient"), &dy, gradient);
        if smoothing == 0.0 {
            let mut plain = dy.clone();
            assert_eq!(CrossEntropy.sample(y, &class, &mut plain).to_bits(), got.to_bits());
            assert_eq!(plain, dy);
        }
    }
}

#[test]
fn smoothed_gradients_are_the_central_differences() {
    let loss = CrossEntropy.label_smoothing(0.2);
    let y = random(7, 9);
    // In f64: ln Σ exp(y) − Σ t·y.
    let reference = |y: &[f64]| {
        let target = |i| if i == 4 { 0.8 + 0.2 / 7.0 } else { 0.2 / 7.0 };
        y.iter().map(|y| y.exp()).sum::<f64>().ln() - y.iter().enumerate().map(|(i, y)| target(i) * y).sum::<f64>()
    };
    let mut dy = vec![0.0; 7];
    let got = loss.sample(&y, &4, &mut dy);
    let mut y: Vec<f64> = y.iter().map(|&y| f64::from(y)).collect();
    assert!((got - reference(&y)).abs() < 1e-6);
    for i in 0..7 {
        let at = y[i];
        let [above, below] = [1e-5, -1e-5].map(|h| {
            y[i] = at + h;
            reference(&y)
        });
        y[i] = at;
        assert!((f64::from(dy[i]) - (above - below) / 2e-5).abs() < 1e-6, "{i}: {}", dy[i]);
    }
}

#[test]
fn a_smoothed_block_is_its_samples() {
    prelu::network! { struct Flat: [5] -> [5] { fc: linear(5) } }
    let loss = CrossEntropy.label_smoothing(0.1);
    let (net, count) = (Flat::new(3), 21);
    let xs: Vec<[f32; 5]> = (0..count).map(|i| *<[f32; 5]>::from_slice(&random(5, i)).unwrap()).collect();
    let ts: Vec<usize> = (0..count as usize).map(|i| i % 5).collect();
    for level in Level::available() {
        let (mut workspace, mut gradient) = (Workspace::with_level(level), Flat::zeroed_box());
        let got = net.gradients(&xs, &ts, &loss, &mut workspace, &mut gradient).unwrap();
        let mut ys = vec![[0.0; 5]; xs.len()];
        workspace.predict(&net, &xs, &mut ys).unwrap();
        let (mut total, mut bias) = (0.0, [0.0; 5]);
        for (y, t) in ys.iter().zip(&ts) {
            let mut dy = [0.0; 5];
            total += loss.sample(y, t, &mut dy);
            bias.iter_mut().zip(dy).for_each(|(b, d)| *b += f64::from(d) / count as f64);
        }
        assert!((f64::from(got) - total / count as f64).abs() < 1e-6, "{level}: {got}");
        close(&format!("bias on {level}"), &gradient.fc.bias, &bias);
    }
}

/// An optimizer's options, for a formula of its step that is written as PyTorch computes it.
#[derive(Clone, Copy, Debug)]
struct Options {
    kind: Kind,
    decay: f32,
    momentum: f32,
    dampening: f32,
    nesterov: bool,
    centered: bool,
    betas: [f64; 2],
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Sgd,
    Adam,
    AdamW,
    RmsProp,
}

impl Options {
    const RATE: f32 = 0.1;

    /// Every combination.
    fn all() -> Vec<Self> {
        let plain = Self {
            kind: Kind::Sgd,
            decay: 0.0,
            momentum: 0.0,
            dampening: 0.0,
            nesterov: false,
            centered: false,
            betas: [0.9, 0.999],
        };
        let mut all = Vec::new();
        for decay in [0.0, 0.01] {
            for (momentum, dampening, nesterov) in
                [(0.0, 0.0, false), (0.9, 0.0, false), (0.9, 0.5, false), (0.9, 0.0, true)]
            {
                all.push(Self { decay, momentum, dampening, nesterov, ..plain });
            }
            for betas in [[0.9, 0.999], [0.0, 0.0], [1.0 - 1e-9, 1.0 - 1e-9], [0.3, 1f64.next_down()]] {
                all.extend([Kind::Adam, Kind::AdamW].map(|kind| Self { kind, decay, betas, ..plain }));
            }
            for (momentum, centered) in [(0.0, false), (0.0, true), (0.8, false), (0.8, true)] {
                for alpha in [0.99, 0.0] {
                    all.push(Self { kind: Kind::RmsProp, decay, momentum, centered, betas: [alpha; 2], ..plain });
                }
            }
        }
        all
    }

    fn make(self) -> Box<dyn Optimizer> {
        let Self { kind, decay, momentum, dampening, nesterov, centered, betas: [beta1, beta2] } = self;
        match kind {
            Kind::Sgd => {
                let sgd = Sgd::new(Self::RATE).momentum(momentum).dampening(dampening).weight_decay(decay);
                Box::new(if nesterov { sgd.nesterov() } else { sgd })
            }
            Kind::Adam => Box::new(Adam::new(Self::RATE).betas(beta1, beta2).weight_decay(decay)),
            Kind::AdamW => Box::new(AdamW::new(Self::RATE).betas(beta1, beta2).weight_decay(decay)),
            Kind::RmsProp => {
                let rmsprop = RmsProp::new(Self::RATE).alpha(beta1).momentum(momentum).weight_decay(decay);
                Box::new(if centered { rmsprop.centered() } else { rmsprop })
            }
        }
    }

    /// Step t, from 1, of a parameter whose rows are a and v, and b for the momentum of RMSprop.
    fn step(self, p: &mut f32, mut g: f32, [a, v, b]: &mut [f32; 3], t: i32) {
        let [beta1, beta2] = self.betas;
        match self.kind {
            Kind::AdamW if self.decay != 0.0 => *p *= 1.0 - Self::RATE * self.decay,
            _ if self.decay != 0.0 => g += self.decay * *p,
            _ => {}
        }
        match self.kind {
            Kind::Sgd if self.momentum == 0.0 => *p -= Self::RATE * g,
            Kind::Sgd => {
                *v = if t == 1 { g } else { self.momentum * *v + (1.0 - self.dampening) * g };
                *p -= Self::RATE * if self.nesterov { g + self.momentum * *v } else { *v };
            }
            Kind::Adam | Kind::AdamW => {
                *a += (1.0 - beta1) as f32 * (g - *a);
                *v = beta2 as f32 * *v + (1.0 - beta2) as f32 * g * g;
                let denominator = v.sqrt() / (1.0 - beta2.powi(t)).sqrt() as f32 + 1e-8;
                *p -= (f64::from(Self::RATE) / (1.0 - beta1.powi(t))) as f32 * (*a / denominator);
            }
            Kind::RmsProp => {
                *v = beta1 as f32 * *v + (1.0 - beta1) as f32 * g * g;
                *a += (1.0 - beta1) as f32 * (g - *a);
                let variance = if self.centered { *v - *a * *a } else { *v };
                // A variance that is negative by rounding is none.
                let variance = if variance.is_finite() { variance.max(0.0) } else { variance };
                let step = g / (variance.sqrt() + 1e-8);
                *b = self.momentum * *b + step;
                *p -= Self::RATE * if self.momentum == 0.0 { step } else { *b };
            }
        }
    }
}

#[test]
fn what_is_not_finite_is_seen_after_every_optimizers_step() {
    let class = |x: f32| match x {
        x if x.is_nan() => "NaN",
        f32::INFINITY => "inf",
        f32::NEG_INFINITY => "-inf",
        _ => "finite",
    };
    let unusual = [0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30, f32::MAX, 3e19];
    let (mut steps, mut kept) = (0, 0);
    for options in Options::all() {
        // The parameter at first, and the gradients of three steps, of which one is unusual.
        for (parameter, value) in
            [2.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY].iter().flat_map(|&p| unusual.map(|x| (p, x)))
        {
            for when in 0..3 {
                // The second parameter has no decay.
                let (mut got, mut want, mut rows) = ([parameter; 2], [parameter; 2], [[0.0; 3]; 2]);
                let mut optimizer = options.make();
                for t in 0..3 {
                    let g = if t == when { value } else { [0.5, -0.25, 1.0][t] };
                    optimizer.step(&mut got, &[g, g], One::SUMMARY.parameters);
                    for (i, options) in [options, Options { decay: 0.0, ..options }].into_iter().enumerate() {
                        options.step(&mut want[i], g, &mut rows[i], t as i32 + 1);
                        let what = format!("{options:?}: {parameter}, then {g} in step {t}, parameter {i}");
                        let (got, want) = (got[i], want[i]);
                        assert_eq!(class(got), class(want), "{what}: {got}, and by the formula {want}");
                        if want.is_finite() && g.abs() < 1e9 {
                            assert!((got - want).abs() <= 1e-4 * want.abs().max(1.0), "{what}: {got} {want}");
                        }
                        (steps, kept) = (steps + 1, kept + usize::from(want.is_infinite()));
                    }
                }
            }
        }
    }
    assert!(kept > steps / 20, "infinities that stay infinities are among them: {kept} of {steps}");
}

#[test]
fn betas_next_to_one_take_finite_steps() {
    for beta in [1.0 - 1e-9, 1.0 - 1e-12, 1f64.next_down()] {
        let optimizers: [Box<dyn Optimizer>; 5] = [
            Box::new(Adam::new(1e-3).betas(beta, 0.999)),
            Box::new(Adam::new(1e-3).betas(0.9, beta)),
            Box::new(AdamW::new(1e-3).weight_decay(0.0).betas(beta, beta)),
            Box::new(RmsProp::new(1e-3).alpha(beta)),
            Box::new(RmsProp::new(1e-3).alpha(beta).centered()),
        ];
        for (i, mut optimizer) in optimizers.into_iter().enumerate() {
            let mut floats = [1.0, 1.0];
            optimizer.step(&mut floats, &[0.1, -0.1], One::SUMMARY.parameters);
            // Adam's first step is its rate; RMSprop has no correction of its first steps.
            let step = if i < 3 { 1e-3 } else { 1e-3 * 0.1 / ((1.0 - beta).sqrt() * 0.1 + 1e-8) };
            let step = step as f32;
            for (float, sign) in floats.into_iter().zip([-1.0, 1.0]) {
                assert!((float - (1.0 + sign * step)).abs() < 1e-3 * step.max(1e-3), "{beta}, {i}: {float}, {step}");
            }
        }
    }
}

#[test]
fn an_infinite_bound_clips_nothing() {
    let table = One::SUMMARY.parameters;
    for gradient in [[3.0, -4.0], [f32::INFINITY, 1.0], [f32::NAN, 1.0], [0.0, 0.0]] {
        let mut clipped = gradient;
        let told = clip_norm(&mut clipped, table, f64::INFINITY);
        assert_eq!(clipped.map(f32::to_bits), gradient.map(f32::to_bits));
        assert_eq!(told.to_bits(), norm(&gradient, table).to_bits());
    }
}

#[test]
fn clipping_hides_nothing_that_is_not_finite() {
    let table = One::SUMMARY.parameters;
    for bound in [1e-3, 1.0, f64::MAX] {
        let mut gradient = [f32::NAN, 1.0];
        assert!(clip_norm(&mut gradient, table, bound).is_nan() && gradient.iter().all(|g| g.is_nan()));
        for infinity in [f32::INFINITY, f32::NEG_INFINITY] {
            let mut gradient = [infinity, 1.0];
            assert_eq!(clip_norm(&mut gradient, table, bound), f64::INFINITY);
            assert!(gradient[0].is_nan() && gradient[1] == 0.0, "∞·0 and 1·0: {gradient:?}");
        }
    }
}

struct Rows;

impl Dataset for Rows {
    type Input = [f32; 12];
    type Target = usize;
    fn len(&self) -> usize {
        90
    }
    fn sample(&self, index: usize, input: &mut [f32; 12]) -> usize {
        input.copy_from_slice(&random(12, index as u64));
        index % 4
    }
}

fn go(_: prelu::train::Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[test]
fn a_trainer_with_all_of_it_gives_the_same_bits_on_any_number_of_threads() {
    let makers: [Make; 3] = [
        || Box::new(Adam::new(0.01).weight_decay(0.01)),
        || Box::new(AdamW::new(0.01)),
        || Box::new(RmsProp::new(0.01).momentum(0.5)),
    ];
    for (level, make) in Level::available().flat_map(|level| makers.map(|make| (level, make))) {
        let train = |threads: usize| {
            let mut trainer = Trainer::new(Net::new(1), make(), CrossEntropy.label_smoothing(0.1))
                .workspace(Workspace::with_level(level))
                .schedule(Every::Batch, OneCycle::new(0.01, 9))
                .clip_norm(0.5)
                .batch_size(32)
                .threads(threads);
            trainer.freeze(&["fc10"]).unwrap();
            let mut norms = Vec::new();
            for _ in 0..3 {
                trainer
                    .epoch(&Rows, |progress| {
                        norms.push(progress.gradient_norm.map(f64::to_bits));
                        ControlFlow::Continue(())
                    })
                    .unwrap();
            }
            let first = Net::new(1);
            assert!(trainer.net().fc10.weight == first.fc10.weight && trainer.net().fc1.weight != first.fc1.weight);
            let bits: Vec<_> = trainer.net().floats().iter().map(|x| x.to_bits()).collect();
            (norms, bits)
        };
        let one = train(1);
        assert!(one.0.len() == 9 && one.0.iter().all(Option::is_some));
        assert!(one == train(3), "on {level}");
    }
}

#[test]
fn a_trainer_freezes_and_thaws() {
    let mut trainer = Trainer::new(Net::new(1), AdamW::new(0.01), CrossEntropy).batch_size(30);
    trainer.freeze(&["tail", "fc1"]).unwrap();
    assert!(trainer.freeze(&["fc11"]).is_err() && trainer.unfreeze(&["head"]).is_err());
    trainer.epoch(&Rows, go).unwrap();
    // A frozen slope is not calibrated either.
    assert_eq!((trainer.net().tail.weight, &trainer.net().fc1.weight), ([0.25], &Net::new(1).fc1.weight));
    trainer.unfreeze(&["fc1.weight"]).unwrap();
    assert_eq!(trainer.parameters().iter().filter(|tensor| tensor.frozen).count(), 2);
    trainer.epoch(&Rows, go).unwrap();
    let first = Net::new(1);
    assert!(trainer.net().fc1.weight != first.fc1.weight && trainer.net().fc1.bias == first.fc1.bias);
    assert_eq!(trainer.optimizer().state().steps(), [3, 0, 6, 6, 6, 0, 6, 6]);
}

#[test]
fn every_optimiser_learns() {
    let optimizers: [Box<dyn Optimizer>; 4] = [
        Box::new(Sgd::new(0.03).momentum(0.9)),
        Box::new(Adam::new(0.01)),
        Box::new(AdamW::new(0.01)),
        Box::new(RmsProp::new(0.003)),
    ];
    for optimizer in optimizers {
        let mut trainer = Trainer::new(Net::new(1), optimizer, CrossEntropy).batch_size(30);
        let before = trainer.evaluate(&Rows, 90).unwrap().loss;
        for _ in 0..100 {
            trainer.epoch(&Rows, go).unwrap();
        }
        let after = trainer.evaluate(&Rows, 90).unwrap().loss;
        assert!(after < 0.6 * before, "{before} {after}");
    }
}

prelu::network! {
    /// Statistics beside the parameters, and enough parameters for a step to be shared.
    struct Shared: [2, 6, 5] -> [3] {
        conv: conv(5, kernel = 3, padding = 1), batch_norm, prelu(per_channel), dropout(0.2),
        fc1: linear(301), prelu, fc2: linear(3),
    }
}

#[test]
fn training_in_one_call_takes_the_same_steps_on_any_number_of_threads() {
    let makes: [Make; 4] = [
        || Box::new(Sgd::new(0.05)),
        || Box::new(Sgd::new(0.05).momentum(0.5).weight_decay(0.01)),
        || Box::new(AdamW::new(1e-2)),
        || Box::new(RmsProp::new(1e-2).momentum(0.9).centered()),
    ];
    let xs: Vec<[[[f32; 5]; 6]; 2]> = (0..70)
        .map(|sample| {
            let (mut x, stream) = ([[[0.0; 5]; 6]; 2], Stream::new(sample));
            x.floats_mut().iter_mut().enumerate().for_each(|(i, x)| *x = stream.normal(i as u64));
            x
        })
        .collect();
    let targets: Vec<usize> = (0..70).map(|i| i % 3).collect();
    for level in Level::available() {
        for make in makes {
            let steps = |threads, in_one: bool| {
                let mut workspace = Workspace::<Shared>::with_level(level).threads(threads).seed(3);
                let (mut net, mut gradient, mut optimizer) = (Shared::new(1), Shared::zeroed_box(), make());
                let losses = [70, 5, 64].map(|count| {
                    let (xs, targets) = (&xs[..count], &targets[..count]);
                    if in_one {
                        return workspace.train(&mut optimizer, &mut net, xs, targets, &CrossEntropy).unwrap();
                    }
                    let loss = workspace.gradients(&net, xs, targets, &CrossEntropy, &mut gradient).unwrap();
                    workspace.descend(&mut optimizer, &mut net, &gradient);
                    loss
                });
                let error = workspace.train(&mut optimizer, &mut net, &xs[..0], &[], &CrossEntropy);
                assert!(error.unwrap_err().to_string().contains("batch is empty"), "nothing is done then");
                let bits: Vec<u32> = net.floats().iter().map(|x| x.to_bits()).collect();
                let state: Vec<u32> =
                    optimizer.state().rows().flat_map(|(_, row)| row.iter().map(|x| x.to_bits())).collect();
                (losses, bits, state, workspace.step())
            };
            let expected = steps(1, false);
            for threads in [1, 2, 3] {
                assert!(steps(threads, true) == expected, "{level}, {threads} threads, in one call");
                assert!(steps(threads, false) == expected, "{level}, {threads} threads, in two");
            }
        }
    }
}

/// p ← p − rate·sign(g), an optimiser of one's own.
struct SignDescent {
    rate: f32,
    state: State,
}

impl Optimizer for SignDescent {
    fn step_with(&mut self, p: &mut [f32], gradient: Gradient<'_>, table: &[ParameterSummary], _: &dyn Team) {
        for i in table.iter().filter(|tensor| !tensor.frozen).flat_map(|tensor| tensor.range()) {
            p[i] -= self.rate * gradient.at(i).signum();
        }
    }

    fn learning_rate(&self) -> f32 {
        self.rate
    }

    fn set_learning_rate(&mut self, rate: f32) {
        self.rate = rate;
    }

    fn state(&self) -> &State {
        &self.state
    }

    fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

#[test]
fn an_optimiser_of_ones_own_sees_the_sum_of_all_shards() {
    let own = || SignDescent { rate: 1e-3, state: State::new(&[]) };
    let xs = vec![[[[0.5; 5]; 6]; 2]; 50];
    let targets: Vec<usize> = (0..50).map(|i| i % 3).collect();
    let mut workspace = Workspace::<Shared>::new().threads(2).seed(3);
    let (mut net, mut by_hand, mut gradient) = (Shared::new(1), Shared::new(1), Shared::zeroed_box());
    workspace.gradients(&by_hand, &xs, &targets, &CrossEntropy, &mut gradient).unwrap();
    by_hand.step(&gradient, &mut own());
    let mut workspace = Workspace::<Shared>::new().threads(2).seed(3);
    workspace.train(&mut own(), &mut net, &xs, &targets, &CrossEntropy).unwrap();
    assert!(net == by_hand && *net != *Shared::new(1));
}

//! Settings that make no sense are refused where they are set, with name, value and range.
#![allow(missing_docs)]

use std::cell::Cell;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use prelu::data::Dataset;
use prelu::loss::{CrossEntropy, Mse};
use prelu::optim::{Adam, AdamW, Optimizer, RmsProp, Sgd, clip_norm};
use prelu::schedule::{Cosine, OneCycle, Plateau, Schedule, Step};
use prelu::train::{Checkpoints, EarlyStopping};
use prelu::{Trainer, Workspace};

prelu::network! { struct Line: [1] -> [1] { fc: linear(1) } }

struct Points;

impl Dataset for Points {
    type Input = [f32; 1];
    type Target = [f32; 1];
    fn len(&self) -> usize {
        4
    }
    fn sample(&self, index: usize, input: &mut [f32; 1]) -> [f32; 1] {
        *input = [index as f32];
        [index as f32 * 0.5]
    }
}

fn trainer() -> Trainer<Line, Sgd, Mse<[f32; 1]>> {
    Trainer::new(Line::new(1), Sgd::new(0.1), Mse::new())
}

thread_local! {
    /// Whether the last panic of this thread was at a place in this file, where one is expected.
    static HERE: Cell<Option<bool>> = const { Cell::new(None) };
}

/// The message with which something is refused, which must blame a line of this file; `None` where it is not refused.
fn refusal(set: impl FnOnce()) -> Option<String> {
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| match HERE.get() {
            Some(_) => HERE.set(Some(info.location().is_some_and(|place| place.file().ends_with("settings.rs")))),
            None => usual(info),
        }));
    });
    HERE.set(Some(false));
    let message = told(set);
    let here = HERE.replace(None);
    assert_eq!(here == Some(true), message.is_some(), "the caller's line is blamed: {message:?}");
    message
}

/// The message of a panic, if there is one.
fn told(work: impl FnOnce()) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(work)).err()?;
    Some(*panic.downcast::<String>().expect("a message is text"))
}

/// A setting: what sets it, values that are accepted, and values that are refused beside NaN.
struct Setting {
    name: &'static str,
    range: &'static str,
    set: fn(f64),
    accepted: &'static [f64],
    refused: &'static [f64],
}

const INF: f64 = f64::INFINITY;

/// What is at least 0 and finite.
const fn from_zero(name: &'static str, set: fn(f64)) -> Setting {
    Setting {
        name,
        range: "at least 0 and finite",
        set,
        accepted: &[0.0, 1e-8, 0.5, 1.0, 3e38],
        refused: &[-0.001, -1.0, -INF, INF],
    }
}

/// What is at least 0 and below 1.
const fn below_one(name: &'static str, set: fn(f64)) -> Setting {
    let range = "at least 0 and below 1";
    Setting { name, range, set, accepted: &[0.0, 0.5, 0.999], refused: &[-0.001, -INF, 1.0, 1.5, INF] }
}

/// What is from 0 to 1.
const fn share(name: &'static str, set: fn(f64)) -> Setting {
    let range = "at least 0 and at most 1";
    Setting { name, range, set, accepted: &[0.0, 0.5, 1.0], refused: &[-0.001, -INF, 1.5, 2.0, INF] }
}

/// What is counted. NaN becomes 0.
const fn count(name: &'static str, set: fn(f64)) -> Setting {
    Setting { name, range: "at least 1", set, accepted: &[1.0, 2.0, 1e9], refused: &[0.0] }
}

fn drop_it<T>(_: T) {}

fn optimizers(rate: f32) -> [Box<dyn Optimizer>; 4] {
    [Box::new(Sgd::new(rate)), Box::new(Adam::new(rate)), Box::new(AdamW::new(rate)), Box::new(RmsProp::new(rate))]
}

#[test]
fn what_is_out_of_range_is_refused_where_it_is_set() {
    let settings = [
        from_zero("learning_rate", |x| drop_it(Sgd::new(x as f32))),
        from_zero("learning_rate", |x| drop_it(Adam::new(x as f32))),
        from_zero("learning_rate", |x| drop_it(AdamW::new(x as f32))),
        from_zero("learning_rate", |x| drop_it(RmsProp::new(x as f32))),
        from_zero("learning_rate", |x| Sgd::new(0.1).set_learning_rate(x as f32)),
        from_zero("learning_rate", |x| Adam::new(0.1).set_learning_rate(x as f32)),
        from_zero("learning_rate", |x| AdamW::new(0.1).set_learning_rate(x as f32)),
        from_zero("learning_rate", |x| RmsProp::new(0.1).set_learning_rate(x as f32)),
        share("momentum", |x| drop_it(Sgd::new(0.1).momentum(x as f32))),
        share("momentum", |x| drop_it(RmsProp::new(0.1).momentum(x as f32))),
        below_one("dampening", |x| drop_it(Sgd::new(0.1).dampening(x as f32))),
        below_one("betas.0", |x| drop_it(Adam::new(0.1).betas(x, 0.9))),
        below_one("betas.1", |x| drop_it(Adam::new(0.1).betas(0.9, x))),
        below_one("betas.0", |x| drop_it(AdamW::new(0.1).betas(x, 0.9))),
        below_one("betas.1", |x| drop_it(AdamW::new(0.1).betas(0.9, x))),
        below_one("alpha", |x| drop_it(RmsProp::new(0.1).alpha(x))),
        from_zero("eps", |x| drop_it(Adam::new(0.1).eps(x as f32))),
        from_zero("eps", |x| drop_it(AdamW::new(0.1).eps(x as f32))),
        from_zero("eps", |x| drop_it(RmsProp::new(0.1).eps(x as f32))),
        from_zero("weight_decay", |x| drop_it(Sgd::new(0.1).weight_decay(x as f32))),
        from_zero("weight_decay", |x| drop_it(Adam::new(0.1).weight_decay(x as f32))),
        from_zero("weight_decay", |x| drop_it(AdamW::new(0.1).weight_decay(x as f32))),
        from_zero("weight_decay", |x| drop_it(RmsProp::new(0.1).weight_decay(x as f32))),
        Setting {
            name: "max_norm",
            range: "above 0",
            set: |x| drop_it(clip_norm(&mut [1.0, 2.0], Line::SUMMARY.parameters, x)),
            accepted: &[1e-12, 1.0, INF],
            refused: &[0.0, -1.0, -INF],
        },
        Setting {
            name: "max_norm",
            range: "above 0",
            set: |x| drop_it(trainer().clip_norm(x)),
            accepted: &[1e-12, 1.0, INF],
            refused: &[0.0, -1.0, -INF],
        },
        share("label_smoothing", |x| drop_it(CrossEntropy.label_smoothing(x as f32))),
        Setting {
            name: "gamma",
            range: "above 0 and finite",
            set: |x| drop_it(Step::new(1, x)),
            accepted: &[1e-3, 0.1, 1.0, 1.1],
            refused: &[0.0, -1.0, INF],
        },
        Setting { refused: &[-1.0, -INF, INF, 1e39], ..from_zero("min_rate", |x| drop_it(Cosine::new(1).min_rate(x))) },
        Setting { refused: &[-1.0, -INF, INF, 1e39], ..from_zero("min_rate", |x| drop_it(Plateau::new().min_rate(x))) },
        Setting { refused: &[-1.0, -INF, INF, 1e39], ..from_zero("max_rate", |x| drop_it(OneCycle::new(x, 10))) },
        share("pct_start", |x| drop_it(OneCycle::new(0.1, 10).pct_start(x))),
        Setting {
            name: "div_factor",
            range: "at least 1 and finite",
            set: |x| drop_it(OneCycle::new(0.1, 10).div_factor(x)),
            accepted: &[1.0, 25.0],
            refused: &[0.0, 0.999, -25.0, INF],
        },
        Setting {
            name: "final_div_factor",
            range: "above 0 and finite",
            set: |x| drop_it(OneCycle::new(0.1, 10).final_div_factor(x)),
            accepted: &[0.4, 1.0, 1e4],
            refused: &[0.0, -1.0, INF],
        },
        Setting {
            name: "factor",
            range: "above 0 and below 1",
            set: |x| drop_it(Plateau::new().factor(x)),
            accepted: &[1e-3, 0.5, 0.999],
            refused: &[0.0, -0.5, 1.0, 2.0, INF],
        },
        below_one("threshold", |x| drop_it(Plateau::new().threshold(x))),
        from_zero("absolute_threshold", |x| drop_it(Plateau::new().absolute_threshold(x))),
        from_zero("min_delta", |x| drop_it(EarlyStopping::new(1).min_delta(x))),
        share("from", |x| drop_it(Cosine::new(1).warm_up(4, x))),
        count("size", |n| drop_it(Step::new(n as u64, 0.5))),
        count("period", |n| drop_it(Cosine::new(n as u64))),
        count("total_steps", |n| drop_it(OneCycle::new(0.1, n as u64))),
        count("patience", |n| drop_it(EarlyStopping::new(n as u64))),
        count("batch_size", |n| drop_it(trainer().batch_size(n as usize))),
        count("keep", |n| drop_it(Checkpoints::new("nowhere").keep(n as usize))),
    ];
    for Setting { name, range, set, accepted, refused } in &settings {
        for &value in *accepted {
            assert_eq!(refusal(|| set(value)), None, "`{name}` may be {value}");
        }
        let nan: &[f64] = if *range == "at least 1" { &[] } else { &[f64::NAN] };
        for &value in refused.iter().chain(nan) {
            let shown = if value == 1e39 { "1e39".to_owned() } else { value.to_string() };
            let message = refusal(|| set(value)).unwrap_or_else(|| panic!("`{name}` may not be {value}"));
            let expected = format!("`{name}` is {shown}, but must be {range}");
            assert!(message.starts_with(&expected), "{message:?} instead of {expected:?}");
        }
    }
}

#[test]
fn counts_that_may_be_zero_are_accepted() {
    let mut plateau = Plateau::new().patience(0).cooldown(0).warm_up(0, 0.0);
    plateau.observe(1.0);
    assert_eq!(plateau.rate(0.1, 0), 0.1);
}

#[test]
fn settings_are_told_while_a_program_is_compiled_too() {
    static SGD: Sgd = Sgd::new(0.1);
    const SMOOTHED: prelu::loss::SmoothedCrossEntropy = CrossEntropy.label_smoothing(0.1);
    const RATES: [f32; 3] = [0.0, 0.1, f32::MAX];
    const _: [Adam; 3] = [Adam::new(RATES[0]), Adam::new(RATES[1]), Adam::new(RATES[2])];
    assert_eq!(SGD.learning_rate(), 0.1);
    drop_it(SMOOTHED);
}

#[test]
fn a_rate_that_is_refused_leaves_the_old_one() {
    for mut optimizer in optimizers(0.25) {
        for rate in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.5] {
            let message = told(|| optimizer.set_learning_rate(rate));
            assert_eq!(message, Some(format!("`learning_rate` is {rate}, but must be at least 0 and finite")));
            assert_eq!(optimizer.learning_rate(), 0.25);
        }
    }
}

#[test]
fn nesterov_needs_a_momentum_and_no_dampening() {
    let dampened = Some("`dampening` is 0.5, but must be 0 with `nesterov`".to_owned());
    assert_eq!(refusal(|| drop_it(Sgd::new(0.1).momentum(0.9).nesterov().dampening(0.5))), dampened);
    assert_eq!(refusal(|| drop_it(Sgd::new(0.1).momentum(0.9).dampening(0.5).nesterov())), dampened);
    assert_eq!(refusal(|| drop_it(Sgd::new(0.1).nesterov().dampening(0.0))), None);

    let alone = "`momentum` is 0, but must be above 0 with `nesterov`";
    for make in [|| Sgd::new(0.1).nesterov(), || Sgd::new(0.1).momentum(0.9).nesterov().momentum(0.0)] {
        let message = refusal(|| drop_it(Trainer::new(Line::new(1), make(), Mse::<[f32; 1]>::new())));
        assert_eq!(message.as_deref(), Some(alone), "a trainer is not made");
        assert_eq!(refusal(|| drop_it(make().state_mut().steps().len())).as_deref(), Some(alone));

        // Neither a step nor training of a batch changes anything.
        let mut parameters = [1.0, 2.0];
        let mut optimizer = make();
        let message = told(|| optimizer.step(&mut parameters, &[0.5, 0.5], Line::SUMMARY.parameters));
        assert_eq!(message.as_deref(), Some(alone));
        assert!(parameters == [1.0, 2.0] && optimizer.state().steps().is_empty());
        let (mut net, mut workspace) = (Line::new(1), Workspace::<Line>::new());
        let loss = Mse::<[f32; 1]>::new();
        let message = told(|| drop_it(workspace.train(&mut make(), &mut net, &[[1.0]], &[[2.0]], &loss)));
        assert!(message.as_deref() == Some(alone) && *net == *Line::new(1));
    }
}

#[test]
fn nesterov_and_momentum_are_set_in_either_order() {
    let step = |mut optimizer: Sgd| {
        let mut parameters = [1.0, 2.0];
        for gradient in [[0.5, -0.25], [1.0, 3.0]] {
            optimizer.step(&mut parameters, &gradient, Line::SUMMARY.parameters);
        }
        parameters
    };
    let first = step(Sgd::new(0.1).momentum(0.9).nesterov());
    assert_eq!(first, step(Sgd::new(0.1).nesterov().momentum(0.9)));
    assert_ne!(first, step(Sgd::new(0.1).momentum(0.9)));
    // Dampening alone is without effect, as in PyTorch.
    assert_eq!(step(Sgd::new(0.1).dampening(0.5)), step(Sgd::new(0.1)));
}

#[test]
fn a_checkpoint_with_a_rate_that_is_no_rate_is_an_error() {
    let directory = std::env::temp_dir().join(format!("prelu-settings-{}", std::process::id()));
    let checkpoints = Checkpoints::new(&directory);
    let mut first = trainer();
    first.epoch(&Points, |_| ControlFlow::Continue(())).unwrap();
    let path = checkpoints.save(&first).unwrap();
    let file = std::fs::read(&path).unwrap();
    let saved = b"\"trainer/learning rate\":\"0.1\"";
    let place = file.windows(saved.len()).position(|part| part == saved).expect("the rate is in the file");
    for rate in ["NaN", "inf", "-.1", "0.1"] {
        let mut changed = file.clone();
        changed[place + saved.len() - 4..][..3].copy_from_slice(rate.as_bytes());
        std::fs::write(&path, &changed).unwrap();
        let mut second = trainer();
        let resumed = second.resume(&path);
        assert_eq!(resumed.is_ok(), rate == "0.1", "{rate}");
        if let Err(error) = resumed {
            assert!(error.to_string().contains("learning rate"), "{error}");
            assert_eq!((second.steps(), second.optimizer().learning_rate()), (0, 0.1));
        }
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

//! Schedules have PyTorch's rates, and a trainer follows them; early stopping.
#![allow(missing_docs)]

use std::ops::ControlFlow;

use prelu::Trainer;
use prelu::data::Dataset;
use prelu::loss::Mse;
use prelu::optim::{Optimizer, Sgd};
use prelu::schedule::{Cosine, Every, OneCycle, Plateau, Schedule, Step};
use prelu::train::{EarlyStopping, Verdict};

fn close(what: &str, got: impl IntoIterator<Item = f64>, want: &[f64]) {
    let got: Vec<_> = got.into_iter().collect();
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (g, w)) in got.iter().zip(want).enumerate() {
        assert!((g - w).abs() < 1e-9, "{what} after {i}: {g}, PyTorch has {w}");
    }
}

fn rates(schedule: &impl Schedule, base: f64, count: usize) -> impl Iterator<Item = f64> {
    (0..count as u64).map(move |i| schedule.rate(base, i))
}

// PyTorch 2.15: for each rate, optimizer.param_groups[0]['lr'] before optimizer.step() and scheduler.step().

#[test]
fn step_is_pytorchs() {
    // StepLR(SGD(lr=0.8), 3, 0.5)
    close("step", rates(&Step::new(3, 0.5), 0.8, 8), &[0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2]);
    assert_eq!(Step::new(1, 0.5).rate(1.0, 2), 0.25);
}

#[test]
fn cosine_is_pytorchs() {
    // CosineAnnealingLR(SGD(lr=0.5), 8, 0.01)
    let want = [
        0.5,
        0.4813504855,
        0.4282411614,
        0.3487574409,
        0.255,
        0.1612425591,
        0.08175883861,
        0.02864951453,
        0.01,
        0.02864951453,
        0.08175883861,
        0.1612425591,
    ];
    close("cosine", rates(&Cosine::new(8).min_rate(0.01), 0.5, 12), &want);
    assert_eq!((Cosine::new(1).rate(1.0, 0), Cosine::new(1).rate(1.0, 1)), (1.0, 0.0));
}

#[test]
fn warm_up_is_pytorchs() {
    // SequentialLR(o, [LinearLR(o, 0.1, total_iters=4), CosineAnnealingLR(o, 6)], [4]) with o = SGD(lr=0.5)
    let want = [0.05, 0.1625, 0.275, 0.3875, 0.5, 0.4665063509, 0.375, 0.25, 0.125, 0.03349364905, 0.0];
    close("warm-up", rates(&Cosine::new(6).warm_up(4, 0.1), 0.5, 11), &want);
    assert_eq!(Cosine::new(6).warm_up(0, 0.1).rate(0.5, 0), 0.5);
    let mut plateau = Plateau::new().patience(0).warm_up(1, 0.5);
    plateau.observe(1.0);
    plateau.observe(1.0);
    assert!((plateau.rate(0.5, 3) - 0.05).abs() < 1e-12);
}

#[test]
fn one_cycle_is_pytorchs() {
    // OneCycleLR(o, 0.4, total_steps=20)
    let want = [
        0.016,
        0.05266873708,
        0.1486687371,
        0.2673312629,
        0.3633312629,
        0.4,
        0.3949856025,
        0.3801938528,
        0.356366471,
        0.3246982616,
        0.2867772007,
        0.2445048088,
        0.2000008,
        0.1554967912,
        0.1132243993,
        0.07530333842,
        0.04363512897,
        0.01980774719,
        0.005015997506,
        1.6e-06,
    ];
    close("one cycle", rates(&OneCycle::new(0.4, 20), 7.0, 20), &want);
    // OneCycleLR(o, 1.0, total_steps=9, pct_start=0.5, div_factor=10, final_div_factor=100)
    let want =
        [0.1, 0.2694295892, 0.6501344203, 0.9554359906, 0.9698764641, 0.75025, 0.4137627353, 0.1178608007, 0.001];
    let schedule = OneCycle::new(1.0, 9).pct_start(0.5).div_factor(10.0).final_div_factor(100.0);
    close("one cycle with all", rates(&schedule, 7.0, 9), &want);
    assert_eq!(schedule.rate(7.0, 1000), schedule.rate(7.0, 8));
    for steps in 1..5 {
        for share in [0.0, 0.25, 0.5, 1.0] {
            assert!(rates(&OneCycle::new(1.0, steps).pct_start(share), 7.0, 9).all(|rate| rate > 0.0 && rate <= 1.0));
        }
    }
}

/// The rates before each metric is told.
fn plateau(mut schedule: Plateau, metrics: &[f64]) -> Vec<f64> {
    let told = metrics.iter().map(|&metric| {
        let rate = schedule.rate(0.1, 0);
        schedule.observe(metric);
        rate
    });
    told.collect()
}

#[test]
fn plateau_is_pytorchs() {
    let metrics =
        [1.0, 0.9, 0.95, 0.9, 0.89995, 0.8, 0.85, 0.85, 0.85, 0.85, 0.85, 0.85, 0.1, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2];
    // ReduceLROnPlateau(SGD(lr=0.1), factor=0.5, patience=2)
    let want = [
        0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125, 0.0125, 0.00625,
        0.00625, 0.00625,
    ];
    close("plateau", plateau(Plateau::new().factor(0.5).patience(2), &metrics), &want);
    // ReduceLROnPlateau(…, factor=0.1, patience=1, cooldown=2, min_lr=1e-3)
    let want = [[0.1; 4].as_slice(), &[0.01; 4], &[0.001; 11]].concat();
    let schedule = Plateau::new().patience(1).cooldown(2).min_rate(1e-3);
    close("plateau with cooldown", plateau(schedule, &metrics), &want);
    // ReduceLROnPlateau(…, mode='max', factor=0.5, patience=1, threshold=0.05, threshold_mode='abs')
    let metrics = [0.1, 0.5, 0.52, 0.505, 0.6, 0.6, 0.6, 0.6, f64::NAN, 0.7, 0.65, 0.71];
    let want = [0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125, 0.0125];
    let schedule = Plateau::new().maximize().factor(0.5).patience(1).absolute_threshold(0.05);
    close("plateau, rising", plateau(schedule, &metrics), &want);
}

#[test]
fn early_stopping_waits_as_long_as_it_should() {
    use Verdict::{Better, Stop, Wait};
    let run = |mut stopping: EarlyStopping, metrics: &[f64]| {
        let verdicts: Vec<_> = metrics.iter().map(|&metric| stopping.observe(metric)).collect();
        (verdicts, stopping.best(), stopping.waited())
    };
    let got = run(EarlyStopping::new(2), &[0.5, 0.6, 0.4, 0.4, 0.41]);
    assert_eq!(got, (vec![Better, Wait, Better, Wait, Stop], Some(0.4), 2));
    let got = run(EarlyStopping::new(1).maximize().min_delta(0.1), &[0.5, 0.65, 0.7]);
    assert_eq!(got, (vec![Better, Better, Stop], Some(0.65), 1));
    let got = run(EarlyStopping::new(1), &[f64::NAN, 0.5]);
    assert_eq!(got, (vec![Stop, Better], Some(0.5), 0));
}

prelu::network! {
    struct Line: [1] -> [1] { fc: linear(1) }
}

struct Points;

impl Dataset for Points {
    type Input = [f32; 1];
    type Target = [f32; 1];
    fn len(&self) -> usize {
        10
    }
    fn sample(&self, index: usize, input: &mut [f32; 1]) -> [f32; 1] {
        *input = [index as f32 * 0.1];
        [index as f32 * 0.3]
    }
}

#[test]
fn a_trainer_follows_its_schedule() {
    let train = |every, schedule: Box<dyn Schedule>| {
        let mut trainer = Trainer::new(Line::new(1), Sgd::new(0.5), Mse::new()).schedule(every, schedule).batch_size(4);
        let mut rates = Vec::new();
        for _ in 0..3 {
            trainer
                .epoch(&Points, |progress| {
                    rates.push(f64::from(progress.learning_rate));
                    ControlFlow::Continue(())
                })
                .unwrap();
            trainer.observe(1.0);
        }
        assert_eq!(f64::from(trainer.optimizer().learning_rate()), rates[8]);
        rates
    };
    let step = || Box::new(Step::new(1, 0.5));
    assert_eq!(train(Every::Epoch, step()), [0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125]);
    assert!(train(Every::Batch, step()).into_iter().eq((1..10).map(|i| 0.5f64.powi(i))));
    let plateau = Box::new(Plateau::new().patience(0).factor(0.5));
    assert_eq!(train(Every::Epoch, plateau), [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25]);
}

#[test]
fn a_first_metric_that_is_infinite_is_beaten_by_the_next() {
    use Verdict::{Better, Stop, Wait};
    let falling = [f64::INFINITY, 1.0, 0.9, 0.8, 0.7];
    let rising = falling.map(|metric| -metric);
    let plain = Plateau::new().patience(1);
    for schedule in [plain.clone(), plain.clone().threshold(0.0), plain.absolute_threshold(1e-4)] {
        let schedule = || schedule.clone();
        assert_eq!(plateau(schedule(), &falling), [0.1; 5]);
        assert_eq!(plateau(schedule().maximize(), &rising), [0.1; 5]);
        // Nothing is better than the other infinity, and NaN is never better, be it the first.
        assert_eq!(plateau(schedule().factor(0.5).maximize(), &falling)[3..], [0.05; 2]);
        assert_eq!(plateau(schedule().factor(0.5), &rising)[3..], [0.05; 2]);
        assert_eq!(plateau(schedule().factor(0.5), &[f64::NAN, 1.0, f64::NAN, f64::NAN, 2.0])[3..], [0.1, 0.05]);
    }
    let verdicts = |stopping: EarlyStopping, metrics: &[f64]| {
        let mut stopping = stopping.min_delta(1e-3);
        metrics.iter().map(|&metric| stopping.observe(metric)).collect::<Vec<_>>()
    };
    assert_eq!(verdicts(EarlyStopping::new(2), &falling), [Better; 5]);
    assert_eq!(verdicts(EarlyStopping::new(2).maximize(), &rising), [Better; 5]);
    assert_eq!(verdicts(EarlyStopping::new(2), &rising[..3]), [Better, Wait, Stop]);
    assert_eq!(verdicts(EarlyStopping::new(2), &[f64::INFINITY; 3]), [Better, Wait, Stop]);
    assert_eq!(
        verdicts(EarlyStopping::new(3), &[f64::NAN, 1.0, f64::NAN, f64::NAN, f64::NAN])[2..],
        [Wait, Wait, Stop]
    );
}

#[test]
fn a_relative_threshold_is_of_the_metrics_size() {
    // Of each metric: whether the schedule takes it for better than −1, or than 1, by a hundredth.
    for (best, metric, falls, rises) in [
        (-1.0, -1.0, false, false),
        (-1.0, -1.009, false, false),
        (-1.0, -1.011, true, false),
        (-1.0, -0.991, false, false),
        (-1.0, -0.989, false, true),
        (1.0, 1.0, false, false),
        (1.0, 1.009, false, false),
        (1.0, 1.011, false, true),
        (1.0, 0.991, false, false),
        (1.0, 0.989, true, false),
        (0.0, -1e-300, true, false),
        (0.0, 1e-300, false, true),
        (0.0, 0.0, false, false),
    ] {
        for (maximize, better) in [(false, falls), (true, rises)] {
            let schedule = Plateau::new().patience(0).threshold(0.01);
            let schedule = if maximize { schedule.maximize() } else { schedule };
            let rate = plateau(schedule, &[best, metric, f64::NAN])[2];
            assert_eq!(rate == 0.1, better, "{metric} after {best}, rising: {maximize}");
        }
    }
    // A loss that gets worse all the time, by less than the threshold each time.
    let worse: Vec<f64> = (0..30).map(|step| -1.0 + 9e-5 * f64::from(step)).collect();
    assert!(plateau(Plateau::new().patience(2), &worse)[29] < 1e-9);
}

#[test]
fn a_floor_above_the_rate_never_raises_it() {
    let mut plateau = Plateau::new().patience(0).min_rate(1e-3);
    for _ in 0..5 {
        plateau.observe(1.0);
        assert_eq!((plateau.rate(1e-4, 0), plateau.rate(1e-3, 0)), (1e-4, 1e-3));
    }
    assert_eq!(plateau.rate(1e-2, 0), 1e-3);
    close("warm-up", [0, 5, 10].map(|count| plateau.clone().warm_up(10, 0.1).rate(1e-4, count)), &[1e-5, 5.5e-5, 1e-4]);
    assert_eq!(rates(&Cosine::new(10).min_rate(1e-3), 1e-4, 21).collect::<Vec<_>>(), [1e-4; 21]);
}

#[test]
fn one_cycle_works_without_a_way_down_and_in_few_steps() {
    let cycle = |steps, share| {
        let schedule = OneCycle::new(1.0, steps).pct_start(share).div_factor(10.0).final_div_factor(10.0);
        rates(&schedule, 7.0, steps as usize + 2).collect::<Vec<_>>()
    };
    // No way down: OneCycleLR's formula, whose end is the top.
    let up = |place: f64| 1.0 - 0.9 * 0.5 * (1.0 + (std::f64::consts::PI * place).cos());
    close("no way down", cycle(10, 1.0), &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9].map(|i| up(f64::from(i) / 9.0)));
    assert_eq!(cycle(10, 1.0)[9..], [1.0; 3]);
    // No way up: PyTorch's formula begins a step after the top.
    let down = |place: f64| 0.01 + 0.99 * 0.5 * (1.0 + (std::f64::consts::PI * place).cos());
    close("no way up", cycle(10, 0.0), &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10].map(|i| down(f64::from(i) / 10.0)));
    // The top is step 0.
    assert_eq!(cycle(2, 0.5), [1.0, 0.01, 0.01, 0.01]);
    close("four steps", cycle(4, 0.25), &[1.0, down(1.0 / 3.0), down(2.0 / 3.0), 0.01, 0.01, 0.01]);
    assert_eq!(cycle(1, 1.0), [1.0; 3]);
    // The top is the last step.
    assert_eq!(cycle(2, 1.0), [0.1, 1.0, 1.0, 1.0]);
    // The top is before step 0.
    assert_eq!(cycle(1, 0.3), [0.01; 3]);
    close("two steps", cycle(2, 0.3), &[down(0.4 / 1.4), 0.01, 0.01, 0.01]);
    // A last rate above the first is at most the highest.
    for (factor, last) in [(0.5, 0.2), (0.1, 1.0), (1e-300, 1.0)] {
        let schedule = OneCycle::new(1.0, 10).div_factor(10.0).final_div_factor(factor);
        assert!((schedule.rate(7.0, 9) - last).abs() < 1e-12, "{factor}");
    }
}

#[test]
fn every_rate_is_finite_and_at_most_the_highest() {
    let counts = [0, 1, 2, 3, 4, 7, 10, 99, 1000, u32::MAX.into(), (1 << 53) - 1, 1 << 53, u64::MAX - 1, u64::MAX];
    let (rates, shares) = ([0.0, 1e-45, 1e-3, 0.1, 1.0, f64::from(f32::MAX)], [0.0, 1e-9, 0.25, 0.3, 0.5, 1.0]);
    let sizes = [1, 2, 3, 4, 10, 1000, 1 << 53, u64::MAX];
    let mut schedules: Vec<(String, f64, Box<dyn Schedule>)> = Vec::new();
    for size in sizes {
        for rate in rates {
            for share in shares {
                let cycle = OneCycle::new(rate, size).pct_start(share);
                for cycle in
                    [cycle, cycle.div_factor(1.0).final_div_factor(f64::MIN_POSITIVE), cycle.div_factor(f64::MAX)]
                {
                    schedules.push((format!("{cycle:?}"), rate, Box::new(cycle)));
                }
                schedules.push((format!("step {size}, {share}"), 0.0, Box::new(Step::new(size, share.max(1e-9)))));
                let cosine = Cosine::new(size).min_rate(rate);
                schedules.push((format!("{cosine:?}"), 0.0, Box::new(cosine)));
                schedules.push((format!("{cosine:?}, {share}"), 0.0, Box::new(cosine.warm_up(size, share))));
                let mut plateau = Plateau::new().patience(0).min_rate(rate).factor(share.clamp(0.1, 0.9));
                (0..400).for_each(|_| plateau.observe(1.0));
                schedules.push((format!("{plateau:?}"), 0.0, Box::new(plateau)));
            }
        }
    }
    for (what, highest, schedule) in &schedules {
        for base in rates {
            for count in counts {
                let rate = schedule.rate(base, count);
                // Those that have no highest rate of their own begin at the base, and never exceed it.
                let highest = if what.starts_with("OneCycle") { *highest } else { base };
                assert!((0.0..=highest).contains(&rate), "{what} from {base} after {count}: {rate}");
            }
        }
    }
}

#[test]
fn a_plateaus_state_is_restored_only_if_it_can_be_one() {
    let mut plateau = Plateau::new();
    for state in [[0.5, 3.0, 0.0, f64::INFINITY], [0.0, 0.0, 2.0, -1.0], [1.0, 0.0, 0.0, f64::NEG_INFINITY]] {
        assert!(plateau.restore(&state));
        assert_eq!(plateau.state(), state);
    }
    let before = plateau.clone();
    for (place, value) in [(0, 1.5), (0, -0.1), (1, -1.0), (1, 0.5), (1, 1e300), (2, -1.0), (2, 2.5)] {
        let mut state = [0.5, 3.0, 0.0, 1.0];
        state[place] = value;
        assert!(!plateau.restore(&state), "{state:?}");
    }
    for place in 0..4 {
        let mut state = [0.5, 3.0, 0.0, 1.0];
        state[place] = f64::NAN;
        assert!(!plateau.restore(&state), "{state:?}");
        state[place] = f64::INFINITY;
        assert!(place == 3 || !plateau.restore(&state), "{state:?}");
    }
    assert_eq!(plateau, before, "nothing is changed then");
}

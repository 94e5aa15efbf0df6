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
    assert_eq!(Step::new(0, 0.5).rate(1.0, 2), 0.25);
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
    assert_eq!((Cosine::new(0).rate(1.0, 0), Cosine::new(0).rate(1.0, 1)), (1.0, 0.0));
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
    for steps in 0..5 {
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
    let got = run(EarlyStopping::new(0), &[f64::NAN, 0.5]);
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

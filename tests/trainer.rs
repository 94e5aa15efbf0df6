//! Training tells what is wrong before it changes anything, leaves out what it is told to leave out, and hides nothing.
#![allow(missing_docs)]

use std::error::Error;
use std::ops::ControlFlow::{Break, Continue};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use prelu::data::{CropFlip, Dataset};
use prelu::loss::{CrossEntropy, Loss, Mse, NetError, NetOutput, TargetError};
use prelu::optim::{AdamW, Optimizer, Sgd};
use prelu::schedule::{Every, Schedule};
use prelu::train::Checkpoints;
use prelu::{BatchError, Metrics, Network, Tensor, Trainer, Workspace};
use prelu_tests::files::Directory;

prelu::network! {
    /// A batch norm of single values, which needs two samples in a batch, and slopes that begin from data.
    pub struct Normed: [8] -> [2] { fc1: linear(4), bn: batch_norm, prelu(per_element, init = from_data), dropout(0.2), fc2: linear(2) }
}

/// Samples of two classes. Those of `broken` have a pixel that is not finite, and those of `mislabeled` a class that no net has.
#[derive(Clone, Default)]
struct Rows {
    count: usize,
    broken: Vec<usize>,
    mislabeled: Vec<usize>,
}

impl Dataset for Rows {
    type Input = [f32; 8];
    type Target = usize;

    fn len(&self) -> usize {
        self.count
    }

    fn sample(&self, index: usize, input: &mut [f32; 8]) -> usize {
        *input = std::array::from_fn(|i| ((index * 7 + i * 3) % 11) as f32 - 5.0);
        if self.broken.contains(&index) {
            input[index % 8] = [f32::NAN, f32::INFINITY][index % 2];
        }
        if self.mislabeled.contains(&index) { 9 } else { index % 2 }
    }
}

fn rows(count: usize) -> Rows {
    Rows { count, ..Rows::default() }
}

type Any<N> = Trainer<N, AdamW, CrossEntropy>;

fn trainer<N: Network>(batch_size: usize) -> Any<N> {
    Trainer::new(N::initialised(1), AdamW::new(0.01), CrossEntropy).seed(3).batch_size(batch_size)
}

/// All that training changes, bit by bit.
fn state<N: Network, O: Optimizer, L: Loss>(trainer: &mut Trainer<N, O, L>) -> (Vec<u32>, Vec<u64>) {
    let mut floats: Vec<u32> = trainer.net().floats().iter().map(|x| x.to_bits()).collect();
    let counts = [trainer.epochs(), trainer.steps(), trainer.position() as u64];
    let optimizer = trainer.optimizer();
    floats.extend(optimizer.state().rows().flat_map(|(_, row)| row).map(|x| x.to_bits()));
    let counts = counts.into_iter().chain(optimizer.state().steps().iter().copied());
    let counts = counts.collect();
    (floats, counts)
}

/// The error of an epoch, which leaves all as it was and is the same when it is asked for again.
fn refused<N: Network, O: Optimizer, L: Loss>(
    trainer: &mut Trainer<N, O, L>,
    data: &impl Dataset<Input = N::Input, Target = L::Target>,
) -> BatchError {
    let before = state(trainer);
    let error = trainer.epoch(data, |_| panic!("a step was made")).unwrap_err();
    assert!(state(trainer) == before, "{error}: something was changed");
    let again = trainer.epoch(data, |_| panic!("a step was made")).unwrap_err();
    assert_eq!(again.to_string(), error.to_string());
    error
}

#[test]
fn a_last_batch_that_is_too_small_for_batch_norm_is_left_out() {
    assert_eq!(Normed::LEAST_BATCH, 2);
    for (count, size, batches, left_out) in [
        (65, 64, 1, 1),
        (65, 13, 5, 0),
        (65, 32, 2, 1),
        (66, 64, 2, 0),
        (64, 64, 1, 0),
        (5, 2, 2, 1),
        (5, 100, 1, 0),
        (2, 64, 1, 0),
    ] {
        let mut trainer = trainer::<Normed>(size);
        for epoch in 1..=2 {
            let mut told = Vec::new();
            let metrics = trainer
                .epoch(&rows(count), |progress| {
                    told.push((progress.batch, progress.batches));
                    Continue(())
                })
                .unwrap();
            assert_eq!((metrics.samples, metrics.left_out), (count - left_out, left_out), "{count} by {size}");
            assert!(told.into_iter().eq((1..=batches).map(|batch| (batch, batches))), "{count} by {size}");
            assert_eq!((trainer.epochs(), trainer.position()), (epoch, 0), "{count} by {size}");
        }
        // In inference no sample depends on another.
        let tested = trainer.evaluate(&rows(count), size).unwrap();
        assert_eq!((tested.samples, tested.left_out), (count, 0));
    }
    // Without such a layer, one sample is a batch.
    prelu::network! { struct Plain: [8] -> [2] { fc: linear(2) } }
    let metrics = trainer::<Plain>(64).epoch(&rows(65), |_| Continue(())).unwrap();
    assert_eq!((metrics.samples, metrics.left_out), (65, 0));
}

/// Trains so many steps in all, a call of `epoch` for each; with this many epochs to the end.
fn train_to<N: Network<Input = [f32; 8]>>(trainer: &mut Any<N>, data: &Rows, steps: u64) {
    while trainer.steps() < steps {
        trainer.epoch(data, |_| Break(())).unwrap();
    }
}

/// Whether training that stops after any batch ends with the same bits.
fn resumes_anywhere<N: Network<Input = [f32; 8]>>(
    name: &str,
    make: impl Fn() -> Any<N>,
    data: &Rows,
    steps: u64,
) -> Any<N> {
    let directory = Directory::new(name);
    let path = directory.0.join("checkpoint.safetensors");
    let mut whole = make();
    train_to(&mut whole, data, steps);
    for stop in 0..=steps {
        let (mut first, mut second) = (make(), make());
        train_to(&mut first, data, stop);
        first.save(&path).unwrap();
        second.resume(&path).unwrap();
        assert!(state(&mut second) == state(&mut first), "at {stop}");
        train_to(&mut second, data, steps);
        assert!(state(&mut second) == state(&mut whole), "stopped at {stop}");
    }
    whole
}

#[test]
fn epochs_with_samples_left_out_resume_to_the_same_bits() {
    let whole = resumes_anywhere("left-out", || trainer::<Normed>(16), &rows(65), 8);
    assert_eq!((whole.epochs(), whole.position()), (2, 0));
}

/// Changes text in a file, which stays as long.
fn replace(path: &Path, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let mut file = std::fs::read(path).unwrap();
    let at = file.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
    file[at..at + from.len()].copy_from_slice(to.as_bytes());
    std::fs::write(path, file).unwrap();
}

#[test]
fn a_checkpoint_in_front_of_too_small_a_batch_is_at_the_end_of_its_epoch() {
    let directory = Directory::new("in-front");
    let path = directory.0.join("checkpoint.safetensors");
    let mut first = trainer::<Normed>(64);
    let before = first.epoch(&rows(66), |_| Break(())).unwrap();
    assert_eq!((before.samples, before.left_out, first.position()), (64, 0, 64));
    first.save(&path).unwrap();
    replace(&path, "\"trainer/length\":\"66\"", "\"trainer/length\":\"65\"");
    let mut second = trainer::<Normed>(64);
    second.resume(&path).unwrap();
    let metrics = second.epoch(&rows(65), |_| panic!("a step was made")).unwrap();
    assert_eq!((metrics.samples, metrics.left_out, metrics.loss), (64, 1, before.loss));
    assert_eq!((second.epochs(), second.position(), second.steps()), (1, 0, 1));
    assert_eq!(second.epoch(&rows(65), |_| Continue(())).unwrap().samples, 64);
}

#[test]
fn too_small_data_sets_and_batch_sizes_are_told_before_the_first_step_with_a_remedy_that_works() {
    let error = refused(&mut trainer::<Normed>(64), &rows(1));
    assert_eq!(error, BatchError::ShortData { samples: 1, least: 2 });
    let text = "the data set is too small: it has 1 sample, and batch_norm of single values needs at least 2 in a batch; \
                add samples, or use layer_norm in place of batch_norm";
    assert_eq!(error.to_string(), text);
    trainer::<Normed>(64).epoch(&rows(2), |_| Continue(())).unwrap();
    assert_eq!(refused(&mut trainer::<Normed>(64), &rows(0)), BatchError::Empty);

    let mut small = trainer::<Normed>(1);
    let error = refused(&mut small, &rows(65));
    assert_eq!(error, BatchError::BatchSize { found: 1, least: 2 });
    assert!(error.to_string().contains("set `batch_size(2)` or more"), "{error}");
    let directory = Directory::new("small");
    let path = directory.0.join("checkpoint.safetensors");
    small.save(&path).unwrap();
    // The remedy, in the same program and in one that resumes.
    small.batch_size(2).epoch(&rows(65), |_| Continue(())).unwrap();
    let mut resumed = trainer::<Normed>(2);
    resumed.resume(&path).unwrap();
    assert_eq!(resumed.epoch(&rows(65), |_| Continue(())).unwrap().left_out, 1);
}

#[test]
fn the_batch_size_may_change_within_an_epoch_and_the_epoch_resumes() {
    let directory = Directory::new("resized");
    let path = directory.0.join("checkpoint.safetensors");
    for (size, left_out) in [(64, 0), (13, 0), (2, 1), (1, 0)] {
        let mut first = trainer::<Normed>(16);
        train_to(&mut first, &rows(65), 2);
        let mut first = first.batch_size(size);
        if size == 1 {
            assert_eq!(refused(&mut first, &rows(65)), BatchError::BatchSize { found: 1, least: 2 });
            continue;
        }
        first.epoch(&rows(65), |_| Break(())).unwrap();
        first.save(&path).unwrap();
        let mut second = trainer::<Normed>(size);
        second.resume(&path).unwrap();
        assert!(state(&mut second) == state(&mut first));
        for trainer in [&mut first, &mut second] {
            if trainer.epochs() == 0 {
                let metrics = trainer.epoch(&rows(65), |_| Continue(())).unwrap();
                assert_eq!((metrics.samples, metrics.left_out), (65 - left_out, left_out), "batches of {size}");
            }
            assert_eq!((trainer.epochs(), trainer.position()), (1, 0));
        }
        assert!(state(&mut second) == state(&mut first), "batches of {size}");
    }
}

/// Samples with rows as targets.
struct Regression;

impl Dataset for Regression {
    type Input = [f32; 8];
    type Target = [f32; 3];
    fn len(&self) -> usize {
        4
    }
    fn sample(&self, _: usize, _: &mut [f32; 8]) -> [f32; 3] {
        [1.0; 3]
    }
}

#[test]
fn a_loss_whose_targets_do_not_fit_the_net_is_told_before_the_first_step() {
    let mut trainer = Trainer::new(Normed::new(1), Sgd::new(0.1), Mse::new());
    let error = refused(&mut trainer, &Regression);
    assert_eq!(error, BatchError::Net { error: NetError::Length { target: 3, output: 2 } });
    let text = "the loss does not fit the net: targets have 3 elements, but the net's output has 2; \
                give the net an output of 3, or the data set targets of 2";
    assert_eq!(error.to_string(), text);
    assert_eq!(error.source().unwrap().downcast_ref(), Some(&NetError::Length { target: 3, output: 2 }));
    assert_eq!(trainer.evaluate(&Regression, 2).unwrap_err(), error);
    let (mut net, mut workspace) = (Normed::new(1), Normed::workspace());
    let trained = workspace.train(&mut Sgd::new(0.1), &mut net, &[[0.0; 8]; 2], &[[1.0; 3]; 2], &Mse::new());
    assert_eq!((trained.unwrap_err(), workspace.step()), (error, 0));
    assert!(net == Normed::new(1));
}

/// Cross-entropy by another name: it asks nothing of the net.
struct Own;

impl Loss for Own {
    type Target = usize;
    fn sample(&self, y: &[f32], target: &usize, dy: &mut [f32]) -> f64 {
        CrossEntropy.sample(y, target, dy)
    }
}

#[test]
fn a_softmax_in_front_of_a_loss_that_takes_logits_is_told_before_the_first_step() {
    prelu::network! { struct Softmax: [8] -> [2] { fc: linear(2), softmax } }
    prelu::network! { struct LogSoftmax: [8] -> [2] { fc: linear(2), scores: log_softmax, dropout(0.1) } }
    prelu::network! { struct Behind: [8] -> [2] { fc: linear(2), sequence { softmax, flatten, identity }, alpha_dropout(0.1) } }
    prelu::network! { struct Early: [8] -> [2] { softmax, fc: linear(2) } }
    prelu::network! { struct Branch: [8] -> [2] { fc: linear(2), residual { softmax } } }
    prelu::network! { struct Sigmoid: [8] -> [2] { fc: linear(2), sigmoid } }
    prelu::network! { struct Nothing: [8] -> [8] { dropout(0.1) } }

    fn check<N: Network<Input = [f32; 8]>>(want: Option<(&'static str, &'static str)>) {
        let Some((key, layer)) = want else {
            trainer::<N>(4).epoch(&rows(8), |_| Continue(())).unwrap();
            trainer::<N>(4).evaluate(&rows(8), 4).unwrap();
            return;
        };
        let error = refused(&mut trainer::<N>(4), &rows(8));
        assert_eq!(error, BatchError::Net { error: NetError::Softmax { key, layer, loss: "CrossEntropy" } });
        let text = format!(
            "the loss does not fit the net: the net ends in `{key}`, a {layer}, but CrossEntropy takes logits: \
             it has a softmax of its own; remove `{layer}` from the net"
        );
        assert_eq!(error.to_string(), text);
        assert_eq!(trainer::<N>(4).evaluate(&rows(8), 4), Err(error));
        let smoothed = CrossEntropy.label_smoothing(0.1);
        assert_eq!(refused(&mut Trainer::new(N::initialised(1), Sgd::new(0.1), smoothed), &rows(8)), error);
        let mut net = N::initialised(1);
        let trained = Workspace::<N>::new().train(&mut Sgd::new(0.1), &mut net, &[[0.0; 8]; 2], &[0, 1], &CrossEntropy);
        assert_eq!(trained, Err(error));
        // Of a loss of the program's own nothing is known.
        Trainer::new(net, Sgd::new(0.1), Own).epoch(&rows(8), |_| Continue(())).unwrap();
    }
    check::<Softmax>(Some(("softmax1", "softmax")));
    check::<LogSoftmax>(Some(("scores", "log_softmax")));
    check::<Behind>(Some(("softmax1", "softmax")));
    check::<Early>(None);
    check::<Branch>(None);
    check::<Sigmoid>(None);
    check::<Nothing>(None);
    check::<Normed>(None);
}

#[test]
fn a_loss_of_ones_own_says_which_nets_it_fits() {
    struct Picky;
    impl Loss for Picky {
        type Target = usize;
        fn check_net(&self, output: &NetOutput) -> Result<(), NetError> {
            match output.layer {
                Some(("fc2", _)) if output.len == 2 => Err(NetError::Other("not this one")),
                _ => Ok(()),
            }
        }
        fn sample(&self, _: &[f32], _: &usize, _: &mut [f32]) -> f64 {
            0.0
        }
    }
    let error = refused(&mut Trainer::new(Normed::new(1), Sgd::new(0.1), Picky), &rows(8));
    assert_eq!(error.to_string(), "the loss does not fit the net: not this one");
}

#[test]
fn a_bad_label_is_told_with_its_index_in_the_data_set() {
    let class = TargetError::Class { class: 9, classes: 2 };
    let data = Rows { mislabeled: vec![77], ..rows(100) };
    let text = "sample 77 of the data set: class 9 is out of range: the net has 2 outputs, so classes are below 2";
    for (threads, batch_size) in [(1, 7), (2, 7), (1, 100)] {
        let mut trainer = trainer::<Normed>(batch_size).threads(threads);
        let mut calls = 0;
        let error = trainer.epoch(&data, |_| {
            calls += 1;
            Continue(())
        });
        let error = error.unwrap_err();
        assert_eq!((error, error.to_string().as_str()), (BatchError::Target { index: 77, error: class }, text));
        assert_eq!(error.source().unwrap().downcast_ref(), Some(&class));
        assert_eq!((trainer.steps(), trainer.position()), (calls, calls as usize * batch_size));
        // Slopes that begin from data included.
        assert_eq!(refused(&mut trainer, &data), error);
        if batch_size == 100 {
            assert!(*trainer.net() == *Normed::new(1));
        }
        assert_eq!(trainer.evaluate(&data, 30), Err(error));
    }
    // A batch that the program puts together has indices of its own.
    let (mut net, mut workspace) = (Normed::new(1), Normed::workspace());
    let error = workspace.train(&mut Sgd::new(0.1), &mut net, &[[0.0; 8]; 3], &[0, 1, 9], &CrossEntropy).unwrap_err();
    assert_eq!(error, BatchError::BatchTarget { index: 2, error: class });
    assert!(error.to_string().starts_with("target 2 of the batch: class 9"), "{error}");
}

#[test]
fn a_skipped_batch_changes_nothing_but_the_count_of_batches() {
    let broken = vec![3, 8, 21, 22];
    let data = Rows { broken: broken.clone(), ..rows(48) };
    for (clip, threads) in [(false, 1), (true, 1), (false, 2)] {
        let mut trainer = trainer::<Normed>(4).threads(threads).skip_not_finite(10);
        if clip {
            trainer = trainer.clip_norm(1.0);
        }
        let (mut skipped, mut total, mut counted) = (0, 0.0, 0);
        while trainer.epochs() == 0 {
            let before = state(&mut trainer);
            let mut told = None;
            let metrics = trainer
                .epoch(&data, |progress| {
                    told = Some(progress);
                    Break(())
                })
                .unwrap();
            let told = told.unwrap();
            assert_eq!(told.skipped, metrics.skipped);
            assert!(told.loss.to_bits() == metrics.loss.to_bits());
            let after = state(&mut trainer);
            if metrics.skipped > skipped {
                skipped = metrics.skipped;
                assert!(before.0 == after.0, "parameters, statistics or the optimizer's state have changed");
                assert!(before.1[3..] == after.1[3..], "the optimizer counts no step");
                assert!(told.gradient_norm.is_none_or(|norm| !norm.is_finite()));
            } else {
                assert!(before.0 != after.0 && told.gradient_norm.is_none_or(f64::is_finite));
                counted += 4;
                assert!(metrics.loss.is_finite());
            }
            assert_eq!(metrics.samples, counted + 4 * skipped);
            total = metrics.loss * counted as f64;
        }
        // Sometimes two are in the same batch.
        assert!((1..=broken.len()).contains(&skipped) && total > 0.0, "{skipped}");
        assert_eq!((trainer.steps(), trainer.optimizer().state().steps()[0]), (12, 12 - skipped as u64));
        assert!(trainer.net().floats().iter().all(|x| x.is_finite()));
    }
    // Without the setting it is seen.
    let metrics = trainer::<Normed>(4).epoch(&data, |_| Continue(())).unwrap();
    assert!(metrics.loss.is_nan() && metrics.skipped == 0);
}

#[test]
fn batches_that_are_not_skipped_train_as_without_the_setting() {
    for clip in [f64::INFINITY, 0.1] {
        let run = |skip: bool| {
            let mut trainer = trainer::<Normed>(7).threads(2).clip_norm(clip);
            if skip {
                trainer = trainer.skip_not_finite(0);
            }
            let metrics: Vec<_> = (0..3).map(|_| trainer.epoch(&rows(40), |_| Continue(())).unwrap()).collect();
            (metrics, state(&mut trainer))
        };
        assert!(run(true) == run(false));
    }
    let mut plain = trainer::<Normed>(7);
    let mut skips = trainer::<Normed>(7).skip_not_finite(2);
    for trainer in [&mut plain, &mut skips] {
        trainer.epoch(&rows(40), |_| Continue(())).unwrap();
    }
    assert!(state(&mut plain) == state(&mut skips));
}

#[test]
fn training_gives_up_after_as_many_batches_in_a_row_as_allowed() {
    let all = Rows { broken: (0..40).collect(), ..rows(40) };
    for allowed in [0, 1, 3] {
        let mut trainer = trainer::<Normed>(4).skip_not_finite(allowed);
        let mut told = Vec::new();
        let error = trainer.epoch(&all, |progress| {
            told.push((progress.skipped, progress.loss.is_nan()));
            Continue(())
        });
        let error = error.unwrap_err();
        assert!(told.iter().copied().eq((1..=allowed).map(|skipped| (skipped, true))), "{told:?}");
        assert!(matches!(error, BatchError::NotFinite { batches, loss } if batches == allowed + 1 && loss.is_nan()));
        let text = match allowed {
            0 => "1 batch has a loss or a gradient that is not finite, more than".to_owned(),
            _ => format!("{} batches in a row have a loss or a gradient that is not finite, more than", allowed + 1),
        };
        assert!(error.to_string().starts_with(&text), "{error}");
        assert_eq!((trainer.steps(), trainer.position()), (allowed as u64, 4 * allowed));
        assert!(*trainer.net() == *Normed::new(1), "slopes that begin from data, too, are as they were");
        refused(&mut trainer, &all);
        // With more allowed it goes on; a batch that is finite begins the count anew.
        let mut trainer = trainer.skip_not_finite(allowed + 1);
        trainer.epoch(&all, |_| Break(())).unwrap();
        let good = rows(40);
        trainer.epoch(&good, |_| Break(())).unwrap();
        trainer.epoch(&all, |_| Break(())).unwrap();
        assert!(*trainer.net() != *Normed::new(1));
    }
}

#[test]
fn training_that_skips_batches_resumes_to_the_same_bits() {
    // The first batch of the first epoch is among them.
    let mut trainer0 = trainer::<Normed>(4);
    let seen = Mutex::new(Vec::new());
    struct Seen<'a>(&'a Mutex<Vec<usize>>);
    impl Dataset for Seen<'_> {
        type Input = [f32; 8];
        type Target = usize;
        fn len(&self) -> usize {
            24
        }
        fn sample(&self, index: usize, input: &mut [f32; 8]) -> usize {
            self.0.lock().unwrap().push(index);
            rows(24).sample(index, input)
        }
    }
    trainer0.epoch(&Seen(&seen), |_| Break(())).unwrap();
    let first = seen.into_inner().unwrap()[1];
    let data = Rows { broken: vec![first, 17], ..rows(24) };
    let make = || trainer::<Normed>(4).skip_not_finite(1).clip_norm(0.5);
    let mut whole = resumes_anywhere("skipped", make, &data, 12);
    let steps = whole.optimizer().state().steps()[0];
    assert!(steps < 12 && whole.epochs() == 2, "{steps}");
    assert!(whole.net().prelu1.weight.iter().all(|slope| slope.is_finite()));

    // So does the number in a row.
    let all = Rows { broken: (0..24).collect(), ..rows(24) };
    let directory = Directory::new("skipped-in-a-row");
    let checkpoints = Checkpoints::new(&directory.0);
    let make = || trainer::<Normed>(4).skip_not_finite(2);
    let mut first = make();
    train_to(&mut first, &all, 2);
    checkpoints.save(&first).unwrap();
    let mut second = make();
    checkpoints.resume(&mut second).unwrap();
    let error = refused(&mut second, &all);
    assert!(matches!(error, BatchError::NotFinite { batches: 3, .. }), "{error}");
    let metrics = second.skip_not_finite(9).epoch(&all, |_| Continue(())).unwrap();
    assert_eq!((metrics.skipped, metrics.samples), (6, 24));
    assert!(metrics.loss.is_nan(), "there is none");
}

#[test]
fn a_gradient_that_overflows_is_skipped_and_a_frozen_one_is_not_looked_at() {
    prelu::network! { struct Two: [1] -> [1] { fc1: linear(1), fc2: linear(1) } }
    struct Steep;
    impl Loss for Steep {
        type Target = f32;
        fn sample(&self, _: &[f32], target: &f32, dy: &mut [f32]) -> f64 {
            dy[0] = *target;
            1.0
        }
    }
    struct One(f32, f32);
    impl Dataset for One {
        type Input = [f32; 1];
        type Target = f32;
        fn len(&self) -> usize {
            1
        }
        fn sample(&self, _: usize, input: &mut [f32; 1]) -> f32 {
            *input = [self.0];
            self.1
        }
    }
    let make = || {
        let mut net = Two::new(1);
        (net.fc1.weight, net.fc2.weight) = ([[1e-30]], [[1e20]]);
        Trainer::new(net, Sgd::new(0.0), Steep).skip_not_finite(1)
    };
    // dy·fc2 is finite, and with an input of 1e30 it is not.
    let large = One(1e30, 1.0);
    let mut trainer = make();
    assert_eq!(trainer.epoch(&large, |_| Continue(())).unwrap().skipped, 1);
    trainer.freeze(&["fc1.weight"]).unwrap();
    assert_eq!(trainer.epoch(&large, |_| Continue(())).unwrap().skipped, 0);
    assert_eq!(make().epoch(&One(1.0, f32::INFINITY), |_| Continue(())).unwrap().skipped, 1);
    assert_eq!(make().epoch(&One(1.0, 1.0), |_| Continue(())).unwrap().skipped, 0);
}

/// One-hot images: the class is where the 1 is.
struct OneHot<const N: usize>;

impl<const N: usize> Dataset for OneHot<N> {
    type Input = [[[f32; N]; N]; 1];
    type Target = usize;
    fn len(&self) -> usize {
        33
    }
    fn sample(&self, index: usize, input: &mut Self::Input) -> usize {
        input[0][index % N][index % 7] = 1.0;
        index
    }
}

/// Sees to it that an output is one-hot, and that its own gradient is zero at first.
struct Clean;

impl Loss for Clean {
    type Target = usize;
    fn sample(&self, y: &[f32], index: &usize, dy: &mut [f32]) -> f64 {
        assert!(
            y.iter().filter(|&&y| y != 0.0).count() <= 1 && y.iter().sum::<f32>() <= 1.0,
            "sample {index}: stale input"
        );
        assert!(dy.iter().all(|&d| d == 0.0), "sample {index}: stale gradient");
        // As a loss does that says nothing about most elements.
        dy[index % y.len()] += 1.0;
        0.0
    }
}

#[test]
fn inputs_and_gradients_are_zero_at_the_start_of_each_call() {
    prelu::network! { struct Small: [1, 8, 8] -> [1, 8, 8] { identity } }
    // So large that samples are gathered on threads of their own.
    prelu::network! { struct Large: [1, 160, 160] -> [1, 160, 160] { identity } }
    fn check<N: Network>(data: &impl Dataset<Input = N::Input, Target = usize>) {
        for threads in [1, 2] {
            let trainer = Trainer::new(N::initialised(1), Sgd::new(0.1), Clean);
            let mut trainer = trainer.threads(threads).batch_size(5);
            for _ in 0..2 {
                trainer.epoch(data, |_| Continue(())).unwrap();
                trainer.evaluate(data, 4).unwrap();
            }
        }
    }
    check::<Small>(&OneHot::<8>);
    check::<Small>(&&OneHot::<8>);
    check::<Small>(&CropFlip::new(OneHot::<8>));
    check::<Large>(&OneHot::<160>);
}

#[test]
fn data_sets_that_write_all_of_a_sample_say_so() {
    use prelu::data::{Cifar10, Mnist, Shapes, Tones};
    fn check<D: Dataset>(data: &D)
    where
        D::Input: Tensor,
    {
        assert!(data.writes_all());
        let of = |value: f32| {
            let mut input = prelu::runtime::tensor::zeroed_vec::<D::Input>(1);
            input[0].floats_mut().fill(value);
            data.sample_of_epoch(1, 0, &mut input[0]);
            input[0].floats().iter().map(|x| x.to_bits()).collect::<Vec<_>>()
        };
        assert!(of(0.0) == of(f32::NAN));
    }
    check(&Mnist::synthetic(1, 1));
    check(&Cifar10::synthetic(1, 1));
    check(&CropFlip::new(Cifar10::synthetic(1, 1)));
    check(&&Shapes::new(1, 1));
    check(&Tones::new(1, 1));
    assert!(!OneHot::<8>.writes_all() && !CropFlip::new(&OneHot::<8>).writes_all());
}

/// A schedule with one rate for the first steps and another later.
struct Rates(f64, f64);

impl Schedule for Rates {
    fn rate(&self, _: f64, count: u64) -> f64 {
        if count < 2 { self.0 } else { self.1 }
    }
}

#[test]
fn a_schedule_whose_rate_makes_no_sense_is_told_before_the_step() {
    for rate in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1e-3, 1e39] {
        let mut first = trainer::<Normed>(4).schedule(Every::Batch, Rates(rate, 0.1));
        let error = refused(&mut first, &rows(16));
        assert!(error.to_string().contains(&format!("a learning rate of {rate}:")), "{error}");
        assert!(*first.net() == *Normed::new(1));

        let mut later = trainer::<Normed>(4).schedule(Every::Batch, Rates(0.1, rate));
        assert!(matches!(later.epoch(&rows(16), |_| Continue(())), Err(BatchError::LearningRate { .. })));
        assert_eq!((later.steps(), later.optimizer().learning_rate()), (2, 0.1));
        refused(&mut later, &rows(16));
    }
    trainer::<Normed>(4).schedule(Every::Batch, Rates(0.0, 0.0)).epoch(&rows(16), |_| Continue(())).unwrap();
}

#[test]
fn an_evaluation_by_batches_of_none_is_an_error() {
    let trainer = trainer::<Normed>(4);
    let error = trainer.evaluate(&rows(4), 0).unwrap_err();
    assert_eq!(error.to_string(), "a batch size of 0 is too small: it must be at least 1");
    assert_eq!(trainer.evaluate(&rows(4), usize::MAX).unwrap().samples, 4);
}

#[test]
fn an_output_that_is_not_a_number_is_not_right() {
    let nan = f32::NAN;
    for (y, class, right) in [
        (&[0.0, 2.0, 1.0][..], 1, true),
        (&[0.0, nan, 1.0], 1, false),
        (&[nan, 2.0, 1.0], 1, false),
        (&[0.0, 2.0, nan], 1, false),
        (&[nan], 0, false),
        (&[1.0], 0, true),
        (&[nan, nan], 0, false),
        (&[0.0, f32::INFINITY, 1.0], 1, true),
    ] {
        assert_eq!(CrossEntropy.correct(y, &class), Some(right), "{y:?}");
        assert_eq!(CrossEntropy.label_smoothing(0.1).correct(y, &class), Some(right), "{y:?}");
    }
    prelu::network! { struct Single: [8] -> [1] { fc: linear(1) } }
    let mut net = Single::new(1);
    net.fc.bias = [nan];
    struct Zeros;
    impl Dataset for Zeros {
        type Input = [f32; 8];
        type Target = usize;
        fn len(&self) -> usize {
            3
        }
        fn sample(&self, _: usize, _: &mut [f32; 8]) -> usize {
            0
        }
    }
    let metrics: Metrics = Trainer::new(net, Sgd::new(0.1), CrossEntropy).evaluate(&Zeros, 3).unwrap();
    assert_eq!(metrics.accuracy, Some(0.0));
}

#[test]
fn threads_are_as_many_as_rayons_variable_says_unless_they_are_counted() {
    const CHILD: &str = "PRELU_TEST_THREADS";
    let machine = std::thread::available_parallelism().map_or(1, usize::from);
    if let Ok(want) = std::env::var(CHILD) {
        let want: usize = want.parse().unwrap();
        let of = |threads| trainer::<Normed>(4).threads(threads).thread_count();
        assert_eq!([of(0), of(1), of(3)], [want, 1, 3]);
        assert_eq!(Workspace::<Normed>::new().threads(0).thread_count(), want);
        let mut ys = [[0.0; 2]; 100];
        Normed::new(1).predict_batch(&[[0.0; 8]; 100], &mut ys).unwrap();
        // A count that no program can mean still gives a trainer that trains.
        if want == 1 {
            let mut many = trainer::<Normed>(4).threads(100_000);
            assert!((1..=1024).contains(&many.thread_count()), "{}", many.thread_count());
            many.epoch(&rows(16), |_| Continue(())).unwrap();
        }
        return;
    }
    for (variable, want) in [("1", 1), ("3", 3), ("0", machine), ("", machine), ("many", machine), ("-2", machine)] {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "threads_are_as_many_as_rayons_variable_says_unless_they_are_counted"])
            .env("RAYON_NUM_THREADS", variable)
            .env(CHILD, want.to_string())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && said.contains("1 passed"), "RAYON_NUM_THREADS={variable}: {said}");
    }
}

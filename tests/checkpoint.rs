//! Training that stops after any batch and is resumed ends with the same bits as training that did not stop; what a
//! checkpoint does not fit is told; the last checkpoints and the best are kept.
#![allow(missing_docs)]

use std::fs;
use std::ops::ControlFlow::{Break, Continue};
use std::path::Path;

use prelu::data::{CropFlip, Dataset};
use prelu::io::{Error, ErrorKind};
use prelu::loss::CrossEntropy;
use prelu::optim::{AdamW, Optimizer, RmsProp, Sgd};
use prelu::runtime::rng::Stream;
use prelu::schedule::{Cosine, Every, OneCycle, Plateau, Schedule};
use prelu::train::Checkpoints;
use prelu::{BatchError, Network, Trainer};
use prelu_tests::files::Directory;

prelu::network! {
    /// Of all that draws random numbers, remembers or begins from data.
    pub struct Net: [1, 6, 6] -> [3] {
        conv: conv(4, kernel = 3, padding = 1, bias = false), bn: batch_norm, prelu(per_channel, init = from_data),
        dropout_channels(0.2), max_pool(2), fc1: linear(8), prelu, dropout(0.3), fc2: linear(3),
    }
}

prelu::network! {
    /// The net with another width, and a layer more.
    pub struct Wider: [1, 6, 6] -> [3] {
        conv: conv(4, kernel = 3, padding = 1, bias = false), bn: batch_norm, prelu(per_channel, init = from_data),
        dropout_channels(0.2), max_pool(2), fc1: linear(9), prelu, dropout(0.3), fc2: linear(3),
    }
}

/// Noisy images of three kinds.
struct Images(usize);

impl Dataset for Images {
    type Input = [[[f32; 6]; 6]; 1];
    type Target = usize;

    fn len(&self) -> usize {
        self.0
    }

    fn sample(&self, index: usize, input: &mut Self::Input) -> usize {
        let (random, class) = (Stream::new(3).of(index as u64), index % 3);
        for (i, x) in input.as_flattened_mut().as_flattened_mut().iter_mut().enumerate() {
            *x = random.uniform(i as u64) - 0.5 + if i / 6 % 3 == class { 1.0 } else { 0.0 };
        }
        class
    }
}

const EPOCHS: u64 = 3;
const BATCHES: usize = 5;

fn data() -> CropFlip<Images> {
    // Four batches and a short one.
    CropFlip::new(Images(40)).padding(1).seed(5)
}

fn test() -> Images {
    Images(60)
}

/// A trainer with everything that a checkpoint keeps, of one of three kinds.
fn trainer(kind: usize, net: u64, threads: usize) -> Trainer<Net, Box<dyn Optimizer>, CrossEntropy> {
    let optimizer: Box<dyn Optimizer> = match kind {
        0 => Box::new(AdamW::new(1e-2)),
        1 => Box::new(Sgd::new(0.05).momentum(0.9).dampening(0.1)),
        _ => Box::new(RmsProp::new(1e-2).momentum(0.5).centered()),
    };
    let trainer = Trainer::new(Net::new(net), optimizer, CrossEntropy).seed(4).batch_size(9).threads(threads);
    match kind {
        0 => trainer.schedule(Every::Batch, OneCycle::new(1e-2, EPOCHS * BATCHES as u64)).clip_norm(1.0),
        // So hard to please that the rate falls each epoch.
        1 => trainer.schedule(Every::Epoch, Plateau::new().patience(0).absolute_threshold(9.0).warm_up(1, 0.5)),
        _ => trainer,
    }
}

/// What a program does between epochs.
fn between(kind: usize, trainer: &mut Trainer<Net, Box<dyn Optimizer>, CrossEntropy>) {
    if trainer.position() == 0 {
        let tested = trainer.evaluate(&test(), 60).unwrap();
        trainer.observe(tested.loss);
        if kind == 2 {
            let rate = trainer.optimizer().learning_rate();
            trainer.optimizer().set_learning_rate(0.7 * rate);
            trainer.freeze(&["fc1.bias"]).unwrap();
            trainer.unfreeze(&["conv"]).unwrap();
        }
    }
}

/// Trains until so many batches were trained on, as told by the losses on the way.
fn train(kind: usize, trainer: &mut Trainer<Net, Box<dyn Optimizer>, CrossEntropy>, steps: u64) -> Vec<u64> {
    let mut losses = Vec::new();
    while trainer.steps() < steps {
        let left = (steps - trainer.steps()) as usize;
        let mut batches = 0;
        let metrics = trainer.epoch(&data(), |progress| {
            losses.push(progress.loss.to_bits());
            batches += 1;
            if batches == left { Break(()) } else { Continue(()) }
        });
        losses.push(metrics.unwrap().loss.to_bits());
        between(kind, trainer);
    }
    losses
}

/// All that training has come to, bit by bit.
fn state(trainer: &mut Trainer<Net, Box<dyn Optimizer>, CrossEntropy>) -> (Vec<u32>, Vec<u64>, u64, usize) {
    let mut floats: Vec<u32> = trainer.net().floats().iter().map(|x| x.to_bits()).collect();
    let optimizer = trainer.optimizer();
    floats.extend(optimizer.state().rows().flat_map(|(_, row)| row).map(|x| x.to_bits()));
    floats.push(optimizer.learning_rate().to_bits());
    let mut steps = optimizer.state().steps().to_vec();
    steps.extend(trainer.parameters().iter().map(|tensor| u64::from(tensor.frozen)));
    (floats, steps, trainer.epochs(), trainer.position())
}

#[test]
fn training_that_was_stopped_after_any_batch_ends_with_the_same_bits() {
    let directory = Directory::new("resumed");
    let path = directory.0.join("checkpoint.safetensors");
    let last = EPOCHS * BATCHES as u64;
    for kind in 0..3 {
        for threads in [1, 2, 4] {
            let mut whole = trainer(kind, 1, threads);
            train(kind, &mut whole, last);
            assert_eq!((whole.epochs(), whole.position()), (EPOCHS, 0));
            let whole = state(&mut whole);
            for stop in 0..=last {
                let mut first = trainer(kind, 1, threads);
                train(kind, &mut first, stop);
                first.save(&path).unwrap();
                let stopped = state(&mut first);
                // Another net, which the checkpoint's replaces, on another number of threads.
                let other = [1, 2, 4, 1][(stop as usize + threads) % 4];
                for threads in [threads, other] {
                    let mut second = trainer(kind, 2, threads);
                    second.resume(&path).unwrap();
                    assert!(state(&mut second) == stopped, "kind {kind} at {stop}");
                    let told = train(kind, &mut second, last);
                    assert!(state(&mut second) == whole, "kind {kind} stopped at {stop}, {threads} threads");
                    let mut rest = trainer(kind, 1, 1);
                    train(kind, &mut rest, stop);
                    assert_eq!(told, train(kind, &mut rest, last), "the losses, kind {kind} at {stop}");
                }
            }
        }
    }
}

#[test]
fn a_stop_is_no_stop_within_a_process_either() {
    let mut whole = trainer(0, 1, 1);
    let mut losses = Vec::new();
    for _ in 0..EPOCHS {
        losses.push(whole.epoch(&data(), |_| Continue(())).unwrap());
    }
    let mut parts = trainer(0, 1, 1);
    let mut batches = Vec::new();
    while parts.epochs() < EPOCHS {
        let mut told = (0, 0);
        let metrics = parts.epoch(&data(), |progress| {
            told = (progress.batch, progress.batches);
            Break(())
        });
        batches.push(told);
        if parts.position() == 0 {
            assert_eq!(metrics.unwrap(), losses[parts.epochs() as usize - 1]);
        } else {
            assert_eq!(metrics.unwrap().samples, parts.position());
        }
    }
    assert_eq!(batches[..6], [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5), (1, 5)]);
    assert!(state(&mut parts) == state(&mut whole));

    parts.epoch(&data(), |_| Break(())).unwrap();
    assert_eq!(parts.epoch(&Images(41), |_| Break(())), Err(BatchError::OtherData { found: 41, expected: 40 }));
    assert_eq!(parts.position(), 9);
    parts.epoch(&data(), |_| Continue(())).unwrap();
    parts.epoch(&Images(41), |_| Break(())).unwrap();
}

#[test]
fn a_checkpoint_is_a_file_of_weights_that_is_replaced_whole() {
    let directory = Directory::new("weights");
    let path = directory.0.join("checkpoint.safetensors");
    let mut trainer = trainer(0, 1, 1);
    for steps in 1..4 {
        train(0, &mut trainer, steps);
        trainer.save(&path).unwrap();
        assert_eq!(*Net::load(&path).unwrap(), *trainer.net());
    }
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1);
    let file = fs::read(&path).unwrap();
    let (_, header) = safetensors::SafeTensors::read_metadata(&file).unwrap();
    let said = header.metadata().as_ref().unwrap();
    assert_eq!((said["trainer/step"].as_str(), said["trainer/samples"].as_str()), ("3", "27"));
    let tensors = safetensors::SafeTensors::deserialize(&file).unwrap();
    let row = tensors.tensor("trainer/optimizer/exp_avg_sq").unwrap();
    assert_eq!(row.data().len(), 4 * trainer.optimizer().state().rows().next().unwrap().1.len());
    let steps: Vec<_> = tensors.tensor("trainer/steps").unwrap().data().as_chunks().0.to_vec();
    assert!(steps.iter().all(|&steps| i64::from_le_bytes(steps) == 3));
}

fn differences(error: &Error) -> Vec<String> {
    let ErrorKind::Training(differences) = error.kind() else { panic!("{error}") };
    differences.iter().map(ToString::to_string).collect()
}

#[test]
fn all_that_differs_is_told_and_nothing_is_changed() {
    let directory = Directory::new("differs");
    let path = directory.0.join("checkpoint.safetensors");
    let mut first = trainer(0, 1, 1);
    train(0, &mut first, 2);
    first.save(&path).unwrap();

    let mut other = trainer(1, 2, 1).batch_size(8).seed(9);
    let before = state(&mut other);
    let error = other.resume(&path).unwrap_err();
    let len = first.optimizer().state().rows().next().unwrap().1.len();
    assert_eq!(
        differences(&error),
        [
            format!("optimizer state: it has exp_avg {len}, exp_avg_sq {len}, the trainer momentum_buffer {len}"),
            "schedule: it has by batch, from 0.009999999776482582, the trainer by epoch, from 0.05000000074505806"
                .into(),
            "largest gradient norm: it has 1, the trainer none".into(),
            "batch size: it has 9, the trainer 8".into(),
            "seed: it has 4, the trainer 9".into(),
            "seed of layers: it has 4, the trainer 9".into(),
        ]
    );
    let text = error.to_string();
    assert!(text.starts_with(&format!("{}: is a checkpoint of other training\n  optim", path.display())), "{text}");
    assert!(state(&mut other) == before);

    let mut wider = Trainer::new(Wider::new(1), AdamW::new(1e-2), CrossEntropy);
    let told = differences(&wider.resume(&path).unwrap_err());
    assert_eq!(
        told[0],
        "declaration: it has `fc1: linear(8) of max_pool1 -> [8]`, the trainer `fc1: linear(9) of max_pool1 -> [9]`"
    );

    // Weights alone are no checkpoint, nor is what lacks a part.
    let weights = directory.0.join("weights.safetensors");
    first.net().save(&weights).unwrap();
    let error = trainer(0, 2, 1).resume(&weights).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("{}: is not a checkpoint to go on from: it has weights alone, which a net loads", weights.display())
    );
    let absent = other.resume(directory.0.join("absent")).unwrap_err();
    assert!(matches!(absent.kind(), ErrorKind::Read(_)), "{absent}");
    assert!(state(&mut other) == before);
}

/// The file with its text changed, which must be as long.
fn changed(path: &Path, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut file = fs::read(path).unwrap();
    let at = file.windows(from.len()).position(|part| part == from.as_bytes()).unwrap_or_else(|| panic!("{from}"));
    file[at..at + from.len()].copy_from_slice(to.as_bytes());
    file
}

#[test]
fn damaged_checkpoints_are_errors() {
    let directory = Directory::new("damaged");
    let path = directory.0.join("checkpoint.safetensors");
    let mut first = trainer(1, 1, 1);
    train(1, &mut first, 12);
    first.save(&path).unwrap();
    let cases = [
        ("\"trainer/form\":\"1\"", "\"trainer/form\":\"2\"", "it is of form 2"),
        ("trainer/epoch\"", "trainer/epoxy\"", "it does not say its epoch"),
        ("\"trainer/epoch\":\"2\"", "\"trainer/epoch\":\"x\"", "its epoch is not a number"),
        ("\"trainer/batches\":\"2\"", "\"trainer/batches\":\"3\"", "its position in the epoch cannot be"),
        ("\"trainer/length\":\"40\"", "\"trainer/length\":\"18\"", "its position in the epoch cannot be"),
        ("\"trainer/steps\":{\"dtype\":\"I64\"", "\"trainer/steps\":{\"dtype\":\"U64\"", "is not a tensor of I64"),
        (
            "\"trainer/schedule\":{\"dtype\":\"F64\"",
            "\"trainer/schedule\":{\"dtype\":\"I64\"",
            "is not a tensor of F64",
        ),
        ("momentum_buffer\":{", "momentum_bufFer\":{", "is not a tensor of floats"),
    ];
    for (from, to, what) in cases {
        let damaged = directory.write("damaged.safetensors", &changed(&path, from, to));
        let mut other = trainer(1, 2, 1);
        let before = state(&mut other);
        let error = other.resume(&damaged).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
        assert!(state(&mut other) == before, "{what}");
    }
    // A schedule that remembers nothing takes nothing.
    let mut none = Trainer::new(Net::new(2), Sgd::new(0.05).momentum(0.9), CrossEntropy)
        .schedule(Every::Epoch, Cosine::new(3))
        .seed(4)
        .batch_size(9);
    assert!(none.resume(&path).unwrap_err().to_string().contains("it is of another schedule"));
}

#[test]
fn mutated_checkpoints_are_errors_or_training_goes_on() {
    let directory = Directory::new("mutated");
    let path = directory.0.join("checkpoint.safetensors");
    let mut first = trainer(1, 1, 1);
    train(1, &mut first, 12);
    first.save(&path).unwrap();
    let file = fs::read(&path).unwrap();
    let header = 8 + u64::from_le_bytes(file[..8].try_into().unwrap());
    let mut resumed = 0;
    for round in 0..4000 {
        let random = Stream::new(1).of(round);
        let mut mutant = file.clone();
        for i in 0..1 + random.below(0, 3) {
            let random = random.of(i);
            // Digits are what numbers are made of; the tensors behind the header begin with the counts and the schedule.
            let at = random.below(1, header + 200) as usize;
            match random.below(2, 3) {
                0 => mutant[at] ^= 1 << random.below(3, 8),
                1 => mutant[at] = random.bits(3) as u8,
                _ => {
                    let digit = mutant[at..].iter_mut().find(|byte| byte.is_ascii_digit());
                    digit.into_iter().for_each(|byte| *byte = b'0' + random.below(3, 10) as u8);
                }
            }
        }
        let mutated = directory.write("mutated.safetensors", &mutant);
        let mut other = trainer(1, 2, 1);
        match other.resume(&mutated) {
            Ok(()) => {
                resumed += 1;
                other.observe(1.0);
                other.epoch(&data(), |_| Break(())).ok();
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    assert!((100..3900).contains(&resumed), "{resumed}");
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = entries.collect();
    names.sort_unstable();
    names
}

#[test]
fn the_last_and_the_best_are_kept() {
    let directory = Directory::new("kept");
    let run = directory.0.join("a/run");
    let checkpoints = Checkpoints::new(&run).keep(2).maximize();
    assert_eq!(checkpoints.latest().unwrap(), None);
    let mut trainer0 = trainer(0, 1, 1);
    let error = checkpoints.resume(&mut trainer0).unwrap_err().to_string();
    assert_eq!(error, format!("{}: cannot be read: no checkpoint is there", run.display()));

    let mut best = Vec::new();
    for (steps, metric) in [(1, f64::NAN), (2, 0.5), (3, 0.75), (4, 0.75), (5, 0.25)] {
        train(0, &mut trainer0, steps);
        let path = checkpoints.save(&trainer0).unwrap();
        assert_eq!(checkpoints.latest().unwrap(), Some(path));
        best.push(checkpoints.save_best(&trainer0, metric).unwrap());
    }
    assert_eq!(best, [false, true, true, false, false]);
    let kept = ["best.safetensors", "step-0000000004.safetensors", "step-0000000005.safetensors"];
    assert_eq!(names(&run), kept);
    // The metric is known to a program that starts later; another file in the directory is left alone.
    fs::write(run.join("step-notes.safetensors"), "mine").unwrap();
    let mut second = trainer(0, 2, 1);
    second.resume(checkpoints.best()).unwrap();
    assert_eq!(second.steps(), 3);
    assert!(!checkpoints.save_best(&trainer0, 0.7).unwrap());
    assert!(Checkpoints::new(&run).save_best(&trainer0, 0.7).unwrap(), "a loss of 0.7 is better");
    // Who goes back to an older one goes on from there.
    train(0, &mut second, 4);
    assert!(checkpoints.save(&second).unwrap().ends_with("step-0000000004.safetensors"));
    let mut third = trainer(0, 3, 1);
    assert!(checkpoints.resume(&mut third).unwrap().ends_with("step-0000000004.safetensors"));
    assert_eq!(names(&run).len(), 4);
    assert_eq!(bits(third.net()), bits(second.net()));
}

fn bits(net: &impl Network) -> Vec<u32> {
    net.floats().iter().map(|x| x.to_bits()).collect()
}

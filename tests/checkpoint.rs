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

type Training = Trainer<Net, Box<dyn Optimizer>, CrossEntropy>;

/// A run of its own that was trained on so many batches.
fn run(net: u64, steps: u64) -> Training {
    let mut trainer = trainer(0, net, 1);
    train(0, &mut trainer, steps);
    trainer
}

fn file_name(step: u64) -> String {
    format!("step-{step:010}.safetensors")
}

fn latest(checkpoints: &Checkpoints) -> String {
    checkpoints.latest().unwrap().unwrap().file_name().unwrap().to_str().unwrap().to_owned()
}

/// Saves a run after each of these steps.
fn saved(checkpoints: &Checkpoints, net: u64, steps: &[u64]) -> Training {
    let mut trainer = run(net, 0);
    for &steps in steps {
        train(0, &mut trainer, steps);
        checkpoints.save(&trainer).unwrap();
    }
    trainer
}

#[test]
fn the_last_checkpoint_is_that_of_the_highest_step_whatever_the_times_of_files() {
    let directory = Directory::new("times");
    let checkpoints = Checkpoints::new(&directory.0).keep(3);
    let mut first = saved(&checkpoints, 1, &[1, 2, 3]);
    for touched in [1, 2] {
        // Each in turn is the newest and the oldest file.
        for seconds in [0, 4_000_000_000] {
            let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            let file = fs::File::options().write(true).open(directory.0.join(file_name(touched))).unwrap();
            file.set_modified(time).unwrap();
            assert_eq!(latest(&checkpoints), file_name(3));
        }
    }
    let mut second = trainer(0, 2, 1);
    checkpoints.resume(&mut second).unwrap();
    assert_eq!(second.steps(), 3);
    // The oldest by steps goes, though its file is the newest.
    train(0, &mut first, 4);
    checkpoints.save(&first).unwrap();
    assert_eq!(names(&directory.0), [2, 3, 4].map(file_name));
    // A directory that was copied in another order.
    let copy = directory.0.join("copy");
    fs::create_dir(&copy).unwrap();
    for step in [4, 2, 3] {
        fs::write(copy.join(file_name(step)), fs::read(directory.0.join(file_name(step))).unwrap()).unwrap();
    }
    assert_eq!(latest(&Checkpoints::new(&copy)), file_name(4));
}

#[test]
fn nothing_with_a_higher_step_is_removed_when_training_goes_back() {
    let directory = Directory::new("back");
    let checkpoints = Checkpoints::new(&directory.0).keep(2);
    let everything = Checkpoints::new(&directory.0).keep(9);
    saved(&everything, 1, &[2, 4, 6, 8]);
    let mut back = trainer(0, 2, 1);
    back.resume(directory.0.join(file_name(4))).unwrap();
    train(0, &mut back, 5);
    checkpoints.save(&back).unwrap();
    // The last two up to step 5, and those with higher steps.
    assert_eq!(names(&directory.0), [4, 5, 6, 8].map(file_name));
    // The run goes on from its own last step, not from those that it left.
    let mut resumed = trainer(0, 3, 1);
    assert!(checkpoints.resume(&mut resumed).unwrap().ends_with(file_name(5)));
    for (step, left) in [(6, &[5, 6, 8][..]), (7, &[6, 7, 8]), (8, &[7, 8]), (9, &[8, 9])] {
        train(0, &mut resumed, step);
        checkpoints.save(&resumed).unwrap();
        assert_eq!(names(&directory.0), left.iter().map(|&step| file_name(step)).collect::<Vec<_>>());
        assert_eq!(latest(&checkpoints), file_name(step));
    }
}

#[test]
fn the_last_few_of_an_abandoned_branch_go_before_those_of_the_run() {
    let directory = Directory::new("branch");
    let checkpoints = Checkpoints::new(&directory.0).keep(2);
    saved(&Checkpoints::new(&directory.0).keep(9), 1, &[2, 4, 6]);
    let mut back = trainer(0, 2, 1);
    back.resume(directory.0.join(file_name(2))).unwrap();
    for steps in [3, 5, 7] {
        train(0, &mut back, steps);
        checkpoints.save(&back).unwrap();
    }
    assert_eq!(names(&directory.0), [5, 7].map(file_name));
}

#[test]
fn names_that_are_no_checkpoints_are_passed_over_and_left_alone() {
    let directory = Directory::new("names");
    let checkpoints = Checkpoints::new(&directory.0).keep(1);
    let first = saved(&checkpoints, 1, &[1]);
    fs::create_dir(directory.0.join(file_name(40))).unwrap();
    let others = [
        ".step-0000000050.safetensors.1-1.prelu.tmp.mine",
        "step-+60.safetensors",
        "step--1.safetensors",
        "step-.safetensors",
        "step-7e1.safetensors",
        "step-99999999999999999999999.safetensors",
        "step-0000000080.safetensors.part",
        "step-0000000090-earlier-1.safetensors",
        "Step-0000000090.safetensors",
        "best-90.safetensors",
    ];
    others.iter().for_each(|name| drop(directory.write(name, b"mine")));
    assert_eq!(latest(&checkpoints), file_name(1));
    let mut second = trainer(0, 2, 1);
    checkpoints.resume(&mut second).unwrap();
    train(0, &mut second, 3);
    checkpoints.save(&second).unwrap();
    assert_eq!(latest(&checkpoints), file_name(3));
    assert_eq!(names(&directory.0).len(), others.len() + 2);
    // A number without zeros is the same step, and counts as such.
    fs::copy(directory.0.join(file_name(3)), directory.0.join("step-12.safetensors")).unwrap();
    assert_eq!(latest(&checkpoints), "step-12.safetensors");
    fs::rename(directory.0.join("step-12.safetensors"), directory.0.join("step-3.safetensors")).unwrap();
    assert_eq!(latest(&checkpoints), file_name(3));
    // A folder where the next one should be is an error, and nothing is removed.
    let mut third = first;
    train(0, &mut third, 4);
    fs::create_dir(directory.0.join(file_name(4))).unwrap();
    let before = names(&directory.0);
    let error = checkpoints.save(&third).unwrap_err().to_string();
    assert!(error.contains(&file_name(4)) && error.contains("it is a folder, not a file"), "{error}");
    assert_eq!(names(&directory.0), before);
}

#[test]
fn a_last_checkpoint_that_is_broken_is_an_error_that_names_an_older_one() {
    let directory = Directory::new("broken");
    let checkpoints = Checkpoints::new(&directory.0);
    saved(&checkpoints, 1, &[1, 2, 3]);
    let last = directory.0.join(file_name(3));
    let whole = fs::read(&last).unwrap();
    let weights = Net::new(4).to_safetensors();
    let cases = [&whole[..whole.len() - 1], &whole[..100], &[], b"<html>", &weights];
    let broken = |bytes: &[u8], older: u64| {
        fs::write(&last, bytes).unwrap();
        let mut other = trainer(0, 2, 1);
        let before = state(&mut other);
        let error = checkpoints.resume(&mut other).unwrap_err();
        assert_eq!(error.path(), Some(&*last));
        let text = error.to_string();
        let help = format!("\n  help: {} is older", directory.0.join(file_name(older)).display());
        assert!(text.contains(&help), "{text}");
        assert!(state(&mut other) == before);
        other.resume(directory.0.join(file_name(older))).unwrap();
    };
    cases.iter().for_each(|bytes| broken(bytes, 2));
    // Only a file that is broken may be removed: a later form and weights alone are whole.
    fs::write(&last, &whole).unwrap();
    let later = changed(&last, "\"trainer/form\":\"1\"", "\"trainer/form\":\"2\"");
    for (bytes, is_broken) in [(&whole[..100], true), (&weights, false), (&later, false)] {
        fs::write(&last, bytes).unwrap();
        let error = checkpoints.resume(&mut trainer(0, 2, 1)).unwrap_err().to_string();
        assert!(error.contains("\n  help: ") && error.contains("remove the file") == is_broken, "{error}");
    }
    // The older one that is named is whole itself.
    directory.write(&file_name(2), b"");
    broken(b"", 1);
    fs::remove_file(directory.0.join(file_name(1))).unwrap();
    let error = checkpoints.resume(&mut trainer(0, 2, 1)).unwrap_err().to_string();
    assert!(!error.contains("help: "), "{error}");
    // Other training is no damage: an older checkpoint would be of it as well.
    fs::write(&last, &whole).unwrap();
    let error = checkpoints.resume(&mut trainer(1, 2, 1)).unwrap_err();
    assert!(!differences(&error).is_empty() && !error.to_string().contains("help: "), "{error}");
    // A broken file is not removed either.
    let mut next = trainer(0, 2, 1);
    checkpoints.resume(&mut next).unwrap();
    train(0, &mut next, 4);
    Checkpoints::new(&directory.0).keep(1).save(&next).unwrap();
    assert_eq!(names(&directory.0), [2, 4].map(file_name));
}

#[test]
fn a_run_in_the_directory_of_an_earlier_one_begins_anew_and_nothing_is_lost() {
    let directory = Directory::new("runs");
    let checkpoints = Checkpoints::new(&directory.0).keep(2);
    let first = saved(&checkpoints, 1, &[3, 4, 5]);
    let kept = [4, 5].map(|step| fs::read(directory.0.join(file_name(step))).unwrap());
    // It is neither gone on from nor removed, as far as the new run comes.
    let mut second = run(2, 1);
    for steps in [1, 2, 4] {
        train(0, &mut second, steps);
        checkpoints.save(&second).unwrap();
        assert_eq!(latest(&checkpoints), file_name(steps));
        let mut resumed = trainer(0, 3, 1);
        checkpoints.resume(&mut resumed).unwrap();
        assert_eq!(bits(resumed.net()), bits(second.net()));
    }
    let earlier = "step-0000000004-earlier-1.safetensors";
    assert_eq!(names(&directory.0), [file_name(2), earlier.to_owned(), file_name(4), file_name(5)]);
    assert!(fs::read(directory.0.join(earlier)).unwrap() == kept[0]);
    assert!(fs::read(directory.0.join(file_name(5))).unwrap() == kept[1]);
    // A third one needs the same names.
    let third = saved(&checkpoints, 3, &[4, 5]);
    let all = [
        "step-0000000002.safetensors",
        "step-0000000004-earlier-1.safetensors",
        "step-0000000004-earlier-2.safetensors",
        "step-0000000004.safetensors",
        "step-0000000005-earlier-1.safetensors",
        "step-0000000005.safetensors",
    ];
    assert_eq!(names(&directory.0), all);
    assert_eq!(latest(&checkpoints), file_name(5));
    assert_eq!(*Net::load(directory.0.join(all[4])).unwrap(), *first.net());
    assert_eq!(*Net::load(directory.0.join(all[2])).unwrap(), *second.net());
    assert_eq!(*Net::load(directory.0.join(all[5])).unwrap(), *third.net());
}

#[test]
fn the_best_belongs_to_a_run() {
    let directory = Directory::new("best");
    let best = |net: &Training| *Net::load(directory.0.join("best.safetensors")).unwrap() == *net.net();
    for (maximize, values) in [(false, [0.1, 0.5, 0.4, 0.45]), (true, [0.9, 0.5, 0.6, 0.55])] {
        let checkpoints = Checkpoints::new(&directory.0);
        let checkpoints = if maximize { checkpoints.maximize() } else { checkpoints };
        let [of_first, of_second, better, worse] = values;
        let first = run(1, 1);
        assert!(checkpoints.save_best(&first, of_first).unwrap());
        // Its first value is the best so far, however good another run was.
        let mut second = run(2, 1);
        assert!(checkpoints.save_best(&second, of_second).unwrap());
        assert!(best(&second));
        // Resumed, it is the same run.
        let path = checkpoints.save(&second).unwrap();
        second = run(3, 0);
        second.resume(&path).unwrap();
        train(0, &mut second, 2);
        assert!(!checkpoints.save_best(&second, of_second).unwrap() && !best(&second));
        assert!(checkpoints.save_best(&second, better).unwrap() && best(&second));
        let mut third = run(3, 0);
        third.resume(checkpoints.best()).unwrap();
        train(0, &mut third, 3);
        assert!(!checkpoints.save_best(&third, worse).unwrap() && best(&second));
        // The first run's is kept, once.
        let kept = names(&directory.0).into_iter().rfind(|name| name.starts_with("best-earlier-")).unwrap();
        assert_eq!(*Net::load(directory.0.join(kept)).unwrap(), *first.net());
        assert!(checkpoints.save_best(&first, f64::INFINITY * if maximize { 1.0 } else { -1.0 }).unwrap());
    }
    // In each of the two rounds the first and the second run replace each other's best; so does the first of the second round.
    assert_eq!(names(&directory.0).iter().filter(|name| name.starts_with("best-earlier-")).count(), 5);
}

#[test]
fn a_run_without_a_best_has_none_of_another_run() {
    let directory = Directory::new("nan");
    let checkpoints = Checkpoints::new(&directory.0);
    let (first, second) = (run(1, 1), run(2, 1));
    assert!(checkpoints.save_best(&first, 1.0).unwrap());
    assert!(!checkpoints.save_best(&second, f64::NAN).unwrap());
    assert_eq!(names(&directory.0), ["best-earlier-1.safetensors"]);
    assert!(!checkpoints.save_best(&second, f64::NAN).unwrap());
    assert!(checkpoints.save_best(&second, f64::INFINITY).unwrap());
    assert!(!checkpoints.save_best(&second, f64::NAN).unwrap());
    assert!(checkpoints.save_best(&second, 7.0).unwrap());
    assert_eq!(*Net::load(directory.0.join("best-earlier-1.safetensors")).unwrap(), *first.net());
    // A file that is no run's: somebody's weights.
    fs::remove_file(checkpoints.best()).unwrap();
    Net::new(9).save(checkpoints.best()).unwrap();
    assert!(!checkpoints.save_best(&second, f64::NAN).unwrap());
    assert_eq!(*Net::load(checkpoints.best()).unwrap(), *Net::new(9));
    assert!(checkpoints.save_best(&second, 8.0).unwrap());
    assert_eq!(*Net::load(directory.0.join("best-earlier-2.safetensors")).unwrap(), *Net::new(9));
}

#[test]
fn values_of_another_metric_or_direction_are_not_compared() {
    let directory = Directory::new("metrics");
    let run = run(1, 1);
    let loss = Checkpoints::new(&directory.0).metric("loss");
    let error = Checkpoints::new(&directory.0).metric("error");
    let accuracy = Checkpoints::new(&directory.0).metric("accuracy").maximize();
    for _ in 0..2 {
        assert!(loss.save_best(&run, 0.1).unwrap() && !loss.save_best(&run, 0.2).unwrap());
        assert!(error.save_best(&run, 0.3).unwrap() && !error.save_best(&run, 0.4).unwrap());
        assert!(accuracy.save_best(&run, 0.02).unwrap() && !accuracy.save_best(&run, 0.01).unwrap());
    }
    assert_eq!(names(&directory.0), ["best.safetensors"]);
}

#[test]
fn a_best_that_cannot_be_written_leaves_the_earlier_runs_as_it_was() {
    let directory = Directory::new("unwritable");
    let checkpoints = Checkpoints::new(&directory.0);
    let (first, second) = (run(1, 1), run(2, 1));
    checkpoints.save_best(&first, 1.0).unwrap();
    checkpoints.save(&first).unwrap();
    let read_only = |read_only| {
        for path in [checkpoints.best(), directory.0.join(file_name(1))] {
            let mut permissions = fs::metadata(&path).unwrap().permissions();
            permissions.set_readonly(read_only);
            fs::set_permissions(&path, permissions).unwrap();
        }
    };
    read_only(true);
    for _ in 0..2 {
        assert!(checkpoints.save_best(&second, 0.5).unwrap_err().to_string().contains("read-only"));
        assert!(checkpoints.save(&second).unwrap_err().to_string().contains("read-only"));
        assert_eq!(names(&directory.0), ["best.safetensors".to_owned(), file_name(1)]);
    }
    // A read-only one is never removed for being old.
    let mut first = first;
    train(0, &mut first, 2);
    checkpoints.clone().keep(1).save(&first).unwrap();
    assert_eq!(names(&directory.0), ["best.safetensors".to_owned(), file_name(1), file_name(2)]);
    read_only(false);
    assert_eq!(*Net::load(checkpoints.best()).unwrap(), *Net::load(directory.0.join(file_name(1))).unwrap());
}

#[test]
fn a_broken_file_of_a_higher_step_is_set_aside_by_the_next_save() {
    let directory = Directory::new("recovered");
    let checkpoints = Checkpoints::new(&directory.0).keep(2);
    saved(&checkpoints, 1, &[2, 4, 6]);
    // A crash, and somebody's weights.
    directory.write(&file_name(6), b"broken");
    Net::new(9).save(directory.0.join("step-30.safetensors")).unwrap();
    assert_eq!(latest(&checkpoints), "step-30.safetensors");
    fs::rename(directory.0.join("step-30.safetensors"), directory.0.join("step-8.safetensors")).unwrap();
    assert_eq!(
        checkpoints.resume(&mut trainer(0, 2, 1)).unwrap_err().path(),
        Some(&*directory.0.join("step-8.safetensors"))
    );
    // From its first save on the last one is the run's that recovered.
    let mut recovered = trainer(0, 3, 1);
    recovered.resume(directory.0.join(file_name(4))).unwrap();
    for step in [5, 6] {
        train(0, &mut recovered, step);
        checkpoints.save(&recovered).unwrap();
        assert_eq!(latest(&checkpoints), file_name(step));
        checkpoints.resume(&mut trainer(0, 4, 1)).unwrap();
    }
    let aside = ["step-0000000006-earlier-1.safetensors", "step-8-earlier-1.safetensors"];
    let [broken, weights] = aside.map(|name| directory.0.join(name));
    assert_eq!(names(&directory.0), [&file_name(5), aside[0], &file_name(6), aside[1]]);
    assert_eq!(fs::read(broken).unwrap(), b"broken");
    assert_eq!(*Net::load(weights).unwrap(), *Net::new(9));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_or_a_directory_that_cannot_be_read_is_not_taken_for_none() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let directory = Directory::new("unreadable");
    let checkpoints = Checkpoints::new(&directory.0);
    let mut first = saved(&checkpoints, 1, &[1]);
    // Whoever may read everything cannot read this process's memory at 0.
    let unreadable = |error: &Error, path: &Path| {
        assert!(matches!(error.kind(), ErrorKind::Read(_)) && error.path() == Some(path), "{error}");
        assert!(!error.to_string().contains("help: "), "{error}");
    };
    let memory = directory.0.join(file_name(2));
    for path in [&memory, &checkpoints.best()] {
        symlink("/proc/self/mem", path).unwrap();
    }
    train(0, &mut first, 3);
    unreadable(&checkpoints.save(&first).unwrap_err(), &memory);
    unreadable(&checkpoints.resume(&mut trainer(0, 2, 1)).unwrap_err(), &memory);
    unreadable(&checkpoints.save_best(&first, 1.0).unwrap_err(), &checkpoints.best());
    fs::remove_file(&memory).unwrap();
    // To some users a directory's permissions are no obstacle.
    let mode = |mode| fs::set_permissions(&directory.0, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o300);
    if fs::read_dir(&directory.0).is_err() {
        unreadable(&checkpoints.save(&first).unwrap_err(), &directory.0);
        unreadable(&checkpoints.latest().unwrap_err(), &directory.0);
    }
    mode(0o700);
    checkpoints.save(&first).unwrap();
}

/// A checkpoint as it was written before runs had numbers.
fn without_run(path: &Path) {
    let bytes = fs::read(path).unwrap();
    let (_, header) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    let mut metadata = header.metadata().clone().unwrap();
    metadata.retain(|key, _| !["run", "generation", "maximize", "metric name"].iter().any(|name| key.ends_with(name)));
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap().tensors();
    fs::write(path, safetensors::serialize(tensors, Some(metadata)).unwrap()).unwrap();
}

#[test]
fn checkpoints_from_before_runs_had_numbers_are_one_run() {
    let directory = Directory::new("numberless");
    let checkpoints = Checkpoints::new(&directory.0).keep(2);
    let mut first = saved(&checkpoints, 1, &[1, 2]);
    checkpoints.save_best(&first, 0.5).unwrap();
    for name in names(&directory.0) {
        without_run(&directory.0.join(name));
    }
    assert_eq!(latest(&checkpoints), file_name(2));
    let mut resumed = trainer(0, 2, 1);
    checkpoints.resume(&mut resumed).unwrap();
    train(0, &mut resumed, 3);
    train(0, &mut first, 3);
    assert!(state(&mut resumed) == state(&mut first));
    assert!(!checkpoints.save_best(&resumed, 0.6).unwrap() && checkpoints.save_best(&resumed, 0.4).unwrap());
    checkpoints.save(&resumed).unwrap();
    assert_eq!(names(&directory.0), ["best.safetensors".to_owned(), file_name(2), file_name(3)]);
    // A run that begins anew is another one.
    let new = run(5, 1);
    assert!(checkpoints.save_best(&new, 0.9).unwrap());
    checkpoints.save(&new).unwrap();
    assert_eq!(latest(&checkpoints), file_name(1));
}

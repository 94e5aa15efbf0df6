//! What happens to files when programs are killed or the system refuses: they are whole, old or new, and training goes on.
//!
//! The programs that are killed are this one: a test that is ignored unless another starts it.
#![allow(missing_docs)]
#![cfg(unix)]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind as Io};
use std::ops::ControlFlow::{Break, Continue};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use prelu::Trainer;
use prelu::data::Dataset;
use prelu::io::{Error, ErrorKind};
use prelu::loss::CrossEntropy;
use prelu::optim::Adam;
use prelu::runtime::rng::Stream;
use prelu_tests::files::Directory;

prelu::network! {
    /// Of half a megabyte with its optimiser's state, which takes a while to write.
    pub struct Net: [64] -> [10] { fc1: linear(500), prelu, dropout(0.1), fc2: linear(10) }
}

struct Noise;

impl Dataset for Noise {
    type Input = [f32; 64];
    type Target = usize;

    fn len(&self) -> usize {
        40
    }

    fn sample(&self, index: usize, input: &mut Self::Input) -> usize {
        let random = Stream::new(1).of(index as u64);
        for (i, x) in input.iter_mut().enumerate() {
            *x = random.uniform(i as u64) - 0.5;
        }
        index % 10
    }
}

type Training = Trainer<Net, Adam, CrossEntropy>;

fn trainer() -> Training {
    Trainer::new(Net::new(1), Adam::new(1e-3), CrossEntropy).seed(2).batch_size(8)
}

fn train(trainer: &mut Training, steps: u64) {
    while trainer.steps() < steps {
        trainer.epoch(&Noise, |_| Break(())).unwrap();
    }
}

/// Where a test that another starts is to work.
const DIRECTORY: &str = "PRELU_TEST_CRASH_DIRECTORY";

fn checkpoint(directory: &Path) -> PathBuf {
    directory.join("checkpoint.safetensors")
}

/// Starts a test of this program, in a directory, behind some words of a shell.
fn start(test: &str, directory: &Path, before: &str) -> Child {
    Command::new("sh")
        .args(["-c", &format!("{before} exec \"$0\" \"$@\"")])
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(DIRECTORY, directory)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "is started by another test, and killed by it"]
fn saves_until_it_is_killed() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let path = checkpoint(Path::new(&directory));
    let mut trainer = trainer();
    trainer.resume(&path).unwrap();
    println!("begins");
    let start = Instant::now();
    // If nobody kills it, it ends by itself.
    while start.elapsed() < Duration::from_secs(60) {
        trainer.epoch(&Noise, |_| Break(())).unwrap();
        trainer.save(&path).unwrap();
    }
}

#[test]
fn a_file_is_whole_whenever_the_program_is_killed() {
    let directory = Directory::new("killed");
    let path = checkpoint(&directory.0);
    let mut reference = trainer();
    reference.save(&path).unwrap();
    let wanted = directory.0.join("wanted/checkpoint.safetensors");
    fs::create_dir(wanted.parent().unwrap()).unwrap();
    let (mut half_written, mut advanced) = (0, 0);
    for round in 0..200 {
        let mut child = start("saves_until_it_is_killed", &directory.0, "");
        let output = BufReader::new(child.stdout.take().unwrap());
        assert!(output.lines().any(|line| line.unwrap().ends_with("begins")), "it began");
        thread::sleep(Duration::from_micros(Stream::new(9).of(round).below(0, 20_000)));
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap();

        // Training is the same whoever does it: so is the file after as many batches, byte by byte.
        let mut resumed = trainer();
        resumed.resume(&path).unwrap_or_else(|error| panic!("round {round}: {error}"));
        let steps = resumed.steps();
        assert!(steps >= reference.steps(), "round {round}: the file is older than one that was there");
        advanced += u32::from(steps > reference.steps());
        train(&mut reference, steps);
        reference.save(&wanted).unwrap();
        assert!(fs::read(&path).unwrap() == fs::read(&wanted).unwrap(), "round {round}, {steps} batches");
        half_written += u32::from(fs::read_dir(&directory.0).unwrap().count() > 2);
    }
    assert!(half_written > 0 && advanced > 0, "{half_written} files were half written, {advanced} runs saved");
    reference.save(&path).unwrap();
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 2, "what was half written is removed");
}

/// The kind of the system's error.
fn refusal(error: &Error) -> Io {
    let ErrorKind::Write(error) = error.kind() else { panic!("{error}") };
    error.kind()
}

/// A checkpoint that cannot be written is an error, the old one is as it was, and training goes on as if nothing were.
fn refused(directory: &Path, refuse: impl FnOnce(&Path) -> PathBuf, kinds: &[Io]) {
    let path = checkpoint(directory);
    let mut training = trainer();
    train(&mut training, 3);
    training.save(&path).unwrap();
    let (old, entries) = (fs::read(&path).unwrap(), fs::read_dir(directory).unwrap().count());
    train(&mut training, 4);
    let target = refuse(&path);
    let error = training.save(&target).unwrap_err();
    assert!(kinds.contains(&refusal(&error)), "{error}");
    assert!(error.to_string().starts_with(&format!("{}: cannot be written: ", target.display())), "{error}");
    assert!(fs::read(&path).unwrap() == old);
    assert_eq!(fs::read_dir(directory).unwrap().count(), entries, "nothing is left");

    training.epoch(&Noise, |_| Continue(())).unwrap();
    let mut whole = trainer();
    whole.epoch(&Noise, |_| Continue(())).unwrap();
    assert_eq!(training.net().floats(), whole.net().floats());
    let mut resumed = trainer();
    resumed.resume(&path).unwrap();
    assert_eq!(resumed.steps(), 3);
}

#[test]
fn what_is_no_directory_is_an_error() {
    let directory = Directory::new("no-directory");
    let absent = directory.0.join("absent/file");
    refused(&directory.0, |_| absent, &[Io::NotFound]);
    refused(&directory.0, |old| old.join("file"), &[Io::NotADirectory]);
    let taken = directory.0.join("taken");
    fs::create_dir_all(taken.join("inside")).unwrap();
    refused(&directory.0, |_| taken, &[Io::IsADirectory, Io::DirectoryNotEmpty, Io::AlreadyExists]);
}

#[test]
fn a_lost_permission_is_an_error() {
    let directory = Directory::new("permission");
    let inner = directory.0.join("inner");
    fs::create_dir(&inner).unwrap();
    let allow = |mode| fs::set_permissions(&inner, fs::Permissions::from_mode(mode)).unwrap();
    allow(0o555);
    let held = fs::write(inner.join("probe"), "").is_err();
    allow(0o755);
    if !held {
        println!("skipped: this user may write where nobody may");
        return;
    }
    let lose = |old: &Path| {
        allow(0o555);
        old.to_owned()
    };
    refused(&inner, lose, &[Io::PermissionDenied]);
    allow(0o755);
}

#[test]
#[ignore = "is started by another test, with a limit on the size of files"]
fn goes_on_without_room() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let path = checkpoint(Path::new(&directory));
    let mut training = trainer();
    training.resume(&path).unwrap();
    let old = fs::read(&path).unwrap();
    for steps in training.steps() + 1..8 {
        train(&mut training, steps);
        let error = training.save(&path).unwrap_err();
        assert!(matches!(refusal(&error), Io::FileTooLarge | Io::StorageFull), "{error}");
        assert!(fs::read(&path).unwrap() == old);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left");
    }
    let mut whole = trainer();
    train(&mut whole, 7);
    assert_eq!(training.net().floats(), whole.net().floats());
    println!("has gone on");
}

#[test]
fn a_disk_without_room_is_an_error() {
    let directory = Directory::new("room");
    let mut training = trainer();
    train(&mut training, 3);
    training.save(checkpoint(&directory.0)).unwrap();
    // Files may have 64 kB; who would write more is told so, and not ended.
    let child = start("goes_on_without_room", &directory.0, "trap '' XFSZ; ulimit -f 128;");
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("has gone on"), "{text}");
}

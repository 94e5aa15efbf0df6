//! A file is whole whatever happens to the process that writes it, and to the disk that it lies on.
#![cfg(unix)]
#![allow(missing_docs)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use prelu::data::Dataset;
use prelu::loss::CrossEntropy;
use prelu::optim::Adam;
use prelu::{Parameters, Trainer};

prelu::network! {
    struct Large: [64] -> [10] { fc1: linear(256), prelu(per_channel), fc2: linear(10) }
}

/// The file that the child process writes, again and again.
const FILE: &str = "PRELU_TEST_FILE";

/// A directory of a test's own, removed with it.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("prelu-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A net whose every parameter is the same number.
fn filled(value: f32) -> Box<Large> {
    let mut net = Large::zeroed_box();
    net.floats_mut().fill(value);
    net
}

/// The number, if the file is a whole one.
fn number(path: &Path) -> f32 {
    let net = Large::load(path).unwrap_or_else(|error| panic!("{error}"));
    let first = net.floats()[0];
    assert!(net.floats().iter().all(|&w| w == first), "a mixture of two files");
    first
}

/// Runs this test, by its name, in another process.
fn child(test: &str, file: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(FILE, file).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn killed_at_any_moment_it_leaves_a_whole_file() {
    if let Some(file) = env::var_os(FILE) {
        for i in 1u16.. {
            filled(f32::from(i)).save(&file).unwrap();
        }
    }
    let directory = Directory::new("killed");
    let file = directory.0.join("net.safetensors");
    let (mut state, mut seen) = (7u64, Vec::new());
    for round in 0..200 {
        filled(0.0).save(&file).unwrap();
        let mut process = child("killed_at_any_moment_it_leaves_a_whole_file", &file).spawn().unwrap();
        // The process needs a moment to start: wait for its first file, then for a random while.
        let start = Instant::now();
        while number(&file) == 0.0 && start.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_micros(200));
        }
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        thread::sleep(Duration::from_micros((state >> 33) % 10_000));
        process.kill().unwrap();
        process.wait().unwrap();
        let found = number(&file);
        assert!(found >= 1.0, "round {round}: nothing was written");
        seen.push(found.to_bits());
    }
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() > 3, "all were killed at the same moment");
}

#[test]
fn a_full_disk_is_an_error_and_the_old_file_stays() {
    if let Some(file) = env::var_os(FILE) {
        // In a shell that allows no file above 8 KiB: the net's is larger.
        let net = filled(2.0);
        let outcome = net.save(&file);
        std::process::exit(match outcome {
            Err(error) if error.to_string().contains("net.safetensors") => 17,
            _ => 1,
        });
    }
    let directory = Directory::new("full");
    let file = directory.0.join("net.safetensors");
    filled(1.0).save(&file).unwrap();
    let program = child("a_full_disk_is_an_error_and_the_old_file_stays", &file);
    let line = format!(
        "trap '' XFSZ; ulimit -f 8; exec '{}' --exact a_full_disk_is_an_error_and_the_old_file_stays",
        program.get_program().display()
    );
    let status = Command::new("sh")
        .args(["-c", &line])
        .env(FILE, &file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(17), "{status}");
    assert_eq!(number(&file), 1.0);
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1, "a temporary file is left");
}

#[test]
fn training_goes_on_where_nothing_can_be_saved() {
    let directory = Directory::new("nowhere");
    let data = Dots;
    let trainer = || Trainer::new(Large::new(1), Adam::new(1e-3), CrossEntropy).batch_size(16);
    let (mut first, mut second) = (trainer(), trainer());
    first.epoch(&data, |_| std::ops::ControlFlow::Continue(())).unwrap();
    second.epoch(&data, |_| std::ops::ControlFlow::Continue(())).unwrap();
    // A directory that is missing, one that is a file, and a name that is a directory's.
    fs::write(directory.0.join("file"), "text").unwrap();
    fs::create_dir(directory.0.join("taken")).unwrap();
    fs::write(directory.0.join("taken/within"), "text").unwrap();
    for path in ["missing/net.safetensors", "file/net.safetensors", "taken"] {
        let error = first.save(directory.0.join(path)).unwrap_err().to_string();
        assert!(error.contains(path), "{error}");
    }
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 2, "a temporary file is left");
    first.epoch(&data, |_| std::ops::ControlFlow::Continue(())).unwrap();
    second.epoch(&data, |_| std::ops::ControlFlow::Continue(())).unwrap();
    assert_eq!(first.net().floats(), second.net().floats());
}

/// Points that are told apart by their first number.
struct Dots;

impl Dataset for Dots {
    type Input = [f32; 64];
    type Target = usize;

    fn len(&self) -> usize {
        100
    }

    fn sample(&self, index: usize, input: &mut [f32; 64]) -> usize {
        *input = std::array::from_fn(|i| (index * 37 + i * 11) as f32 % 7.0 - 3.0);
        index % 10
    }
}

//! A damaged or hostile file is an error or a net, never a panic, and makes nothing be allocated that is longer than the
//! file.
#![allow(missing_docs)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use prelu::Parameters;
use prelu::io::{ErrorKind, Loader};
use prelu::runtime::rng::Stream;
use safetensors::SafeTensors;

/// Notes the largest allocation of each thread.
struct Largest;

thread_local! {
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: it takes notes, and leaves the rest to the system's allocator.
unsafe impl GlobalAlloc for Largest {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.with(|largest| largest.set(largest.get().max(layout.size())));
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is the same.
        unsafe { System.dealloc(p, layout) }
    }

    unsafe fn realloc(&self, p: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LARGEST.with(|largest| largest.set(largest.get().max(size)));
        // SAFETY: the caller's promise is the same.
        unsafe { System.realloc(p, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Largest = Largest;

/// What may be allocated beside the file: buffers, and the nodes of trees.
const BESIDE: usize = 1 << 14;

/// The largest allocation that some work makes.
fn largest<T>(work: impl FnOnce() -> T) -> (usize, T) {
    LARGEST.with(|largest| largest.set(0));
    let result = work();
    (LARGEST.with(Cell::get), result)
}

prelu::network! {
    pub struct Tiny: [2] -> [2] { fc: linear(2), slope: prelu(per_channel), bn: batch_norm }
}

/// Reads a file, which must be an error or a net, also where a loader passes over what it can.
fn read(file: &[u8]) -> Option<Box<Tiny>> {
    let (most, result) = largest(|| Tiny::from_safetensors(file));
    assert!(most <= file.len() + BESIDE, "{most} bytes at once for a file of {}", file.len());
    let mut net = Tiny::zeroed_box();
    let loader = Loader::new().rename("fc", "fc").allow_missing().allow_unexpected();
    let (most, loose) = largest(|| loader.read(&mut *net, file));
    assert!(most <= file.len() + BESIDE, "{most} bytes at once for a file of {}", file.len());
    if let Err(error) = &result {
        assert!(!error.to_string().is_empty() && error.to_string().len() < 2 * file.len() + (1 << 16));
    }
    assert!(result.is_err() || loose.is_ok(), "what is right is right for all");
    result.ok()
}

/// What is accepted is what the format's own reader accepts, and has the same tensors.
fn agrees(file: &[u8], net: &Tiny) {
    let own = SafeTensors::deserialize(file).unwrap_or_else(|error| panic!("{error}: {}", file.escape_ascii()));
    for tensor in Tiny::SUMMARY.parameters {
        let view = own.tensor(tensor.key).unwrap();
        assert_eq!(view.shape(), tensor.shape);
        if view.dtype() == safetensors::Dtype::F32 {
            let bytes: Vec<u8> = net.floats()[tensor.range()].iter().flat_map(|x| x.to_le_bytes()).collect();
            assert_eq!(view.data(), bytes);
        }
    }
}

fn header(text: &str, data: usize) -> Vec<u8> {
    let mut file = (text.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(text.as_bytes());
    file.resize(file.len() + data, 0);
    file
}

/// Reads a file of a header and so many bytes, which is malformed, and gives what is said of it.
fn malformed(text: &str, data: usize) -> String {
    let file = header(text, data);
    assert!(read(&file).is_none());
    let error = Tiny::from_safetensors(&file).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Malformed(_)), "{error}");
    error.to_string()
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_an_error() {
    let file = Tiny::new(1).to_safetensors();
    assert!(read(&file).is_some());
    for end in 0..file.len() {
        assert!(read(&file[..end]).is_none(), "cut off at {end}");
        let error = Tiny::from_safetensors(&file[..end]).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Malformed(_)), "cut off at {end}: {error}");
    }
    let longer = [&file[..], &[0]].concat();
    assert!(read(&longer).is_none());
}

#[test]
fn a_million_mutations_are_errors_or_nets() {
    let file = Tiny::new(1).to_safetensors();
    let header = 8 + u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let work = |thread: u64| {
        let mut nets = 0;
        for round in 0..500_000 {
            let mutant = mutate(&file, header, Stream::new(thread).of(round));
            if let Some(net) = read(&mutant) {
                nets += 1;
                agrees(&mutant, &net);
            }
        }
        nets
    };
    let nets: u32 = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=2).map(|thread| scope.spawn(move || work(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert!((10_000..900_000).contains(&nets), "{nets} nets: the mutations are too strong or too weak");
}

/// A file with one to three changes, most of them in its header.
fn mutate(file: &[u8], header: usize, random: Stream) -> Vec<u8> {
    const WORDS: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "0",
        "-1",
        "1e9",
        "18446744073709551615",
        "9223372036854775808",
        "null",
        "\"__metadata__\":{},",
        "\"F16\"",
        "\"F64\"",
        "\"F4\"",
        "\\u0000",
        "\\ud800",
        "[0,0]",
        "fc.bias",
        "slope",
        "{\"a\":",
    ];
    let mut mutant = file.to_vec();
    for change in 0..1 + random.below(0, 3) {
        let random = random.of(change);
        let within = if random.below(1, 8) == 0 { mutant.len() } else { header.min(mutant.len()) };
        let at = random.below(2, within.max(1) as u64) as usize;
        let end = (at + random.below(3, 12) as usize).min(mutant.len());
        let at = at.min(end);
        match random.below(4, 8) {
            0 => mutant.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << random.below(5, 8)),
            1 => mutant.iter_mut().skip(at).take(1).for_each(|byte| *byte = random.bits(5) as u8),
            2 => drop(mutant.drain(at..end)),
            3 => {
                let part = mutant[at..end].to_vec();
                let to = random.below(6, mutant.len() as u64 + 1) as usize;
                drop(mutant.splice(to..to, part));
            }
            4 => {
                let word = WORDS[random.below(6, WORDS.len() as u64) as usize];
                drop(mutant.splice(at..if random.below(7, 2) == 0 { at } else { end }, word.bytes()));
            }
            // Another digit: a shape or a place.
            5 => {
                let digit = mutant[at..].iter_mut().take(60).find(|byte| byte.is_ascii_digit());
                digit.into_iter().for_each(|byte| *byte = b'0' + random.below(5, 10) as u8);
            }
            6 => mutant.truncate(random.below(5, mutant.len() as u64 + 1) as usize),
            // The header's length: anything, or nearly right.
            _ if mutant.len() >= 8 => {
                let length = u64::from_le_bytes(mutant[..8].try_into().unwrap());
                let other = match random.below(5, 3) {
                    0 => random.bits(6) >> random.below(7, 64),
                    1 => length.wrapping_add(random.below(6, 17)).wrapping_sub(8),
                    _ => u64::MAX - random.below(6, 17),
                };
                mutant[..8].copy_from_slice(&other.to_le_bytes());
            }
            _ => {}
        }
    }
    mutant
}

#[test]
fn headers_of_any_length_are_checked_against_the_file() {
    let file = Tiny::new(1).to_safetensors();
    for length in
        [0, 1, 100_000_001, 1 << 32, 1 << 63, u64::MAX - 7, u64::MAX, file.len() as u64, file.len() as u64 - 8]
    {
        let mut file = file.clone();
        file[..8].copy_from_slice(&length.to_le_bytes());
        assert!(read(&file).is_none(), "{length}");
    }
    assert!(malformed("", 0).contains("does not begin with `{`"));
    assert!(malformed(" {}", 0).contains("does not begin with `{`"));
    assert!(malformed("[]", 0).contains("does not begin with `{`"));
    assert!(malformed("{} {}", 0).contains("its header is wrong"));
    assert!(Tiny::from_safetensors(&header("{}", 0)).unwrap_err().misfits().len() == 7);
}

#[test]
fn tensors_lie_one_behind_the_other() {
    let tensor = |name, shape, first: usize, end: usize| {
        format!(r#""{name}":{{"dtype":"F32","shape":{shape},"data_offsets":[{first},{end}]}}"#)
    };
    let file = |tensors: &[String]| format!("{{{}}}", tensors.join(","));
    let (a, b) = (tensor("a", "[2]", 0, 8), tensor("b", "[2]", 8, 16));
    assert!(Tiny::from_safetensors(&header(&file(&[a.clone(), b.clone()]), 16)).unwrap_err().misfits().len() == 9);
    let says = |tensors: &[String], data, what: &str| {
        let said = malformed(&file(tensors), data);
        assert!(said.contains(what), "{said}");
    };
    says(&[a.clone(), tensor("b", "[2]", 4, 12)], 12, "`b`, at bytes 4 to 12, overlaps another tensor");
    says(&[a.clone(), tensor("b", "[2]", 0, 8)], 8, "`b`, at bytes 0 to 8, overlaps another tensor");
    says(&[a.clone(), tensor("b", "[2]", 12, 20)], 20, "`b`, at bytes 12 to 20, comes after bytes of no tensor");
    says(&[tensor("a", "[2]", 8, 0)], 8, "`a`, F32 [2], cannot lie at bytes 8 to 0");
    says(&[tensor("a", "[3]", 0, 8)], 8, "`a`, F32 [3], cannot lie at bytes 0 to 8");
    says(&[tensor("a", "[4294967296,4294967296]", 0, 0)], 0, "cannot lie at");
    says(&[tensor("a", "[4611686018427387905]", 0, 4)], 4, "cannot lie at");
    says(&[a.clone(), b.clone()], 15, "it has 15 bytes of tensors, but its header is of 16");
    says(&[a.clone(), b.clone()], 17, "it has 17 bytes of tensors, but its header is of 16");
    says(&[tensor("a", "[2]", 0, 1 << 60)], 8, "cannot lie at");
    says(&[tensor("a", "[-2]", 0, 8)], 8, "its header is wrong");
    says(&[tensor("a", "[2.0]", 0, 8)], 8, "its header is wrong");
    says(&[a.clone(), a.clone()], 8, "`a` is there twice");
    says(&[a.clone(), tensor("a", "[2]", 8, 16)], 16, "`a` is there twice");
    says(&[a.clone(), r#""__metadata__":{},"__metadata__":{}"#.to_owned()], 8, "`__metadata__` is there twice");
    says(&[r#""__metadata__":{"a":1}"#.to_owned()], 0, "its header is wrong");
    says(&[a.replace("F32", "F4")], 8, "`a`, F4 [2], cannot lie at");
    // A type that is not known is not an error unless it is loaded.
    let strange = file(&[a.replace("F32", "F128")]);
    assert!(Tiny::from_safetensors(&header(&strange, 8)).unwrap_err().misfits().len() == 8);
    says(&[a.replace("F32", "F128").replace("[0,8]", "[8,0]")], 8, "cannot lie at");
}

#[test]
fn hostile_headers_allocate_no_more_than_the_file() {
    let (n, zeros) = (300_000, |n| vec!["0"; n].join(","));
    assert!(
        malformed(&format!(r#"{{"a":{{"dtype":"F32","shape":[{}],"data_offsets":[0,0]}}}}"#, zeros(n)), 0)
            .contains("at most 64 dimensions")
    );
    malformed(&format!(r#"{{"a":{{"dtype":"F32","shape":[],"data_offsets":[{}]}}}}"#, zeros(n)), 0);
    malformed(&format!(r#"{{"a":{}"#, "[".repeat(n)), 0);
    malformed(&format!(r#"{{"a":{}"#, r#"{"a":"#.repeat(n)), 0);
    malformed(&format!(r#"{{"a":{{"dtype":"{}"#, "F".repeat(n)), 0);
    // As many tensors and as much metadata as fit.
    let tensors: Vec<_> =
        (0..50_000).map(|i| format!(r#""{i}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#)).collect();
    let file = header(&format!("{{{}}}", tensors.join(",")), 0);
    assert!(read(&file).is_none());
    let error = Tiny::from_safetensors(&file).unwrap_err();
    assert!(error.to_string().ends_with("unexpected: 49000 more"), "{}", error.misfits().len());
    let metadata: Vec<_> = (0..100_000).map(|i| format!(r#""{i}":"""#)).collect();
    assert!(read(&header(&format!(r#"{{"__metadata__":{{{}}}}}"#, metadata.join(",")), 0)).is_none());
    // One long name, and the net's own beside it.
    let own = Tiny::new(1).to_safetensors();
    let length = u64::from_le_bytes(own[..8].try_into().unwrap()) as usize;
    let text = std::str::from_utf8(&own[8..8 + length]).unwrap().trim_end().strip_suffix('}').unwrap();
    let text = format!(r#"{text},"fc.{}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}}}"#, "x".repeat(n));
    let mut file = header(&text, 0);
    file.extend_from_slice(&own[8 + length..]);
    assert!(read(&file).is_none());
    assert_eq!(Tiny::from_safetensors(&file).unwrap_err().misfits().len(), 1);
}

#[test]
fn numbers_that_are_not_finite_are_a_net() {
    let mut net = Tiny::new(1);
    net.floats_mut().fill(f32::NAN);
    let read = read(&net.to_safetensors()).unwrap();
    assert!(read.floats().iter().all(|x| x.is_nan()));
    assert!(read.predict(&[1.0, 2.0], &mut Tiny::scratch()).iter().all(|y| y.is_nan()));
}

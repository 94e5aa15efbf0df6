//! The readers of data sets: good files give what was written, and whatever else lies in a directory is an error that
//! names the file and what is wrong with it, never a panic.
#![allow(missing_docs)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use prelu::data::idx::Idx;
use prelu::data::{DataError, Dataset, Mnist, Source, Split};
use prelu_tests::files::{Compression, Directory, assert_says, gzip, gzip_at};
use prelu_tests::hash;

const IMAGES: &str = "train-images-idx3-ubyte";
const LABELS: &str = "train-labels-idx1-ubyte";
const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";

/// Bytes of a header of images, and of one of labels.
const IMAGES_HEADER: usize = 16;
const LABELS_HEADER: usize = 8;

/// Keeps the largest allocation of each thread: a system that hands out memory it does not have would hide a huge one.
struct Largest;

thread_local! {
    static LARGEST: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: it keeps a number, and leaves the rest to the system's allocator.
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
}

#[global_allocator]
static ALLOCATOR: Largest = Largest;

/// The bytes of the largest allocation of some work.
fn largest_allocation<R>(work: impl FnOnce() -> R) -> (R, usize) {
    LARGEST.with(|largest| largest.set(0));
    let result = work();
    (result, LARGEST.with(Cell::get))
}

/// A directory with good training files, plain or gzipped, and their paths.
fn with_digits(test: &str, digits: &Mnist, gzipped: bool) -> (Directory, [PathBuf; 2]) {
    let directory = Directory::new(test);
    let [images, labels] = files_of(digits);
    let paths = match gzipped {
        false => [directory.write(IMAGES, &images), directory.write(LABELS, &labels)],
        true => [
            directory.write(&format!("{IMAGES}.gz"), &gzip(&images)),
            directory.write(&format!("{LABELS}.gz"), &gzip(&labels)),
        ],
    };
    (directory, paths)
}

fn read(directory: &Directory) -> Result<Mnist, DataError> {
    Mnist::from_dir(&directory.0, Split::Train)
}

/// The message of the error that reading must be.
fn fault(directory: &Directory) -> String {
    read(directory).expect_err("these files are not good").to_string()
}

fn idx(sizes: &[u32], elements: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, sizes.len() as u8];
    bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    bytes.extend(elements);
    bytes
}

fn files_of(digits: &Mnist) -> [Vec<u8>; 2] {
    let count = digits.len() as u32;
    [idx(&[count, 28, 28], digits.images().as_flattened()), idx(&[count], digits.labels())]
}

#[track_caller]
fn assert_same(read: &Mnist, written: &Mnist) {
    assert!(read.images() == written.images() && read.labels() == written.labels(), "other digits than were written");
}

#[test]
fn what_is_written_is_read_back_plain_and_gzipped() {
    let digits = Mnist::synthetic(1, 23);
    for gzipped in [false, true] {
        let (directory, [images, _]) = with_digits("round_trip", &digits, gzipped);
        let read = read(&directory).unwrap();
        assert_same(&read, &digits);
        assert_eq!(read.source(), &Source::Directory(directory.0.clone()));
        assert_eq!((read.len(), read.is_empty()), (23, false));
        let idx = Idx::read(&images, 3).unwrap();
        assert_eq!((idx.sizes, &idx.elements[..]), (vec![23, 28, 28], digits.images().as_flattened()));
    }
}

#[test]
fn gzip_is_known_by_the_content_not_by_the_name() {
    let digits = Mnist::synthetic(1, 3);
    let [images, labels] = files_of(&digits);
    let directory = Directory::new("names_lie");
    directory.write(IMAGES, &gzip(&images));
    directory.write(&format!("{LABELS}.gz"), &labels);
    assert_same(&read(&directory).unwrap(), &digits);
    // A gzip file may be several, one after the other: that is what `cat a.gz b.gz` makes.
    let (start, end) = images.split_at(1000);
    directory.write(IMAGES, &[gzip(start), gzip(end)].concat());
    assert_same(&read(&directory).unwrap(), &digits);
}

#[test]
fn files_are_found_under_all_their_names() {
    let digits = Mnist::synthetic(1, 3);
    let [images, labels] = files_of(&digits);
    let dotted = |name: &str| name.replace("-idx", ".idx");
    for place in ["", "MNIST/raw/"] {
        for (i, l) in [(IMAGES.to_owned(), LABELS.to_owned()), (dotted(IMAGES), dotted(LABELS))] {
            let directory = Directory::new("names");
            directory.write(&format!("{place}{i}"), &images);
            directory.write(&format!("{place}{l}.gz"), &gzip(&labels));
            assert_same(&read(&directory).unwrap(), &digits);
        }
    }
}

#[test]
fn both_parts_of_a_named_directory_must_be_there() {
    let (train, test) = (Mnist::synthetic(1, 5), Mnist::synthetic(2, 4));
    let (directory, _) = with_digits("find", &train, false);
    let [images, labels] = files_of(&test);
    directory.write(TEST_IMAGES, &images);
    let error = Mnist::find(Some(&directory.0)).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}: ", directory.0.display())) && error.contains(TEST_LABELS), "{error}");
    directory.write(TEST_LABELS, &labels);
    let found = Mnist::find(Some(&directory.0)).unwrap();
    assert_same(&found.train, &train);
    assert_same(&found.test, &test);
    assert_eq!(found.note, None);
}

#[test]
fn a_wrong_magic_number_is_named_with_the_right_one() {
    let digits = Mnist::synthetic(1, 2);
    let [good_images, good_labels] = files_of(&digits);
    let (directory, [images, labels]) = with_digits("magic", &digits, false);

    // Another type of elements, and a file that is not idx at all.
    for (start, found) in [([0, 0, 0x0d, 3], "0x00000d03"), (*b"\x89PNG", "0x89504e47")] {
        let mut bytes = good_images.clone();
        bytes[..4].copy_from_slice(&start);
        fs::write(&images, bytes).unwrap();
        let what = format!("wrong magic number {found}: 0x00000803 is that of an idx file of bytes with 3 dimensions");
        assert_says(&fault(&directory), &images, &what);
    }
    // Each in place of the other.
    fs::write(&images, &good_labels).unwrap();
    let what = "wrong magic number 0x00000801: 0x00000803 is that of an idx file of bytes with 3 dimensions";
    assert_says(&fault(&directory), &images, what);
    fs::write(&images, &good_images).unwrap();
    fs::write(&labels, gzip(&good_images)).unwrap();
    let what = "wrong magic number 0x00000803: 0x00000801 is that of an idx file of bytes with 1 dimension";
    assert_says(&fault(&directory), &labels, what);
}

#[test]
fn a_file_cut_short_anywhere_is_an_error_that_counts_the_bytes() {
    let digits = Mnist::synthetic(1, 3);
    let (directory, paths) = with_digits("cut_plain", &digits, false);
    let headers = [(IMAGES_HEADER, "[3, 28, 28]"), (LABELS_HEADER, "[3]")];
    for ((path, whole), (header, sizes)) in paths.iter().zip(files_of(&digits)).zip(headers) {
        for end in 0..whole.len() {
            fs::write(path, &whole[..end]).unwrap();
            let what = if end < header {
                format!("cut short: the header of such a file has {header} bytes, and this file only {end}")
            } else {
                let (count, follow) = (whole.len() - header, end - header);
                format!("cut short: the header claims {sizes}, which is {count} bytes, but only {follow} follow")
            };
            assert_says(&fault(&directory), path, &what);
        }
        fs::write(path, whole).unwrap();
        assert_same(&read(&directory).unwrap(), &digits);
    }
}

#[test]
fn a_gzipped_file_cut_short_anywhere_is_an_error() {
    let digits = Mnist::synthetic(1, 3);
    let (directory, paths) = with_digits("cut_gzipped", &digits, true);
    // Also without compression, where all of the pixels may be there though the file's end is not.
    for level in [Compression::default(), Compression::none()] {
        for (path, whole) in paths.iter().zip(files_of(&digits)) {
            let whole = gzip_at(level, &whole);
            for end in 0..whole.len() {
                fs::write(path, &whole[..end]).unwrap();
                let fault = fault(&directory);
                assert!(fault.starts_with(&format!("{}: ", path.display())), "{end}: {fault}");
                assert!(fault.contains("cut short"), "{end}: {fault}");
                // A gzip file begins with two bytes that say so.
                assert_eq!(fault.contains("gzip stream"), end >= 2, "{end}: {fault}");
            }
            fs::write(path, whole).unwrap();
            assert_same(&read(&directory).unwrap(), &digits);
        }
    }
}

#[test]
fn a_file_that_goes_on_is_an_error() {
    let digits = Mnist::synthetic(1, 3);
    for gzipped in [false, true] {
        let (directory, paths) = with_digits("trailing", &digits, gzipped);
        for (path, claimed) in paths.iter().zip([3 * 784, 3]) {
            let good = fs::read(path).unwrap();
            let goes_on = format!("goes on after the {claimed} bytes that its header claims");
            for garbage in [&[0][..], b"\n", &[7; 5000]] {
                fs::write(path, [&good, garbage].concat()).unwrap();
                match gzipped {
                    false => assert_says(&fault(&directory), path, &goes_on),
                    true => {
                        let fault = fault(&directory);
                        let start = format!("{}: the gzip stream is damaged or cut short (", path.display());
                        assert!(fault.starts_with(&start), "{fault}");
                    }
                }
            }
            if gzipped {
                fs::write(path, [good.clone(), gzip(&[0])].concat()).unwrap();
                assert_says(&fault(&directory), path, &goes_on);
            }
            fs::write(path, good).unwrap();
        }
    }
}

#[test]
fn a_damaged_gzip_file_is_never_read_as_other_data() {
    let digits = Mnist::synthetic(1, 2);
    for level in [Compression::default(), Compression::none()] {
        let (directory, paths) = with_digits("damage", &digits, true);
        for (path, whole) in paths.iter().zip(files_of(&digits)) {
            let whole = gzip_at(level, &whole);
            let mut unnoticed = 0;
            for (place, bit) in (0..whole.len()).flat_map(|place| [(place, 0), (place, 5)]) {
                let mut bytes = whole.clone();
                bytes[place] ^= 1 << bit;
                fs::write(path, bytes).unwrap();
                match read(&directory) {
                    Ok(read) => {
                        assert_same(&read, &digits);
                        unnoticed += 1;
                    }
                    Err(error) => {
                        let message = error.to_string();
                        assert!(message.starts_with(&format!("{}: ", path.display())), "{message}");
                    }
                }
            }
            // The time, a hint and the system: 6 bytes of the header are of no consequence, and little else.
            assert!((12..24).contains(&unnoticed), "{unnoticed} of {} flips were not noticed", 2 * whole.len());
            fs::write(path, whole).unwrap();
        }
    }
}

#[test]
fn images_and_labels_that_differ_in_number_are_an_error_that_names_both() {
    let (directory, [images, labels]) = with_digits("counts", &Mnist::synthetic(1, 3), false);
    for count in [0, 2, 4] {
        fs::write(&labels, idx(&[count], &vec![1; count as usize])).unwrap();
        let want = format!(
            "{} has 3 images, but {} has {count} labels: they are not of the same data set",
            images.display(),
            labels.display()
        );
        assert_eq!(fault(&directory), want);
    }
}

#[test]
fn a_label_that_is_no_digit_is_an_error_that_says_which() {
    let (directory, [_, labels]) = with_digits("labels", &Mnist::synthetic(1, 3), false);
    fs::write(&labels, idx(&[3], &[9, 0, 9])).unwrap();
    assert_eq!(read(&directory).unwrap().labels(), [9, 0, 9]);
    for (values, index, label) in [([10, 0, 9], 0, 10), ([0, 9, 10], 2, 10), ([5, 255, 77], 1, 255)] {
        fs::write(&labels, idx(&[3], &values)).unwrap();
        let what = format!("label {index} is {label}, but labels are from 0 to 9");
        assert_says(&fault(&directory), &labels, &what);
    }
}

#[test]
fn images_of_another_size_are_an_error_that_says_which() {
    let (directory, [images, _]) = with_digits("size", &Mnist::synthetic(1, 3), false);
    for (height, width) in [(27u32, 28u32), (28, 27), (14, 56), (1, 784), (0, 28), (32, 32)] {
        fs::write(&images, idx(&[3, height, width], &vec![0; (3 * height * width) as usize])).unwrap();
        let what = format!("images of {height} x {width}, but digits are 28 x 28");
        assert_says(&fault(&directory), &images, &what);
    }
}

#[test]
fn files_without_a_sample_are_an_error() {
    let (directory, [images, _]) = with_digits("none", &Mnist::synthetic(1, 0), false);
    assert_says(&fault(&directory), &images, "has no images");
}

#[test]
fn a_directory_without_the_files_is_an_error_that_says_what_was_looked_for() {
    let looked_for = |name: &str| {
        format!("there is neither {name} nor {}, plain or .gz, here or in MNIST/raw", name.replace("-idx", ".idx"))
    };
    let directory = Directory::new("empty");
    assert_says(&fault(&directory), &directory.0, &looked_for(IMAGES));
    directory.write(IMAGES, &files_of(&Mnist::synthetic(1, 1))[0]);
    assert_says(&fault(&directory), &directory.0, &looked_for(LABELS));
    let error = Mnist::from_dir(&directory.0, Split::Test).unwrap_err();
    assert_says(&error.to_string(), &directory.0, &looked_for(TEST_IMAGES));
}

#[test]
fn a_directory_that_is_none_is_an_error() {
    let directory = Directory::new("missing");
    let file = directory.write("file", b"");
    for path in [directory.0.join("nowhere"), file] {
        let error = Mnist::from_dir(&path, Split::Train).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with(&format!("{}: cannot be read: ", path.display())), "{message}");
        // The system's own words are in the message, and the system's error is there for programs.
        let source = std::error::Error::source(&error).expect("a cause").to_string();
        assert!(message.ends_with(&source), "{message}");
        assert_eq!(Mnist::find(Some(&path)).unwrap_err().to_string(), message, "no other place may be tried");
    }
}

#[test]
fn a_directory_in_place_of_a_file_is_an_error() {
    let (directory, paths) = with_digits("directory", &Mnist::synthetic(1, 2), false);
    for path in &paths {
        let good = fs::read(path).unwrap();
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
        let fault = fault(&directory);
        assert!(fault.starts_with(&format!("{}: cannot be read: ", path.display())), "{fault}");
        fs::remove_dir(path).unwrap();
        fs::write(path, good).unwrap();
    }
}

#[test]
fn a_folder_hides_no_file() {
    let digits = Mnist::synthetic(1, 3);
    let [images, labels] = files_of(&digits);
    let dotted = |name: &str| name.replace("-idx", ".idx");
    let names = |name: &str| [name.to_owned(), format!("{name}.gz"), dotted(name), format!("{}.gz", dotted(name))];
    for place in ["", "MNIST/raw/"] {
        // Folders of all names but the file's, here and below.
        for (i, l) in names(IMAGES).into_iter().zip(names(LABELS)) {
            let directory = Directory::new("hidden");
            directory.write(&format!("{place}{i}"), &images);
            directory.write(&format!("{place}{l}"), &gzip(&labels));
            for name in names(IMAGES).iter().chain(&names(LABELS)) {
                for place in ["", "MNIST/raw/"] {
                    let path = directory.0.join(format!("{place}{name}"));
                    if !path.is_file() {
                        fs::create_dir_all(path).unwrap();
                    }
                }
            }
            assert_same(&read(&directory).unwrap(), &digits);
        }
        // The file lies in a folder of one of its names, under any of them.
        for folder in names(IMAGES) {
            for (i, l) in names(IMAGES).into_iter().zip(names(LABELS)) {
                let directory = Directory::new("within");
                directory.write(&format!("{place}{folder}/{i}"), &images);
                directory.write(&format!("{place}{LABELS}/{l}"), &labels);
                assert_same(&read(&directory).unwrap(), &digits);
            }
        }
    }
    // A link to nothing hides none either.
    #[cfg(unix)]
    {
        let (directory, _) = with_digits("dangling", &digits, true);
        std::os::unix::fs::symlink("nowhere", directory.0.join(IMAGES)).unwrap();
        assert_same(&read(&directory).unwrap(), &digits);
    }
}

#[test]
fn another_version_of_the_data_is_named_with_what_to_do() {
    let versions = [
        ("mnist.npz", "another version"),
        ("mnist.pkl.gz", "another version"),
        ("mnist_train.csv", "another version"),
        ("train.csv", "another version"),
        ("mnist-original.mat", "another version"),
        ("train-00000-of-00001.parquet", "another version"),
        ("training.pt", "another version"),
        ("archive.zip", "unpack it there"),
        ("MNIST.tar.gz", "unpack it there"),
        ("mnist_png.tgz", "unpack it there"),
        ("1.png", "an image file for each digit"),
        ("training/0/1.png", "an image file for each digit"),
        ("train/7/img_1.jpg", "an image file for each digit"),
        ("MNIST/raw/train-images.zip", "unpack it there"),
    ];
    for (file, what) in versions {
        let directory = Directory::new("versions");
        directory.write("ReadMe.txt", b"");
        directory.write(file, b"");
        let error = read(&directory).unwrap_err();
        let DataError::OtherVersion { found, .. } = &error else { panic!("{error}") };
        assert!(directory.0.join(file).starts_with(found), "{error}");
        let error = error.to_string();
        let name = found.strip_prefix(&directory.0).unwrap().display();
        assert!(error.starts_with(&format!("{}: there is neither {IMAGES} nor", directory.0.display())), "{error}");
        assert!(error.contains(&format!("; `{name}` is ")) && error.contains(what), "{error}");
        // It does no harm beside good files.
        let digits = Mnist::synthetic(1, 3);
        let [images, labels] = files_of(&digits);
        directory.write(IMAGES, &images);
        directory.write(LABELS, &labels);
        assert_same(&read(&directory).unwrap(), &digits);
    }
}

#[test]
fn training_and_test_samples_in_each_others_place_are_an_error() {
    let write = |directory: &Directory, names: [&str; 2], count: u32, labels: u32| {
        directory.write(names[0], &idx(&[count, 28, 28], &vec![0; count as usize * 784]));
        directory.write(names[1], &idx(&[labels], &vec![1; labels as usize]))
    };
    let directory = Directory::new("swapped");
    // The labels alone: the two files differ.
    write(&directory, [IMAGES, LABELS], 60_000, 10_000);
    let hint = "they are not of the same data set; MNIST has 60000 samples to train with and 10000 to test with";
    assert!(fault(&directory).ends_with(hint), "{}", fault(&directory));
    // All four.
    write(&directory, [IMAGES, LABELS], 10_000, 10_000);
    write(&directory, [TEST_IMAGES, TEST_LABELS], 60_000, 60_000);
    let error = Mnist::find(Some(&directory.0)).unwrap_err().to_string();
    assert!(error.contains("have each other's names"), "{error}");
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let (directory, [images, _]) = with_digits("permission", &Mnist::synthetic(1, 2), false);
    let allow = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    allow(&images, 0o000);
    if fs::File::open(&images).is_ok() {
        // To root, permissions are no obstacle.
        return;
    }
    assert_says(&fault(&directory), &images, "cannot be read: Permission denied (os error 13)");
    allow(&images, 0o600);
    // The names in it can be read, the files cannot: it would be wrong to say that it lacks them.
    allow(&directory.0, 0o400);
    let message = fault(&directory);
    allow(&directory.0, 0o700);
    assert_says(&message, &images, "cannot be read: Permission denied (os error 13)");
    allow(&directory.0, 0o000);
    let message = fault(&directory);
    allow(&directory.0, 0o700);
    assert_says(&message, &directory.0, "cannot be read: Permission denied (os error 13)");
}

#[test]
fn a_header_that_claims_too_much_costs_no_memory() {
    const MOST: u32 = u32::MAX;
    let cut_short = |sizes: &[u32], bytes: u64, follow| {
        format!("cut short: the header claims {sizes:?}, which is {bytes} bytes, but only {follow} follow")
    };
    let no_memory = |sizes: &[u32]| format!("the header claims {sizes:?} elements, more than memory can hold");
    let all = u64::from(MOST);
    let (directory, [images, labels]) = with_digits("huge", &Mnist::synthetic(1, 3), false);
    let good = fs::read(&images).unwrap();
    let cases = [
        (&images, idx(&[MOST, 28, 28], &[0; 4]), cut_short(&[MOST, 28, 28], all * 784, 4)),
        (&images, idx(&[1, MOST, 1], &[]), cut_short(&[1, MOST, 1], all, 0)),
        (&images, idx(&[MOST, MOST, 1], &[1]), no_memory(&[MOST, MOST, 1])),
        (&images, idx(&[MOST, MOST, MOST], &[1]), no_memory(&[MOST, MOST, MOST])),
        (&labels, idx(&[MOST], &[1; 12]), cut_short(&[MOST], all, 12)),
    ];
    for (path, bytes, what) in cases {
        for gzipped in [false, true] {
            fs::write(path, if gzipped { gzip(&bytes) } else { bytes.clone() }).unwrap();
            let (fault, largest) = largest_allocation(|| fault(&directory));
            assert_says(&fault, path, &what);
            // Buffers of the system's and the decoder's own size.
            assert!(largest < 1 << 18, "{largest} bytes for: {what}");
        }
        fs::write(&images, &good).unwrap();
    }
    let (_, largest) = largest_allocation(|| std::hint::black_box(vec![0u8; 1 << 20]));
    assert!(largest >= 1 << 20, "the allocator keeps the largest");
}

/// What `Mnist::find` says without a directory, in a process whose cache is this one.
fn find_in_cache(cache: &Path) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "in_a_process_of_its_own"])
        .env("XDG_CACHE_HOME", cache)
        .env("PRELU_TEST_CACHE", "")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
#[ignore = "a part of the test of the cache, which starts it"]
fn in_a_process_of_its_own() {
    // A variable of the environment cannot be set safely while other tests run, hence the process.
    if std::env::var_os("PRELU_TEST_CACHE").is_some() {
        let found = Mnist::find(None).unwrap();
        println!("\nfound {:?}; {:?}; {:?}", found.train, found.test, found.note);
    }
}

#[test]
fn the_cache_is_read_and_if_it_is_bad_digits_are_drawn_and_a_note_says_why() {
    let parts = [([IMAGES, LABELS], Mnist::synthetic(1, 5)), ([TEST_IMAGES, TEST_LABELS], Mnist::synthetic(2, 4))];
    for gzipped in [false, true] {
        let directory = Directory::new("cache");
        let mut paths = Vec::new();
        for (names, digits) in &parts {
            for (name, bytes) in names.iter().zip(files_of(digits)) {
                paths.push(match gzipped {
                    false => directory.write(&format!("prelu/mnist/{name}"), &bytes),
                    true => directory.write(&format!("prelu/mnist/{name}.gz"), &gzip(&bytes)),
                });
            }
        }
        let cache = directory.0.join("prelu").join("mnist");
        let source = format!("MNIST, downloaded to {}", cache.display());
        let said = find_in_cache(&directory.0);
        assert!(said.contains(&format!("found 5 digits: {source}; 4 digits: {source}; None")), "{said}");

        fs::write(&paths[3], b"").unwrap();
        let said = find_in_cache(&directory.0);
        let drawn = "synthetic digits (not MNIST)";
        assert!(said.contains(&format!("found 20000 digits: {drawn}; 4000 digits: {drawn}; Some(")), "{said}");
        let why = format!("no MNIST, so digits are drawn instead: {}: cut short", paths[3].display());
        assert!(said.contains(&why), "{said}");
    }
}

#[test]
fn samples_are_normalised_as_in_pytorchs_example() {
    let ramp: Vec<u8> = (0..784).map(|i| (i % 256) as u8).collect();
    let (directory, [images, _]) = with_digits("normalised", &Mnist::synthetic(1, 2), false);
    fs::write(&images, idx(&[2, 28, 28], &[vec![0; 784], ramp.clone()].concat())).unwrap();
    let digits = read(&directory).unwrap();
    let mut input = [[[f32::NAN; 28]; 28]; 1];
    for (index, pixels) in [vec![0; 784], ramp].iter().enumerate() {
        assert_eq!(digits.sample(index, &mut input), usize::from(digits.labels()[index]));
        for (&x, &pixel) in input.as_flattened().as_flattened().iter().zip(pixels) {
            let want = (f64::from(pixel) / 255.0 - 0.1307) / 0.3081;
            assert!((f64::from(x) - want).abs() < 1e-6, "pixel {pixel} is {x}, not {want}");
        }
    }
}

#[test]
fn synthetic_digits_are_a_function_of_the_seed() {
    let digits = Mnist::synthetic(5, 300);
    assert!(digits == Mnist::synthetic(5, 300));
    assert_eq!((digits.source(), digits.len()), (&Source::Synthetic, 300));
    let other = Mnist::synthetic(6, 300);
    assert_ne!(digits.labels(), other.labels());
    let same = digits.images().iter().filter(|image| other.images().contains(image)).count();
    assert_eq!(same, 0, "images of both seeds");
    // On every machine: tests elsewhere rely on what a net learns from them.
    let bytes = digits.images().as_flattened().iter().chain(digits.labels());
    assert_eq!(hash(bytes.copied()), 0x785322aafb8c23c3);
}

#[test]
fn synthetic_digits_are_of_all_classes_alike_in_random_order() {
    for count in [0, 1, 10, 1000, 1007] {
        let digits = Mnist::synthetic(3, count);
        assert_eq!((digits.images().len(), digits.labels().len(), digits.is_empty()), (count, count, count == 0));
        let mut classes = [0; 10];
        digits.labels().iter().for_each(|&label| classes[usize::from(label)] += 1);
        let (few, many) = (count / 10, count.div_ceil(10));
        assert!(classes.iter().all(|&n| (few..=many).contains(&n)), "{classes:?} of {count}");
    }
    // Were they in order, a batch would be of few classes.
    let digits = Mnist::synthetic(3, 1000);
    let equal = digits.labels().windows(2).filter(|pair| pair[0] == pair[1]).count();
    let next = digits.labels().windows(2).filter(|pair| (pair[0] + 1) % 10 == pair[1]).count();
    // A tenth of the pairs, with a deviation of 9.5.
    assert!(equal.abs_diff(100) < 40 && next.abs_diff(100) < 40, "{equal} pairs are equal, {next} count up");
}

#[test]
fn synthetic_digits_look_like_digits() {
    let digits = Mnist::synthetic(1, 1000);
    let mean = |image: &[u8; 784]| image.iter().map(|&v| f64::from(v) / 255.0).sum::<f64>() / 784.0;
    let overall = digits.images().iter().map(mean).sum::<f64>() / 1000.0;
    assert!((0.05..0.35).contains(&overall), "mean {overall}");
    let mut input = [[[0.0; 28]; 28]; 1];
    for (index, image) in digits.images().iter().enumerate() {
        let (ink, mean) = (*image.iter().max().unwrap(), mean(image));
        assert!(ink > 150 && (0.02..0.5).contains(&mean), "digit {index}: strongest {ink}, mean {mean}");
        // Ink at the rim would mean that strokes are cut off there.
        let rim = (0..28).flat_map(|i| [i, 27 * 28 + i, 28 * i, 28 * i + 27]).filter(|&i| image[i] > 0).count();
        assert!(rim < 12, "digit {index} has {rim} pixels of ink at the rim");
        digits.sample(index, &mut input);
        for &x in input.as_flattened().as_flattened() {
            let pixel = x * 0.3081 + 0.1307;
            assert!((-1e-6..=1.0 + 1e-6).contains(&pixel), "digit {index} has a pixel of {pixel}");
        }
    }
    // Of the nearest of the mean images, a class is told far better than by chance: labels and images belong together.
    let mut means = [[0.0; 784]; 10];
    for (image, &label) in digits.images().iter().zip(digits.labels()) {
        means[usize::from(label)].iter_mut().zip(image).for_each(|(m, &v)| *m += f64::from(v) / 100.0);
    }
    let others = Mnist::synthetic(2, 500);
    let right = others.images().iter().zip(others.labels()).filter(|(image, label)| {
        let distance = |c: usize| -> f64 {
            means[c].iter().zip(image.iter()).map(|(m, &v)| (m - f64::from(v)) * (m - f64::from(v))).sum()
        };
        (0..10).min_by(|&a, &b| distance(a).total_cmp(&distance(b))) == Some(usize::from(**label))
    });
    let right = right.count();
    assert!(right > 250, "{right} of 500");
}

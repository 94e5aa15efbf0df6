//! MNIST: handwritten digits, 28 × 28 (LeCun, Cortes, Burges), and a stand-in for where it is not to be had.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::idx::Idx;
use super::{DataError, Dataset, synthetic};

/// Bytes of an image.
pub(super) const PIXELS: usize = 28 * 28;
const CLASSES: u8 = 10;

/// Digits and their classes. Samples are `[1, 28, 28]`, normalised as in PyTorch's example: (v/255 − 0.1307)/0.3081.
#[derive(Clone, PartialEq, Eq)]
pub struct Mnist {
    images: Vec<[u8; PIXELS]>,
    labels: Vec<u8>,
    source: Source,
}

/// Where digits come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A directory that was named.
    Directory(PathBuf),
    /// The cache directory of downloads.
    Cache(PathBuf),
    /// Drawn by this crate.
    Synthetic,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) => write!(f, "MNIST in {}", path.display()),
            Self::Cache(path) => write!(f, "MNIST, downloaded to {}", path.display()),
            Self::Synthetic => f.write_str("synthetic digits (not MNIST)"),
        }
    }
}

/// The two parts of MNIST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// 60,000 samples to train with.
    Train,
    /// 10,000 samples to test with.
    Test,
}

impl Split {
    /// The names of the files of images and labels.
    fn names(self) -> [&'static str; 2] {
        match self {
            Self::Train => ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
            Self::Test => ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
        }
    }
}

/// What [`Mnist::find`] has found.
#[derive(Debug)]
pub struct Found {
    /// Samples to train with.
    pub train: Mnist,
    /// Samples to test with.
    pub test: Mnist,
    /// Why they are not MNIST, if they are not.
    pub note: Option<String>,
}

impl Mnist {
    /// Training and test samples, both from the same place, the first of these that there is:
    ///
    /// 1. `directory`, if one is named; if it is not good, that is an error, and no other place is tried;
    /// 2. the cache directory, `prelu/mnist` in the user's cache;
    /// 3. with the feature `download`, the internet, to the cache directory;
    /// 4. [synthetic](Self::synthetic) digits, 20,000 and 4,000; `note` says why.
    ///
    /// # Errors
    /// The directory that is named has not the files, or they are not good.
    pub fn find(directory: Option<&Path>) -> Result<Found, DataError> {
        if let Some(directory) = directory {
            let load = |split| Self::from_dir(directory, split);
            return Ok(Found { train: load(Split::Train)?, test: load(Split::Test)?, note: None });
        }
        match Self::cached() {
            Ok([train, test]) => Ok(Found { train, test, note: None }),
            Err(why) => Ok(Found {
                train: Self::synthetic(1, 20_000),
                test: Self::synthetic(2, 4_000),
                note: Some(format!("no MNIST, so digits are drawn instead: {why}")),
            }),
        }
    }

    /// Reads one part from a directory with MNIST's idx files, plain or gzipped: under their own names, with a dot in
    /// place of the last hyphen, or in `MNIST/raw` below, as torchvision has them.
    ///
    /// # Errors
    /// Files are missing, cannot be read, are not idx, are cut short, do not belong together, or have a label of 10 or
    /// more.
    pub fn from_dir(directory: &Path, split: Split) -> Result<Self, DataError> {
        let [images, labels] = split.names();
        let (images, labels) = (locate(directory, images)?, locate(directory, labels)?);
        Self::from_files(&images, &labels, Source::Directory(directory.to_owned()))
    }

    fn from_files(images_path: &Path, labels_path: &Path, source: Source) -> Result<Self, DataError> {
        let images = Idx::read(images_path, 3)?;
        if images.sizes[1..] != [28, 28] {
            let what = format!("images of {} x {}, but digits are 28 x 28", images.sizes[1], images.sizes[2]);
            return Err(DataError::format(images_path, what));
        }
        let labels = Idx::read(labels_path, 1)?.elements;
        if images.sizes[0] != labels.len() {
            return Err(DataError::Counts {
                images: images_path.to_owned(),
                image_count: images.sizes[0],
                labels: labels_path.to_owned(),
                label_count: labels.len(),
            });
        }
        if let Some(index) = labels.iter().position(|&label| label >= CLASSES) {
            let (path, label) = (labels_path.to_owned(), labels[index]);
            return Err(DataError::Label { path, index, label, classes: CLASSES });
        }
        if labels.is_empty() {
            return Err(DataError::format(images_path, "has no images"));
        }
        let images = images.elements.as_chunks().0.to_vec();
        Ok(Self { images, labels, source })
    }

    /// Digits drawn by this crate: strokes with random affine and elastic distortion, as many of each class as of the
    /// others, in random order. A function of the seed and the count alone.
    pub fn synthetic(seed: u64, count: usize) -> Self {
        let (images, labels) = synthetic::digits(seed, count);
        Self { images, labels, source: Source::Synthetic }
    }

    /// Where the digits come from.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The pixels of each image, row by row: 0 is background, 255 is ink.
    pub fn images(&self) -> &[[u8; PIXELS]] {
        &self.images
    }

    /// The class of each image, from 0 to 9.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Both parts from the cache directory; with the feature `download`, what it lacks is fetched.
    fn cached() -> Result<[Self; 2], DataError> {
        let cache = cache_directory();
        let find = |name| {
            // Not only what was downloaded counts: a user may have put the files there, under any of their names.
            #[cfg(feature = "download")]
            if locate(&cache, name).is_err() {
                super::download::ensure(&cache, name)?;
            }
            locate(&cache, name)
        };
        let load = |split: Split| {
            let [images, labels] = split.names();
            Self::from_files(&find(images)?, &find(labels)?, Source::Cache(cache.clone()))
        };
        Ok([load(Split::Train)?, load(Split::Test)?])
    }
}

impl fmt::Debug for Mnist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} digits: {}", self.labels.len(), self.source)
    }
}

impl Dataset for Mnist {
    type Input = [[[f32; 28]; 28]; 1];
    type Target = usize;

    fn len(&self) -> usize {
        self.images.len()
    }

    fn sample(&self, index: usize, input: &mut Self::Input) -> usize {
        const SCALE: f32 = 1.0 / (255.0 * 0.3081);
        const SHIFT: f32 = -0.1307 / 0.3081;
        for (x, &pixel) in input.as_flattened_mut().as_flattened_mut().iter_mut().zip(&self.images[index]) {
            *x = f32::from(pixel) * SCALE + SHIFT;
        }
        usize::from(self.labels[index])
    }
}

/// The user's cache directory for MNIST.
fn cache_directory() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir);
    cache.join("prelu").join("mnist")
}

/// The file of a name in a directory, under any of the names that it goes by.
fn locate(directory: &Path, name: &str) -> Result<PathBuf, DataError> {
    // An unreadable directory is told from one without the file.
    std::fs::read_dir(directory).map_err(|source| DataError::unreadable(directory, source))?;
    let dotted = name.replace("-idx", ".idx");
    for place in [directory.to_owned(), directory.join("MNIST").join("raw")] {
        for name in [name, &dotted] {
            for file in [name.to_owned(), format!("{name}.gz")] {
                let path = place.join(file);
                match path.try_exists() {
                    Ok(true) => return Ok(path),
                    // A file that cannot be looked for is not one that is missing.
                    Err(source) if source.kind() == ErrorKind::PermissionDenied => {
                        return Err(DataError::unreadable(&path, source));
                    }
                    Ok(false) | Err(_) => {}
                }
            }
        }
    }
    Err(DataError::Missing { directory: directory.to_owned(), names: vec![name.to_owned(), dotted] })
}

//! Files of other programs: which kind of file one is, and how the names of its tensors differ from a net's keys.
//!
//! The readers of weights, of `#[weights]` and of data sets share it, so that they say the same of the same file.

/// A kind of file, and how to get from it to the file that is wanted.
#[derive(Debug, PartialEq, Eq)]
pub struct FileKind {
    /// The kind, as in "it is a web page".
    pub name: &'static str,
    fix: Fix,
}

/// The way to the file that is wanted.
#[derive(Debug, PartialEq, Eq)]
enum Fix {
    /// It does not depend on which file is wanted.
    Any(&'static str),
    /// It leads to a file of weights.
    Weights(&'static str),
    None,
}

/// So many bytes of a file's beginning are enough to tell its kind.
pub const HEAD: usize = 4096;

/// So many bytes of its end are.
pub const TAIL: usize = 4096;

/// The longest header of a safetensors file.
pub const LONGEST_HEADER: u64 = 100_000_000;

impl FileKind {
    /// The way to weights from a file of this kind that stands in their place.
    pub fn fix_for_weights(&self) -> &'static str {
        match self.fix {
            Fix::Any(fix) | Fix::Weights(fix) => fix,
            Fix::None => "weights are read from safetensors files",
        }
    }

    /// The way to data from a file of this kind that stands in their place; `otherwise` says where data are read from.
    pub fn fix_for_data(&self, otherwise: &'static str) -> &'static str {
        match self.fix {
            Fix::Any(fix) => fix,
            Fix::Weights(_) | Fix::None => otherwise,
        }
    }

    /// Tells the kind of a file from its first [`HEAD`] bytes, or all of them, and from its last, which may be left out.
    /// `None` where it is none of those that are known here.
    pub fn of(head: &[u8], tail: &[u8]) -> Option<&'static Self> {
        if is_safetensors(head) {
            return Some(&SAFETENSORS);
        }
        let starts =
            |&&(offset, magic, _): &&(usize, &[u8], _)| head.get(offset..).is_some_and(|head| head.starts_with(magic));
        if let Some((_, _, kind)) = MAGIC.iter().find(starts) {
            return Some(kind);
        }
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            let has = |name: &[u8]| contains(head, name) || contains(tail, name);
            return Some(match () {
                () if has(b"data.pkl") => &TORCH,
                () if has(b"model.weights.h5") => &KERAS,
                () if has(b".npy") => &NPZ,
                () => &ZIP,
            });
        }
        // Two zeros, a type, a number of dimensions, and sizes of less than 2^24.
        if let [0, 0, 8 | 9 | 11..=14, dimensions @ 1..=4, sizes @ ..] = head
            && sizes.chunks(4).take(usize::from(*dimensions)).all(|size| size[0] == 0)
            && !sizes.is_empty()
        {
            return Some(&IDX);
        }
        let whole = head.len() < HEAD;
        pickle(head).or_else(|| protobuf(head)).or_else(|| text(head, whole)).or_else(|| {
            // The end of the tables in which TensorFlow keeps the names of a checkpoint.
            tail.ends_with(b"\x57\xfb\x80\x8b\x24\x75\x47\xdb").then_some(&TENSORFLOW)
        })
    }
}

macro_rules! kinds {
    ($($kind:ident: $name:literal, $fix:expr;)*) => {
        $(static $kind: FileKind = FileKind { name: $name, fix: $fix };)*
    };
}

kinds! {
    SAFETENSORS: "a safetensors file", Fix::None;
    TORCH: "a PyTorch file (a pickle, .pt or .pth)", Fix::Weights(
        "two lines of Python save its state dict as safetensors:\n  \
         import torch, safetensors.torch\n  \
         safetensors.torch.save_file(torch.load(\"model.pt\", weights_only=True), \"model.safetensors\")"
    );
    PICKLE: "a Python pickle", Fix::Weights("save its arrays from Python with safetensors.numpy.save_file");
    CIFAR_PICKLE: "a batch of CIFAR's Python version (a pickle)", Fix::None;
    MATLAB: "a MATLAB file (.mat)", Fix::Weights("save its arrays from Python with safetensors.numpy.save_file");
    NPY: "a NumPy array (.npy)", Fix::Weights(
        "save it under its key from Python: safetensors.numpy.save_file({\"key\": numpy.load(\"file.npy\")}, \"model.safetensors\")"
    );
    NPZ: "an archive of NumPy arrays (.npz)", Fix::Weights(
        "two lines of Python save its arrays as safetensors:\n  \
         import numpy, safetensors.numpy\n  \
         safetensors.numpy.save_file(dict(numpy.load(\"model.npz\")), \"model.safetensors\")"
    );
    ONNX: "an ONNX model", Fix::Weights(
        "two lines of Python save its weights as safetensors:\n  \
         import onnx, safetensors.numpy\n  \
         safetensors.numpy.save_file({t.name: onnx.numpy_helper.to_array(t) for t in \
         onnx.load(\"model.onnx\").graph.initializer}, \"model.safetensors\")"
    );
    HDF5: "an HDF5 file, as Keras writes (.h5)", Fix::Weights(KERAS_FIX);
    KERAS: "a Keras model (.keras)", Fix::Weights(KERAS_FIX);
    TENSORFLOW: "a TensorFlow model or checkpoint", Fix::Weights(KERAS_FIX);
    TFLITE: "a TensorFlow Lite model (.tflite)", Fix::Weights(KERAS_FIX);
    CORE_ML: "a Core ML model", Fix::Weights(ORIGINAL);
    ORT: "a model in onnxruntime's own format (.ort)", Fix::Weights(ORIGINAL);
    GGUF: "a GGUF or GGML file", Fix::Weights(ORIGINAL);
    LFS: "a Git LFS pointer, not the file itself", Fix::Any("`git lfs pull` fetches the file");
    ANNEX: "a git-annex pointer, not the file itself", Fix::Any("`git annex get` fetches the file");
    PAGE: "a web page or a server's message (HTML or XML)", Fix::Any(
        "the download gave it in place of the file: see in a browser what it says, and download the file again"
    );
    TEXT: "a short text", Fix::Any("if it says that a download failed, download the file again");
    INDEX: "the index (JSON) of weights in several safetensors files", Fix::Weights(
        "load those files in Python and save all their tensors as one"
    );
    JSON: "JSON text", Fix::None;
    CSV: "a table of numbers as text (CSV)", Fix::None;
    ZIP: "a zip archive", Fix::Any("unpack it (unzip) and name the file inside");
    GZIP: "a gzip file", Fix::Any("unpack it (gunzip, or tar xf for a .tar.gz)");
    TAR: "a tar archive", Fix::Any("unpack it (tar xf)");
    SEVEN_ZIP: "a 7z archive", Fix::Any("unpack it (7z x)");
    RAR: "a RAR archive", Fix::Any("unpack it");
    XZ: "an xz file", Fix::Any("unpack it (unxz, or tar xf for a .tar.xz)");
    ZSTD: "a Zstandard file (.zst)", Fix::Any("unpack it (unzstd)");
    BZIP2: "a bzip2 file", Fix::Any("unpack it (bunzip2, or tar xf for a .tar.bz2)");
    LZ4: "an LZ4 file", Fix::Any("unpack it (unlz4)");
    PNG: "a PNG image", Fix::None;
    JPEG: "a JPEG image", Fix::None;
    GIF: "a GIF image", Fix::None;
    TIFF: "a TIFF image", Fix::None;
    RIFF: "a WebP image or a WAV sound", Fix::None;
    PDF: "a PDF document", Fix::None;
    PARQUET: "a Parquet table", Fix::Weights("save its columns from Python with safetensors.numpy.save_file");
    ARROW: "an Arrow table", Fix::Weights("save its columns from Python with safetensors.numpy.save_file");
    SQLITE: "an SQLite database", Fix::None;
    IDX: "an idx file, as of MNIST", Fix::None;
}

const KERAS_FIX: &str = "save its arrays from Python with safetensors.numpy.save_file, transposed to PyTorch's layouts, under \
                         the net's keys";
const ORIGINAL: &str = "take the weights of the model that it was made from, as safetensors";

/// The bytes that kinds of files have at an offset.
static MAGIC: [(usize, &[u8], &FileKind); 33] = [
    (0, b"version https://git-lfs.github.com/spec/", &LFS),
    (0, b"version https://hawser.github.com/spec/", &LFS),
    (0, b"/annex/objects/", &ANNEX),
    (0, b"\x1f\x8b\x08", &GZIP),
    (0, b"\x89HDF\r\n\x1a\n", &HDF5),
    (0, b"MATLAB ", &MATLAB),
    (0, b"\x93NUMPY", &NPY),
    (0, b"GGUF", &GGUF),
    (0, b"ggjt", &GGUF),
    (0, b"tjgg", &GGUF),
    (0, b"lmgg", &GGUF),
    (0, b"fmgg", &GGUF),
    (4, b"TFL3", &TFLITE),
    (4, b"ORTM", &ORT),
    (257, b"ustar", &TAR),
    (0, b"7z\xbc\xaf\x27\x1c", &SEVEN_ZIP),
    (0, b"Rar!\x1a\x07", &RAR),
    (0, b"\xfd7zXZ\0", &XZ),
    (0, b"\x28\xb5\x2f\xfd", &ZSTD),
    (0, b"BZh91AY&SY", &BZIP2),
    (0, b"\x04\x22\x4d\x18", &LZ4),
    (0, b"\x89PNG\r\n\x1a\n", &PNG),
    (0, b"\xff\xd8\xff", &JPEG),
    (0, b"GIF8", &GIF),
    (0, b"II*\0", &TIFF),
    (0, b"MM\0*", &TIFF),
    (8, b"WEBP", &RIFF),
    (8, b"WAVE", &RIFF),
    (0, b"%PDF-", &PDF),
    (0, b"PAR1", &PARQUET),
    (0, b"ARROW1", &ARROW),
    (0, b"SQLite format 3\0", &SQLITE),
    (0, b"model_checkpoint_path:", &TENSORFLOW),
];

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The length of the header by a file's first bytes, where those are a safetensors file's.
fn header(head: &[u8]) -> Option<u64> {
    let (length, text) = head.split_first_chunk()?;
    let length = u64::from_le_bytes(*length);
    (length <= LONGEST_HEADER && matches!(text, [b'{', b'"' | b'}' | b' ', ..])).then_some(length)
}

/// Whether a file begins as safetensors files do; what follows may be missing or wrong.
pub fn is_safetensors(head: &[u8]) -> bool {
    header(head).is_some()
}

/// Whether a file of so many bytes is a safetensors file that ends within its header.
pub fn ends_in_header(head: &[u8], bytes: u64) -> bool {
    header(head).is_some_and(|length| length > bytes.saturating_sub(8))
}

fn pickle(head: &[u8]) -> Option<&'static FileKind> {
    // Older protocols: a dictionary, a list or an array.
    if [&b"(dp"[..], b"(lp", b"(cnumpy", b"cnumpy", b"}q\0", b"]q\0"].iter().any(|start| head.starts_with(start)) {
        return Some(&PICKLE);
    }
    let (2..=5, [0x80, _, rest @ ..]) = (head.get(1)?, head) else { return None };
    if rest.starts_with(b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.") || contains(head, b"torch._utils") {
        return Some(&TORCH);
    }
    if [&b"batch_label"[..], b"fine_labels", b"coarse_labels"].iter().any(|key| contains(head, key)) {
        return Some(&CIFAR_PICKLE);
    }
    // Operations that a pickle begins with: a frame, a container, a class, a number, a string.
    matches!(rest.first()?, 0x95 | b'}' | b']' | b'(' | b')' | b'c' | 0x8a | b'K' | b'M' | b'J' | b'X' | b'U' | b'C')
        .then_some(&PICKLE)
}

fn text(head: &[u8], whole: bool) -> Option<&'static FileKind> {
    let first = *head.first()?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |tag: &&[u8]| head.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    if [&b"<!doctype"[..], b"<html", b"<head", b"<body", b"<script", b"<?xml", b"<error", b"<!--"].iter().any(begins) {
        return Some(&PAGE);
    }
    // Numbers may begin like it, but go on with bytes that no text has.
    let is_text = |byte: &u8| !byte.is_ascii_control() || matches!(byte, b'\t' | b'\r' | b'\n');
    if let [b'{' | b'[', rest @ ..] = head
        && head.iter().take(512).all(is_text)
        && matches!(rest.trim_ascii_start().first(), Some(b'"' | b'{' | b'[' | b']' | b'}' | b'0'..=b'9' | b'-'))
    {
        return Some(if contains(head, b"\"weight_map\"") { &INDEX } else { &JSON });
    }
    let is_number = |byte: &u8| byte.is_ascii_digit() || b".,;-+eE \t\r\n\"".contains(byte);
    if begins(&&b"label,"[..]) || head.len() >= 32 && head.contains(&b',') && head.iter().all(is_number) {
        return Some(&CSV);
    }
    let printable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n');
    (whole && first > b' ' && (4..512).contains(&head.len()) && head.iter().all(printable)).then_some(&TEXT)
}

/// Models that are protocol buffers, which have no magic number: their first fields must be those of the message.
fn protobuf(head: &[u8]) -> Option<&'static FileKind> {
    let bytes = &mut &*head;
    match varint(bytes)? {
        // A whole number in field 1: the version.
        0x08 => {
            let version = varint(bytes).filter(|version| (1..=64).contains(version))?;
            if onnx(bytes) {
                return Some(&ONNX);
            }
            let inner = &mut &**bytes;
            // A message in field 2 that begins with a message.
            let message = varint(inner)? == 0x12 && varint(inner)? >= 16 && varint(inner)? == 0x0a;
            message.then_some(if version == 1 { &TENSORFLOW } else { &CORE_ML })
        }
        // A node of a graph in field 1, with its name and operator.
        0x0a => {
            varint(bytes)?;
            let name = varint(bytes)? == 0x0a && words(bytes)?;
            let operator = varint(bytes)? == 0x12 && words(bytes)?;
            (name && operator).then_some(&TENSORFLOW)
        }
        _ => None,
    }
}

/// Whether the fields of an ONNX model follow, as far as the bytes go.
fn onnx(bytes: &[u8]) -> bool {
    let (mut bytes, mut named) = (bytes, false);
    loop {
        let Some(tag) = varint(&mut bytes) else { return named };
        match tag {
            // Producer, its version, the domain.
            0x12 | 0x1a | 0x22 => match words(&mut bytes) {
                Some(true) => named = true,
                Some(false) => {}
                None => return false,
            },
            0x28 => drop(varint(&mut bytes)),
            // Documentation, which may be longer than what is here.
            0x32 => {
                let Some(length) = varint(&mut bytes) else { return named };
                let Some(rest) = bytes.get(length as usize..) else { return named };
                bytes = rest;
            }
            // The graph: nodes, a name or tensors come first.
            0x3a => {
                let length = varint(&mut bytes);
                return length.is_some() && matches!(bytes.first(), None | Some(0x0a | 0x12 | 0x2a | 0x5a | 0x62));
            }
            // An operator set before the graph.
            0x42 => {
                let Some(rest) = varint(&mut bytes).filter(|&n| n < 64).and_then(|n| bytes.get(n as usize..)) else {
                    return false;
                };
                bytes = rest;
            }
            _ => return false,
        }
    }
}

/// Takes a number from the front.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// Takes a short text and its length from the front, and says whether it has letters; `None` where it is none.
fn words(bytes: &mut &[u8]) -> Option<bool> {
    let length = varint(bytes).filter(|&length| length <= 256)? as usize;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    text.iter().all(|byte| matches!(byte, b' '..=b'~')).then_some(text.iter().any(u8::is_ascii_alphabetic))
}

/// The renaming of what tensors lie in, (from, to), that makes keys of a net, which are sorted, of a file's names: of more than
/// half of the keys, where no more than half are there as they are. An empty name is what all lie in.
pub fn renaming<'a>(names: &[&'a str], keys: &[&'a str]) -> Option<(&'a str, &'a str)> {
    /// So many names are tried: of those that it is about, one is among them.
    const TRIED: usize = 16;
    let half = keys.len() / 2;
    if names.iter().filter(|name| keys.binary_search(name).is_ok()).count() > half {
        return None;
    }
    let (mut most, mut best) = (half, None);
    for name in names.iter().step_by(names.len().div_ceil(TRIED).max(1)) {
        let longest = keys.iter().map(|key| common_tail(name, key)).max()?;
        if longest == 0 {
            continue;
        }
        for key in keys.iter().filter(|key| common_tail(name, key) == longest).take(4) {
            let outer = |name: &'a str| name[..name.len() - longest].trim_end_matches('.');
            let (from, to) = (outer(name), outer(key));
            let count = names.iter().filter(|name| becomes_key(name, from, to, keys)).count();
            if from != to && count > most {
                (most, best) = (count, Some((from, to)));
            }
        }
    }
    best
}

/// How many bytes two names have in common at their ends, by whole words between dots.
fn common_tail(a: &str, b: &str) -> usize {
    let words = a.rsplit('.').zip(b.rsplit('.')).take_while(|(a, b)| a == b);
    words.map(|(word, _)| word.len() + 1).sum::<usize>().saturating_sub(1)
}

/// Whether a name lies in `from`, and is a key once that is renamed.
fn becomes_key(name: &str, from: &str, to: &str, keys: &[&str]) -> bool {
    let rest =
        if from.is_empty() { Some(name) } else { name.strip_prefix(from).and_then(|rest| rest.strip_prefix('.')) };
    let found = rest.map(|rest| match to {
        "" => keys.binary_search(&rest),
        to => keys.binary_search_by(|key| key.bytes().cmp(to.bytes().chain([b'.']).chain(rest.bytes()))),
    });
    found.is_some_and(|found| found.is_ok())
}

//! The safetensors format: eight bytes that say how long the header is, the header in JSON, the tensors' bytes.
//!
//! Reading trusts nothing: names are unique, tensors lie one behind the other and fill the rest of the file, and their
//! places agree with their shapes and types. Nothing is allocated by what a number in the file says, only by how long the
//! file is.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::error::ErrorKind;
use crate::runtime::foreign::{self, FileKind};
use crate::runtime::half::{from_bf16, from_f16};

/// The name that is not a tensor's.
const METADATA: &str = "__metadata__";

/// What the length of the header is stored in.
const PREFIX: u64 = 8;

/// The most dimensions of a tensor, as in NumPy.
const DIMENSIONS: usize = 64;

/// Bytes read or written at once.
const CHUNK: usize = 1 << 14;

/// A file whose header was read and found right.
pub(crate) struct Archive<R> {
    reader: R,
    /// Where the tensors' bytes begin.
    start: u64,
    header: Header,
}

#[derive(Default)]
struct Header {
    tensors: BTreeMap<String, Info>,
    metadata: BTreeMap<String, String>,
}

/// What a header says of a tensor.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Info {
    /// The type, in the format's spelling.
    pub(crate) dtype: String,
    #[serde(deserialize_with = "shape")]
    pub(crate) shape: Vec<usize>,
    /// Where its bytes are, from the end of the header.
    data_offsets: [u64; 2],
}

impl Info {
    /// Whether [`Archive::floats`] can read it.
    pub(crate) fn is_float(&self) -> bool {
        matches!(&*self.dtype, "F32" | "F16" | "BF16")
    }

    fn bytes(&self) -> Range<u64> {
        self.data_offsets[0]..self.data_offsets[1]
    }

    /// The bytes that shape and type take; `None` where that is not a number of bytes at all.
    fn size(&self) -> Option<u64> {
        let bits: u64 = match &*self.dtype {
            "F4" => 4,
            "F6_E2M3" | "F6_E3M2" => 6,
            "BOOL" | "U8" | "I8" | "F8_E5M2" | "F8_E4M3" | "F8_E8M0" => 8,
            "I16" | "U16" | "F16" | "BF16" => 16,
            "I32" | "U32" | "F32" => 32,
            "I64" | "U64" | "F64" | "C64" => 64,
            // A type of later days: its size cannot be checked, and it cannot be loaded either.
            _ => return self.data_offsets[1].checked_sub(self.data_offsets[0]),
        };
        let bits = self.shape.iter().try_fold(bits, |product, &n| product.checked_mul(n as u64))?;
        (bits % 8 == 0).then_some(bits / 8)
    }
}

/// Reads a shape of at most so many dimensions that it takes no more memory than the file.
fn shape<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<usize>, D::Error> {
    struct Shape;
    impl<'de> Visitor<'de> for Shape {
        type Value = Vec<usize>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a shape of at most {DIMENSIONS} dimensions")
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
            let mut shape = Vec::new();
            while let Some(n) = sequence.next_element()? {
                if shape.len() == DIMENSIONS {
                    return Err(de::Error::invalid_length(DIMENSIONS + 1, &self));
                }
                shape.push(n);
            }
            Ok(shape)
        }
    }
    deserializer.deserialize_seq(Shape)
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Header;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("names and tensors")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut header = Header::default();
                let mut metadata: Option<Option<_>> = None;
                while let Some(name) = map.next_key::<String>()? {
                    let twice = if name == METADATA {
                        // `null` says as much as nothing.
                        metadata.replace(map.next_value()?).is_some()
                    } else {
                        header.tensors.contains_key(&name)
                    };
                    if twice {
                        return Err(de::Error::custom(format_args!("`{name}` is there twice")));
                    }
                    if name != METADATA {
                        header.tensors.insert(name, map.next_value()?);
                    }
                }
                Ok(Header { metadata: metadata.flatten().unwrap_or_default(), ..header })
            }
        }
        deserializer.deserialize_map(Names)
    }
}

fn malformed(what: impl Into<String>) -> ErrorKind {
    ErrorKind::Malformed(what.into())
}

/// Opens a file to read; a folder is none.
pub(crate) fn open(path: &Path) -> Result<File, ErrorKind> {
    let opened = File::open(path);
    // Some systems open a folder, others refuse it as they refuse a file that may not be read.
    let metadata = opened.as_ref().map_or_else(|_| fs::metadata(path), File::metadata);
    if metadata.is_ok_and(|metadata| metadata.is_dir()) {
        return Err(ErrorKind::Read(folder(path)));
    }
    opened.map_err(ErrorKind::Read)
}

/// A folder in place of a file, with files of weights that it has.
#[cold]
fn folder(path: &Path) -> io::Error {
    let entries = fs::read_dir(path).into_iter().flatten().flatten().map(|entry| PathBuf::from(entry.file_name()));
    let mut inside: Vec<_> = entries.filter(|name| name.extension().is_some_and(|ext| ext == "safetensors")).collect();
    inside.sort_unstable();
    let mut text = "it is a folder, not a file".to_owned();
    for (i, name) in inside.iter().take(3).enumerate() {
        text += &format!("{} `{}`", if i == 0 { "; in it is" } else { "," }, path.join(name).display());
    }
    io::Error::new(io::ErrorKind::IsADirectory, text)
}

/// A file that is not whole, or none of safetensors: names what it is, if that can be told from its beginning and end.
#[cold]
#[inline(never)]
fn recognize(head: &[u8], tail: &[u8], bytes: u64, error: ErrorKind) -> ErrorKind {
    let again = "copy or download it again";
    if bytes == 0 {
        return malformed(format!("it is empty; {again}"));
    }
    if foreign::ends_in_header(head, bytes) {
        return malformed(format!("it ends after {bytes} bytes, within its header; {again}"));
    }
    match FileKind::of(head, tail) {
        Some(kind) if !foreign::is_safetensors(head) => {
            malformed(format!("it is {}; {}", kind.name, kind.fix_for_weights()))
        }
        _ => error,
    }
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the header.
    pub(crate) fn open(mut reader: R) -> Result<Self, ErrorKind> {
        let file = reader.seek(SeekFrom::End(0)).map_err(ErrorKind::Read)?;
        let (start, header) = match Self::header(&mut reader, file) {
            Err(error @ ErrorKind::Malformed(_)) => {
                let mut part = |start: u64, count: usize| {
                    let mut bytes = vec![0; count.min(file as usize)];
                    let read = reader.seek(SeekFrom::Start(start)).and_then(|_| reader.read_exact(&mut bytes));
                    read.map(|()| bytes).unwrap_or_default()
                };
                let head = part(0, foreign::HEAD);
                let tail = part(file.saturating_sub(foreign::TAIL as u64), foreign::TAIL);
                return Err(recognize(&head, &tail, file, error));
            }
            result => result?,
        };
        Ok(Self { reader, start, header })
    }

    /// The header of a file of so many bytes, and where it ends.
    fn header(reader: &mut R, file: u64) -> Result<(u64, Header), ErrorKind> {
        if file < PREFIX {
            return Err(malformed(format!("it has {file} bytes, and the shortest has 10")));
        }
        let mut prefix = [0; PREFIX as usize];
        reader.rewind().and_then(|()| reader.read_exact(&mut prefix)).map_err(ErrorKind::Read)?;
        let length = u64::from_le_bytes(prefix);
        if length > (file - PREFIX).min(foreign::LONGEST_HEADER) {
            return Err(malformed(format!("its header should be {length} bytes long, but the file has {file}")));
        }
        let mut text = vec![0; length as usize];
        reader.read_exact(&mut text).map_err(ErrorKind::Read)?;
        if text.first() != Some(&b'{') {
            return Err(malformed("its header does not begin with `{`"));
        }
        let header: Header =
            serde_json::from_slice(&text).map_err(|error| malformed(format!("its header is wrong: {error}")))?;
        let start = PREFIX + length;
        header.check(file - start)?;
        Ok((start, header))
    }

    /// The tensors, by name.
    pub(crate) fn tensors(&self) -> &BTreeMap<String, Info> {
        &self.header.tensors
    }

    /// What the file says of itself.
    pub(crate) fn metadata(&self) -> &BTreeMap<String, String> {
        &self.header.metadata
    }

    /// Reads a tensor of floats of 32 or 16 bits into a slice of as many.
    pub(crate) fn floats(&mut self, name: &str, to: &mut [f32]) -> Result<(), ErrorKind> {
        match self.header.tensors.get(name).map(|info| &*info.dtype) {
            Some("F32") => self.elements(name, to, f32::from_le_bytes),
            Some("F16") => self.elements(name, to, |bytes| from_f16(u16::from_le_bytes(bytes))),
            Some("BF16") => self.elements(name, to, |bytes| from_bf16(u16::from_le_bytes(bytes))),
            _ => Err(malformed(format!("`{name}` is not a tensor of floats"))),
        }
    }

    /// Reads a tensor of integers into a slice of as many.
    pub(crate) fn integers(&mut self, name: &str, to: &mut [i64]) -> Result<(), ErrorKind> {
        match self.header.tensors.get(name) {
            Some(info) if info.dtype == "I64" => self.elements(name, to, i64::from_le_bytes),
            _ => Err(malformed(format!("`{name}` is not a tensor of I64"))),
        }
    }

    /// Reads a tensor of floats of 64 bits, however many there are.
    pub(crate) fn doubles(&mut self, name: &str) -> Result<Vec<f64>, ErrorKind> {
        match self.header.tensors.get(name) {
            Some(info) if info.dtype == "F64" => {
                // Not more than the file holds.
                let bytes = info.bytes();
                let mut doubles = vec![0.0; ((bytes.end - bytes.start) / 8) as usize];
                self.elements(name, &mut doubles, f64::from_le_bytes)?;
                Ok(doubles)
            }
            _ => Err(malformed(format!("`{name}` is not a tensor of F64"))),
        }
    }

    /// Reads a tensor of `N` bytes an element into a slice of as many.
    fn elements<T, const N: usize>(
        &mut self,
        name: &str,
        to: &mut [T],
        read: impl Fn([u8; N]) -> T,
    ) -> Result<(), ErrorKind> {
        let bytes = self.header.tensors.get(name).map(Info::bytes);
        let Some(bytes) = bytes.filter(|bytes| bytes.end - bytes.start == (to.len() * N) as u64) else {
            return Err(malformed(format!("`{name}` has not {} elements", to.len())));
        };
        self.reader.seek(SeekFrom::Start(self.start + bytes.start)).map_err(ErrorKind::Read)?;
        let mut buffer = vec![0; CHUNK.min(to.len() * N)];
        for to in to.chunks_mut(CHUNK / N) {
            let buffer = &mut buffer[..to.len() * N];
            self.reader.read_exact(buffer).map_err(ErrorKind::Read)?;
            for (to, bytes) in to.iter_mut().zip(buffer.as_chunks().0) {
                *to = read(*bytes);
            }
        }
        Ok(())
    }
}

impl Header {
    /// The tensors lie one behind the other, each as long as its shape and type say, and fill the file.
    fn check(&self, data: u64) -> Result<(), ErrorKind> {
        let mut places = Vec::with_capacity(self.tensors.len());
        for (name, info) in &self.tensors {
            let [first, end] = info.data_offsets;
            if first > end || info.size() != Some(end - first) {
                let Info { dtype, shape, .. } = info;
                return Err(malformed(format!("`{name}`, {dtype} {shape:?}, cannot lie at bytes {first} to {end}")));
            }
            places.push((first, end, name));
        }
        places.sort_unstable();
        let mut so_far = 0;
        for (first, end, name) in places {
            if first != so_far {
                let what = if first < so_far { "overlaps another tensor" } else { "comes after bytes of no tensor" };
                return Err(malformed(format!("`{name}`, at bytes {first} to {end}, {what}")));
            }
            so_far = end;
        }
        if so_far == data {
            Ok(())
        } else {
            let cut = if data < so_far { "; it is cut short: copy or download it again" } else { "" };
            Err(malformed(format!("it has {data} bytes of tensors, but its header is of {so_far}{cut}")))
        }
    }
}

/// A file to be written.
#[derive(Default)]
pub(crate) struct Builder<'a> {
    tensors: Vec<(String, Vec<usize>, Data<'a>)>,
    metadata: BTreeMap<String, String>,
}

/// The elements of a tensor.
pub(crate) enum Data<'a> {
    F32(&'a [f32]),
    F64(&'a [f64]),
    I64(&'a [i64]),
}

impl Data<'_> {
    /// The name of the type, and how many bytes there are.
    fn size(&self) -> (&'static str, usize) {
        match self {
            Self::F32(data) => ("F32", size_of_val(*data)),
            Self::F64(data) => ("F64", size_of_val(*data)),
            Self::I64(data) => ("I64", size_of_val(*data)),
        }
    }

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::F32(data) => write(to, data, |x| x.to_le_bytes()),
            Self::F64(data) => write(to, data, |x| x.to_le_bytes()),
            Self::I64(data) => write(to, data, |x| x.to_le_bytes()),
        }
    }
}

/// Writes elements of `N` bytes.
fn write<T: Copy, const N: usize>(to: &mut dyn Write, data: &[T], bytes: impl Fn(T) -> [u8; N]) -> io::Result<()> {
    let mut buffer = [0; CHUNK];
    for data in data.chunks(CHUNK / N) {
        for (to, &x) in buffer.chunks_exact_mut(N).zip(data) {
            to.copy_from_slice(&bytes(x));
        }
        to.write_all(&buffer[..data.len() * N])?;
    }
    Ok(())
}

impl<'a> Builder<'a> {
    /// Adds a tensor. Those of eight bytes an element come first, so that every one is aligned to its elements.
    pub(crate) fn tensor(&mut self, name: impl Into<String>, shape: &[usize], data: Data<'a>) {
        self.tensors.push((name.into(), shape.to_vec(), data));
    }

    /// Adds something that the file says of itself.
    pub(crate) fn metadata(&mut self, name: &str, value: impl fmt::Display) {
        self.metadata.insert(name.to_owned(), value.to_string());
    }

    /// The file but for the tensors' bytes, and those tensors in their order.
    fn header(&self) -> (Vec<u8>, Vec<&Data<'a>>) {
        let mut header = format!("{{{}:{}", quoted(METADATA), serde_json::json!(self.metadata));
        let mut place = 0;
        let mut order: Vec<_> = self.tensors.iter().collect();
        order.sort_by_key(|(_, _, data)| matches!(data, Data::F32(_)));
        for (name, shape, data) in &order {
            let (dtype, size) = data.size();
            let (name, end) = (quoted(name), place + size);
            header += &format!(r#",{name}:{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{place},{end}]}}"#);
            place = end;
        }
        header.push('}');
        // The tensors begin at a multiple of eight.
        header.extend(std::iter::repeat_n(' ', header.len().next_multiple_of(8) - header.len()));
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        (bytes, order.into_iter().map(|(_, _, data)| data).collect())
    }

    /// Writes the file.
    pub(crate) fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let (header, tensors) = self.header();
        to.write_all(&header)?;
        tensors.into_iter().try_for_each(|data| data.write(to))
    }

    /// The file in memory.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let (mut bytes, tensors) = self.header();
        bytes.reserve_exact(tensors.iter().map(|data| data.size().1).sum());
        for data in tensors {
            // Memory takes whatever is written to it.
            let _ = data.write(&mut bytes);
        }
        bytes
    }
}

/// A string in JSON.
fn quoted(text: &str) -> String {
    serde_json::json!(text).to_string()
}

//! A file that is another than it should be is named for what it is, with what to do, wherever files are read: weights,
//! checkpoints, MNIST's idx files, CIFAR-10's batches. A folder is no file.
#![allow(missing_docs)]

use std::collections::HashMap;
use std::fs;

use prelu::data::idx::Idx;
use prelu::data::{Cifar10, DataError, Mnist, Split};
use prelu::io::{Error, ErrorKind, Loader};
use prelu::loss::Mse;
use prelu::optim::Sgd;
use prelu::runtime::rng::Stream;
use prelu::train::Checkpoints;
use prelu::{Network, Trainer};
use prelu_tests::files::{Directory, gzip};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};

prelu::network! {
    pub struct Net: [3] -> [2] { fc1: linear(4), prelu, fc2: linear(2), bn: batch_norm }
}

fn trainer() -> Trainer<Net, Sgd, Mse<[f32; 2]>> {
    Trainer::new(Net::new(1), Sgd::new(0.1), Mse::new())
}

/// A file of another kind: what it is called, what leads to weights, and what to data, where that is not "read from".
struct Kind {
    name: &'static str,
    weights: &'static str,
    data: Option<&'static str>,
    bytes: Vec<u8>,
}

impl Kind {
    /// Whether the end of the file tells its kind: that of what is packed is not looked at.
    fn is_known_by_its_end(&self) -> bool {
        self.bytes.starts_with(b"PK") && self.bytes.len() > 20_000
            || self.bytes.ends_with(b"\x57\xfb\x80\x8b\x24\x75\x47\xdb")
    }
}

fn kinds() -> Vec<Kind> {
    // Behind what tells the kind is noise, in which nothing is to be recognized.
    let long = |start: &[u8]| {
        let noise = (0..9000).map(|i| (Stream::new(5).bits(i) >> 7) as u8 | 0x80);
        start.iter().copied().chain(noise).collect::<Vec<_>>()
    };
    let at = |offset: usize, magic: &[u8]| [vec![7; offset], magic.to_vec(), vec![0; 600]].concat();
    let zip = |names: &[&str]| {
        let entry = |name: &str| [b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0", name.as_bytes(), &[0; 700]].concat();
        names.iter().flat_map(|name| entry(name)).collect::<Vec<_>>()
    };
    let mut kinds = Vec::new();
    let mut any = |name, fix, bytes| kinds.push(Kind { name, weights: fix, data: Some(fix), bytes });
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b\nsize 12345\n";
    any("Git LFS pointer", "git lfs pull", pointer.into());
    any("git-annex pointer", "git annex get", b"/annex/objects/SHA256E-s9912422--440f.gz\n".to_vec());
    for page in [
        "<!DOCTYPE html>\n<html><head><title>404</title></head></html>",
        "\u{feff}\r\n <!doctype HTML><p>",
        "<html lang=\"en\">",
        "<HTML><BODY>not found</BODY></HTML>",
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>",
    ] {
        any("web page", "download the file again", page.into());
    }
    for text in ["Entry not found", "404: Not Found\n", "Invalid username or password."] {
        any("short text", "download the file again", text.into());
    }
    any("zip archive", "unpack it", zip(&["a/train-images-idx3-ubyte", "b.csv"]));
    any("tar archive", "tar xf", at(257, b"ustar\x0000"));
    any("7z archive", "unpack it", long(b"7z\xbc\xaf\x27\x1c\0\x04"));
    any("RAR archive", "unpack it", long(b"Rar!\x1a\x07\x01\0"));
    any("xz file", "unpack it", long(b"\xfd7zXZ\0\0\x04"));
    any("Zstandard file", "unpack it", long(b"\x28\xb5\x2f\xfd\x24"));
    any("bzip2 file", "unpack it", long(b"BZh91AY&SY\x01"));
    any("LZ4 file", "unpack it", long(b"\x04\x22\x4d\x18\x64"));

    let mut model = |name, weights, bytes| kinds.push(Kind { name, weights, data: None, bytes });
    let torch = "safetensors.torch.save_file(torch.load(";
    model("PyTorch file", torch, zip(&["archive/data.pkl", "archive/byteorder", "archive/data/0"]));
    model("PyTorch file", torch, [zip(&["m/data/0"]), vec![1; 20_000], zip(&["m/data.pkl", "m/version"])].concat());
    model("PyTorch file", torch, long(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."));
    model("Python pickle", "safetensors.numpy", long(b"\x80\x04\x95\x1f\0\0\0\0\0\0\0}\x94"));
    model("Python pickle", "safetensors.numpy", long(b"\x80\x02}q\0(X\x01\0\0\0wq\x01"));
    model("Python pickle", "safetensors.numpy", long(b"(dp0\nVw\np1\n"));
    model("CIFAR's Python version", "safetensors files", long(b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x15training"));
    model("MATLAB file", "safetensors.numpy", long(b"MATLAB 5.0 MAT-file, Platform: GLNXA64"));
    model("NumPy array", "safetensors.numpy", long(b"\x93NUMPY\x01\0v\0{'descr': '<f4'"));
    model("NumPy arrays (.npz)", "numpy.load(\"model.npz\")", zip(&["w.npy", "b.npy"]));
    model("Keras model", "transposed", zip(&["metadata.json", "config.json", "model.weights.h5"]));
    model("HDF5 file", "transposed", long(b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08"));
    let onnx = "onnx.load(\"model.onnx\").graph.initializer";
    model("ONNX model", onnx, Net::new(1).to_onnx().unwrap());
    model("ONNX model", onnx, long(b"\x08\x07\x12\x07pytorch\x1a\x032.4\x3a\xff\xff\x03\x0a\x10"));
    model("ONNX model", onnx, long(b"\x08\x03\x3a\xe0\x12\x0a\x40"));
    model("TensorFlow Lite", "transposed", at(4, b"TFL3\x14\0"));
    model("TensorFlow model", "transposed", long(b"\x08\x01\x12\xc4\x8f\x05\x0a\xd2\x0c"));
    model("TensorFlow model", "transposed", long(b"\x0a\x19\x0a\x05input\x12\x0bPlaceholder"));
    model("TensorFlow model", "transposed", b"model_checkpoint_path: \"model.ckpt-100\"\n".to_vec());
    model("TensorFlow model", "transposed", [vec![0; 5000], b"\x57\xfb\x80\x8b\x24\x75\x47\xdb".to_vec()].concat());
    model("Core ML model", "the model that it was made from", long(b"\x08\x04\x12\xa0\x02\x0a\x20"));
    model("GGUF or GGML", "the model that it was made from", long(b"GGUF\x03\0\0\0"));
    model("GGUF or GGML", "the model that it was made from", long(b"lmgg\x01\0"));
    let json = r#"{"a": 1, "b": [2]}"#;
    model("JSON text", "safetensors files", json.into());
    let index = r#"{"metadata": {"total_size": 9}, "weight_map": {"fc1.weight": "model-00001-of-00002.safetensors"}}"#;
    model("index (JSON)", "as one", index.into());
    model("CSV", "safetensors files", "label,1x1,1x2\n5,0,0\n".into());
    model("CSV", "safetensors files", "5,0,0,0,12,255\n".repeat(900).into());
    model("PNG image", "safetensors files", long(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
    model("JPEG image", "safetensors files", long(b"\xff\xd8\xff\xe0\0\x10JFIF"));
    model("Parquet table", "safetensors.numpy", long(b"PAR1\x15\x04"));
    kinds
}

/// All that an error says.
fn says(kind: &Kind, error: &str, fix: &str) {
    assert!(error.contains(kind.name) && error.contains(fix), "{} ({fix}): {error}", kind.name);
}

#[test]
fn a_file_of_another_kind_is_named_in_place_of_weights_and_of_a_checkpoint() {
    let directory = Directory::new("weights");
    let mut kinds = kinds();
    let fix = "unpack it (gunzip";
    kinds.push(Kind { name: "gzip file", weights: fix, data: None, bytes: gzip(&Net::new(1).to_safetensors()) });
    let idx = [&[0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28][..], &[0; 9 * 784]].concat();
    kinds.push(Kind { name: "idx file", weights: "safetensors files", data: None, bytes: idx });
    for kind in &kinds {
        let path = directory.write("step-0000000001.safetensors", &kind.bytes);
        let mut net = Net::new(2);
        let errors: [Error; 5] = [
            Net::from_safetensors(&kind.bytes).unwrap_err(),
            Net::load(&path).unwrap_err(),
            Loader::new().allow_missing().allow_unexpected().read(&mut *net, &kind.bytes).unwrap_err(),
            trainer().resume(&path).unwrap_err(),
            Checkpoints::new(&directory.0).resume(&mut trainer()).unwrap_err(),
        ];
        for (i, error) in errors.iter().enumerate() {
            says(kind, &error.to_string(), kind.weights);
            assert!(matches!(error.kind(), ErrorKind::Malformed(_)), "{error}");
            assert_eq!(error.path(), [1, 3, 4].contains(&i).then_some(&*path));
        }
        assert_eq!(*net, *Net::new(2));
    }
    for (length, text) in
        [(0, "it is empty; copy or download it again"), (7, "it has 7 bytes, and the shortest has 10")]
    {
        let error = Net::from_safetensors(&Net::new(1).to_safetensors()[..length]).unwrap_err().to_string();
        assert!(error.ends_with(text), "{error}");
    }
}

#[test]
fn a_file_of_another_kind_is_named_in_place_of_mnist() {
    let names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"];
    let good = [vec![0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28], vec![0, 0, 8, 1, 0, 0, 0, 1, 3]];
    let good = [[&good[0][..], &[9; 784]].concat(), good[1].clone()];
    let mut kinds = kinds();
    let bytes = Net::new(1).to_safetensors();
    kinds.push(Kind { name: "a safetensors file", weights: "", data: None, bytes });
    for kind in &kinds {
        for place in [0, 1] {
            for packed in [false, true] {
                if packed && kind.is_known_by_its_end() {
                    continue;
                }
                let directory = Directory::new("mnist");
                let bytes = if packed { gzip(&kind.bytes) } else { kind.bytes.clone() };
                directory.write(names[1 - place], &good[1 - place]);
                let path = directory.write(names[place], &bytes);
                let error = Mnist::from_dir(&directory.0, Split::Train).unwrap_err();
                assert!(matches!(&error, DataError::Format { path: found, .. } if *found == path), "{error}");
                says(kind, &error.to_string(), kind.data.unwrap_or("read from idx files"));
            }
        }
    }
}

#[test]
fn a_file_of_another_kind_is_named_in_place_of_cifar_10() {
    let mut kinds = kinds();
    let idx = [&[0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28][..], &[0; 9 * 784]].concat();
    kinds.push(Kind { name: "idx file", weights: "", data: None, bytes: idx });
    for kind in &kinds {
        for (packed, longer) in [(false, false), (true, false), (false, true)] {
            let directory = Directory::new("cifar");
            // Whole records as well, if the kind is by chance as long.
            let bytes = if longer { [&kind.bytes[..], &[200; 3073]].concat() } else { kind.bytes.clone() };
            if longer && kind.bytes.len() < 600 || (packed || longer) && kind.is_known_by_its_end() {
                continue;
            }
            let path = directory.write("test_batch.bin", &if packed { gzip(&bytes) } else { bytes });
            let error = Cifar10::from_dir(&directory.0, Split::Test).unwrap_err();
            assert!(matches!(&error, DataError::Format { path: found, .. } if *found == path), "{error}");
            says(kind, &error.to_string(), kind.data.unwrap_or("read from its binary version"));
        }
    }
}

/// Weights whose bytes look like other kinds, and damaged ones, are safetensors files all the same.
#[test]
fn a_safetensors_file_is_never_taken_for_another_kind() {
    let net = Net::new(1);
    let own = net.to_safetensors();
    let length = u64::from_le_bytes(own[..8].try_into().unwrap()) as usize;
    for kind in kinds() {
        // In the metadata, in a tensor's name, in the numbers.
        let text: String = kind.bytes.iter().take(300).map(|&byte| char::from(byte)).collect();
        let metadata = HashMap::from([("format".to_owned(), text.clone())]);
        let tensors = SafeTensors::deserialize(&own).unwrap();
        let file = serialize(tensors.tensors(), Some(metadata)).unwrap();
        assert_eq!(*Net::from_safetensors(&file).unwrap(), *net);
        let bytes = [&kind.bytes[..], &[0; 3]].concat();
        let extra = TensorView::new(Dtype::U8, vec![bytes.len()], &bytes).unwrap();
        let file = serialize(tensors.tensors().into_iter().chain([(text, extra)]), None).unwrap();
        Loader::new().allow_unexpected().read(&mut *Net::new(2), &file).unwrap();
    }
    for end in 8 + 2..own.len() {
        let error = Net::from_safetensors(&own[..end]).unwrap_err().to_string();
        let want = if end < 8 + length { "within its header; copy or download it again" } else { "it is cut short" };
        assert!(error.contains(want), "{end}: {error}");
    }
    for round in 0..20_000 {
        let random = Stream::new(8).of(round);
        let mut mutant = own.clone();
        for i in 0..3 {
            // The two bytes by which it is known stay.
            let at = 10 + random.below(i, length as u64 - 2) as usize;
            mutant[at] = random.bits(10 + i) as u8;
        }
        if let Err(error) = Net::from_safetensors(&mutant) {
            assert!(!error.to_string().contains("it is a"), "{error}");
        }
    }
}

#[test]
fn a_folder_in_place_of_a_file_is_told_as_such() {
    let directory = Directory::new("folder");
    let folder = directory.0.join("net.safetensors");
    fs::create_dir(&folder).unwrap();
    let plain = format!("{}: cannot be read: it is a folder, not a file", folder.display());
    let errors = || {
        let mut net = Net::new(1);
        let load = Net::load(&folder).unwrap_err();
        [load, Loader::new().load(&mut *net, &folder).unwrap_err(), trainer().resume(&folder).unwrap_err()]
    };
    for error in errors() {
        assert_eq!(error.to_string(), plain);
        assert!(matches!(error.kind(), ErrorKind::Read(error) if error.kind() == std::io::ErrorKind::IsADirectory));
    }
    // The file that is meant may lie in it.
    Net::new(1).save(folder.join("model.safetensors")).unwrap();
    for error in errors() {
        let inside = folder.join("model.safetensors");
        assert_eq!(error.to_string(), format!("{plain}; in it is `{}`", inside.display()));
    }
    for error in [Net::new(1).save(&folder).unwrap_err(), trainer().save(&folder).unwrap_err()] {
        let what = "cannot be written: it is a folder, not a file; what was there before is as it was";
        assert_eq!(error.to_string(), format!("{}: {what}", folder.display()));
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let error = Idx::read(&folder, 3).unwrap_err().to_string();
    assert_eq!(error, plain);
    // The other way round.
    let file = directory.write("data", b"");
    for error in [Mnist::from_dir(&file, Split::Train).unwrap_err(), Cifar10::from_dir(&file, Split::Test).unwrap_err()]
    {
        let what = "cannot be read: it is a file, not the folder with the data set's files";
        assert_eq!(error.to_string(), format!("{}: {what}", file.display()));
    }
}

#[cfg(unix)]
#[test]
fn a_device_or_a_socket_is_not_replaced_by_a_file() {
    use std::os::unix::fs::FileTypeExt;
    let directory = Directory::new("socket");
    let path = directory.0.join("socket");
    let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
    for error in [Net::new(1).save(&path).unwrap_err(), trainer().save(&path).unwrap_err()] {
        let what = "cannot be written: it is not a regular file; what was there before is as it was";
        assert_eq!(error.to_string(), format!("{}: {what}", path.display()));
    }
    assert!(fs::metadata(&path).unwrap().file_type().is_socket());
}

#[test]
fn an_archive_of_any_name_is_a_guess_that_comes_after_what_is_known() {
    let cifar = |directory: &Directory| Cifar10::from_dir(&directory.0, Split::Train).unwrap_err().to_string();
    let mnist = |directory: &Directory| Mnist::from_dir(&directory.0, Split::Train).unwrap_err().to_string();
    let directory = Directory::new("guess");
    directory.write("backup.zip", b"");
    for error in [cifar(&directory), mnist(&directory)] {
        assert!(error.contains("`backup.zip` is an archive: unpack it there if it is the data set"), "{error}");
    }
    directory.write("data_batch_1", b"");
    directory.write("mnist.npz", b"");
    let error = cifar(&directory);
    assert!(error.contains("`data_batch_1` is of CIFAR-10's Python version"), "{error}");
    let error = mnist(&directory);
    assert!(error.contains("`mnist.npz` is perhaps another version"), "{error}");
}

#[test]
fn numbers_that_begin_like_json_are_not_called_text() {
    for start in [&b"\t{\"\x01"[..], b"[1\0\0", b"\n\n{}\x7f"] {
        let bytes = [start, &[7; 600]].concat();
        let error = Net::from_safetensors(&bytes).unwrap_err().to_string();
        assert!(!error.contains("JSON"), "{error}");
    }
    let error = Net::from_safetensors(b"\t{\"a\": [1, 2], \"b\": 3}").unwrap_err().to_string();
    assert!(error.contains("JSON text"), "{error}");
}

prelu::network! {
    pub struct Wrapped: [3] -> [2] { model: sequence { fc1: linear(4), prelu, fc2: linear(2), bn: batch_norm } }
}

/// A net's file with other names, and with more tensors.
fn renamed<N: Network>(net: &N, name: impl Fn(&str) -> String, more: &[&str]) -> Vec<u8> {
    let own = prelu::io::to_safetensors(net);
    let own = SafeTensors::deserialize(&own).unwrap();
    let tensors = own.tensors().into_iter().map(|(key, view)| (name(&key), view));
    let more = more.iter().map(|name| ((*name).to_owned(), TensorView::new(Dtype::F32, vec![0], &[]).unwrap()));
    serialize(tensors.chain(more), None).unwrap()
}

#[test]
fn a_prefix_of_all_names_is_told_with_the_renaming_that_loads_the_file() {
    let prefixes = ["module", "_orig_mod", "_orig_mod.module", "model", "state_dict", "state_dict.model", "a.b.c.d"];
    for prefix in prefixes {
        let net = Net::new(3);
        let file = renamed(&*net, |key| format!("{prefix}.{key}"), &[&format!("{prefix}.bn.num_batches_tracked")]);
        let error = Net::from_safetensors(&file).unwrap_err();
        assert_eq!(error.rename(), Some((prefix, "")));
        let first = error.to_string().lines().next().unwrap().to_owned();
        assert!(first.ends_with(&format!("; `Loader::new().rename(\"{prefix}\", \"\")` makes most fit")), "{first}");
        let mut loaded = Net::new(4);
        let report = Loader::new().rename(prefix, "").read(&mut *loaded, &file).unwrap();
        assert_eq!((*loaded == *net, report), (true, prelu::io::Loaded::default()));
    }
    // The net has a prefix that the file lacks, or another one.
    let inner = Net::new(3);
    for (from, name) in [("", ""), ("module", "module."), ("module.net", "module.net.")] {
        let file = renamed(&*inner, |key| format!("{name}{key}"), &[]);
        let error = Wrapped::from_safetensors(&file).unwrap_err();
        assert_eq!(error.rename(), Some((from, "model")));
        let mut loaded = Wrapped::new(4);
        Loader::new().rename(from, "model").read(&mut *loaded, &file).unwrap();
        assert_eq!(loaded.floats(), inner.floats());
    }
}

#[test]
fn a_loader_that_passes_over_everything_still_tells_a_prefix() {
    let net = Net::new(3);
    let loader = Loader::new().allow_missing().allow_unexpected();
    let file = renamed(&*net, |key| format!("module.{key}"), &["step"]);
    let mut loaded = Net::new(4);
    let error = loader.read(&mut *loaded, &file).unwrap_err();
    assert_eq!((error.rename(), error.misfits().len()), (Some(("module", "")), 19));
    assert_eq!(*loaded, *Net::new(4));
    loader.rename("module", "").read(&mut *loaded, &file).unwrap();
    assert_eq!(*loaded, *net);
    // A file of other tensors is passed over, as it is asked for.
    let loader = Loader::new().allow_missing().allow_unexpected();
    let file = renamed(&*net, |key| key.replace('.', "/"), &[]);
    let report = loader.read(&mut *loaded, &file).unwrap();
    assert_eq!((report.missing.len(), report.unexpected.len()), (9, 9));
}

#[test]
fn a_renaming_is_told_only_where_it_makes_most_tensors_fit() {
    let net = Net::new(3);
    let rename = |file: &[u8]| {
        let error = Net::from_safetensors(file).unwrap_err();
        error.rename().map(|(from, to)| (from.to_owned(), to.to_owned()))
    };
    // Other tensors beside the net's don't hide it.
    let more: Vec<String> = (0..40).map(|i| format!("loss.{i}.weight")).collect();
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    let file = renamed(&*net, |key| format!("net.{key}"), &more);
    assert_eq!(rename(&file), Some(("net".to_owned(), String::new())));
    // One layer of several with another name, or names that have nothing in common.
    assert_eq!(rename(&renamed(&*net, |key| key.replace("fc1", "first"), &[])), None);
    assert_eq!(rename(&renamed(&*net, |key| key.replace('.', "/"), &[])), None);
    assert_eq!(rename(&renamed(&*net, str::to_owned, &["module.extra"])), None);
    assert_eq!(rename(&renamed(&*net, |key| format!("module_{key}"), &[])), None);
    // Names that a rule renames are not looked at again.
    let file = renamed(&*net, |key| format!("module.{key}"), &[]);
    let error = Loader::new().rename("module", "net").read(&mut *Net::new(1), &file).unwrap_err();
    assert_eq!(error.rename(), None);
}

#[test]
fn metadata_of_null_is_none() {
    let net = Net::new(3);
    let own = net.to_safetensors();
    let length = u64::from_le_bytes(own[..8].try_into().unwrap()) as usize;
    let header = std::str::from_utf8(&own[8..8 + length]).unwrap();
    let file =
        |header: &str| [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &own[8 + length..]].concat();
    let null = header.replacen(r#"{"format":"pt"}"#, "null", 1);
    assert_ne!(null, header);
    assert_eq!(*Net::from_safetensors(&file(&null)).unwrap(), *net);
    // It is there all the same: a second time is once too often.
    for twice in [r#"{"__metadata__":null,"__metadata__":null,"#, r#"{"__metadata__":{},"__metadata__":null,"#] {
        let twice = file(&null.replacen(r#"{"__metadata__":null,"#, twice, 1));
        let error = Net::from_safetensors(&twice).unwrap_err().to_string();
        assert!(error.contains("`__metadata__` is there twice"), "{error}");
    }
}

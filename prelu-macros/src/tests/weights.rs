//! Files that do not fit.

use super::{errors, expand};

fn error(declaration: &str) -> String {
    let found = errors(&expand(declaration.parse().expect("tokens")));
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[test]
fn all_that_differs_is_said_at_once() {
    let found = error(
        "#[weights(\"../tests/weights/small.f32.safetensors\")]
        struct Net: [1, 5, 5] -> [5] { conv: conv(3, kernel = 3), norm: batch_norm, act: prelu(per_channel), fc: linear(5) }",
    );
    let lines: Vec<_> = found.lines().map(str::trim).collect();
    assert_eq!(lines[0], "`../tests/weights/small.f32.safetensors`: 11 tensors do not fit `Net`");
    for line in [
        "misshapen: `fc.weight` is [4, 27], but should be [5, 27]",
        "misshapen: `fc.bias` is [4], but should be [5]",
        "missing: `norm.running_mean` [3]",
        "unexpected: `bn.running_mean` [3]",
        "unexpected: `bn.num_batches_tracked` []",
    ] {
        assert!(lines.iter().any(|found| found.starts_with(line)), "{line}: {found}");
    }
    assert_eq!(lines.len(), 12, "{found}");
}

#[test]
fn a_file_that_fits_is_no_error() {
    let net = "#[weights(\"../tests/weights/small.f16.safetensors\")]
        struct Net: [1, 5, 5] -> [4] { conv: conv(3, kernel = 3), bn: batch_norm, act: prelu(per_channel), fc: linear(4) }";
    let expansion = expand(net.parse().expect("tokens"));
    assert_eq!(errors(&expansion), [""; 0]);
    assert!(expansion.to_string().contains("fn baked"));
}

#[test]
fn a_second_file_is_an_error() {
    let found =
        error("#[weights(\"a.safetensors\")] #[weights(\"b.safetensors\")] struct Net: [4] -> [2] { fc: linear(2) }");
    assert!(found.starts_with("expected a file, once"), "{found}");
}

/// The message of a net with the weights of a file of these bytes; a folder where there are none.
fn of_file(test: &str, bytes: Option<&[u8]>) -> (String, String) {
    let path = std::env::temp_dir().join(format!("prelu-macros-{}-{test}", std::process::id()));
    match bytes {
        Some(bytes) => std::fs::write(&path, bytes).expect("a file"),
        None => std::fs::create_dir_all(&path).expect("a folder"),
    }
    let path = path.display().to_string();
    let net = format!("#[weights({path:?})] struct Net: [4] -> [2] {{ fc1: linear(3), prelu, fc2: linear(2) }}");
    let found = errors(&expand(net.parse().expect("tokens"))).join("\n");
    let remove = if bytes.is_some() { std::fs::remove_file } else { std::fs::remove_dir };
    remove(&path).expect("it is there");
    (found, path)
}

/// A file of tensors of zeros.
fn zeros(tensors: &[(&str, &[usize])], metadata: &str) -> Vec<u8> {
    let (mut header, mut start) = (format!("{{\"__metadata__\":{metadata}"), 0);
    for (name, shape) in tensors {
        let end = start + 4 * shape.iter().product::<usize>();
        header += &format!(r#","{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{start},{end}]}}"#);
        start = end;
    }
    header.push('}');
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &vec![0; start]].concat()
}

const TENSORS: [(&str, &[usize]); 5] =
    [("fc1.weight", &[3, 4]), ("fc1.bias", &[3]), ("prelu1.weight", &[1]), ("fc2.weight", &[2, 3]), ("fc2.bias", &[2])];

#[test]
fn a_file_of_another_kind_is_named() {
    let whole = zeros(&TENSORS, "null");
    let header = 8 + u64::from_le_bytes(*whole.first_chunk().expect("eight bytes")) as usize;
    let pickle = [b"PK\x03\x04\x14\0\0\0\0\0archive/data.pkl", &[0; 900][..]].concat();
    let cases: [(&[u8], &str); 7] = [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n", "a Git LFS pointer"),
        (&pickle, "a PyTorch file (a pickle, .pt or .pth); two lines of Python"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "a gzip file; unpack it"),
        (b"", "it is empty; copy or download it again"),
        (&whole[..header - 5], "within its header; copy or download it again"),
        (&whole[..header + 9], "or the file before them; copy or download it again"),
    ];
    for (i, (bytes, what)) in cases.into_iter().enumerate() {
        let (found, path) = of_file(&format!("kind-{i}"), Some(bytes));
        assert!(found.starts_with(&format!("`{path}`: is not a whole safetensors file: ")), "{found}");
        assert!(found.contains(what), "{what}: {found}");
    }
    let (found, path) = of_file("folder", None);
    assert_eq!(found, format!("`{path}`: cannot be read: it is a folder, not a file"));
}

#[test]
fn metadata_of_null_is_none() {
    for metadata in ["null", "{}"] {
        assert_eq!(of_file("null", Some(&zeros(&TENSORS, metadata))).0, "");
    }
}

#[test]
fn a_prefix_of_all_names_is_told_with_what_to_do() {
    let names = TENSORS.map(|(name, _)| format!("_orig_mod.module.{name}"));
    let tensors: Vec<_> = names.iter().zip(TENSORS).map(|(name, (_, shape))| (name.as_str(), shape)).collect();
    let (found, _) = of_file("prefix", Some(&zeros(&tensors, "{}")));
    let help = "help: `prelu::io::Loader::new().rename(\"_orig_mod.module\", \"\")` makes most fit: load the file with it, save \
                the net, and name that file here";
    assert!(found.ends_with(help), "{found}");
    assert!(!of_file("other", Some(&zeros(&TENSORS[..3], "{}"))).0.contains("help: "));
}

//! Nets go to safetensors files and come back as they were; files of PyTorch's are read by name; what does not fit is told
//! all at once.
#![allow(missing_docs)]

use std::collections::HashMap;

use prelu::io::{ErrorKind, Loader, Misfit};
use prelu::{Network, Parameters};
use prelu_tests::files::Directory;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};

prelu::network! {
    pub struct Net: [2, 8, 8] -> [3] {
        stem: conv(4, kernel = 3, bias = false), bn: batch_norm, act: prelu(per_channel),
        blocks: repeat(2) { residual { conv1: conv(4, kernel = 3, padding = 1), prelu(per_channel, tie = act) } },
        global_avg_pool, ln: layer_norm, fc: linear(3),
    }
}

prelu::network! {
    pub struct Plain: [4] -> [2] { relu, fc: linear(2), slope: prelu }
}

prelu::network! {
    pub struct Bare: [4] -> [4] { relu }
}

/// A file of tensors with their bytes.
fn file(tensors: &[(&str, Dtype, &[usize], &[u8])]) -> Vec<u8> {
    let views = tensors.iter().map(|&(name, dtype, shape, data)| {
        (name, TensorView::new(dtype, shape.to_vec(), data).unwrap_or_else(|error| panic!("{name}: {error}")))
    });
    serialize(views, None).unwrap()
}

fn bytes(floats: &[f32]) -> Vec<u8> {
    floats.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// The file of a net with other tensors in place of some, or beside them.
fn with<N: Network>(net: &N, others: &[(&str, Dtype, &[usize], &[u8])], without: &[&str]) -> Vec<u8> {
    let own = prelu::io::to_safetensors(net);
    let own = SafeTensors::deserialize(&own).unwrap();
    let own = own.tensors();
    let kept = own
        .iter()
        .filter(|(name, _)| !without.contains(&name.as_str()) && !others.iter().any(|(other, ..)| other == name));
    let kept = kept.map(|(name, view)| (name.as_str(), view.dtype(), view.shape(), view.data()));
    file(&kept.chain(others.iter().copied()).collect::<Vec<_>>())
}

fn misfits<N: Network>(bytes: &[u8]) -> Vec<String> {
    let error = prelu::io::from_safetensors::<N>(bytes).map(|_| ()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Tensors { .. }), "{error}");
    let text = error.to_string();
    text.lines().skip(1).map(|line| line.trim().to_owned()).collect()
}

fn bits(net: &impl Parameters) -> Vec<u32> {
    net.floats().iter().map(|x| x.to_bits()).collect()
}

#[test]
fn a_round_trip_is_bit_exact() {
    let directory = Directory::new("round-trip");
    let mut net = Net::new(7);
    let special = [0, 0x8000_0000, 1, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0x7f80_0001, 0xffc1_2345, 0x007f_ffff];
    for (i, x) in net.floats_mut().iter_mut().enumerate() {
        match special.get(i % 16) {
            Some(&bits) => *x = f32::from_bits(bits),
            None => *x = f32::from_bits((i as u32).wrapping_mul(2_654_435_761)),
        }
    }
    assert_eq!(bits(&*Net::from_safetensors(&net.to_safetensors()).unwrap()), bits(&*net));
    let path = directory.0.join("net.safetensors");
    net.save(&path).unwrap();
    assert_eq!(bits(&*Net::load(&path).unwrap()), bits(&*net));
    assert_eq!(std::fs::read(&path).unwrap(), net.to_safetensors());
    // A second time over the first, by a relative path.
    let other = Net::new(8);
    other.save(&path).unwrap();
    assert_eq!(bits(&*Net::load(&path).unwrap()), bits(&*other));
    assert_eq!(std::fs::read_dir(&directory.0).unwrap().count(), 1, "nothing else is left");

    let bare = Bare::new(1);
    assert!(Bare::from_safetensors(&bare.to_safetensors()).is_ok());
    // Longer than what is read and written at once.
    prelu::network! { struct Long: [100] -> [111] { linear(111) } }
    let long = Long::new(3);
    assert_eq!(bits(&*Long::from_safetensors(&long.to_safetensors()).unwrap()), bits(&*long));
}

#[test]
fn a_file_is_what_the_format_says() {
    let net = Net::new(7);
    let file = net.to_safetensors();
    let (length, metadata) = SafeTensors::read_metadata(&file).unwrap();
    assert_eq!((length + 8) % 8, 0, "the tensors are aligned");
    assert_eq!(metadata.metadata().as_ref().unwrap()["format"], "pt");
    let tensors = SafeTensors::deserialize(&file).unwrap();
    let mut names = tensors.names();
    names.sort_unstable();
    let wanted = [
        "act.weight",
        "blocks.0.conv1.bias",
        "blocks.0.conv1.weight",
        "blocks.1.conv1.bias",
        "blocks.1.conv1.weight",
        "bn.bias",
        "bn.running_mean",
        "bn.running_var",
        "bn.weight",
        "fc.bias",
        "fc.weight",
        "ln.bias",
        "ln.weight",
        "stem.weight",
    ];
    assert_eq!(names, wanted);
    assert_eq!(tensors.tensor("stem.weight").unwrap().shape(), [4, 2, 3, 3]);
    for tensor in Net::SUMMARY.parameters {
        let view = tensors.tensor(tensor.key).unwrap();
        assert_eq!((view.dtype(), view.shape()), (Dtype::F32, tensor.shape), "{}", tensor.key);
        assert_eq!(view.data(), bytes(&net.floats()[tensor.range()]), "{}", tensor.key);
    }
    // In the order of memory: the rest of the file is the net.
    assert_eq!(file[8 + length..], bytes(net.floats()));
    // The crate's own order is another, which makes no difference.
    assert_eq!(*Net::from_safetensors(&with(&*net, &[], &[])).unwrap(), *net);
}

prelu::network! {
    pub struct Small: [1, 5, 5] -> [4] {
        conv: conv(3, kernel = 3), bn: batch_norm, act: prelu(per_channel), fc: linear(4),
    }
}

/// The same weights as Python's safetensors wrote them, of each type, with PyTorch's own rounding.
#[test]
fn files_written_by_python_are_loaded() {
    let load = |dtype| {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("weights");
        Small::load(directory.join(format!("small.{dtype}.safetensors"))).unwrap()
    };
    let whole = load("f32");
    assert_eq!(whole.act.weight[..2], [0.176_001_37, 0.881_692_77]);
    assert_eq!((whole.conv.weight[0][0][0][0], whole.fc.bias[1]), (1.842_329_9, -0.202_748_34));
    assert_eq!((whole.bn.running_mean[1], whole.bn.running_var[0]), (-1.244_015_2, 1.055_733_2));
    // To the nearest of 11 and of 8 significant bits.
    for (dtype, bits) in [("f16", 11), ("bf16", 8)] {
        let half = load(dtype);
        assert_ne!(half.floats(), whole.floats());
        for (&h, &w) in half.floats().iter().zip(whole.floats()) {
            assert!((h - w).abs() <= w.abs() * 0.5f32.powi(bits), "{dtype}: {h} {w}");
            assert_eq!(h.to_bits() << (8 + bits), 0, "{dtype}: {h}");
        }
    }
}

#[test]
fn floats_of_16_bits_are_loaded_exactly() {
    let f16: Vec<u8> = [0x3c00u16, 0xc000, 0x0001, 0x7bff, 0xfc00, 0x8000, 0x3555, 0x0400]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let bf16: Vec<u8> = [0x3f80u16, 0xff80].iter().flat_map(|x| x.to_le_bytes()).collect();
    let slope = bytes(&[0.3]);
    let file = file(&[
        ("fc.weight", Dtype::F16, &[2, 4], &f16),
        ("fc.bias", Dtype::BF16, &[2], &bf16),
        ("slope.weight", Dtype::F32, &[1], &slope),
    ]);
    let net = Plain::from_safetensors(&file).unwrap();
    let wanted = [[1.0, -2.0, 2f32.powi(-24), 65504.0], [f32::NEG_INFINITY, -0.0, 0.333_251_95, 2f32.powi(-14)]];
    assert_eq!(net.fc.weight, wanted);
    assert!(net.fc.weight[1][1].is_sign_negative());
    assert_eq!((net.fc.bias, net.slope.weight), ([1.0, f32::NEG_INFINITY], [0.3]));
}

#[test]
fn all_that_does_not_fit_is_told_at_once() {
    let net = Plain::new(1);
    let file = with(
        &*net,
        &[
            ("fc.weight", Dtype::F32, &[4, 2], &[0; 32]),
            ("fc.biass", Dtype::F32, &[2], &[0; 8]),
            ("slope.weight", Dtype::F64, &[1, 1], &[0; 8]),
            ("step", Dtype::I64, &[], &[0; 8]),
        ],
        &["fc.bias"],
    );
    let wanted = [
        "missing: `fc.bias` [2]; is it `fc.biass`? Then rename it",
        "misshapen: `fc.weight` is [4, 2], but should be [2, 4]",
        "of another type: `slope.weight` is F64, but should be F32, F16 or BF16",
        "misshapen: `slope.weight` is [1, 1], but should be [1]",
        "unexpected: `fc.biass` [2]",
        "unexpected: `step` []",
    ];
    assert_eq!(misfits::<Plain>(&file), wanted);
    let directory = Directory::new("misfits");
    let path = directory.write("net.safetensors", &file);
    let text = Plain::load(&path).unwrap_err().to_string();
    assert!(text.starts_with(&format!("{}: 6 tensors do not fit `Plain`\n", path.display())), "{text}");
    // Nothing of it is loaded, also where it may lack tensors or have others.
    let mut before = Plain::new(5);
    let error = Loader::new().allow_missing().allow_unexpected().read(&mut *before, &file).unwrap_err();
    let kinds = error.misfits();
    assert!(matches!(kinds, [Misfit::Shape { .. }, Misfit::Dtype { .. }, Misfit::Shape { .. }]), "{error}");
    assert_eq!(*before, *Plain::new(5));

    let missing = Plain::load(directory.0.join("absent.safetensors")).unwrap_err();
    assert!(matches!(missing.kind(), ErrorKind::Read(error) if error.kind() == std::io::ErrorKind::NotFound));
    assert!(Plain::load(&directory.0).is_err(), "a directory");
}

#[test]
fn a_loader_may_be_told_what_to_pass_over() {
    let net = Plain::new(1);
    let file = with(&*net, &[("head.weight", Dtype::U8, &[3], &[1, 2, 3])], &["slope.weight"]);
    let mut loaded = Plain::new(2);
    let report = Loader::new().allow_missing().allow_unexpected().read(&mut *loaded, &file).unwrap();
    assert_eq!((report.missing, report.unexpected), (vec!["slope.weight".to_owned()], vec!["head.weight".to_owned()]));
    assert_eq!((loaded.fc.weight, loaded.slope.weight), (net.fc.weight, [0.25]));
    let strict = Loader::new().allow_missing().read(&mut *loaded, &file).unwrap_err();
    assert!(matches!(strict.misfits(), [Misfit::Unexpected { .. }]));
    let strict = Loader::new().allow_unexpected().read(&mut *loaded, &file).unwrap_err();
    assert!(matches!(strict.misfits(), [Misfit::Missing { .. }]));
}

#[test]
fn names_are_mapped_by_the_longest_rule() {
    let net = Net::new(1);
    let own = net.to_safetensors();
    let own = SafeTensors::deserialize(&own).unwrap();
    let names = |name: &str| match name {
        "fc.weight" => "classifier/weight".to_owned(),
        _ => match name.strip_prefix("blocks.1") {
            Some(rest) => format!("last{rest}"),
            None => format!("model.features.{name}"),
        },
    };
    let file = serialize(own.tensors().into_iter().map(|(name, view)| (names(&name), view)), None).unwrap();
    let map: HashMap<_, _> = [("classifier/weight", "fc.weight"), ("last", "blocks.1"), ("model.features", "")].into();
    let mut loaded = Net::zeroed_box();
    let report = Loader::new().renames(map).read(&mut *loaded, &file).unwrap();
    assert_eq!(bits(&*loaded), bits(&*net));
    assert_eq!(report, prelu::io::Loaded::default());

    // A name is matched whole or up to a dot; what matches nothing is an error; two names for one key are, too.
    let mut loaded = Plain::zeroed_box();
    let plain = with(&*Plain::new(1), &[("extra", Dtype::F32, &[2], &[0; 8])], &[]);
    let loader = Loader::new().rename("extra", "fc.bias").rename("slop", "x").rename("sloep", "slope");
    let error = loader.read(&mut *loaded, &plain).unwrap_err();
    let text = error.to_string();
    let lines: Vec<_> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "  ambiguous: `extra`, `fc.bias` are all taken for `fc.bias`",
            "  nothing to rename: `sloep` is not in the file",
            "  nothing to rename: `slop` is not in the file",
        ]
    );
    // Put before, and each name renamed once.
    prelu::network! { struct Wrapped: [4] -> [2] { model: sequence { relu, fc: linear(2), slope: prelu } } }
    let mut wrapped = Wrapped::zeroed_box();
    Loader::new().rename("", "model").read(&mut *wrapped, &Plain::new(1).to_safetensors()).unwrap();
    assert_eq!(wrapped.floats(), Plain::new(1).floats());
    let swapped = with(
        &*Plain::new(1),
        &[("a", Dtype::F32, &[2], &bytes(&[1.0, 2.0])), ("fc.bias", Dtype::F32, &[1], &bytes(&[3.0]))],
        &["slope.weight"],
    );
    Loader::new().rename("a", "fc.bias").rename("fc.bias", "slope.weight").read(&mut *loaded, &swapped).unwrap();
    assert_eq!((loaded.fc.bias, loaded.slope.weight), ([1.0, 2.0], [3.0]));
}

#[test]
fn what_pytorch_has_beyond_a_net_is_passed_over() {
    let net = Net::new(3);
    let count: (&str, Dtype, &[usize], &[u8]) = ("bn.num_batches_tracked", Dtype::I64, &[], &[7, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(*Net::from_safetensors(&with(&*net, &[count], &[])).unwrap(), *net);
    let stray = with(&*net, &[("ln.num_batches_tracked", Dtype::I64, &[], &[0; 8])], &[]);
    assert_eq!(misfits::<Net>(&stray), ["unexpected: `ln.num_batches_tracked` []"]);
}

#[test]
fn tied_slopes_may_be_there_under_the_keys_of_their_layers() {
    let net = Net::new(3);
    let slopes = bytes(&[0.5, f32::NAN, -0.0, 2.0]);
    let (own, first, second) = ("act.weight", "blocks.0.prelu1.weight", "blocks.1.prelu1.weight");
    fn tensor<'a>(name: &'a str, slopes: &'a [u8]) -> (&'a str, Dtype, &'a [usize], &'a [u8]) {
        (name, Dtype::F32, &[4], slopes)
    }
    let all = with(&*net, &[tensor(own, &slopes), tensor(first, &slopes), tensor(second, &slopes)], &[]);
    assert_eq!(bytes(&Net::from_safetensors(&all).unwrap().act.weight), slopes);
    // Programs that store what is shared once may do so under any of its keys.
    let one = with(&*net, &[tensor(second, &slopes)], &[own]);
    assert_eq!(bytes(&Net::from_safetensors(&one).unwrap().act.weight), slopes);

    let others = bytes(&[0.5, 1.0, 0.0, 2.0]);
    let wrong = with(&*net, &[tensor(own, &slopes), tensor(first, &slopes), tensor(second, &others)], &["fc.bias"]);
    let wanted = [
        "missing: `fc.bias` [3]",
        "not tied: `act.weight`, `blocks.0.prelu1.weight`, `blocks.1.prelu1.weight` differ, but are one tensor of the net, `act.weight`",
    ];
    assert_eq!(misfits::<Net>(&wrong), wanted);
}

#[test]
fn rights_and_links_are_kept() {
    let directory = Directory::new("links");
    let path = directory.0.join("net.safetensors");
    Plain::new(1).save(&path).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        let link = directory.0.join("latest");
        symlink("net.safetensors", &link).unwrap();
        Plain::new(2).save(&link).unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
    #[cfg(not(unix))]
    Plain::new(2).save(&path).unwrap();
    assert_eq!(*Plain::load(&path).unwrap(), *Plain::new(2));
}

#[cfg(unix)]
#[test]
fn a_link_stays_one_and_the_file_that_it_leads_to_is_made() {
    use std::os::unix::fs::symlink;
    let directory = Directory::new("dangling");
    let at = |name: &str| directory.0.join(name);
    std::fs::create_dir(at("inner")).unwrap();
    // To nothing yet: in the same folder, in another one, back from there, by an absolute path; and links to links.
    symlink("first", at("same")).unwrap();
    symlink("inner/second", at("below")).unwrap();
    symlink("../third", at("inner/above")).unwrap();
    symlink(at("fourth"), at("absolute")).unwrap();
    symlink("below", at("twice")).unwrap();
    symlink("inner/above", at("thrice")).unwrap();
    let cases = [
        ("same", "first"),
        ("below", "inner/second"),
        ("inner/above", "third"),
        ("absolute", "fourth"),
        ("twice", "inner/second"),
        ("thrice", "third"),
    ];
    for (seed, (link, target)) in cases.into_iter().enumerate() {
        // The second time the target is there.
        for seed in [2 * seed as u64, 2 * seed as u64 + 1] {
            Plain::new(seed).save(at(link)).unwrap();
            assert!(at(link).is_symlink() && !at(target).is_symlink() && at(target).is_file(), "{link}");
            assert_eq!(*Plain::load(at(target)).unwrap(), *Plain::new(seed), "{link}");
            assert_eq!(*Plain::load(at(link)).unwrap(), *Plain::new(seed), "{link}");
        }
    }
    // To nothing that could be made, and in a circle.
    symlink("absent/file", at("missing")).unwrap();
    symlink("left", at("right")).unwrap();
    symlink("right", at("left")).unwrap();
    symlink("inner", at("folder")).unwrap();
    for link in ["missing", "left", "folder"] {
        let error = Plain::new(1).save(at(link)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Write(_)), "{error}");
        assert!(at(link).is_symlink(), "{link}");
    }
    let left: Vec<_> = std::fs::read_dir(&directory.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[test]
fn a_read_only_file_is_not_replaced() {
    let directory = Directory::new("read-only");
    let path = directory.0.join("net.safetensors");
    Plain::new(1).save(&path).unwrap();
    let writable = std::fs::metadata(&path).unwrap().permissions();
    let mut read_only = writable.clone();
    read_only.set_readonly(true);
    std::fs::set_permissions(&path, read_only).unwrap();
    let link = directory.0.join("link");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let paths = [&path, &link];
    for path in &paths[..if cfg!(unix) { 2 } else { 1 }] {
        let error = Plain::new(2).save(path).unwrap_err();
        let what = "cannot be written: the file is read-only; make it writable or name another; what was there before is as it was";
        assert_eq!(error.to_string(), format!("{}: {what}", path.display()));
        let ErrorKind::Write(error) = error.kind() else { panic!("{error}") };
        assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
    }
    assert_eq!(*Plain::load(&path).unwrap(), *Plain::new(1));
    assert!(std::fs::metadata(&path).unwrap().permissions().readonly());
    std::fs::set_permissions(&path, writable).unwrap();
    Plain::new(2).save(&path).unwrap();
    assert_eq!(*Plain::load(&path).unwrap(), *Plain::new(2));
}

//! What other programs make of a net, by way of Python.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

use prelu::runtime::rng::Stream;
use prelu::runtime::tensor::zeroed_vec;
use prelu::{Level, Network, Tensor};

/// Lets `python/agree.py` compare a net's outputs with those of its ONNX file and its PyTorch module. Python is what
/// `PRELU_PYTHON` names, or `python3`; where it or a package is missing, the comparison is passed over with a message.
///
/// # Panics
/// If they differ, or a file is refused.
pub fn agrees<N: Network>(net: &N, onnx: &[u8], source: &str) {
    let class = source.split("\nclass ").last().and_then(|rest| rest.split('(').next()).unwrap();
    let files: [(&str, &[u8]); 4] = [
        ("net.onnx", onnx),
        ("net.py", source.as_bytes()),
        ("net.safetensors", &prelu::io::to_safetensors(net)),
        ("class", class.as_bytes()),
    ];
    compare(net, N::SUMMARY.name, &files);
}

/// As [`agrees`], with ONNX files of several operator sets.
///
/// # Panics
/// If they differ, or a file is refused.
pub fn files_agree<N: Network>(net: &N, files: &[(i64, Vec<u8>)]) {
    let name = |opset: &i64| format!("net.{opset}.onnx");
    let files: Vec<_> = files.iter().map(|(opset, file)| (name(opset), &file[..])).collect();
    let files: Vec<_> = files.iter().map(|(name, file)| (name.as_str(), *file)).collect();
    compare(net, &format!("{}-sets", N::SUMMARY.name), &files);
}

fn compare<N: Network>(net: &N, name: &str, files: &[(&str, &[u8])]) {
    let python = env::var("PRELU_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if let Err(error) = Command::new(&python).arg("--version").output() {
        say(&format!("{name}: not compared with other programs: {python}: {error}; PRELU_PYTHON names another"));
        return;
    }
    let directory = env::temp_dir().join(format!("prelu-python-{name}-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    let write = |file: &str, bytes: &[u8]| fs::write(directory.join(file), bytes).unwrap();
    files.iter().for_each(|(file, bytes)| write(file, bytes));
    let sizes = |shape: &[usize]| shape.iter().map(|n| format!(" {n}")).collect::<String>();
    write("shapes", format!("input{}\noutput{}\n", sizes(N::SUMMARY.input), sizes(N::SUMMARY.output)).as_bytes());
    for batch in [1, 17] {
        let (mut xs, mut ys) = (zeroed_vec::<N::Input>(batch), zeroed_vec::<N::Output>(batch));
        for (sample, x) in xs.iter_mut().enumerate() {
            let stream = Stream::new(41).of((batch * 100 + sample) as u64);
            x.floats_mut().iter_mut().enumerate().for_each(|(i, x)| *x = stream.normal(i as u64));
        }
        prelu::train::predict_batch(net, Level::detect(), &xs, &mut ys).unwrap();
        write(&format!("input{batch}"), &bytes(&xs));
        write(&format!("output{batch}"), &bytes(&ys));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/agree.py");
    let run = Command::new(&python).arg(script).arg(&directory).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    say(&format!("{name}: {}", said.trim().replace('\n', "; ")));
    assert!(run.status.success(), "{name}: {said}\nthe files are in {}", directory.display());
    fs::remove_dir_all(&directory).unwrap();
}

/// Prints a line even if the test passes: what `eprintln` prints is kept back then, and nobody would know of what was passed
/// over.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

fn bytes<T: Tensor>(tensors: &[T]) -> Vec<u8> {
    tensors.iter().flat_map(|tensor| tensor.floats()).flat_map(|x| x.to_le_bytes()).collect()
}

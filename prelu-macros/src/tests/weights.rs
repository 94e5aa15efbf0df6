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

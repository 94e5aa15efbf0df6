//! Wrong declarations do not compile, and the errors name the layer, the shapes and the fix.
//!
//! The expected text of each error stands beside its case. After a change of wording, `TRYBUILD=overwrite cargo test -p
//! prelu-tests --test compile_fail` writes it anew.
#![allow(missing_docs)]

#[test]
fn wrong_declarations_are_explained() {
    let cases = trybuild::TestCases::new();
    for folder in
        ["shapes", "arguments", "syntax", "branches", "blocks", "names", "several", "budget", "custom", "weights"]
    {
        cases.compile_fail(format!("compile_fail/{folder}/*.rs"));
    }
}

//! How long an expansion takes: `cargo test --release -p prelu-macros time -- --nocapture` prints it.

use std::str::FromStr;
use std::time::{Duration, Instant};

use proc_macro2::TokenStream;

use super::{errors, expand};

/// A net of 50 layers, each written out.
fn fifty_layers() -> String {
    let mut layers = String::from("stem: conv(16, kernel = 3, padding = 1), batch_norm, prelu(per_channel),\n");
    for stage in 0..11 {
        let width = 16 + 4 * stage;
        layers += &format!("conv{stage}: conv({width}, kernel = 3, padding = same), batch_norm, prelu(per_channel),");
        layers += if stage % 4 == 3 { "max_pool(2),\n" } else { "dropout(0.1),\n" };
    }
    layers += "global_avg_pool, fc1: linear(10), log_softmax";
    format!("pub struct Deep: [3, 64, 64] -> [10] {{ {layers} }}")
}

#[test]
fn time_of_fifty_layers() {
    let tokens = TokenStream::from_str(&fifty_layers()).unwrap();
    assert_eq!(errors(&expand(tokens.clone())), [""; 0]);
    let time = || {
        let (tokens, start) = (tokens.clone(), Instant::now());
        let expansion = expand(tokens);
        let time = start.elapsed();
        drop(expansion);
        time
    };
    let best = (0..20).map(|_| time()).min().unwrap_or(Duration::ZERO);
    println!("50 layers expand in {:.1} ms", best.as_secs_f64() * 1e3);
}

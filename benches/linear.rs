//! Linear layers beside matrixmultiply's general product, in blocks and in whole batches.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use prelu::runtime::tensor::zeroed_vec;
use prelu::{Network, Tensor, Workspace};
use prelu_benches::noise;

const BATCH: usize = 64;

macro_rules! nets {
    ($($name:ident $inputs:literal $outputs:literal)*) => {
        $(prelu::network! { pub struct $name: [$inputs] -> [$outputs] { fc: linear($outputs) } })*

        fn benchmark(c: &mut Criterion) {
            $(compare::<$name>(c, $inputs, $outputs);)*
        }
    };
}

nets! {
    Small 320 50
    Medium 512 512
    Large 1024 1024
    Wide 4096 1000
}

/// Forward of a batch: the net, and one product y = x·wᵀ with the bias added beforehand.
fn compare<N: Network>(c: &mut Criterion, inputs: usize, outputs: usize) {
    let mut group = c.benchmark_group("linear forward, batch 64");
    group.throughput(Throughput::Elements((BATCH * inputs * outputs) as u64));
    let net = N::initialised(1);
    let mut xs: Vec<N::Input> = zeroed_vec(BATCH);
    for (i, x) in xs.iter_mut().enumerate() {
        noise(i as u64, x.floats_mut());
    }
    let mut ys: Vec<N::Output> = zeroed_vec(BATCH);
    let workspace = Workspace::<N>::new();
    let size = format!("{inputs} to {outputs}");
    group.bench_function(BenchmarkId::new("prelu", &size), |b| {
        b.iter(|| workspace.predict(&net, &xs, &mut ys).expect("as many outputs as inputs"));
    });

    let x: Vec<f32> = xs.iter().flat_map(|x| x.floats().to_vec()).collect();
    let (w, bias) = net.floats().split_at(inputs * outputs);
    let mut y = vec![0.0; BATCH * outputs];
    group.bench_function(BenchmarkId::new("matrixmultiply", &size), |b| {
        b.iter(|| {
            for row in y.chunks_exact_mut(outputs) {
                row.copy_from_slice(bias);
            }
            product(black_box(&x), w, &mut y, inputs, outputs);
        });
    });
    let same = y.iter().zip(ys.iter().flat_map(|y| y.floats())).all(|(a, b)| (a - b).abs() < 1e-3);
    assert!(same, "{size}: the two differ");
}

/// y += x·wᵀ, with x `[BATCH][inputs]` and w `[outputs][inputs]`.
fn product(x: &[f32], w: &[f32], y: &mut [f32], inputs: usize, outputs: usize) {
    assert!(x.len() == BATCH * inputs && w.len() == outputs * inputs && y.len() == BATCH * outputs);
    let (i, o) = (inputs as isize, outputs as isize);
    // SAFETY: the lengths were asserted, and the strides are those of whole rows.
    unsafe {
        matrixmultiply::sgemm(
            BATCH,
            inputs,
            outputs,
            1.0,
            x.as_ptr(),
            i,
            1,
            w.as_ptr(),
            1,
            i,
            1.0,
            y.as_mut_ptr(),
            o,
            1,
        );
    }
}

criterion_group!(benches, benchmark);
criterion_main!(benches);

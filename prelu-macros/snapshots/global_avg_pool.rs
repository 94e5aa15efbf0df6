// struct Net: [2, 6, 6] -> [2] { global_avg_pool }

/**

Input [2, 6, 6], output [2].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [2, 6, 6] | | | |
| `global_avg_pool1` | `global_avg_pool` | [2] | 0 | 0 |  |
| total | | | 0 | 0 | |
*/
#[repr(C)]
struct Net {}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Net {
        const ZEROED: Self = Self {};
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Net> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {}
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {}
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Network for Net {
        type Input = [[[f32; 6]; 6]; 2];
        type Output = [f32; 2];
        const PARAMETERS: usize = 0;
        const MACS: u64 = 0;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[2, 6, 6],
            output: &[2],
            layers: &[
                summary::LayerSummary {
                    key: "global_avg_pool1",
                    declaration: "global_avg_pool",
                    inputs: &[None],
                    output: &[2],
                    parameters: 0,
                    macs: 0,
                },
            ],
            parameters: &[],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[formula::Formula::GlobalAvgPool];
        const VECTORS: usize = 74;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 74;
        const CALIBRATIONS: usize = 0;
        const PHASES: &'static [::core::ops::Range<usize>] = &[0..0];
        const LEAST_BATCH: usize = 1;
        const BEGUN: &'static [::core::ops::Range<usize>] = &[];
        fn predict_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            ys: &mut [Self::Output],
            memory: &mut [S::V],
            temporary: &mut [S::V],
        ) {
            let [b0, b1] = split(memory, [72, 2]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..72],
                });
            s.call(layers::global_avg_pool::Forward {
                layer: layers::global_avg_pool::GlobalAvgPool {
                    pixels: 36,
                },
                x: &samples[..72],
                y: &mut b1[..2],
            });
            s.call(pack::Unpack { x: &b1[..2], ys });
        }
        fn train_block<S: simd::Simd, L: runtime::Loss>(
            &self,
            s: S,
            phase: usize,
            block: &runtime::network::Block<'_, Self, L>,
            memory: &mut [S::V],
            temporary: &mut [S::V],
            gradient: &mut Self,
            sums: &mut [f64],
        ) -> f64 {
            let xs = block.inputs;
            let mut loss = 0.0;
            let [b0, b1] = split(memory, [72, 2]);
            s.call(pack::Pack { xs, y: &mut b0[..72] });
            s.call(layers::global_avg_pool::Forward {
                layer: layers::global_avg_pool::GlobalAvgPool {
                    pixels: 36,
                },
                x: &b0[..72],
                y: &mut b1[..2],
            });
            loss = block
                .loss
                .block(s, &mut b1[..2], block.targets, block.scale, &mut b0[..4]);
            loss
        }
        fn batch_statistics(&self, sums: &[f64], samples: usize, gradient: &mut Self) {}
        fn calibrate_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            memory: &mut [S::V],
            temporary: &mut [S::V],
            counts: &mut Self,
        ) {}
    }
};
#[allow(unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime::layers::global_avg_pool as _;
};

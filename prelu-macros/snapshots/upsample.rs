// struct Net: [2, 3, 3] -> [2, 6, 6] { upsample(2) }

/**

Input [2, 3, 3], output [2, 6, 6].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [2, 3, 3] | | | |
| `upsample1` | `upsample(2)` | [2, 6, 6] | 0 | 0 |  |
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
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct NetUpsample1Layer0;
    impl layers::upsample::Geometry for NetUpsample1Layer0 {
        const INPUT: [usize; 3] = [2, 6, 6];
        const OUTPUT: [usize; 3] = [2, 3, 3];
        const KERNEL: [usize; 2] = [2, 2];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [0, 0];
    }
    impl runtime::Network for Net {
        type Input = [[[f32; 3]; 3]; 2];
        type Output = [[[f32; 6]; 6]; 2];
        const PARAMETERS: usize = 0;
        const MACS: u64 = 0;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[2, 3, 3],
            output: &[2, 6, 6],
            layers: &[
                summary::LayerSummary {
                    key: "upsample1",
                    declaration: "upsample(2)",
                    inputs: &[None],
                    output: &[2, 6, 6],
                    parameters: 0,
                    macs: 0,
                },
            ],
            parameters: &[],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::Upsample {
                factor: [2, 2],
            },
        ];
        const VECTORS: usize = 90;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 216;
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
            let [b0, b1] = split(memory, [18, 72]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..18],
                });
            s.call(layers::upsample::Forward {
                layer: NetUpsample1Layer0,
                x: &samples[..18],
                y: &mut b1[..72],
            });
            s.call(pack::Unpack { x: &b1[..72], ys });
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
            let [b0, b1] = split(memory, [144, 72]);
            s.call(pack::Pack { xs, y: &mut b0[..18] });
            s.call(layers::upsample::Forward {
                layer: NetUpsample1Layer0,
                x: &b0[..18],
                y: &mut b1[..72],
            });
            loss = block
                .loss
                .block(s, &mut b1[..72], block.targets, block.scale, &mut b0[..144]);
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
    use ::prelu::runtime::layers::upsample as _;
};

// struct Net: [2, 6, 6] -> [2, 3, 3] { avg_pool(2) }

/**

Input [2, 6, 6], output [2, 3, 3].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [2, 6, 6] | | | |
| `avg_pool1` | `avg_pool(2)` | [2, 3, 3] | 0 | 0 |  |
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
    struct NetAvgPool1Layer0;
    impl layers::avg_pool::Geometry for NetAvgPool1Layer0 {
        const INPUT: [usize; 3] = [2, 6, 6];
        const OUTPUT: [usize; 3] = [2, 3, 3];
        const KERNEL: [usize; 2] = [2, 2];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [0, 0];
    }
    impl runtime::Network for Net {
        type Input = [[[f32; 6]; 6]; 2];
        type Output = [[[f32; 3]; 3]; 2];
        const PARAMETERS: usize = 0;
        const MACS: u64 = 0;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[2, 6, 6],
            output: &[2, 3, 3],
            layers: &[
                summary::LayerSummary {
                    key: "avg_pool1",
                    declaration: "avg_pool(2)",
                    inputs: &[None],
                    output: &[2, 3, 3],
                    parameters: 0,
                    macs: 0,
                },
            ],
            parameters: &[],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::AvgPool(formula::Window {
                kernel: [2, 2],
                stride: [2, 2],
                before: [0, 0],
                after: [0, 0],
                dilation: [1, 1],
                ceil: false,
            }),
        ];
        const VECTORS: usize = 90;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 90;
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
            let [b0, b1] = split(memory, [72, 18]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..72],
                });
            s.call(layers::avg_pool::Forward {
                layer: NetAvgPool1Layer0,
                x: &samples[..72],
                y: &mut b1[..18],
            });
            s.call(pack::Unpack { x: &b1[..18], ys });
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
            let [b0, b1] = split(memory, [72, 18]);
            s.call(pack::Pack { xs, y: &mut b0[..72] });
            s.call(layers::avg_pool::Forward {
                layer: NetAvgPool1Layer0,
                x: &b0[..72],
                y: &mut b1[..18],
            });
            loss = block
                .loss
                .block(s, &mut b1[..18], block.targets, block.scale, &mut b0[..36]);
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
    use ::prelu::runtime::layers::avg_pool as _;
};

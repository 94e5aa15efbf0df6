// struct Net: [2, 6, 6] -> [2, 6, 6] { dropout_channels(0.2) }

/**

Input [2, 6, 6], output [2, 6, 6].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [2, 6, 6] | | | |
| `dropout_channels1` | `dropout_channels(0.2)` | [2, 6, 6] | 0 | 0 |  |
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
        type Output = [[[f32; 6]; 6]; 2];
        const PARAMETERS: usize = 0;
        const MACS: u64 = 0;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[2, 6, 6],
            output: &[2, 6, 6],
            layers: &[
                summary::LayerSummary {
                    key: "dropout_channels1",
                    declaration: "dropout_channels(0.2)",
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
            formula::Formula::DropoutChannels {
                rate: 0.2f32,
            },
        ];
        const VECTORS: usize = 72;
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
            let [b0] = split(memory, [72]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..72],
                });
            s.call(pack::Unpack {
                x: &samples[..72],
                ys,
            });
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
            let [b0, b1] = split(memory, [72, 144]);
            s.call(pack::Pack { xs, y: &mut b0[..72] });
            s.call(layers::dropout_channels::ForwardInPlace {
                layer: layers::dropout::Dropout {
                    rate: 0.2f32,
                    run: 36,
                    scale: 1.25f32,
                    shift: 0f32,
                    dropped: 0f32,
                },
                draw: block.draw.layer(0),
                x: &mut b0[..72],
                saved: &mut b1[..2],
            });
            loss = block
                .loss
                .block(s, &mut b0[..72], block.targets, block.scale, &mut b1[..144]);
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
    use ::prelu::runtime::layers::dropout_channels as _;
};

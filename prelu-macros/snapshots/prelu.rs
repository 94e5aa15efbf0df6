// struct Net: [2, 6, 6] -> [2, 6, 6] { prelu(per_channel, init = from_data) }

/**

Input [2, 6, 6], output [2, 6, 6].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [2, 6, 6] | | | |
| `prelu1` | `prelu(per_channel, init = from_data)` | [2, 6, 6] | 2 | 0 | `prelu1.weight` [2] |
| total | | | 2 | 0 | |
*/
#[repr(C)]
struct Net {
    /// `prelu(per_channel, init = from_data)`: [2, 6, 6] → [2, 6, 6]
    pub prelu1: ::prelu::runtime::layers::Prelu<[::core::primitive::f32; 2]>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Net {
        const ZEROED: Self = Self {
            prelu1: ::prelu::runtime::layers::Prelu {
                weight: [0.0f32; 2],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Net> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.prelu1));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.prelu1));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Network for Net {
        type Input = [[[f32; 6]; 6]; 2];
        type Output = [[[f32; 6]; 6]; 2];
        const PARAMETERS: usize = 2;
        const MACS: u64 = 0;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[2, 6, 6],
            output: &[2, 6, 6],
            layers: &[
                summary::LayerSummary {
                    key: "prelu1",
                    declaration: "prelu(per_channel, init = from_data)",
                    inputs: &[None],
                    output: &[2, 6, 6],
                    parameters: 2,
                    macs: 0,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "prelu1.weight",
                    shape: &[2],
                    offset: 0,
                    len: 2,
                    init: summary::Init::FromData {
                        inputs_per_slope: 36,
                    },
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::Prelu {
                tie: None,
            },
        ];
        const VECTORS: usize = 72;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 288;
        const CALIBRATIONS: usize = 1;
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
            s.call(pack::Pack { xs, y: &mut b0[..72] });
            s.call(layers::prelu::ForwardInPlace {
                parameters: &self.prelu1,
                x: &mut b0[..72],
            });
            s.call(pack::Unpack { x: &b0[..72], ys });
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
            let [b0, b1, b2] = split(memory, [72, 72, 144]);
            s.call(pack::Pack { xs, y: &mut b0[..72] });
            s.call(layers::prelu::Forward {
                parameters: &self.prelu1,
                x: &b0[..72],
                y: &mut b1[..72],
            });
            loss = block
                .loss
                .block(s, &mut b1[..72], block.targets, block.scale, &mut b2[..144]);
            s.call(layers::prelu::Backward {
                parameters: &self.prelu1,
                gradient: &mut gradient.prelu1,
                x: &b0[..72],
                d: &mut b1[..72],
            });
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
        ) {
            let [b0] = split(memory, [72]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..72],
                });
            s.call(layers::prelu::Calibrate {
                counts: &mut counts.prelu1,
                samples: xs.len(),
                x: &samples[..72],
            });
        }
    }
};
#[allow(unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime::layers::prelu as _;
};

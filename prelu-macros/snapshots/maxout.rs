// struct Net: [4] -> [3] { maxout(3, pieces = 2) }

/**

Input [4], output [3].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [4] | | | |
| `maxout1` | `maxout(3, pieces = 2)` | [3] | 30 | 24 | `maxout1.weight` [6, 4], `maxout1.bias` [6] |
| total | | | 30 | 24 | |
*/
#[repr(C)]
struct Net {
    /// `maxout(3, pieces = 2)`: [4] → [3]
    pub maxout1: ::prelu::runtime::layers::Linear<6, 4, 6>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Net {
        const ZEROED: Self = Self {
            maxout1: ::prelu::runtime::layers::Linear {
                weight: [[0.0f32; 4]; 6],
                bias: [0.0f32; 6],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Net> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.maxout1));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.maxout1));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct NetMaxout1Layer0;
    impl layers::linear::Geometry for NetMaxout1Layer0 {
        const INPUTS: usize = 4;
        const OUTPUTS: usize = 6;
        type Tiles32 = (
            layers::linear::Outputs<6, 0>,
            layers::linear::Inputs<4, 0, 6>,
            layers::linear::Rows<6, 0, 1>,
        );
        type Tiles16 = (
            layers::linear::Outputs<6, 0>,
            layers::linear::Inputs<4, 0, 6>,
            layers::linear::Rows<6, 0, 1>,
        );
    }
    impl runtime::Network for Net {
        type Input = [f32; 4];
        type Output = [f32; 3];
        const PARAMETERS: usize = 30;
        const MACS: u64 = 24;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[4],
            output: &[3],
            layers: &[
                summary::LayerSummary {
                    key: "maxout1",
                    declaration: "maxout(3, pieces = 2)",
                    inputs: &[None],
                    output: &[3],
                    parameters: 30,
                    macs: 24,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "maxout1.weight",
                    shape: &[6, 4],
                    offset: 0,
                    len: 24,
                    init: summary::Init::Uniform(0.5f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "maxout1.bias",
                    shape: &[6],
                    offset: 24,
                    len: 6,
                    init: summary::Init::Uniform(0.5f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::Maxout {
                pieces: 2,
                of: &formula::Formula::Linear,
            },
        ];
        const VECTORS: usize = 10;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 29;
        const CALIBRATIONS: usize = 0;
        const PHASES: &'static [::core::ops::Range<usize>] = &[0..0];
        const LEAST_BATCH: usize = 1;
        const BEGUN: &'static [::core::ops::Range<usize>] = &[0..24];
        fn predict_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            ys: &mut [Self::Output],
            memory: &mut [S::V],
            temporary: &mut [S::V],
        ) {
            let [b0, b1, b2] = split(memory, [4, 6, 0]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..4],
                });
            s.call(layers::linear::Forward {
                layer: NetMaxout1Layer0,
                parameters: &self.maxout1,
                x: &samples[..4],
                y: &mut b1[..6],
            });
            s.call(layers::maxout::Forward {
                layer: layers::maxout::Pieces {
                    pieces: 2,
                    pixels: 1,
                },
                x: &b1[..6],
                y: &mut b0[..3],
                saved: &mut b2[..0],
            });
            s.call(pack::Unpack { x: &b0[..3], ys });
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
            let [b0, b1, b2, b3] = split(memory, [4, 6, 3, 16]);
            s.call(pack::Pack { xs, y: &mut b0[..4] });
            s.call(layers::linear::Forward {
                layer: NetMaxout1Layer0,
                parameters: &self.maxout1,
                x: &b0[..4],
                y: &mut b1[..6],
            });
            s.call(layers::maxout::Forward {
                layer: layers::maxout::Pieces {
                    pieces: 2,
                    pixels: 1,
                },
                x: &b1[..6],
                y: &mut b2[..3],
                saved: &mut b3[..3],
            });
            loss = block
                .loss
                .block(s, &mut b2[..3], block.targets, block.scale, &mut b1[..6]);
            s.call(layers::maxout::Backward {
                layer: layers::maxout::Pieces {
                    pieces: 2,
                    pixels: 1,
                },
                saved: &b3[..3],
                dy: &b2[..3],
                dx: &mut b1[..6],
            });
            s.call(layers::linear::BackwardWeight {
                layer: NetMaxout1Layer0,
                gradient: &mut gradient.maxout1,
                first: block.first,
                x: &b0[..4],
                dy: &b1[..6],
                temporary: &mut b3[..16],
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
        ) {}
    }
};
#[allow(unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime::layers::maxout as _;
};

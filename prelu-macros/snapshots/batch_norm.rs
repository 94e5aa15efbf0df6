// struct Net: [2, 6, 6] -> [2, 6, 6] { batch_norm }

/**

Input [2, 6, 6], output [2, 6, 6].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [2, 6, 6] | | | |
| `batch_norm1` | `batch_norm` | [2, 6, 6] | 4 | 0 | `batch_norm1.weight` [2], `batch_norm1.bias` [2], `batch_norm1.running_mean` [2], `batch_norm1.running_var` [2] |
| total | | | 4 | 0 | |
*/
#[repr(C)]
struct Net {
    /// `batch_norm`: [2, 6, 6] → [2, 6, 6]
    pub batch_norm1: ::prelu::runtime::layers::BatchNorm<2>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Net {
        const ZEROED: Self = Self {
            batch_norm1: ::prelu::runtime::layers::BatchNorm {
                weight: [0.0f32; 2],
                bias: [0.0f32; 2],
                running_mean: [0.0f32; 2],
                running_var: [0.0f32; 2],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Net> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.batch_norm1));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.batch_norm1));
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
        const PARAMETERS: usize = 4;
        const MACS: u64 = 0;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[2, 6, 6],
            output: &[2, 6, 6],
            layers: &[
                summary::LayerSummary {
                    key: "batch_norm1",
                    declaration: "batch_norm",
                    inputs: &[None],
                    output: &[2, 6, 6],
                    parameters: 4,
                    macs: 0,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "batch_norm1.weight",
                    shape: &[2],
                    offset: 0,
                    len: 2,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "batch_norm1.bias",
                    shape: &[2],
                    offset: 2,
                    len: 2,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[
                summary::BufferSummary {
                    key: "batch_norm1.running_mean",
                    shape: &[2],
                    offset: 4,
                    len: 2,
                    init: 0f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "batch_norm1.running_var",
                    shape: &[2],
                    offset: 6,
                    len: 2,
                    init: 1f32,
                    momentum: 0.1f32,
                },
            ],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::BatchNorm {
                eps: 0.00001f32,
                momentum: 0.1f32,
            },
        ];
        const VECTORS: usize = 72;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 288;
        const CALIBRATIONS: usize = 0;
        const PHASES: &'static [::core::ops::Range<usize>] = &[0..4, 4..4];
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
            s.call(layers::batch_norm::PredictInPlace {
                layer: layers::batch_norm::Shape {
                    pixels: 36,
                    eps: 0.00001f32,
                },
                parameters: &self.batch_norm1,
                activation: layers::Nothing,
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
            match phase {
                0 => {
                    s.call(pack::Pack { xs, y: &mut b0[..72] });
                    s.call(layers::batch_norm::Statistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 36,
                            eps: 0.00001f32,
                        },
                        sums: &mut sums[..4],
                        samples: xs.len(),
                        x: &b0[..72],
                    });
                }
                1 => {
                    s.call(layers::batch_norm::Forward {
                        layer: layers::batch_norm::Shape {
                            pixels: 36,
                            eps: 0.00001f32,
                        },
                        parameters: &self.batch_norm1,
                        activation: layers::Nothing,
                        sums: &block.sums[..4],
                        batch: block.batch,
                        x: &b0[..72],
                        y: &mut b1[..72],
                    });
                    loss = block
                        .loss
                        .block(
                            s,
                            &mut b1[..72],
                            block.targets,
                            block.scale,
                            &mut b2[..144],
                        );
                    s.call(layers::batch_norm::BackwardStatistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 36,
                            eps: 0.00001f32,
                        },
                        parameters: &self.batch_norm1,
                        activation: layers::Nothing,
                        slopes: &mut (),
                        gradient: &mut gradient.batch_norm1,
                        statistics: &block.sums[..4],
                        sums: &mut sums[..0],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b0[..72],
                        dy: &b1[..72],
                    });
                }
                _ => {}
            }
            loss
        }
        fn batch_statistics(&self, sums: &[f64], samples: usize, gradient: &mut Self) {
            layers::batch_norm::batch_statistics(
                layers::batch_norm::Shape {
                    pixels: 36,
                    eps: 0.00001f32,
                },
                &self.batch_norm1,
                &sums[..4],
                samples,
                &mut gradient.batch_norm1,
            );
        }
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
    use ::prelu::runtime::layers::batch_norm as _;
};

// pub struct Dense: [6] -> [4] {
//     fc1: linear(6, freeze), act: prelu(init = from_data), fc2: linear(6), prelu(tie = act), alpha_dropout(0.1), layer_norm,
//     fc3: linear(4, init = lecun), log_softmax,
// }

/**

Input [6], output [4].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [6] | | | |
| `fc1` | `linear(6, freeze)` | [6] | 42 | 36 | `fc1.weight` [6, 6], `fc1.bias` [6] |
| `act` | `prelu(init = from_data)` | [6] | 1 | 0 | `act.weight` [1] |
| `fc2` | `linear(6)` | [6] | 42 | 36 | `fc2.weight` [6, 6], `fc2.bias` [6] |
| `prelu2` | `prelu(tie = act)` | [6] | 0 | 0 | tied to `act` |
| `alpha_dropout1` | `alpha_dropout(0.1)` | [6] | 0 | 0 |  |
| `layer_norm1` | `layer_norm` | [6] | 12 | 0 | `layer_norm1.weight` [6], `layer_norm1.bias` [6] |
| `fc3` | `linear(4, init = lecun)` | [4] | 28 | 24 | `fc3.weight` [4, 6], `fc3.bias` [4] |
| `log_softmax1` | `log_softmax` | [4] | 0 | 0 |  |
| total | | | 125 | 96 | |
*/
#[repr(C)]
pub struct Dense {
    /// `linear(6, freeze)`: [6] → [6]
    pub fc1: ::prelu::runtime::layers::Linear<6, 6, 6>,
    /// `prelu(init = from_data)`: [6] → [6]
    pub act: ::prelu::runtime::layers::Prelu<[::core::primitive::f32; 1]>,
    /// `linear(6)`: [6] → [6]
    pub fc2: ::prelu::runtime::layers::Linear<6, 6, 6>,
    /// `layer_norm`: [6] → [6]
    pub layer_norm1: ::prelu::runtime::layers::LayerNorm<[::core::primitive::f32; 6]>,
    /// `linear(4, init = lecun)`: [6] → [4]
    pub fc3: ::prelu::runtime::layers::Linear<4, 6, 4>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Dense {
        const ZEROED: Self = Self {
            fc1: ::prelu::runtime::layers::Linear {
                weight: [[0.0f32; 6]; 6],
                bias: [0.0f32; 6],
            },
            act: ::prelu::runtime::layers::Prelu {
                weight: [0.0f32; 1],
            },
            fc2: ::prelu::runtime::layers::Linear {
                weight: [[0.0f32; 6]; 6],
                bias: [0.0f32; 6],
            },
            layer_norm1: ::prelu::runtime::layers::LayerNorm {
                weight: [0.0f32; 6],
                bias: [0.0f32; 6],
            },
            fc3: ::prelu::runtime::layers::Linear {
                weight: [[0.0f32; 6]; 4],
                bias: [0.0f32; 4],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Dense> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.fc1));
            each(runtime::Tensor::floats(&self.act));
            each(runtime::Tensor::floats(&self.fc2));
            each(runtime::Tensor::floats(&self.layer_norm1));
            each(runtime::Tensor::floats(&self.fc3));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.fc1));
            each(runtime::Tensor::floats_mut(&mut self.act));
            each(runtime::Tensor::floats_mut(&mut self.fc2));
            each(runtime::Tensor::floats_mut(&mut self.layer_norm1));
            each(runtime::Tensor::floats_mut(&mut self.fc3));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct DenseFc1Layer0;
    impl layers::linear::Geometry for DenseFc1Layer0 {
        const INPUTS: usize = 6;
        const OUTPUTS: usize = 6;
        type Tiles32 = (
            layers::linear::Outputs<6, 0>,
            layers::linear::Inputs<6, 0, 6>,
            layers::linear::Rows<6, 0, 1>,
        );
        type Tiles16 = (
            layers::linear::Outputs<6, 0>,
            layers::linear::Inputs<6, 0, 6>,
            layers::linear::Rows<6, 0, 1>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct DenseFc3Layer6;
    impl layers::linear::Geometry for DenseFc3Layer6 {
        const INPUTS: usize = 6;
        const OUTPUTS: usize = 4;
        type Tiles32 = (
            layers::linear::Outputs<4, 0>,
            layers::linear::Inputs<6, 0, 4>,
            layers::linear::Rows<4, 0, 1>,
        );
        type Tiles16 = (
            layers::linear::Outputs<4, 0>,
            layers::linear::Inputs<6, 0, 4>,
            layers::linear::Rows<4, 0, 1>,
        );
    }
    impl runtime::Network for Dense {
        type Input = [f32; 6];
        type Output = [f32; 4];
        const PARAMETERS: usize = 125;
        const MACS: u64 = 96;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Dense",
            input: &[6],
            output: &[4],
            layers: &[
                summary::LayerSummary {
                    key: "fc1",
                    declaration: "linear(6, freeze)",
                    inputs: &[None],
                    output: &[6],
                    parameters: 42,
                    macs: 36,
                },
                summary::LayerSummary {
                    key: "act",
                    declaration: "prelu(init = from_data)",
                    inputs: &[Some(0)],
                    output: &[6],
                    parameters: 1,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "fc2",
                    declaration: "linear(6)",
                    inputs: &[Some(1)],
                    output: &[6],
                    parameters: 42,
                    macs: 36,
                },
                summary::LayerSummary {
                    key: "prelu2",
                    declaration: "prelu(tie = act)",
                    inputs: &[Some(2)],
                    output: &[6],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "alpha_dropout1",
                    declaration: "alpha_dropout(0.1)",
                    inputs: &[Some(3)],
                    output: &[6],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layer_norm1",
                    declaration: "layer_norm",
                    inputs: &[Some(4)],
                    output: &[6],
                    parameters: 12,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "fc3",
                    declaration: "linear(4, init = lecun)",
                    inputs: &[Some(5)],
                    output: &[4],
                    parameters: 28,
                    macs: 24,
                },
                summary::LayerSummary {
                    key: "log_softmax1",
                    declaration: "log_softmax",
                    inputs: &[Some(6)],
                    output: &[4],
                    parameters: 0,
                    macs: 0,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "fc1.weight",
                    shape: &[6, 6],
                    offset: 0,
                    len: 36,
                    init: summary::Init::Uniform(0.4082483f32),
                    decays: true,
                    frozen: true,
                },
                summary::ParameterSummary {
                    key: "fc1.bias",
                    shape: &[6],
                    offset: 36,
                    len: 6,
                    init: summary::Init::Uniform(0.4082483f32),
                    decays: false,
                    frozen: true,
                },
                summary::ParameterSummary {
                    key: "act.weight",
                    shape: &[1],
                    offset: 42,
                    len: 1,
                    init: summary::Init::FromData {
                        inputs_per_slope: 6,
                    },
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc2.weight",
                    shape: &[6, 6],
                    offset: 43,
                    len: 36,
                    init: summary::Init::Uniform(0.4082483f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc2.bias",
                    shape: &[6],
                    offset: 79,
                    len: 6,
                    init: summary::Init::Uniform(0.4082483f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layer_norm1.weight",
                    shape: &[6],
                    offset: 85,
                    len: 6,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layer_norm1.bias",
                    shape: &[6],
                    offset: 91,
                    len: 6,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc3.weight",
                    shape: &[4, 6],
                    offset: 97,
                    len: 24,
                    init: summary::Init::Normal(0.4082483f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc3.bias",
                    shape: &[4],
                    offset: 121,
                    len: 4,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::Linear,
            formula::Formula::Prelu {
                tie: None,
            },
            formula::Formula::Linear,
            formula::Formula::Prelu {
                tie: Some("act"),
            },
            formula::Formula::AlphaDropout {
                rate: 0.1f32,
            },
            formula::Formula::LayerNorm {
                eps: 0.00001f32,
            },
            formula::Formula::Linear,
            formula::Formula::LogSoftmax,
        ];
        const VECTORS: usize = 12;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 62;
        const CALIBRATIONS: usize = 1;
        const PHASES: &'static [::core::ops::Range<usize>] = &[0..0];
        const LEAST_BATCH: usize = 1;
        const BEGUN: &'static [::core::ops::Range<usize>] = &[43..79, 97..121];
        fn predict_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            ys: &mut [Self::Output],
            memory: &mut [S::V],
            temporary: &mut [S::V],
        ) {
            let [b0, b1] = split(memory, [6, 6]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..6],
                });
            s.call(layers::linear::Forward {
                layer: DenseFc1Layer0,
                parameters: &self.fc1,
                x: &samples[..6],
                y: &mut b1[..6],
            });
            s.call(layers::prelu::ForwardInPlace {
                parameters: &self.act,
                x: &mut b1[..6],
            });
            s.call(layers::linear::Forward {
                layer: DenseFc1Layer0,
                parameters: &self.fc2,
                x: &b1[..6],
                y: &mut b0[..6],
            });
            s.call(layers::prelu::ForwardInPlace {
                parameters: &self.act,
                x: &mut b0[..6],
            });
            s.call(layers::layer_norm::ForwardInPlace {
                layer: layers::layer_norm::Norm {
                    eps: 0.00001f32,
                },
                parameters: &self.layer_norm1,
                x: &mut b0[..6],
                saved: &mut b1[..0],
            });
            s.call(layers::linear::Forward {
                layer: DenseFc3Layer6,
                parameters: &self.fc3,
                x: &b0[..6],
                y: &mut b1[..4],
            });
            s.call(layers::log_softmax::ForwardInPlace {
                layer: layers::log_softmax::LogSoftmax {
                    pixels: 1,
                },
                x: &mut b1[..4],
                saved: &mut b0[..0],
            });
            s.call(pack::Unpack { x: &b1[..4], ys });
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
            let [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9] = split(
                memory,
                [6, 6, 6, 6, 6, 6, 2, 4, 4, 16],
            );
            s.call(pack::Pack { xs, y: &mut b0[..6] });
            s.call(layers::linear::Forward {
                layer: DenseFc1Layer0,
                parameters: &self.fc1,
                x: &b0[..6],
                y: &mut b1[..6],
            });
            s.call(layers::prelu::Forward {
                parameters: &self.act,
                x: &b1[..6],
                y: &mut b0[..6],
            });
            s.call(layers::linear::Forward {
                layer: DenseFc1Layer0,
                parameters: &self.fc2,
                x: &b0[..6],
                y: &mut b2[..6],
            });
            s.call(layers::prelu::Forward {
                parameters: &self.act,
                x: &b2[..6],
                y: &mut b3[..6],
            });
            s.call(layers::alpha_dropout::ForwardInPlace {
                layer: layers::dropout::Dropout {
                    rate: 0.1f32,
                    run: 1,
                    scale: 0.9212845f32,
                    shift: 0.16197097f32,
                    dropped: -1.4577388f32,
                },
                draw: block.draw.layer(4),
                x: &mut b3[..6],
                saved: &mut b4[..6],
            });
            s.call(layers::layer_norm::Forward {
                layer: layers::layer_norm::Norm {
                    eps: 0.00001f32,
                },
                parameters: &self.layer_norm1,
                x: &b3[..6],
                y: &mut b5[..6],
                saved: &mut b6[..2],
            });
            s.call(layers::linear::Forward {
                layer: DenseFc3Layer6,
                parameters: &self.fc3,
                x: &b5[..6],
                y: &mut b7[..4],
            });
            s.call(layers::log_softmax::ForwardInPlace {
                layer: layers::log_softmax::LogSoftmax {
                    pixels: 1,
                },
                x: &mut b7[..4],
                saved: &mut b8[..4],
            });
            loss = block
                .loss
                .block(s, &mut b7[..4], block.targets, block.scale, &mut b9[..8]);
            s.call(layers::log_softmax::Backward {
                layer: layers::log_softmax::LogSoftmax {
                    pixels: 1,
                },
                saved: &b8[..4],
                d: &mut b7[..4],
            });
            s.call(layers::linear::BackwardWeight {
                layer: DenseFc3Layer6,
                gradient: &mut gradient.fc3,
                first: block.first,
                x: &b5[..6],
                dy: &b7[..4],
                temporary: &mut b9[..16],
            });
            s.call(layers::linear::BackwardInput {
                layer: DenseFc3Layer6,
                parameters: &self.fc3,
                dy: &b7[..4],
                dx: &mut b5[..6],
            });
            s.call(layers::layer_norm::Backward {
                layer: layers::layer_norm::Norm {
                    eps: 0.00001f32,
                },
                parameters: &self.layer_norm1,
                gradient: &mut gradient.layer_norm1,
                saved: &b6[..2],
                x: &b3[..6],
                d: &mut b5[..6],
            });
            s.call(layers::alpha_dropout::Backward {
                layer: layers::dropout::Dropout {
                    rate: 0.1f32,
                    run: 1,
                    scale: 0.9212845f32,
                    shift: 0.16197097f32,
                    dropped: -1.4577388f32,
                },
                saved: &b4[..6],
                d: &mut b5[..6],
            });
            s.call(layers::prelu::Backward {
                parameters: &self.act,
                gradient: &mut gradient.act,
                x: &b2[..6],
                d: &mut b5[..6],
            });
            s.call(layers::linear::BackwardWeight {
                layer: DenseFc1Layer0,
                gradient: &mut gradient.fc2,
                first: block.first,
                x: &b0[..6],
                dy: &b5[..6],
                temporary: &mut b9[..16],
            });
            s.call(layers::linear::BackwardInput {
                layer: DenseFc1Layer0,
                parameters: &self.fc2,
                dy: &b5[..6],
                dx: &mut b0[..6],
            });
            s.call(layers::prelu::Backward {
                parameters: &self.act,
                gradient: &mut gradient.act,
                x: &b1[..6],
                d: &mut b0[..6],
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
            let [b0, b1] = split(memory, [6, 6]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..6],
                });
            s.call(layers::linear::Forward {
                layer: DenseFc1Layer0,
                parameters: &self.fc1,
                x: &samples[..6],
                y: &mut b1[..6],
            });
            s.call(layers::prelu::Calibrate {
                counts: &mut counts.act,
                samples: xs.len(),
                x: &b1[..6],
            });
        }
    }
};
#[allow(unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime::layers::{
        linear as _, prelu as _, linear as _, prelu as _, alpha_dropout as _,
        layer_norm as _, linear as _, log_softmax as _,
    };
};

// pub struct Autoencoder: [1, 8, 8] -> [1, 8, 8] {
//     down: conv(4, kernel = 3, stride = 2, padding = 1), gelu, conv(2, kernel = 3, padding = same), tanh,
//     up: conv_transpose(4, kernel = 2, stride = 2), gelu, conv(1, kernel = 1), sigmoid,
// }

/**

Input [1, 8, 8], output [1, 8, 8].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [1, 8, 8] | | | |
| `down` | `conv(4, kernel = 3, stride = 2, padding = 1)` | [4, 4, 4] | 40 | 576 | `down.weight` [4, 1, 3, 3], `down.bias` [4] |
| `gelu1` | `gelu` | [4, 4, 4] | 0 | 0 |  |
| `conv2` | `conv(2, kernel = 3, padding = same)` | [2, 4, 4] | 74 | 1152 | `conv2.weight` [2, 4, 3, 3], `conv2.bias` [2] |
| `tanh1` | `tanh` | [2, 4, 4] | 0 | 0 |  |
| `up` | `conv_transpose(4, kernel = 2, stride = 2)` | [4, 8, 8] | 36 | 512 | `up.weight` [2, 4, 2, 2], `up.bias` [4] |
| `gelu2` | `gelu` | [4, 8, 8] | 0 | 0 |  |
| `conv3` | `conv(1, kernel = 1)` | [1, 8, 8] | 5 | 256 | `conv3.weight` [1, 4, 1, 1], `conv3.bias` [1] |
| `sigmoid1` | `sigmoid` | [1, 8, 8] | 0 | 0 |  |
| total | | | 155 | 2496 | |
*/
#[repr(C)]
pub struct Autoencoder {
    /// `conv(4, kernel = 3, stride = 2, padding = 1)`: [1, 8, 8] → [4, 4, 4]
    pub down: ::prelu::runtime::layers::Conv<4, 1, 3, 3, 4>,
    /// `conv(2, kernel = 3, padding = same)`: [4, 4, 4] → [2, 4, 4]
    pub conv2: ::prelu::runtime::layers::Conv<2, 4, 3, 3, 2>,
    /// `conv_transpose(4, kernel = 2, stride = 2)`: [2, 4, 4] → [4, 8, 8]
    pub up: ::prelu::runtime::layers::ConvTranspose<2, 4, 2, 2, 4>,
    /// `conv(1, kernel = 1)`: [4, 8, 8] → [1, 8, 8]
    pub conv3: ::prelu::runtime::layers::Conv<1, 4, 1, 1, 1>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Autoencoder {
        const ZEROED: Self = Self {
            down: ::prelu::runtime::layers::Conv {
                weight: [[[[0.0f32; 3]; 3]; 1]; 4],
                bias: [0.0f32; 4],
            },
            conv2: ::prelu::runtime::layers::Conv {
                weight: [[[[0.0f32; 3]; 3]; 4]; 2],
                bias: [0.0f32; 2],
            },
            up: ::prelu::runtime::layers::ConvTranspose {
                weight: [[[[0.0f32; 2]; 2]; 4]; 2],
                bias: [0.0f32; 4],
            },
            conv3: ::prelu::runtime::layers::Conv {
                weight: [[[[0.0f32; 1]; 1]; 4]; 1],
                bias: [0.0f32; 1],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Autoencoder> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.down));
            each(runtime::Tensor::floats(&self.conv2));
            each(runtime::Tensor::floats(&self.up));
            each(runtime::Tensor::floats(&self.conv3));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.down));
            each(runtime::Tensor::floats_mut(&mut self.conv2));
            each(runtime::Tensor::floats_mut(&mut self.up));
            each(runtime::Tensor::floats_mut(&mut self.conv3));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct AutoencoderDownLayer0;
    impl layers::conv::Geometry for AutoencoderDownLayer0 {
        const INPUT: [usize; 3] = [1, 8, 8];
        const OUTPUT: [usize; 3] = [4, 4, 4];
        const KERNEL: [usize; 2] = [3, 3];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [1, 1];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 4>,
            layers::conv::Row<1, 0, 8>,
            layers::conv::Taps<4, 0, 1, 0, 3>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<1, 0, 8>,
            layers::conv::Taps<4, 0, 1, 0, 3>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct AutoencoderConv2Layer2;
    impl layers::conv::Geometry for AutoencoderConv2Layer2 {
        const INPUT: [usize; 3] = [4, 4, 4];
        const OUTPUT: [usize; 3] = [2, 4, 4];
        const KERNEL: [usize; 2] = [3, 3];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [1, 1];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<2, 0, 4>,
            layers::conv::Row<4, 0, 4>,
            layers::conv::Taps<2, 0, 1, 0, 3>,
        );
        type Tiles16 = (
            layers::conv::Outputs<2, 0, 4>,
            layers::conv::Row<2, 0, 4>,
            layers::conv::Taps<2, 0, 1, 0, 3>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct AutoencoderUpLayer4;
    impl layers::conv_transpose::Geometry for AutoencoderUpLayer4 {
        const INPUT: [usize; 3] = [4, 8, 8];
        const OUTPUT: [usize; 3] = [2, 4, 4];
        const KERNEL: [usize; 2] = [2, 2];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [0, 0];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<2, 0, 4>,
            layers::conv::Row<2, 0, 8>,
            layers::conv::Taps<2, 0, 2, 0, 2>,
        );
        type Tiles16 = (
            layers::conv::Outputs<2, 0, 4>,
            layers::conv::Row<1, 0, 8>,
            layers::conv::Taps<2, 0, 2, 0, 2>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct AutoencoderConv3Layer6;
    impl layers::conv::Geometry for AutoencoderConv3Layer6 {
        const INPUT: [usize; 3] = [4, 8, 8];
        const OUTPUT: [usize; 3] = [1, 8, 8];
        const KERNEL: [usize; 2] = [1, 1];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [0, 0];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<1, 0, 8>,
            layers::conv::Row<4, 0, 4>,
            layers::conv::Taps<1, 0, 4, 0, 1>,
        );
        type Tiles16 = (
            layers::conv::Outputs<1, 0, 8>,
            layers::conv::Row<4, 0, 2>,
            layers::conv::Taps<1, 0, 4, 0, 1>,
        );
    }
    impl runtime::Network for Autoencoder {
        type Input = [[[f32; 8]; 8]; 1];
        type Output = [[[f32; 8]; 8]; 1];
        const PARAMETERS: usize = 155;
        const MACS: u64 = 2496;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Autoencoder",
            input: &[1, 8, 8],
            output: &[1, 8, 8],
            layers: &[
                summary::LayerSummary {
                    key: "down",
                    declaration: "conv(4, kernel = 3, stride = 2, padding = 1)",
                    inputs: &[None],
                    output: &[4, 4, 4],
                    parameters: 40,
                    macs: 576,
                },
                summary::LayerSummary {
                    key: "gelu1",
                    declaration: "gelu",
                    inputs: &[Some(0)],
                    output: &[4, 4, 4],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "conv2",
                    declaration: "conv(2, kernel = 3, padding = same)",
                    inputs: &[Some(1)],
                    output: &[2, 4, 4],
                    parameters: 74,
                    macs: 1152,
                },
                summary::LayerSummary {
                    key: "tanh1",
                    declaration: "tanh",
                    inputs: &[Some(2)],
                    output: &[2, 4, 4],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "up",
                    declaration: "conv_transpose(4, kernel = 2, stride = 2)",
                    inputs: &[Some(3)],
                    output: &[4, 8, 8],
                    parameters: 36,
                    macs: 512,
                },
                summary::LayerSummary {
                    key: "gelu2",
                    declaration: "gelu",
                    inputs: &[Some(4)],
                    output: &[4, 8, 8],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "conv3",
                    declaration: "conv(1, kernel = 1)",
                    inputs: &[Some(5)],
                    output: &[1, 8, 8],
                    parameters: 5,
                    macs: 256,
                },
                summary::LayerSummary {
                    key: "sigmoid1",
                    declaration: "sigmoid",
                    inputs: &[Some(6)],
                    output: &[1, 8, 8],
                    parameters: 0,
                    macs: 0,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "down.weight",
                    shape: &[4, 1, 3, 3],
                    offset: 0,
                    len: 36,
                    init: summary::Init::Uniform(0.33333334f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "down.bias",
                    shape: &[4],
                    offset: 36,
                    len: 4,
                    init: summary::Init::Uniform(0.33333334f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "conv2.weight",
                    shape: &[2, 4, 3, 3],
                    offset: 40,
                    len: 72,
                    init: summary::Init::Uniform(0.16666667f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "conv2.bias",
                    shape: &[2],
                    offset: 112,
                    len: 2,
                    init: summary::Init::Uniform(0.16666667f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "up.weight",
                    shape: &[2, 4, 2, 2],
                    offset: 114,
                    len: 32,
                    init: summary::Init::Uniform(0.25f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "up.bias",
                    shape: &[4],
                    offset: 146,
                    len: 4,
                    init: summary::Init::Uniform(0.25f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "conv3.weight",
                    shape: &[1, 4, 1, 1],
                    offset: 150,
                    len: 4,
                    init: summary::Init::Uniform(0.5f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "conv3.bias",
                    shape: &[1],
                    offset: 154,
                    len: 1,
                    init: summary::Init::Uniform(0.5f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [3, 3],
                    stride: [2, 2],
                    before: [1, 1],
                    after: [1, 1],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::Gelu,
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [3, 3],
                    stride: [1, 1],
                    before: [1, 1],
                    after: [1, 1],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::Tanh,
            formula::Formula::ConvTranspose {
                window: formula::Window {
                    kernel: [2, 2],
                    stride: [2, 2],
                    before: [0, 0],
                    after: [0, 0],
                    dilation: [1, 1],
                    ceil: false,
                },
                output_padding: [0, 0],
                groups: 1,
            },
            formula::Formula::Gelu,
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [1, 1],
                    stride: [1, 1],
                    before: [0, 0],
                    after: [0, 0],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::Sigmoid,
        ];
        const VECTORS: usize = 384;
        const TEMPORARY: usize = runtime::scratch::largest(
            &[
                layers::conv::temporary::<AutoencoderDownLayer0>(),
                layers::conv::temporary::<AutoencoderConv2Layer2>(),
                layers::conv::temporary::<AutoencoderConv3Layer6>(),
            ],
        );
        const TRAINING_LINES: usize = 1024;
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
            let [b0, b1, b2] = split(memory, [64, 64, 256]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..64],
                });
            s.call(layers::conv::Forward {
                layer: AutoencoderDownLayer0,
                parameters: &self.down,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b2[..100], temporary),
                x: &samples[..64],
                y: &mut b1[..64],
            });
            s.call(layers::gelu::ForwardInPlace {
                layer: layers::gelu::Gelu,
                x: &mut b1[..64],
            });
            s.call(layers::conv::Forward {
                layer: AutoencoderConv2Layer2,
                parameters: &self.conv2,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b2[..144], temporary),
                x: &b1[..64],
                y: &mut b0[..32],
            });
            s.call(layers::tanh::ForwardInPlace {
                layer: layers::tanh::Tanh,
                x: &mut b0[..32],
            });
            s.call(layers::conv_transpose::Forward {
                layer: AutoencoderUpLayer4,
                parameters: &self.up,
                x: &b0[..32],
                y: &mut b2[..256],
            });
            s.call(layers::gelu::ForwardInPlace {
                layer: layers::gelu::Gelu,
                x: &mut b2[..256],
            });
            s.call(layers::conv::Forward {
                layer: AutoencoderConv3Layer6,
                parameters: &self.conv3,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b1[..0], temporary),
                x: &b2[..256],
                y: &mut b0[..64],
            });
            s.call(layers::sigmoid::ForwardInPlace {
                layer: layers::sigmoid::Sigmoid,
                x: &mut b0[..64],
            });
            s.call(pack::Unpack { x: &b0[..64], ys });
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
                [64, 64, 64, 32, 32, 256, 256, 64, 64, 128],
            );
            s.call(pack::Pack { xs, y: &mut b0[..64] });
            s.call(layers::conv::Forward {
                layer: AutoencoderDownLayer0,
                parameters: &self.down,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b2[..0], temporary),
                x: &b0[..64],
                y: &mut b1[..64],
            });
            s.call(layers::gelu::Forward {
                layer: layers::gelu::Gelu,
                x: &b1[..64],
                y: &mut b2[..64],
            });
            s.call(layers::conv::Forward {
                layer: AutoencoderConv2Layer2,
                parameters: &self.conv2,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b4[..0], temporary),
                x: &b2[..64],
                y: &mut b3[..32],
            });
            s.call(layers::tanh::Forward {
                layer: layers::tanh::Tanh,
                x: &b3[..32],
                y: &mut b4[..32],
            });
            s.call(layers::conv_transpose::Forward {
                layer: AutoencoderUpLayer4,
                parameters: &self.up,
                x: &b4[..32],
                y: &mut b5[..256],
            });
            s.call(layers::gelu::Forward {
                layer: layers::gelu::Gelu,
                x: &b5[..256],
                y: &mut b6[..256],
            });
            s.call(layers::conv::Forward {
                layer: AutoencoderConv3Layer6,
                parameters: &self.conv3,
                then: layers::Nothing,
                temporary: runtime::scratch::temporary(&mut b8[..0], temporary),
                x: &b6[..256],
                y: &mut b7[..64],
            });
            s.call(layers::sigmoid::Forward {
                layer: layers::sigmoid::Sigmoid,
                x: &b7[..64],
                y: &mut b8[..64],
            });
            loss = block
                .loss
                .block(s, &mut b8[..64], block.targets, block.scale, &mut b9[..128]);
            s.call(layers::sigmoid::Backward {
                layer: layers::sigmoid::Sigmoid,
                x: &b7[..64],
                d: &mut b8[..64],
            });
            s.call(layers::conv::BackwardWeight {
                layer: AutoencoderConv3Layer6,
                gradient: &mut gradient.conv3,
                temporary: &mut *temporary,
                x: &b6[..256],
                dy: &b8[..64],
            });
            s.call(layers::conv::BackwardInput {
                layer: AutoencoderConv3Layer6,
                parameters: &self.conv3,
                temporary: &mut *temporary,
                dy: &b8[..64],
                dx: &mut b6[..256],
            });
            s.call(layers::gelu::Backward {
                layer: layers::gelu::Gelu,
                x: &b5[..256],
                d: &mut b6[..256],
            });
            s.call(layers::conv_transpose::BackwardWeight {
                layer: AutoencoderUpLayer4,
                gradient: &mut gradient.up,
                x: &b4[..32],
                dy: &b6[..256],
            });
            s.call(layers::conv_transpose::BackwardInput {
                layer: AutoencoderUpLayer4,
                parameters: &self.up,
                dy: &b6[..256],
                dx: &mut b4[..32],
            });
            s.call(layers::tanh::Backward {
                layer: layers::tanh::Tanh,
                x: &b3[..32],
                d: &mut b4[..32],
            });
            s.call(layers::conv::BackwardWeight {
                layer: AutoencoderConv2Layer2,
                gradient: &mut gradient.conv2,
                temporary: &mut *temporary,
                x: &b2[..64],
                dy: &b4[..32],
            });
            s.call(layers::conv::BackwardInput {
                layer: AutoencoderConv2Layer2,
                parameters: &self.conv2,
                temporary: &mut *temporary,
                dy: &b4[..32],
                dx: &mut b2[..64],
            });
            s.call(layers::gelu::Backward {
                layer: layers::gelu::Gelu,
                x: &b1[..64],
                d: &mut b2[..64],
            });
            s.call(layers::conv::BackwardWeight {
                layer: AutoencoderDownLayer0,
                gradient: &mut gradient.down,
                temporary: &mut *temporary,
                x: &b0[..64],
                dy: &b2[..64],
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
    use ::prelu::runtime::layers::{
        conv as _, gelu as _, conv as _, tanh as _, conv_transpose as _, gelu as _,
        conv as _, sigmoid as _,
    };
};

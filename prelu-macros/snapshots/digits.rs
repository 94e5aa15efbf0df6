// /// PyTorch's MNIST example, with learned slopes.
// #[budget(parameters <= 22_000)]
// pub struct Digits: [1, 28, 28] -> [10] {
//     conv1: conv(10, kernel = 5), prelu(per_channel), max_pool(2),
//     conv2: conv(20, kernel = 5), prelu(per_channel), dropout_channels(0.5), max_pool(2),
//     /// Documented.
//     fc1: linear(50), prelu, dropout(0.5), fc2: linear(10),
// }

/// PyTorch's MNIST example, with learned slopes.
/**

Input [1, 28, 28], output [10].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [1, 28, 28] | | | |
| `conv1` | `conv(10, kernel = 5)` | [10, 24, 24] | 260 | 144000 | `conv1.weight` [10, 1, 5, 5], `conv1.bias` [10] |
| `prelu1` | `prelu(per_channel)` | [10, 24, 24] | 10 | 0 | `prelu1.weight` [10] |
| `max_pool1` | `max_pool(2)` | [10, 12, 12] | 0 | 0 |  |
| `conv2` | `conv(20, kernel = 5)` | [20, 8, 8] | 5020 | 320000 | `conv2.weight` [20, 10, 5, 5], `conv2.bias` [20] |
| `prelu2` | `prelu(per_channel)` | [20, 8, 8] | 20 | 0 | `prelu2.weight` [20] |
| `dropout_channels1` | `dropout_channels(0.5)` | [20, 8, 8] | 0 | 0 |  |
| `max_pool2` | `max_pool(2)` | [20, 4, 4] | 0 | 0 |  |
| `fc1` | `linear(50)` | [50] | 16050 | 16000 | `fc1.weight` [50, 320], `fc1.bias` [50] |
| `prelu3` | `prelu` | [50] | 1 | 0 | `prelu3.weight` [1] |
| `dropout1` | `dropout(0.5)` | [50] | 0 | 0 |  |
| `fc2` | `linear(10)` | [10] | 510 | 500 | `fc2.weight` [10, 50], `fc2.bias` [10] |
| total | | | 21871 | 480500 | |
*/
#[repr(C)]
pub struct Digits {
    /// `conv(10, kernel = 5)`: [1, 28, 28] → [10, 24, 24]
    pub conv1: ::prelu::runtime::layers::Conv<10, 1, 5, 5, 10>,
    /// `prelu(per_channel)`: [10, 24, 24] → [10, 24, 24]
    pub prelu1: ::prelu::runtime::layers::Prelu<[::core::primitive::f32; 10]>,
    /// `conv(20, kernel = 5)`: [10, 12, 12] → [20, 8, 8]
    pub conv2: ::prelu::runtime::layers::Conv<20, 10, 5, 5, 20>,
    /// `prelu(per_channel)`: [20, 8, 8] → [20, 8, 8]
    pub prelu2: ::prelu::runtime::layers::Prelu<[::core::primitive::f32; 20]>,
    /// Documented.
    ///
    /// `linear(50)`: [20, 4, 4] → [50]
    pub fc1: ::prelu::runtime::layers::Linear<50, 320, 50>,
    /// `prelu`: [50] → [50]
    pub prelu3: ::prelu::runtime::layers::Prelu<[::core::primitive::f32; 1]>,
    /// `linear(10)`: [50] → [10]
    pub fc2: ::prelu::runtime::layers::Linear<10, 50, 10>,
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Digits {
        const ZEROED: Self = Self {
            conv1: ::prelu::runtime::layers::Conv {
                weight: [[[[0.0f32; 5]; 5]; 1]; 10],
                bias: [0.0f32; 10],
            },
            prelu1: ::prelu::runtime::layers::Prelu {
                weight: [0.0f32; 10],
            },
            conv2: ::prelu::runtime::layers::Conv {
                weight: [[[[0.0f32; 5]; 5]; 10]; 20],
                bias: [0.0f32; 20],
            },
            prelu2: ::prelu::runtime::layers::Prelu {
                weight: [0.0f32; 20],
            },
            fc1: ::prelu::runtime::layers::Linear {
                weight: [[0.0f32; 320]; 50],
                bias: [0.0f32; 50],
            },
            prelu3: ::prelu::runtime::layers::Prelu {
                weight: [0.0f32; 1],
            },
            fc2: ::prelu::runtime::layers::Linear {
                weight: [[0.0f32; 50]; 10],
                bias: [0.0f32; 10],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Digits> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.conv1));
            each(runtime::Tensor::floats(&self.prelu1));
            each(runtime::Tensor::floats(&self.conv2));
            each(runtime::Tensor::floats(&self.prelu2));
            each(runtime::Tensor::floats(&self.fc1));
            each(runtime::Tensor::floats(&self.prelu3));
            each(runtime::Tensor::floats(&self.fc2));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.conv1));
            each(runtime::Tensor::floats_mut(&mut self.prelu1));
            each(runtime::Tensor::floats_mut(&mut self.conv2));
            each(runtime::Tensor::floats_mut(&mut self.prelu2));
            each(runtime::Tensor::floats_mut(&mut self.fc1));
            each(runtime::Tensor::floats_mut(&mut self.prelu3));
            each(runtime::Tensor::floats_mut(&mut self.fc2));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct DigitsConv1Layer0;
    impl layers::conv::Geometry for DigitsConv1Layer0 {
        const INPUT: [usize; 3] = [1, 28, 28];
        const OUTPUT: [usize; 3] = [10, 24, 24];
        const KERNEL: [usize; 2] = [5, 5];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [0, 0];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<5, 0, 4>,
            layers::conv::Row<1, 0, 10>,
            layers::conv::Taps<5, 0, 1, 0, 5>,
        );
        type Tiles16 = (
            layers::conv::Outputs<5, 0, 2>,
            layers::conv::Row<1, 0, 5>,
            layers::conv::Taps<2, 0, 1, 0, 5>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct DigitsMaxPool1Layer2;
    impl layers::max_pool::Geometry for DigitsMaxPool1Layer2 {
        const INPUT: [usize; 3] = [10, 24, 24];
        const OUTPUT: [usize; 3] = [10, 12, 12];
        const KERNEL: [usize; 2] = [2, 2];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [0, 0];
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct DigitsConv1Layer0Pooled;
    impl layers::conv_pool::Geometry for DigitsConv1Layer0Pooled {
        type Conv = DigitsConv1Layer0;
        type Pool = DigitsMaxPool1Layer2;
        type Tiles32 = (
            layers::conv_pool::MinimalRows<layers::conv_pool::Window<5, 0, 2, 2>>,
            layers::conv_pool::Winners<5, 0, 5>,
        );
        type Tiles16 = (
            layers::conv_pool::MinimalRows<layers::conv_pool::Window<2, 0, 2, 2>>,
            layers::conv_pool::Winners<3, 2, 5>,
        );
        type Rows = (
            layers::conv_pool::Rows<5, 0, 1, 3>,
            layers::conv_pool::Rows<5, 0, 2, 1>,
            layers::conv_pool::Rows<5, 0, 2, 2>,
        );
        type Selected = layers::conv_pool::Selected<3, 2, 5>;
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct DigitsConv2Layer3;
    impl layers::conv::Geometry for DigitsConv2Layer3 {
        const INPUT: [usize; 3] = [10, 12, 12];
        const OUTPUT: [usize; 3] = [20, 8, 8];
        const KERNEL: [usize; 2] = [5, 5];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [0, 0];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<5, 0, 4>,
            layers::conv::Row<2, 0, 12>,
            layers::conv::Taps<5, 0, 1, 0, 5>,
        );
        type Tiles16 = (
            layers::conv::Outputs<5, 0, 2>,
            layers::conv::Row<1, 0, 12>,
            layers::conv::Taps<2, 0, 1, 0, 5>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct DigitsMaxPool2Layer6;
    impl layers::max_pool::Geometry for DigitsMaxPool2Layer6 {
        const INPUT: [usize; 3] = [20, 8, 8];
        const OUTPUT: [usize; 3] = [20, 4, 4];
        const KERNEL: [usize; 2] = [2, 2];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [0, 0];
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct DigitsConv2Layer3Pooled;
    impl layers::conv_pool::Geometry for DigitsConv2Layer3Pooled {
        type Conv = DigitsConv2Layer3;
        type Pool = DigitsMaxPool2Layer6;
        type Tiles32 = (
            layers::conv_pool::Minimal<layers::conv_pool::Window<5, 0, 2, 2>, 2, 0>,
            layers::conv_pool::Winners<5, 0, 5>,
        );
        type Tiles16 = (
            layers::conv_pool::Minimal<layers::conv_pool::Window<2, 0, 2, 2>, 5, 0>,
            layers::conv_pool::Winners<3, 2, 5>,
        );
        type Rows = (
            layers::conv_pool::Rows<2, 1, 7, 1>,
            layers::conv_pool::Rows<1, 0, 13, 1>,
            layers::conv_pool::Rows<2, 1, 13, 1>,
        );
        type Selected = layers::conv_pool::Selected<3, 2, 5>;
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct DigitsFc1Layer7;
    impl layers::linear::Geometry for DigitsFc1Layer7 {
        const INPUTS: usize = 320;
        const OUTPUTS: usize = 50;
        type Tiles32 = (
            layers::linear::Outputs<17, 16>,
            layers::linear::Inputs<20, 0, 50>,
            layers::linear::Rows<5, 0, 4>,
        );
        type Tiles16 = (
            layers::linear::Outputs<10, 0>,
            layers::linear::Inputs<10, 0, 50>,
            layers::linear::Rows<5, 0, 2>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct DigitsFc2Layer10;
    impl layers::linear::Geometry for DigitsFc2Layer10 {
        const INPUTS: usize = 50;
        const OUTPUTS: usize = 10;
        type Tiles32 = (
            layers::linear::Outputs<10, 0>,
            layers::linear::Inputs<17, 16, 10>,
            layers::linear::Rows<5, 0, 4>,
        );
        type Tiles16 = (
            layers::linear::Outputs<10, 0>,
            layers::linear::Inputs<10, 0, 10>,
            layers::linear::Rows<5, 0, 2>,
        );
    }
    impl runtime::Network for Digits {
        type Input = [[[f32; 28]; 28]; 1];
        type Output = [f32; 10];
        const PARAMETERS: usize = 21871;
        const MACS: u64 = 480500;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Digits",
            input: &[1, 28, 28],
            output: &[10],
            layers: &[
                summary::LayerSummary {
                    key: "conv1",
                    declaration: "conv(10, kernel = 5)",
                    inputs: &[None],
                    output: &[10, 24, 24],
                    parameters: 260,
                    macs: 144000,
                },
                summary::LayerSummary {
                    key: "prelu1",
                    declaration: "prelu(per_channel)",
                    inputs: &[Some(0)],
                    output: &[10, 24, 24],
                    parameters: 10,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "max_pool1",
                    declaration: "max_pool(2)",
                    inputs: &[Some(1)],
                    output: &[10, 12, 12],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "conv2",
                    declaration: "conv(20, kernel = 5)",
                    inputs: &[Some(2)],
                    output: &[20, 8, 8],
                    parameters: 5020,
                    macs: 320000,
                },
                summary::LayerSummary {
                    key: "prelu2",
                    declaration: "prelu(per_channel)",
                    inputs: &[Some(3)],
                    output: &[20, 8, 8],
                    parameters: 20,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "dropout_channels1",
                    declaration: "dropout_channels(0.5)",
                    inputs: &[Some(4)],
                    output: &[20, 8, 8],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "max_pool2",
                    declaration: "max_pool(2)",
                    inputs: &[Some(5)],
                    output: &[20, 4, 4],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "fc1",
                    declaration: "linear(50)",
                    inputs: &[Some(6)],
                    output: &[50],
                    parameters: 16050,
                    macs: 16000,
                },
                summary::LayerSummary {
                    key: "prelu3",
                    declaration: "prelu",
                    inputs: &[Some(7)],
                    output: &[50],
                    parameters: 1,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "dropout1",
                    declaration: "dropout(0.5)",
                    inputs: &[Some(8)],
                    output: &[50],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "fc2",
                    declaration: "linear(10)",
                    inputs: &[Some(9)],
                    output: &[10],
                    parameters: 510,
                    macs: 500,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "conv1.weight",
                    shape: &[10, 1, 5, 5],
                    offset: 0,
                    len: 250,
                    init: summary::Init::Uniform(0.2f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "conv1.bias",
                    shape: &[10],
                    offset: 250,
                    len: 10,
                    init: summary::Init::Uniform(0.2f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "prelu1.weight",
                    shape: &[10],
                    offset: 260,
                    len: 10,
                    init: summary::Init::Constant(0.25f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "conv2.weight",
                    shape: &[20, 10, 5, 5],
                    offset: 270,
                    len: 5000,
                    init: summary::Init::Uniform(0.06324555f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "conv2.bias",
                    shape: &[20],
                    offset: 5270,
                    len: 20,
                    init: summary::Init::Uniform(0.06324555f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "prelu2.weight",
                    shape: &[20],
                    offset: 5290,
                    len: 20,
                    init: summary::Init::Constant(0.25f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc1.weight",
                    shape: &[50, 320],
                    offset: 5310,
                    len: 16000,
                    init: summary::Init::Uniform(0.0559017f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc1.bias",
                    shape: &[50],
                    offset: 21310,
                    len: 50,
                    init: summary::Init::Uniform(0.0559017f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "prelu3.weight",
                    shape: &[1],
                    offset: 21360,
                    len: 1,
                    init: summary::Init::Constant(0.25f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc2.weight",
                    shape: &[10, 50],
                    offset: 21361,
                    len: 500,
                    init: summary::Init::Uniform(0.14142136f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc2.bias",
                    shape: &[10],
                    offset: 21861,
                    len: 10,
                    init: summary::Init::Uniform(0.14142136f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [5, 5],
                    stride: [1, 1],
                    before: [0, 0],
                    after: [0, 0],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::Prelu {
                tie: None,
            },
            formula::Formula::MaxPool(formula::Window {
                kernel: [2, 2],
                stride: [2, 2],
                before: [0, 0],
                after: [0, 0],
                dilation: [1, 1],
                ceil: false,
            }),
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [5, 5],
                    stride: [1, 1],
                    before: [0, 0],
                    after: [0, 0],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::Prelu {
                tie: None,
            },
            formula::Formula::DropoutChannels {
                rate: 0.5f32,
            },
            formula::Formula::MaxPool(formula::Window {
                kernel: [2, 2],
                stride: [2, 2],
                before: [0, 0],
                after: [0, 0],
                dilation: [1, 1],
                ceil: false,
            }),
            formula::Formula::Linear,
            formula::Formula::Prelu {
                tie: None,
            },
            formula::Formula::Dropout {
                rate: 0.5f32,
            },
            formula::Formula::Linear,
        ];
        const VECTORS: usize = 7984;
        const TEMPORARY: usize = runtime::scratch::largest(
            &[
                layers::conv::temporary::<DigitsConv1Layer0>(),
                layers::conv::temporary::<DigitsConv2Layer3>(),
                layers::conv_pool::shared::<DigitsConv1Layer0Pooled>(),
                layers::conv_pool::shared::<DigitsConv2Layer3Pooled>(),
            ],
        );
        const TRAINING_LINES: usize = 23308;
        const CALIBRATIONS: usize = 0;
        const PHASES: &'static [::core::ops::Range<usize>] = &[0..0];
        const LEAST_BATCH: usize = 1;
        const BEGUN: &'static [::core::ops::Range<usize>] = &[5310..21310, 21361..21861];
        fn predict_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            ys: &mut [Self::Output],
            memory: &mut [S::V],
            temporary: &mut [S::V],
        ) {
            let [b0, b1, b2, b3] = split(memory, [784, 1440, 0, 5760]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..784],
                });
            s.call(layers::conv_pool::Forward {
                layer: DigitsConv1Layer0Pooled,
                parameters: &self.conv1,
                activation: &self.prelu1,
                temporary: runtime::scratch::temporary(&mut b3[..5760], temporary),
                x: &samples[..784],
                y: &mut b1[..1440],
                saved: &mut b2[..0],
            });
            s.call(layers::conv_pool::Forward {
                layer: DigitsConv2Layer3Pooled,
                parameters: &self.conv2,
                activation: &self.prelu2,
                temporary: runtime::scratch::temporary(&mut b3[..5664], temporary),
                x: &b1[..1440],
                y: &mut b0[..320],
                saved: &mut b2[..0],
            });
            s.call(layers::linear::Forward {
                layer: DigitsFc1Layer7,
                parameters: &self.fc1,
                x: &b0[..320],
                y: &mut b1[..50],
            });
            s.call(layers::prelu::ForwardInPlace {
                parameters: &self.prelu3,
                x: &mut b1[..50],
            });
            s.call(layers::linear::Forward {
                layer: DigitsFc2Layer10,
                parameters: &self.fc2,
                x: &b1[..50],
                y: &mut b0[..10],
            });
            s.call(pack::Unpack { x: &b0[..10], ys });
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
            let [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10] = split(
                memory,
                [784, 1440, 2880, 320, 640, 20, 50, 50, 1440, 10, 15674],
            );
            s.call(pack::Pack {
                xs,
                y: &mut b0[..784],
            });
            s.call(layers::conv_pool::Forward {
                layer: DigitsConv1Layer0Pooled,
                parameters: &self.conv1,
                activation: &self.prelu1,
                temporary: runtime::scratch::temporary(&mut b3[..0], temporary),
                x: &b0[..784],
                y: &mut b1[..1440],
                saved: &mut b2[..2880],
            });
            s.call(layers::conv_pool::Forward {
                layer: DigitsConv2Layer3Pooled,
                parameters: &self.conv2,
                activation: &self.prelu2,
                temporary: runtime::scratch::temporary(&mut b5[..0], temporary),
                x: &b1[..1440],
                y: &mut b3[..320],
                saved: &mut b4[..640],
            });
            s.call(layers::dropout_channels::ForwardInPlace {
                layer: layers::dropout::Dropout {
                    rate: 0.5f32,
                    run: 16,
                    scale: 2f32,
                    shift: 0f32,
                    dropped: 0f32,
                },
                draw: block.draw.layer(5),
                x: &mut b3[..320],
                saved: &mut b5[..20],
            });
            s.call(layers::linear::Forward {
                layer: DigitsFc1Layer7,
                parameters: &self.fc1,
                x: &b3[..320],
                y: &mut b6[..50],
            });
            s.call(layers::prelu::Forward {
                parameters: &self.prelu3,
                x: &b6[..50],
                y: &mut b7[..50],
            });
            s.call(layers::dropout::ForwardInPlace {
                layer: layers::dropout::Dropout {
                    rate: 0.5f32,
                    run: 1,
                    scale: 2f32,
                    shift: 0f32,
                    dropped: 0f32,
                },
                draw: block.draw.layer(9),
                x: &mut b7[..50],
                saved: &mut b8[..50],
            });
            s.call(layers::linear::Forward {
                layer: DigitsFc2Layer10,
                parameters: &self.fc2,
                x: &b7[..50],
                y: &mut b9[..10],
            });
            loss = block
                .loss
                .block(s, &mut b9[..10], block.targets, block.scale, &mut b10[..20]);
            s.call(layers::linear::BackwardWeight {
                layer: DigitsFc2Layer10,
                gradient: &mut gradient.fc2,
                first: block.first,
                x: &b7[..50],
                dy: &b9[..10],
                temporary: &mut b10[..64],
            });
            s.call(layers::linear::BackwardInput {
                layer: DigitsFc2Layer10,
                parameters: &self.fc2,
                dy: &b9[..10],
                dx: &mut b7[..50],
            });
            s.call(layers::dropout::Backward {
                layer: layers::dropout::Dropout {
                    rate: 0.5f32,
                    run: 1,
                    scale: 2f32,
                    shift: 0f32,
                    dropped: 0f32,
                },
                saved: &b8[..50],
                d: &mut b7[..50],
            });
            s.call(layers::prelu::Backward {
                parameters: &self.prelu3,
                gradient: &mut gradient.prelu3,
                x: &b6[..50],
                d: &mut b7[..50],
            });
            s.call(layers::linear::BackwardWeight {
                layer: DigitsFc1Layer7,
                gradient: &mut gradient.fc1,
                first: block.first,
                x: &b3[..320],
                dy: &b7[..50],
                temporary: &mut b10[..320],
            });
            s.call(layers::linear::BackwardInput {
                layer: DigitsFc1Layer7,
                parameters: &self.fc1,
                dy: &b7[..50],
                dx: &mut b3[..320],
            });
            s.call(layers::dropout_channels::Backward {
                layer: layers::dropout::Dropout {
                    rate: 0.5f32,
                    run: 16,
                    scale: 2f32,
                    shift: 0f32,
                    dropped: 0f32,
                },
                saved: &b5[..20],
                d: &mut b3[..320],
            });
            s.call(layers::conv_pool::Backward {
                layer: DigitsConv2Layer3Pooled,
                parameters: &self.conv2,
                activation: &self.prelu2,
                gradient: &mut gradient.conv2,
                slopes: &mut gradient.prelu2,
                shared: &mut *temporary,
                x: &b1[..1440],
                saved: &b4[..640],
                d: &mut b3[..320],
                temporary: &mut b10[..3944],
                dx: &mut b8[..1440],
            });
            s.call(layers::conv_pool::Backward {
                layer: DigitsConv1Layer0Pooled,
                parameters: &self.conv1,
                activation: &self.prelu1,
                gradient: &mut gradient.conv1,
                slopes: &mut gradient.prelu1,
                shared: &mut *temporary,
                dx: layers::conv_pool::NotWanted,
                x: &b0[..784],
                saved: &b2[..2880],
                d: &mut b8[..1440],
                temporary: &mut b10[..15674],
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
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[allow(dead_code)]
    impl Digits {
        /// How many parameters.
        pub const PARAMETERS: usize = <Self as ::prelu::Network>::PARAMETERS;
        /// Multiply-adds for one sample, forward.
        pub const MACS: u64 = <Self as ::prelu::Network>::MACS;
        /// Lines of a scratch, 64 bytes each on x86-64 and 16 elsewhere.
        pub const SCRATCH_LINES: usize = <Self as ::prelu::Network>::SCRATCH_LINES;
        /// Bytes of the scratch that [`predict`](Self::predict) works in.
        pub const SCRATCH_BYTES: usize = ::core::mem::size_of::<
            ::prelu::Scratch<{ Self::SCRATCH_LINES }>,
        >();
        /// The layers and parameters; printed, a table.
        pub const SUMMARY: &'static ::prelu::Summary = <Self as ::prelu::Network>::SUMMARY;
        /// A net of zeros, by value: for statics and small nets. On the heap, use `Parameters::zeroed_box`.
        pub const fn zeroed() -> Self {
            <Self as ::prelu::Parameters>::ZEROED
        }
        /// Predicts for one sample, without allocating. Convolutions and linear layers have kernels of their own for that,
        /// which add in another order than those of batches: the last digits may differ.
        pub fn predict(
            &self,
            x: &[[[f32; 28]; 28]; 1],
            scratch: &mut ::prelu::Scratch<{ Self::SCRATCH_LINES }>,
        ) -> [f32; 10] {
            let mut y = [0.0f32; 10];
            ::prelu::runtime::network::predict_one(self, x, &mut y, scratch);
            y
        }
        /// As [`predict`](Self::predict), into memory of the caller.
        pub fn predict_into(
            &self,
            x: &[[[f32; 28]; 28]; 1],
            y: &mut [f32; 10],
            scratch: &mut ::prelu::Scratch<{ Self::SCRATCH_LINES }>,
        ) {
            ::prelu::runtime::network::predict_one(self, x, y, scratch);
        }
        /// All parameters in one slice, in declaration order.
        pub fn floats(&self) -> &[f32] {
            ::prelu::Parameters::floats(self)
        }
        /// All parameters in one slice, in declaration order, to be written.
        pub fn floats_mut(&mut self) -> &mut [f32] {
            ::prelu::Parameters::floats_mut(self)
        }
    }
    ::prelu::__onnx! {
        #[allow(dead_code)]
        impl Digits {
            /// The net as an ONNX file, of the lowest operator set that has its layers: see `prelu::io::onnx`.
            ///
            /// # Errors
            /// The net has a `custom` layer, or is too large for the format.
            pub fn to_onnx(
                &self,
            ) -> ::core::result::Result<
                ::prelu::runtime::Vec<u8>,
                ::prelu::io::onnx::OnnxError,
            > {
                ::prelu::io::onnx::to_onnx(self)
            }
        }
    }
    impl ::core::cmp::PartialEq for Digits {
        fn eq(&self, other: &Self) -> bool {
            self.floats() == other.floats()
        }
    }
    impl ::core::fmt::Debug for Digits {
        fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            ::core::fmt::Display::fmt(Self::SUMMARY, f)
        }
    }
    ::prelu::__std! {
        #[allow(dead_code)]
        impl Digits {
            /// A net with random parameters, a function of the seed alone.
            #[allow(clippy::unnecessary_box_returns)]
            pub fn new(seed: u64) -> ::prelu::runtime::Box<Self> {
                <Self as ::prelu::Network>::initialised(seed)
            }
            /// Memory for [`predict`](Self::predict), for the fastest instruction set of this processor, or the one that
            /// the environment variable `PRELU_LEVEL` names.
            ///
            /// # Panics
            /// If `PRELU_LEVEL` names an instruction set that is unknown or that this processor lacks.
            #[allow(clippy::unnecessary_box_returns)]
            pub fn scratch() -> ::prelu::runtime::Box<
                ::prelu::Scratch<{ Self::SCRATCH_LINES }>,
            > {
                ::prelu::Scratch::boxed(::prelu::level())
            }
            /// Predicts for any number of samples, on all threads of the rayon pool that it is called in, or else of
            /// the program's.
            ///
            /// # Errors
            /// There are not as many outputs as inputs.
            pub fn predict_batch(
                &self,
                xs: &[[[[f32; 28]; 28]; 1]],
                ys: &mut [[f32; 10]],
            ) -> ::core::result::Result<(), ::prelu::BatchError> {
                ::prelu::predict_batch(self, xs, ys)
            }
            /// The gradient of the mean loss over a batch, in training mode; `gradient` is overwritten. Gives the mean
            /// loss.
            ///
            /// # Errors
            /// The batch is empty, has not as many targets as inputs, or has a target that does not fit the output.
            pub fn gradients<L: ::prelu::Loss>(
                &self,
                xs: &[[[[f32; 28]; 28]; 1]],
                targets: &[L::Target],
                loss: &L,
                workspace: &mut ::prelu::Workspace<Self>,
                gradient: &mut Self,
            ) -> ::core::result::Result<f32, ::prelu::BatchError> {
                workspace.gradients(self, xs, targets, loss, gradient)
            }
            /// Sets the slopes that are initialised from data (`prelu(init = from_data)`), by what they see of these
            /// samples: one batch is enough. A trainer does it before its first batch.
            ///
            /// # Errors
            /// There is no sample.
            pub fn calibrate(
                &mut self,
                xs: &[[[[f32; 28]; 28]; 1]],
                workspace: &mut ::prelu::Workspace<Self>,
            ) -> ::core::result::Result<(), ::prelu::BatchError> {
                workspace.calibrate(self, xs)
            }
            /// One step of an optimiser with the gradient of a batch; and running statistics move towards those of the batch.
            pub fn step<O: ::prelu::optim::Optimizer>(
                &mut self,
                gradient: &Self,
                optimizer: &mut O,
            ) {
                let parameters = <Self as ::prelu::Network>::SUMMARY.parameters;
                optimizer.step(self.floats_mut(), gradient.floats(), parameters);
                ::prelu::runtime::network::update_statistics(self, gradient);
            }
            /// Memory for [`gradients`](Self::gradients): one thread, and the instruction set of
            /// [`scratch`](Self::scratch).
            ///
            /// # Panics
            /// As [`scratch`](Self::scratch).
            pub fn workspace() -> ::prelu::Workspace<Self> {
                ::prelu::Workspace::new()
            }
            /// Writes the net to a file in the safetensors format, with PyTorch's keys and layouts. The file is replaced whole
            /// or not at all.
            ///
            /// # Errors
            /// The system cannot write it: the disk is full, the directory is missing or may not be written.
            pub fn save(
                &self,
                path: impl ::core::convert::AsRef<::prelu::io::Path>,
            ) -> ::core::result::Result<(), ::prelu::io::Error> {
                ::prelu::io::save(self, path)
            }
            /// Reads a net from a file in the safetensors format, also from a checkpoint. For one with other names, with more
            /// tensors or with fewer, there is `prelu::io::Loader`.
            ///
            /// # Errors
            /// The system cannot read it; it is malformed; or its tensors are not those of the net, with all that differ.
            pub fn load(
                path: impl ::core::convert::AsRef<::prelu::io::Path>,
            ) -> ::core::result::Result<::prelu::runtime::Box<Self>, ::prelu::io::Error> {
                ::prelu::io::load(path)
            }
            /// The net as a file in memory, as [`save`](Self::save) writes it.
            pub fn to_safetensors(&self) -> ::prelu::runtime::Vec<u8> {
                ::prelu::io::to_safetensors(self)
            }
            /// Reads a net from a file in memory.
            ///
            /// # Errors
            /// As [`load`](Self::load), but for the system's.
            pub fn from_safetensors(
                bytes: &[u8],
            ) -> ::core::result::Result<::prelu::runtime::Box<Self>, ::prelu::io::Error> {
                ::prelu::io::from_safetensors(bytes)
            }
            /// The source of a PyTorch module that computes the same, with the same keys: see `prelu::io::pytorch`.
            pub fn pytorch_source() -> ::prelu::runtime::String {
                ::prelu::io::pytorch::pytorch_source::<Self>()
            }
        }
        impl ::core::clone::Clone for ::prelu::runtime::Box<Digits> {
            fn clone(&self) -> Self {
                ::prelu::Parameters::clone_box(&**self)
            }
        }
    }
};
#[allow(unused_imports, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime::layers::{
        conv as _, prelu as _, max_pool as _, conv as _, prelu as _,
        dropout_channels as _, max_pool as _, linear as _, prelu as _, dropout as _,
        linear as _,
    };
};

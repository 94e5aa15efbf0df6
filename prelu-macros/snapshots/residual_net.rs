// pub struct Small: [3, 16, 16] -> [10] {
//     block basic(width, stride) {
//         residual(shortcut = { conv: conv(width, kernel = 1, stride = stride, bias = false), bn: batch_norm }) {
//             conv1: conv(width, kernel = 3, stride = stride, padding = 1, bias = false), bn1: batch_norm, relu,
//             conv2: conv(width, kernel = 3, padding = 1, bias = false), bn2: batch_norm,
//         },
//         relu,
//     }
//     stem: conv(8, kernel = 3, padding = 1, init = he), bn: batch_norm, prelu(per_channel),
//     layers: repeat(2) { basic(16, stride = 2) }, global_avg_pool, fc: linear(10),
// }

/**

Input [3, 16, 16], output [10].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [3, 16, 16] | | | |
| `stem` | `conv(8, kernel = 3, padding = 1, init = he)` | [8, 16, 16] | 224 | 55296 | `stem.weight` [8, 3, 3, 3], `stem.bias` [8] |
| `bn` | `batch_norm` | [8, 16, 16] | 16 | 0 | `bn.weight` [8], `bn.bias` [8], `bn.running_mean` [8], `bn.running_var` [8] |
| `prelu1` | `prelu(per_channel)` | [8, 16, 16] | 8 | 0 | `prelu1.weight` [8] |
| `layers.0.conv1` | `conv(16, kernel = 3, stride = 2, padding = 1, bias = false)` | [16, 8, 8] | 1152 | 73728 | `layers.0.conv1.weight` [16, 8, 3, 3] |
| `layers.0.bn1` | `batch_norm` | [16, 8, 8] | 32 | 0 | `layers.0.bn1.weight` [16], `layers.0.bn1.bias` [16], `layers.0.bn1.running_mean` [16], `layers.0.bn1.running_var` [16] |
| `layers.0.relu1` | `relu` | [16, 8, 8] | 0 | 0 |  |
| `layers.0.conv2` | `conv(16, kernel = 3, padding = 1, bias = false)` | [16, 8, 8] | 2304 | 147456 | `layers.0.conv2.weight` [16, 16, 3, 3] |
| `layers.0.bn2` | `batch_norm` | [16, 8, 8] | 32 | 0 | `layers.0.bn2.weight` [16], `layers.0.bn2.bias` [16], `layers.0.bn2.running_mean` [16], `layers.0.bn2.running_var` [16] |
| `layers.0.shortcut.conv` | `conv(16, kernel = 1, stride = 2, bias = false)` | [16, 8, 8] | 128 | 8192 | `layers.0.shortcut.conv.weight` [16, 8, 1, 1] |
| `layers.0.shortcut.bn` | `batch_norm` | [16, 8, 8] | 32 | 0 | `layers.0.shortcut.bn.weight` [16], `layers.0.shortcut.bn.bias` [16], `layers.0.shortcut.bn.running_mean` [16], `layers.0.shortcut.bn.running_var` [16] |
| `layers.0.residual1` | `residual(shortcut = { … }) { … }` | [16, 8, 8] | 0 | 0 |  |
| `layers.0.relu2` | `relu` | [16, 8, 8] | 0 | 0 |  |
| `layers.1.conv1` | `conv(16, kernel = 3, stride = 2, padding = 1, bias = false)` | [16, 4, 4] | 2304 | 36864 | `layers.1.conv1.weight` [16, 16, 3, 3] |
| `layers.1.bn1` | `batch_norm` | [16, 4, 4] | 32 | 0 | `layers.1.bn1.weight` [16], `layers.1.bn1.bias` [16], `layers.1.bn1.running_mean` [16], `layers.1.bn1.running_var` [16] |
| `layers.1.relu1` | `relu` | [16, 4, 4] | 0 | 0 |  |
| `layers.1.conv2` | `conv(16, kernel = 3, padding = 1, bias = false)` | [16, 4, 4] | 2304 | 36864 | `layers.1.conv2.weight` [16, 16, 3, 3] |
| `layers.1.bn2` | `batch_norm` | [16, 4, 4] | 32 | 0 | `layers.1.bn2.weight` [16], `layers.1.bn2.bias` [16], `layers.1.bn2.running_mean` [16], `layers.1.bn2.running_var` [16] |
| `layers.1.shortcut.conv` | `conv(16, kernel = 1, stride = 2, bias = false)` | [16, 4, 4] | 256 | 4096 | `layers.1.shortcut.conv.weight` [16, 16, 1, 1] |
| `layers.1.shortcut.bn` | `batch_norm` | [16, 4, 4] | 32 | 0 | `layers.1.shortcut.bn.weight` [16], `layers.1.shortcut.bn.bias` [16], `layers.1.shortcut.bn.running_mean` [16], `layers.1.shortcut.bn.running_var` [16] |
| `layers.1.residual1` | `residual(shortcut = { … }) { … }` | [16, 4, 4] | 0 | 0 |  |
| `layers.1.relu2` | `relu` | [16, 4, 4] | 0 | 0 |  |
| `global_avg_pool1` | `global_avg_pool` | [16] | 0 | 0 |  |
| `fc` | `linear(10)` | [10] | 170 | 160 | `fc.weight` [10, 16], `fc.bias` [10] |
| total | | | 9058 | 362656 | |
*/
#[repr(C)]
pub struct Small {
    /// `conv(8, kernel = 3, padding = 1, init = he)`: [3, 16, 16] → [8, 16, 16]
    pub stem: ::prelu::runtime::layers::Conv<8, 3, 3, 3, 8>,
    /// `batch_norm`: [8, 16, 16] → [8, 16, 16]
    pub bn: ::prelu::runtime::layers::BatchNorm<8>,
    /// `prelu(per_channel)`: [8, 16, 16] → [8, 16, 16]
    pub prelu1: ::prelu::runtime::layers::Prelu<[::core::primitive::f32; 8]>,
    /// The parameters of `layers`.
    pub layers: __prelu_Small::Layers,
    /// `linear(10)`: [16] → [10]
    pub fc: ::prelu::runtime::layers::Linear<10, 16, 10>,
}
/// The parameters within braces of [`Small`](super::Small).
#[allow(non_snake_case, unreachable_pub, clippy::redundant_pub_crate)]
pub mod __prelu_Small {
    /// The parameters of `layers` of [`Small`](super::Small).
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
    #[repr(C)]
    pub struct Layers(
        /// The parameters of `layers.0`.
        pub Layers0,
        /// The parameters of `layers.1`.
        pub Layers1,
    );
    /// The parameters of `layers.0` of [`Small`](super::Small).
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
    #[repr(C)]
    pub struct Layers0 {
        /// `conv(16, kernel = 3, stride = 2, padding = 1, bias = false)`: [8, 16, 16] → [16, 8, 8]
        pub conv1: ::prelu::runtime::layers::Conv<16, 8, 3, 3, 0>,
        /// `batch_norm`: [16, 8, 8] → [16, 8, 8]
        pub bn1: ::prelu::runtime::layers::BatchNorm<16>,
        /// `conv(16, kernel = 3, padding = 1, bias = false)`: [16, 8, 8] → [16, 8, 8]
        pub conv2: ::prelu::runtime::layers::Conv<16, 16, 3, 3, 0>,
        /// `batch_norm`: [16, 8, 8] → [16, 8, 8]
        pub bn2: ::prelu::runtime::layers::BatchNorm<16>,
        /// The parameters of `layers.0.shortcut`.
        pub shortcut: Layers0Shortcut,
    }
    /// The parameters of `layers.0.shortcut` of [`Small`](super::Small).
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
    #[repr(C)]
    pub struct Layers0Shortcut {
        /// `conv(16, kernel = 1, stride = 2, bias = false)`: [8, 16, 16] → [16, 8, 8]
        pub conv: ::prelu::runtime::layers::Conv<16, 8, 1, 1, 0>,
        /// `batch_norm`: [16, 8, 8] → [16, 8, 8]
        pub bn: ::prelu::runtime::layers::BatchNorm<16>,
    }
    /// The parameters of `layers.1` of [`Small`](super::Small).
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
    #[repr(C)]
    pub struct Layers1 {
        /// `conv(16, kernel = 3, stride = 2, padding = 1, bias = false)`: [16, 8, 8] → [16, 4, 4]
        pub conv1: ::prelu::runtime::layers::Conv<16, 16, 3, 3, 0>,
        /// `batch_norm`: [16, 4, 4] → [16, 4, 4]
        pub bn1: ::prelu::runtime::layers::BatchNorm<16>,
        /// `conv(16, kernel = 3, padding = 1, bias = false)`: [16, 4, 4] → [16, 4, 4]
        pub conv2: ::prelu::runtime::layers::Conv<16, 16, 3, 3, 0>,
        /// `batch_norm`: [16, 4, 4] → [16, 4, 4]
        pub bn2: ::prelu::runtime::layers::BatchNorm<16>,
        /// The parameters of `layers.1.shortcut`.
        pub shortcut: Layers1Shortcut,
    }
    /// The parameters of `layers.1.shortcut` of [`Small`](super::Small).
    #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
    #[repr(C)]
    pub struct Layers1Shortcut {
        /// `conv(16, kernel = 1, stride = 2, bias = false)`: [16, 8, 8] → [16, 4, 4]
        pub conv: ::prelu::runtime::layers::Conv<16, 16, 1, 1, 0>,
        /// `batch_norm`: [16, 4, 4] → [16, 4, 4]
        pub bn: ::prelu::runtime::layers::BatchNorm<16>,
    }
}
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    impl runtime::Parameters for Small {
        const ZEROED: Self = Self {
            stem: ::prelu::runtime::layers::Conv {
                weight: [[[[0.0f32; 3]; 3]; 3]; 8],
                bias: [0.0f32; 8],
            },
            bn: ::prelu::runtime::layers::BatchNorm {
                weight: [0.0f32; 8],
                bias: [0.0f32; 8],
                running_mean: [0.0f32; 8],
                running_var: [0.0f32; 8],
            },
            prelu1: ::prelu::runtime::layers::Prelu {
                weight: [0.0f32; 8],
            },
            layers: __prelu_Small::Layers(
                __prelu_Small::Layers0 {
                    conv1: ::prelu::runtime::layers::Conv {
                        weight: [[[[0.0f32; 3]; 3]; 8]; 16],
                        bias: [],
                    },
                    bn1: ::prelu::runtime::layers::BatchNorm {
                        weight: [0.0f32; 16],
                        bias: [0.0f32; 16],
                        running_mean: [0.0f32; 16],
                        running_var: [0.0f32; 16],
                    },
                    conv2: ::prelu::runtime::layers::Conv {
                        weight: [[[[0.0f32; 3]; 3]; 16]; 16],
                        bias: [],
                    },
                    bn2: ::prelu::runtime::layers::BatchNorm {
                        weight: [0.0f32; 16],
                        bias: [0.0f32; 16],
                        running_mean: [0.0f32; 16],
                        running_var: [0.0f32; 16],
                    },
                    shortcut: __prelu_Small::Layers0Shortcut {
                        conv: ::prelu::runtime::layers::Conv {
                            weight: [[[[0.0f32; 1]; 1]; 8]; 16],
                            bias: [],
                        },
                        bn: ::prelu::runtime::layers::BatchNorm {
                            weight: [0.0f32; 16],
                            bias: [0.0f32; 16],
                            running_mean: [0.0f32; 16],
                            running_var: [0.0f32; 16],
                        },
                    },
                },
                __prelu_Small::Layers1 {
                    conv1: ::prelu::runtime::layers::Conv {
                        weight: [[[[0.0f32; 3]; 3]; 16]; 16],
                        bias: [],
                    },
                    bn1: ::prelu::runtime::layers::BatchNorm {
                        weight: [0.0f32; 16],
                        bias: [0.0f32; 16],
                        running_mean: [0.0f32; 16],
                        running_var: [0.0f32; 16],
                    },
                    conv2: ::prelu::runtime::layers::Conv {
                        weight: [[[[0.0f32; 3]; 3]; 16]; 16],
                        bias: [],
                    },
                    bn2: ::prelu::runtime::layers::BatchNorm {
                        weight: [0.0f32; 16],
                        bias: [0.0f32; 16],
                        running_mean: [0.0f32; 16],
                        running_var: [0.0f32; 16],
                    },
                    shortcut: __prelu_Small::Layers1Shortcut {
                        conv: ::prelu::runtime::layers::Conv {
                            weight: [[[[0.0f32; 1]; 1]; 16]; 16],
                            bias: [],
                        },
                        bn: ::prelu::runtime::layers::BatchNorm {
                            weight: [0.0f32; 16],
                            bias: [0.0f32; 16],
                            running_mean: [0.0f32; 16],
                            running_var: [0.0f32; 16],
                        },
                    },
                },
            ),
            fc: ::prelu::runtime::layers::Linear {
                weight: [[0.0f32; 16]; 10],
                bias: [0.0f32; 10],
            },
        };
        fn prototype() -> &'static runtime::parameters::Prototype<Self> {
            static PROTOTYPE: runtime::parameters::Prototype<Small> = runtime::parameters::Prototype::new();
            &PROTOTYPE
        }
        #[inline]
        fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
            each(runtime::Tensor::floats(&self.stem));
            each(runtime::Tensor::floats(&self.bn));
            each(runtime::Tensor::floats(&self.prelu1));
            each(runtime::Tensor::floats(&self.layers.0.conv1));
            each(runtime::Tensor::floats(&self.layers.0.bn1));
            each(runtime::Tensor::floats(&self.layers.0.conv2));
            each(runtime::Tensor::floats(&self.layers.0.bn2));
            each(runtime::Tensor::floats(&self.layers.0.shortcut.conv));
            each(runtime::Tensor::floats(&self.layers.0.shortcut.bn));
            each(runtime::Tensor::floats(&self.layers.1.conv1));
            each(runtime::Tensor::floats(&self.layers.1.bn1));
            each(runtime::Tensor::floats(&self.layers.1.conv2));
            each(runtime::Tensor::floats(&self.layers.1.bn2));
            each(runtime::Tensor::floats(&self.layers.1.shortcut.conv));
            each(runtime::Tensor::floats(&self.layers.1.shortcut.bn));
            each(runtime::Tensor::floats(&self.fc));
        }
        #[inline]
        fn visit_mut<'a>(
            &'a mut self,
            mut each: impl ::core::ops::FnMut(&'a mut [f32]),
        ) {
            each(runtime::Tensor::floats_mut(&mut self.stem));
            each(runtime::Tensor::floats_mut(&mut self.bn));
            each(runtime::Tensor::floats_mut(&mut self.prelu1));
            each(runtime::Tensor::floats_mut(&mut self.layers.0.conv1));
            each(runtime::Tensor::floats_mut(&mut self.layers.0.bn1));
            each(runtime::Tensor::floats_mut(&mut self.layers.0.conv2));
            each(runtime::Tensor::floats_mut(&mut self.layers.0.bn2));
            each(runtime::Tensor::floats_mut(&mut self.layers.0.shortcut.conv));
            each(runtime::Tensor::floats_mut(&mut self.layers.0.shortcut.bn));
            each(runtime::Tensor::floats_mut(&mut self.layers.1.conv1));
            each(runtime::Tensor::floats_mut(&mut self.layers.1.bn1));
            each(runtime::Tensor::floats_mut(&mut self.layers.1.conv2));
            each(runtime::Tensor::floats_mut(&mut self.layers.1.bn2));
            each(runtime::Tensor::floats_mut(&mut self.layers.1.shortcut.conv));
            each(runtime::Tensor::floats_mut(&mut self.layers.1.shortcut.bn));
            each(runtime::Tensor::floats_mut(&mut self.fc));
        }
    }
};
#[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
const _: () = {
    use ::prelu::runtime as runtime;
    use ::prelu::runtime::__private::*;
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct SmallStemLayer0;
    impl layers::conv::Geometry for SmallStemLayer0 {
        const INPUT: [usize; 3] = [3, 16, 16];
        const OUTPUT: [usize; 3] = [8, 16, 16];
        const KERNEL: [usize; 2] = [3, 3];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [1, 1];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 4>,
            layers::conv::Row<3, 0, 6>,
            layers::conv::Taps<8, 0, 1, 0, 3>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<3, 0, 3>,
            layers::conv::Taps<4, 0, 1, 0, 3>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct SmallLayers0Conv1Layer3;
    impl layers::conv::Geometry for SmallLayers0Conv1Layer3 {
        const INPUT: [usize; 3] = [8, 16, 16];
        const OUTPUT: [usize; 3] = [16, 8, 8];
        const KERNEL: [usize; 2] = [3, 3];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [1, 1];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 4>,
            layers::conv::Row<4, 0, 4>,
            layers::conv::Taps<8, 0, 1, 0, 3>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<2, 0, 4>,
            layers::conv::Taps<4, 0, 1, 0, 3>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct SmallLayers0Conv2Layer6;
    impl layers::conv::Geometry for SmallLayers0Conv2Layer6 {
        const INPUT: [usize; 3] = [16, 8, 8];
        const OUTPUT: [usize; 3] = [16, 8, 8];
        const KERNEL: [usize; 2] = [3, 3];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [1, 1];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = layers::conv::Winograd<
            (
                layers::conv::Outputs<4, 0, 4>,
                layers::conv::Row<2, 0, 8>,
                layers::conv::Taps<8, 0, 1, 0, 3>,
            ),
            4,
            6,
            8,
            0,
            8,
            0,
            16,
            0,
            3,
        >;
        type Tiles16 = layers::conv::Winograd<
            (
                layers::conv::Outputs<4, 0, 2>,
                layers::conv::Row<1, 0, 8>,
                layers::conv::Taps<4, 0, 1, 0, 3>,
            ),
            4,
            6,
            4,
            0,
            4,
            0,
            8,
            0,
            3,
        >;
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct SmallLayers0ShortcutConvLayer8;
    impl layers::conv::Geometry for SmallLayers0ShortcutConvLayer8 {
        const INPUT: [usize; 3] = [8, 16, 16];
        const OUTPUT: [usize; 3] = [16, 8, 8];
        const KERNEL: [usize; 2] = [1, 1];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [0, 0];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 4>,
            layers::conv::Row<4, 0, 4>,
            layers::conv::Taps<4, 0, 4, 0, 1>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<4, 0, 2>,
            layers::conv::Taps<2, 0, 4, 0, 1>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct SmallLayers1Conv1Layer12;
    impl layers::conv::Geometry for SmallLayers1Conv1Layer12 {
        const INPUT: [usize; 3] = [16, 8, 8];
        const OUTPUT: [usize; 3] = [16, 4, 4];
        const KERNEL: [usize; 2] = [3, 3];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [1, 1];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 4>,
            layers::conv::Row<2, 0, 8>,
            layers::conv::Taps<8, 0, 1, 0, 3>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<1, 0, 8>,
            layers::conv::Taps<4, 0, 1, 0, 3>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct SmallLayers1Conv2Layer15;
    impl layers::conv::Geometry for SmallLayers1Conv2Layer15 {
        const INPUT: [usize; 3] = [16, 4, 4];
        const OUTPUT: [usize; 3] = [16, 4, 4];
        const KERNEL: [usize; 2] = [3, 3];
        const STRIDE: [usize; 2] = [1, 1];
        const PADDING: [usize; 2] = [1, 1];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 4>,
            layers::conv::Row<4, 0, 4>,
            layers::conv::Taps<8, 0, 1, 0, 3>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<2, 0, 4>,
            layers::conv::Taps<4, 0, 1, 0, 3>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct SmallLayers1ShortcutConvLayer17;
    impl layers::conv::Geometry for SmallLayers1ShortcutConvLayer17 {
        const INPUT: [usize; 3] = [16, 8, 8];
        const OUTPUT: [usize; 3] = [16, 4, 4];
        const KERNEL: [usize; 2] = [1, 1];
        const STRIDE: [usize; 2] = [2, 2];
        const PADDING: [usize; 2] = [0, 0];
        const DILATION: [usize; 2] = [1, 1];
        const GROUPS: usize = 1;
        type Tiles32 = (
            layers::conv::Outputs<4, 0, 4>,
            layers::conv::Row<4, 0, 4>,
            layers::conv::Taps<4, 0, 4, 0, 1>,
        );
        type Tiles16 = (
            layers::conv::Outputs<4, 0, 2>,
            layers::conv::Row<4, 0, 2>,
            layers::conv::Taps<2, 0, 4, 0, 1>,
        );
    }
    #[derive(::core::clone::Clone, ::core::marker::Copy)]
    struct SmallFcLayer22;
    impl layers::linear::Geometry for SmallFcLayer22 {
        const INPUTS: usize = 16;
        const OUTPUTS: usize = 10;
        type Tiles32 = (
            layers::linear::Outputs<10, 0>,
            layers::linear::Inputs<16, 0, 10>,
            layers::linear::Rows<10, 0, 1>,
        );
        type Tiles16 = (
            layers::linear::Outputs<10, 0>,
            layers::linear::Inputs<8, 0, 10>,
            layers::linear::Rows<5, 0, 2>,
        );
    }
    impl runtime::Network for Small {
        type Input = [[[f32; 16]; 16]; 3];
        type Output = [f32; 10];
        const PARAMETERS: usize = 9058;
        const MACS: u64 = 362656;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Small",
            input: &[3, 16, 16],
            output: &[10],
            layers: &[
                summary::LayerSummary {
                    key: "stem",
                    declaration: "conv(8, kernel = 3, padding = 1, init = he)",
                    inputs: &[None],
                    output: &[8, 16, 16],
                    parameters: 224,
                    macs: 55296,
                },
                summary::LayerSummary {
                    key: "bn",
                    declaration: "batch_norm",
                    inputs: &[Some(0)],
                    output: &[8, 16, 16],
                    parameters: 16,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "prelu1",
                    declaration: "prelu(per_channel)",
                    inputs: &[Some(1)],
                    output: &[8, 16, 16],
                    parameters: 8,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.0.conv1",
                    declaration: "conv(16, kernel = 3, stride = 2, padding = 1, bias = false)",
                    inputs: &[Some(2)],
                    output: &[16, 8, 8],
                    parameters: 1152,
                    macs: 73728,
                },
                summary::LayerSummary {
                    key: "layers.0.bn1",
                    declaration: "batch_norm",
                    inputs: &[Some(3)],
                    output: &[16, 8, 8],
                    parameters: 32,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.0.relu1",
                    declaration: "relu",
                    inputs: &[Some(4)],
                    output: &[16, 8, 8],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.0.conv2",
                    declaration: "conv(16, kernel = 3, padding = 1, bias = false)",
                    inputs: &[Some(5)],
                    output: &[16, 8, 8],
                    parameters: 2304,
                    macs: 147456,
                },
                summary::LayerSummary {
                    key: "layers.0.bn2",
                    declaration: "batch_norm",
                    inputs: &[Some(6)],
                    output: &[16, 8, 8],
                    parameters: 32,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.0.shortcut.conv",
                    declaration: "conv(16, kernel = 1, stride = 2, bias = false)",
                    inputs: &[Some(2)],
                    output: &[16, 8, 8],
                    parameters: 128,
                    macs: 8192,
                },
                summary::LayerSummary {
                    key: "layers.0.shortcut.bn",
                    declaration: "batch_norm",
                    inputs: &[Some(8)],
                    output: &[16, 8, 8],
                    parameters: 32,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.0.residual1",
                    declaration: "residual(shortcut = { … }) { … }",
                    inputs: &[Some(7), Some(9)],
                    output: &[16, 8, 8],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.0.relu2",
                    declaration: "relu",
                    inputs: &[Some(10)],
                    output: &[16, 8, 8],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.1.conv1",
                    declaration: "conv(16, kernel = 3, stride = 2, padding = 1, bias = false)",
                    inputs: &[Some(11)],
                    output: &[16, 4, 4],
                    parameters: 2304,
                    macs: 36864,
                },
                summary::LayerSummary {
                    key: "layers.1.bn1",
                    declaration: "batch_norm",
                    inputs: &[Some(12)],
                    output: &[16, 4, 4],
                    parameters: 32,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.1.relu1",
                    declaration: "relu",
                    inputs: &[Some(13)],
                    output: &[16, 4, 4],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.1.conv2",
                    declaration: "conv(16, kernel = 3, padding = 1, bias = false)",
                    inputs: &[Some(14)],
                    output: &[16, 4, 4],
                    parameters: 2304,
                    macs: 36864,
                },
                summary::LayerSummary {
                    key: "layers.1.bn2",
                    declaration: "batch_norm",
                    inputs: &[Some(15)],
                    output: &[16, 4, 4],
                    parameters: 32,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.1.shortcut.conv",
                    declaration: "conv(16, kernel = 1, stride = 2, bias = false)",
                    inputs: &[Some(11)],
                    output: &[16, 4, 4],
                    parameters: 256,
                    macs: 4096,
                },
                summary::LayerSummary {
                    key: "layers.1.shortcut.bn",
                    declaration: "batch_norm",
                    inputs: &[Some(17)],
                    output: &[16, 4, 4],
                    parameters: 32,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.1.residual1",
                    declaration: "residual(shortcut = { … }) { … }",
                    inputs: &[Some(16), Some(18)],
                    output: &[16, 4, 4],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "layers.1.relu2",
                    declaration: "relu",
                    inputs: &[Some(19)],
                    output: &[16, 4, 4],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "global_avg_pool1",
                    declaration: "global_avg_pool",
                    inputs: &[Some(20)],
                    output: &[16],
                    parameters: 0,
                    macs: 0,
                },
                summary::LayerSummary {
                    key: "fc",
                    declaration: "linear(10)",
                    inputs: &[Some(21)],
                    output: &[10],
                    parameters: 170,
                    macs: 160,
                },
            ],
            parameters: &[
                summary::ParameterSummary {
                    key: "stem.weight",
                    shape: &[8, 3, 3, 3],
                    offset: 0,
                    len: 216,
                    init: summary::Init::Normal(0.26403934f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "stem.bias",
                    shape: &[8],
                    offset: 216,
                    len: 8,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "bn.weight",
                    shape: &[8],
                    offset: 224,
                    len: 8,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "bn.bias",
                    shape: &[8],
                    offset: 232,
                    len: 8,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "prelu1.weight",
                    shape: &[8],
                    offset: 256,
                    len: 8,
                    init: summary::Init::Constant(0.25f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.0.conv1.weight",
                    shape: &[16, 8, 3, 3],
                    offset: 264,
                    len: 1152,
                    init: summary::Init::Uniform(0.11785113f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.0.bn1.weight",
                    shape: &[16],
                    offset: 1416,
                    len: 16,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.0.bn1.bias",
                    shape: &[16],
                    offset: 1432,
                    len: 16,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.0.conv2.weight",
                    shape: &[16, 16, 3, 3],
                    offset: 1480,
                    len: 2304,
                    init: summary::Init::Uniform(0.083333336f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.0.bn2.weight",
                    shape: &[16],
                    offset: 3784,
                    len: 16,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.0.bn2.bias",
                    shape: &[16],
                    offset: 3800,
                    len: 16,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.0.shortcut.conv.weight",
                    shape: &[16, 8, 1, 1],
                    offset: 3848,
                    len: 128,
                    init: summary::Init::Uniform(0.35355338f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.0.shortcut.bn.weight",
                    shape: &[16],
                    offset: 3976,
                    len: 16,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.0.shortcut.bn.bias",
                    shape: &[16],
                    offset: 3992,
                    len: 16,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.1.conv1.weight",
                    shape: &[16, 16, 3, 3],
                    offset: 4040,
                    len: 2304,
                    init: summary::Init::Uniform(0.083333336f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.1.bn1.weight",
                    shape: &[16],
                    offset: 6344,
                    len: 16,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.1.bn1.bias",
                    shape: &[16],
                    offset: 6360,
                    len: 16,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.1.conv2.weight",
                    shape: &[16, 16, 3, 3],
                    offset: 6408,
                    len: 2304,
                    init: summary::Init::Uniform(0.083333336f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.1.bn2.weight",
                    shape: &[16],
                    offset: 8712,
                    len: 16,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.1.bn2.bias",
                    shape: &[16],
                    offset: 8728,
                    len: 16,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.1.shortcut.conv.weight",
                    shape: &[16, 16, 1, 1],
                    offset: 8776,
                    len: 256,
                    init: summary::Init::Uniform(0.25f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.1.shortcut.bn.weight",
                    shape: &[16],
                    offset: 9032,
                    len: 16,
                    init: summary::Init::Constant(1f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "layers.1.shortcut.bn.bias",
                    shape: &[16],
                    offset: 9048,
                    len: 16,
                    init: summary::Init::Constant(0f32),
                    decays: false,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc.weight",
                    shape: &[10, 16],
                    offset: 9096,
                    len: 160,
                    init: summary::Init::Uniform(0.25f32),
                    decays: true,
                    frozen: false,
                },
                summary::ParameterSummary {
                    key: "fc.bias",
                    shape: &[10],
                    offset: 9256,
                    len: 10,
                    init: summary::Init::Uniform(0.25f32),
                    decays: false,
                    frozen: false,
                },
            ],
            buffers: &[
                summary::BufferSummary {
                    key: "bn.running_mean",
                    shape: &[8],
                    offset: 240,
                    len: 8,
                    init: 0f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "bn.running_var",
                    shape: &[8],
                    offset: 248,
                    len: 8,
                    init: 1f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.0.bn1.running_mean",
                    shape: &[16],
                    offset: 1448,
                    len: 16,
                    init: 0f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.0.bn1.running_var",
                    shape: &[16],
                    offset: 1464,
                    len: 16,
                    init: 1f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.0.bn2.running_mean",
                    shape: &[16],
                    offset: 3816,
                    len: 16,
                    init: 0f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.0.bn2.running_var",
                    shape: &[16],
                    offset: 3832,
                    len: 16,
                    init: 1f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.0.shortcut.bn.running_mean",
                    shape: &[16],
                    offset: 4008,
                    len: 16,
                    init: 0f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.0.shortcut.bn.running_var",
                    shape: &[16],
                    offset: 4024,
                    len: 16,
                    init: 1f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.1.bn1.running_mean",
                    shape: &[16],
                    offset: 6376,
                    len: 16,
                    init: 0f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.1.bn1.running_var",
                    shape: &[16],
                    offset: 6392,
                    len: 16,
                    init: 1f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.1.bn2.running_mean",
                    shape: &[16],
                    offset: 8744,
                    len: 16,
                    init: 0f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.1.bn2.running_var",
                    shape: &[16],
                    offset: 8760,
                    len: 16,
                    init: 1f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.1.shortcut.bn.running_mean",
                    shape: &[16],
                    offset: 9064,
                    len: 16,
                    init: 0f32,
                    momentum: 0.1f32,
                },
                summary::BufferSummary {
                    key: "layers.1.shortcut.bn.running_var",
                    shape: &[16],
                    offset: 9080,
                    len: 16,
                    init: 1f32,
                    momentum: 0.1f32,
                },
            ],
        };
        const FORMULAS: &'static [formula::Formula] = &[
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
            formula::Formula::BatchNorm {
                eps: 0.00001f32,
                momentum: 0.1f32,
            },
            formula::Formula::Prelu {
                tie: None,
            },
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
            formula::Formula::BatchNorm {
                eps: 0.00001f32,
                momentum: 0.1f32,
            },
            formula::Formula::Relu,
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
            formula::Formula::BatchNorm {
                eps: 0.00001f32,
                momentum: 0.1f32,
            },
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [1, 1],
                    stride: [2, 2],
                    before: [0, 0],
                    after: [0, 0],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::BatchNorm {
                eps: 0.00001f32,
                momentum: 0.1f32,
            },
            formula::Formula::Add,
            formula::Formula::Relu,
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
            formula::Formula::BatchNorm {
                eps: 0.00001f32,
                momentum: 0.1f32,
            },
            formula::Formula::Relu,
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
            formula::Formula::BatchNorm {
                eps: 0.00001f32,
                momentum: 0.1f32,
            },
            formula::Formula::Conv {
                window: formula::Window {
                    kernel: [1, 1],
                    stride: [2, 2],
                    before: [0, 0],
                    after: [0, 0],
                    dilation: [1, 1],
                    ceil: false,
                },
                groups: 1,
            },
            formula::Formula::BatchNorm {
                eps: 0.00001f32,
                momentum: 0.1f32,
            },
            formula::Formula::Add,
            formula::Formula::Relu,
            formula::Formula::GlobalAvgPool,
            formula::Formula::Linear,
        ];
        const VECTORS: usize = 16788;
        const TEMPORARY: usize = runtime::scratch::largest(
            &[
                layers::conv::temporary::<SmallStemLayer0>(),
                layers::conv::temporary::<SmallLayers0Conv1Layer3>(),
                layers::conv::temporary::<SmallLayers0Conv2Layer6>(),
                layers::conv::temporary::<SmallLayers0ShortcutConvLayer8>(),
                layers::conv::temporary::<SmallLayers1Conv1Layer12>(),
                layers::conv::temporary::<SmallLayers1Conv2Layer15>(),
                layers::conv::temporary::<SmallLayers1ShortcutConvLayer17>(),
            ],
        );
        const TRAINING_LINES: usize = 14372;
        const CALIBRATIONS: usize = 0;
        const PHASES: &'static [::core::ops::Range<usize>] = &[
            0..16,
            16..48,
            48..80,
            80..112,
            112..144,
            144..176,
            176..208,
            208..240,
            240..272,
            272..304,
            304..336,
            336..368,
            368..400,
            400..416,
            416..416,
        ];
        const LEAST_BATCH: usize = 1;
        const BEGUN: &'static [::core::ops::Range<usize>] = &[9096..9256];
        fn predict_block<S: simd::Simd>(
            &self,
            s: S,
            xs: &[Self::Input],
            ys: &mut [Self::Output],
            memory: &mut [S::V],
            temporary: &mut [S::V],
        ) {
            let [b0, b1, b2, b3] = split(memory, [2592, 2048, 1024, 11124]);
            let samples = s
                .call(pack::PackToRead {
                    xs,
                    y: &mut b0[..768],
                });
            s.call(layers::conv::Forward {
                layer: SmallStemLayer0,
                parameters: &self.stem,
                then: &layers::BatchNorm::then(
                    &self.bn,
                    layers::batch_norm::Shape {
                        pixels: 256,
                        eps: 0.00001f32,
                    },
                    &self.prelu1,
                ),
                temporary: runtime::scratch::temporary(&mut b2[..972], temporary),
                x: &samples[..768],
                y: &mut b1[..2048],
            });
            s.call(layers::conv::Forward {
                layer: SmallLayers0Conv1Layer3,
                parameters: &self.layers.0.conv1,
                then: &layers::BatchNorm::then(
                    &self.layers.0.bn1,
                    layers::batch_norm::Shape {
                        pixels: 64,
                        eps: 0.00001f32,
                    },
                    layers::relu::Relu,
                ),
                temporary: runtime::scratch::temporary(&mut b0[..2592], temporary),
                x: &b1[..2048],
                y: &mut b2[..1024],
            });
            s.call(layers::conv::Forward {
                layer: SmallLayers0Conv2Layer6,
                parameters: &self.layers.0.conv2,
                then: &layers::BatchNorm::then(
                    &self.layers.0.bn2,
                    layers::batch_norm::Shape {
                        pixels: 64,
                        eps: 0.00001f32,
                    },
                    layers::Nothing,
                ),
                temporary: runtime::scratch::temporary(&mut b3[..11124], temporary),
                x: &b2[..1024],
                y: &mut b0[..1024],
            });
            s.call(layers::conv::Forward {
                layer: SmallLayers0ShortcutConvLayer8,
                parameters: &self.layers.0.shortcut.conv,
                then: &layers::BatchNorm::then(
                    &self.layers.0.shortcut.bn,
                    layers::batch_norm::Shape {
                        pixels: 64,
                        eps: 0.00001f32,
                    },
                    layers::Nothing,
                ),
                temporary: runtime::scratch::temporary(&mut b3[..2048], temporary),
                x: &b1[..2048],
                y: &mut b2[..1024],
            });
            s.call(layers::add::AccumulateThen {
                activation: layers::relu::Relu,
                channels: 16,
                x: &b2[..1024],
                y: &mut b0[..1024],
            });
            s.call(layers::conv::Forward {
                layer: SmallLayers1Conv1Layer12,
                parameters: &self.layers.1.conv1,
                then: &layers::BatchNorm::then(
                    &self.layers.1.bn1,
                    layers::batch_norm::Shape {
                        pixels: 16,
                        eps: 0.00001f32,
                    },
                    layers::relu::Relu,
                ),
                temporary: runtime::scratch::temporary(&mut b1[..1600], temporary),
                x: &b0[..1024],
                y: &mut b2[..256],
            });
            s.call(layers::conv::Forward {
                layer: SmallLayers1Conv2Layer15,
                parameters: &self.layers.1.conv2,
                then: &layers::BatchNorm::then(
                    &self.layers.1.bn2,
                    layers::batch_norm::Shape {
                        pixels: 16,
                        eps: 0.00001f32,
                    },
                    layers::Nothing,
                ),
                temporary: runtime::scratch::temporary(&mut b3[..576], temporary),
                x: &b2[..256],
                y: &mut b1[..256],
            });
            s.call(layers::conv::Forward {
                layer: SmallLayers1ShortcutConvLayer17,
                parameters: &self.layers.1.shortcut.conv,
                then: &layers::BatchNorm::then(
                    &self.layers.1.shortcut.bn,
                    layers::batch_norm::Shape {
                        pixels: 16,
                        eps: 0.00001f32,
                    },
                    layers::Nothing,
                ),
                temporary: runtime::scratch::temporary(&mut b3[..1024], temporary),
                x: &b0[..1024],
                y: &mut b2[..256],
            });
            s.call(layers::add::AccumulateThen {
                activation: layers::relu::Relu,
                channels: 16,
                x: &b2[..256],
                y: &mut b1[..256],
            });
            s.call(layers::global_avg_pool::Forward {
                layer: layers::global_avg_pool::GlobalAvgPool {
                    pixels: 16,
                },
                x: &b1[..256],
                y: &mut b2[..16],
            });
            s.call(layers::linear::Forward {
                layer: SmallFcLayer22,
                parameters: &self.fc,
                x: &b2[..16],
                y: &mut b1[..10],
            });
            s.call(pack::Unpack { x: &b1[..10], ys });
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
            let [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15,
            b16] = split(
                memory,
                [
                    768, 2048, 2048, 1024, 1024, 1024, 1024, 1024, 2048, 256, 256, 256,
                    256, 1024, 256, 16, 20,
                ],
            );
            match phase {
                0 => {
                    s.call(pack::Pack {
                        xs,
                        y: &mut b0[..768],
                    });
                    s.call(layers::conv::Forward {
                        layer: SmallStemLayer0,
                        parameters: &self.stem,
                        then: layers::Nothing,
                        temporary: runtime::scratch::temporary(&mut b2[..0], temporary),
                        x: &b0[..768],
                        y: &mut b1[..2048],
                    });
                    s.call(layers::batch_norm::Statistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 256,
                            eps: 0.00001f32,
                        },
                        sums: &mut sums[..16],
                        samples: xs.len(),
                        x: &b1[..2048],
                    });
                }
                1 => {
                    s.call(layers::batch_norm::Forward {
                        layer: layers::batch_norm::Shape {
                            pixels: 256,
                            eps: 0.00001f32,
                        },
                        parameters: &self.bn,
                        activation: &self.prelu1,
                        sums: &block.sums[..16],
                        batch: block.batch,
                        x: &b1[..2048],
                        y: &mut b2[..2048],
                    });
                    s.call(layers::conv::Forward {
                        layer: SmallLayers0Conv1Layer3,
                        parameters: &self.layers.0.conv1,
                        then: layers::Nothing,
                        temporary: runtime::scratch::temporary(&mut b4[..0], temporary),
                        x: &b2[..2048],
                        y: &mut b3[..1024],
                    });
                    s.call(layers::batch_norm::Statistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        sums: &mut sums[16..48],
                        samples: xs.len(),
                        x: &b3[..1024],
                    });
                }
                2 => {
                    s.call(layers::batch_norm::Forward {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.0.bn1,
                        activation: layers::relu::Relu,
                        sums: &block.sums[16..48],
                        batch: block.batch,
                        x: &b3[..1024],
                        y: &mut b4[..1024],
                    });
                    s.call(layers::conv::Forward {
                        layer: SmallLayers0Conv2Layer6,
                        parameters: &self.layers.0.conv2,
                        then: layers::Nothing,
                        temporary: runtime::scratch::temporary(&mut b6[..0], temporary),
                        x: &b4[..1024],
                        y: &mut b5[..1024],
                    });
                    s.call(layers::batch_norm::Statistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        sums: &mut sums[48..80],
                        samples: xs.len(),
                        x: &b5[..1024],
                    });
                }
                3 => {
                    s.call(layers::batch_norm::Forward {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.0.bn2,
                        activation: layers::Nothing,
                        sums: &block.sums[48..80],
                        batch: block.batch,
                        x: &b5[..1024],
                        y: &mut b6[..1024],
                    });
                    s.call(layers::conv::Forward {
                        layer: SmallLayers0ShortcutConvLayer8,
                        parameters: &self.layers.0.shortcut.conv,
                        then: layers::Nothing,
                        temporary: runtime::scratch::temporary(&mut b8[..0], temporary),
                        x: &b2[..2048],
                        y: &mut b7[..1024],
                    });
                    s.call(layers::batch_norm::Statistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        sums: &mut sums[80..112],
                        samples: xs.len(),
                        x: &b7[..1024],
                    });
                }
                4 => {
                    s.call(layers::batch_norm::Forward {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.0.shortcut.bn,
                        activation: layers::Nothing,
                        sums: &block.sums[80..112],
                        batch: block.batch,
                        x: &b7[..1024],
                        y: &mut b8[..1024],
                    });
                    s.call(layers::add::Accumulate {
                        x: &b8[..1024],
                        y: &mut b6[..1024],
                    });
                    s.call(layers::relu::Forward {
                        layer: layers::relu::Relu,
                        x: &b6[..1024],
                        y: &mut b8[..1024],
                    });
                    s.call(layers::conv::Forward {
                        layer: SmallLayers1Conv1Layer12,
                        parameters: &self.layers.1.conv1,
                        then: layers::Nothing,
                        temporary: runtime::scratch::temporary(&mut b10[..0], temporary),
                        x: &b8[..1024],
                        y: &mut b9[..256],
                    });
                    s.call(layers::batch_norm::Statistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        sums: &mut sums[112..144],
                        samples: xs.len(),
                        x: &b9[..256],
                    });
                }
                5 => {
                    s.call(layers::batch_norm::Forward {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.1.bn1,
                        activation: layers::relu::Relu,
                        sums: &block.sums[112..144],
                        batch: block.batch,
                        x: &b9[..256],
                        y: &mut b10[..256],
                    });
                    s.call(layers::conv::Forward {
                        layer: SmallLayers1Conv2Layer15,
                        parameters: &self.layers.1.conv2,
                        then: layers::Nothing,
                        temporary: runtime::scratch::temporary(&mut b12[..0], temporary),
                        x: &b10[..256],
                        y: &mut b11[..256],
                    });
                    s.call(layers::batch_norm::Statistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        sums: &mut sums[144..176],
                        samples: xs.len(),
                        x: &b11[..256],
                    });
                }
                6 => {
                    s.call(layers::batch_norm::Forward {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.1.bn2,
                        activation: layers::Nothing,
                        sums: &block.sums[144..176],
                        batch: block.batch,
                        x: &b11[..256],
                        y: &mut b12[..256],
                    });
                    s.call(layers::conv::Forward {
                        layer: SmallLayers1ShortcutConvLayer17,
                        parameters: &self.layers.1.shortcut.conv,
                        then: layers::Nothing,
                        temporary: runtime::scratch::temporary(&mut b14[..0], temporary),
                        x: &b8[..1024],
                        y: &mut b13[..256],
                    });
                    s.call(layers::batch_norm::Statistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        sums: &mut sums[176..208],
                        samples: xs.len(),
                        x: &b13[..256],
                    });
                }
                7 => {
                    s.call(layers::batch_norm::Forward {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.1.shortcut.bn,
                        activation: layers::Nothing,
                        sums: &block.sums[176..208],
                        batch: block.batch,
                        x: &b13[..256],
                        y: &mut b14[..256],
                    });
                    s.call(layers::add::Accumulate {
                        x: &b14[..256],
                        y: &mut b12[..256],
                    });
                    s.call(layers::relu::Forward {
                        layer: layers::relu::Relu,
                        x: &b12[..256],
                        y: &mut b14[..256],
                    });
                    s.call(layers::global_avg_pool::Forward {
                        layer: layers::global_avg_pool::GlobalAvgPool {
                            pixels: 16,
                        },
                        x: &b14[..256],
                        y: &mut b15[..16],
                    });
                    s.call(layers::linear::Forward {
                        layer: SmallFcLayer22,
                        parameters: &self.fc,
                        x: &b15[..16],
                        y: &mut b14[..10],
                    });
                    loss = block
                        .loss
                        .block(
                            s,
                            &mut b14[..10],
                            block.targets,
                            block.scale,
                            &mut b16[..20],
                        );
                    s.call(layers::linear::BackwardWeight {
                        layer: SmallFcLayer22,
                        gradient: &mut gradient.fc,
                        first: block.first,
                        x: &b15[..16],
                        dy: &b14[..10],
                        temporary: &mut b16[..16],
                    });
                    s.call(layers::linear::BackwardInput {
                        layer: SmallFcLayer22,
                        parameters: &self.fc,
                        dy: &b14[..10],
                        dx: &mut b15[..16],
                    });
                    s.call(layers::global_avg_pool::Backward {
                        layer: layers::global_avg_pool::GlobalAvgPool {
                            pixels: 16,
                        },
                        dy: &b15[..16],
                        dx: &mut b14[..256],
                    });
                    s.call(layers::relu::Backward {
                        layer: layers::relu::Relu,
                        x: &b12[..256],
                        d: &mut b14[..256],
                    });
                    s.call(layers::concat::Copy {
                        x: &b14[..256],
                        y: &mut b12[..256],
                    });
                    s.call(layers::batch_norm::BackwardStatistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.1.shortcut.bn,
                        activation: layers::Nothing,
                        slopes: &mut (),
                        gradient: &mut gradient.layers.1.shortcut.bn,
                        statistics: &block.sums[176..208],
                        sums: &mut sums[208..240],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b13[..256],
                        dy: &b12[..256],
                    });
                }
                8 => {
                    s.call(layers::batch_norm::Backward {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.1.shortcut.bn,
                        activation: layers::Nothing,
                        statistics: &block.sums[176..208],
                        sums: &block.sums[208..240],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b13[..256],
                        d: &mut b12[..256],
                    });
                    s.call(layers::conv::BackwardWeight {
                        layer: SmallLayers1ShortcutConvLayer17,
                        gradient: &mut gradient.layers.1.shortcut.conv,
                        temporary: &mut *temporary,
                        x: &b8[..1024],
                        dy: &b12[..256],
                    });
                    s.call(layers::conv::BackwardInput {
                        layer: SmallLayers1ShortcutConvLayer17,
                        parameters: &self.layers.1.shortcut.conv,
                        temporary: &mut *temporary,
                        dy: &b12[..256],
                        dx: &mut b13[..1024],
                    });
                    s.call(layers::batch_norm::BackwardStatistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.1.bn2,
                        activation: layers::Nothing,
                        slopes: &mut (),
                        gradient: &mut gradient.layers.1.bn2,
                        statistics: &block.sums[144..176],
                        sums: &mut sums[240..272],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b11[..256],
                        dy: &b14[..256],
                    });
                }
                9 => {
                    s.call(layers::batch_norm::Backward {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.1.bn2,
                        activation: layers::Nothing,
                        statistics: &block.sums[144..176],
                        sums: &block.sums[240..272],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b11[..256],
                        d: &mut b14[..256],
                    });
                    s.call(layers::conv::BackwardWeight {
                        layer: SmallLayers1Conv2Layer15,
                        gradient: &mut gradient.layers.1.conv2,
                        temporary: &mut *temporary,
                        x: &b10[..256],
                        dy: &b14[..256],
                    });
                    s.call(layers::conv::BackwardInput {
                        layer: SmallLayers1Conv2Layer15,
                        parameters: &self.layers.1.conv2,
                        temporary: &mut *temporary,
                        dy: &b14[..256],
                        dx: &mut b10[..256],
                    });
                    s.call(layers::batch_norm::BackwardStatistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.1.bn1,
                        activation: layers::relu::Relu,
                        slopes: &mut (),
                        gradient: &mut gradient.layers.1.bn1,
                        statistics: &block.sums[112..144],
                        sums: &mut sums[272..304],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b9[..256],
                        dy: &b10[..256],
                    });
                }
                10 => {
                    s.call(layers::batch_norm::Backward {
                        layer: layers::batch_norm::Shape {
                            pixels: 16,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.1.bn1,
                        activation: layers::relu::Relu,
                        statistics: &block.sums[112..144],
                        sums: &block.sums[272..304],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b9[..256],
                        d: &mut b10[..256],
                    });
                    s.call(layers::conv::BackwardWeight {
                        layer: SmallLayers1Conv1Layer12,
                        gradient: &mut gradient.layers.1.conv1,
                        temporary: &mut *temporary,
                        x: &b8[..1024],
                        dy: &b10[..256],
                    });
                    s.call(layers::conv::BackwardInput {
                        layer: SmallLayers1Conv1Layer12,
                        parameters: &self.layers.1.conv1,
                        temporary: &mut *temporary,
                        dy: &b10[..256],
                        dx: &mut b8[..1024],
                    });
                    s.call(layers::add::Accumulate {
                        x: &b8[..1024],
                        y: &mut b13[..1024],
                    });
                    s.call(layers::relu::Backward {
                        layer: layers::relu::Relu,
                        x: &b6[..1024],
                        d: &mut b13[..1024],
                    });
                    s.call(layers::concat::Copy {
                        x: &b13[..1024],
                        y: &mut b6[..1024],
                    });
                    s.call(layers::batch_norm::BackwardStatistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.0.shortcut.bn,
                        activation: layers::Nothing,
                        slopes: &mut (),
                        gradient: &mut gradient.layers.0.shortcut.bn,
                        statistics: &block.sums[80..112],
                        sums: &mut sums[304..336],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b7[..1024],
                        dy: &b6[..1024],
                    });
                }
                11 => {
                    s.call(layers::batch_norm::Backward {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.0.shortcut.bn,
                        activation: layers::Nothing,
                        statistics: &block.sums[80..112],
                        sums: &block.sums[304..336],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b7[..1024],
                        d: &mut b6[..1024],
                    });
                    s.call(layers::conv::BackwardWeight {
                        layer: SmallLayers0ShortcutConvLayer8,
                        gradient: &mut gradient.layers.0.shortcut.conv,
                        temporary: &mut *temporary,
                        x: &b2[..2048],
                        dy: &b6[..1024],
                    });
                    s.call(layers::conv::BackwardInput {
                        layer: SmallLayers0ShortcutConvLayer8,
                        parameters: &self.layers.0.shortcut.conv,
                        temporary: &mut *temporary,
                        dy: &b6[..1024],
                        dx: &mut b8[..2048],
                    });
                    s.call(layers::batch_norm::BackwardStatistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.0.bn2,
                        activation: layers::Nothing,
                        slopes: &mut (),
                        gradient: &mut gradient.layers.0.bn2,
                        statistics: &block.sums[48..80],
                        sums: &mut sums[336..368],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b5[..1024],
                        dy: &b13[..1024],
                    });
                }
                12 => {
                    s.call(layers::batch_norm::Backward {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.0.bn2,
                        activation: layers::Nothing,
                        statistics: &block.sums[48..80],
                        sums: &block.sums[336..368],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b5[..1024],
                        d: &mut b13[..1024],
                    });
                    s.call(layers::conv::BackwardWeight {
                        layer: SmallLayers0Conv2Layer6,
                        gradient: &mut gradient.layers.0.conv2,
                        temporary: &mut *temporary,
                        x: &b4[..1024],
                        dy: &b13[..1024],
                    });
                    s.call(layers::conv::BackwardInput {
                        layer: SmallLayers0Conv2Layer6,
                        parameters: &self.layers.0.conv2,
                        temporary: &mut *temporary,
                        dy: &b13[..1024],
                        dx: &mut b4[..1024],
                    });
                    s.call(layers::batch_norm::BackwardStatistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.0.bn1,
                        activation: layers::relu::Relu,
                        slopes: &mut (),
                        gradient: &mut gradient.layers.0.bn1,
                        statistics: &block.sums[16..48],
                        sums: &mut sums[368..400],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b3[..1024],
                        dy: &b4[..1024],
                    });
                }
                13 => {
                    s.call(layers::batch_norm::Backward {
                        layer: layers::batch_norm::Shape {
                            pixels: 64,
                            eps: 0.00001f32,
                        },
                        parameters: &self.layers.0.bn1,
                        activation: layers::relu::Relu,
                        statistics: &block.sums[16..48],
                        sums: &block.sums[368..400],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b3[..1024],
                        d: &mut b4[..1024],
                    });
                    s.call(layers::conv::BackwardWeight {
                        layer: SmallLayers0Conv1Layer3,
                        gradient: &mut gradient.layers.0.conv1,
                        temporary: &mut *temporary,
                        x: &b2[..2048],
                        dy: &b4[..1024],
                    });
                    s.call(layers::conv::BackwardInput {
                        layer: SmallLayers0Conv1Layer3,
                        parameters: &self.layers.0.conv1,
                        temporary: &mut *temporary,
                        dy: &b4[..1024],
                        dx: &mut b2[..2048],
                    });
                    s.call(layers::add::Accumulate {
                        x: &b2[..2048],
                        y: &mut b8[..2048],
                    });
                    s.call(layers::batch_norm::BackwardStatistics {
                        layer: layers::batch_norm::Shape {
                            pixels: 256,
                            eps: 0.00001f32,
                        },
                        parameters: &self.bn,
                        activation: &self.prelu1,
                        slopes: &mut gradient.prelu1,
                        gradient: &mut gradient.bn,
                        statistics: &block.sums[..16],
                        sums: &mut sums[400..416],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b1[..2048],
                        dy: &b8[..2048],
                    });
                }
                14 => {
                    s.call(layers::batch_norm::Backward {
                        layer: layers::batch_norm::Shape {
                            pixels: 256,
                            eps: 0.00001f32,
                        },
                        parameters: &self.bn,
                        activation: &self.prelu1,
                        statistics: &block.sums[..16],
                        sums: &block.sums[400..416],
                        samples: xs.len(),
                        batch: block.batch,
                        x: &b1[..2048],
                        d: &mut b8[..2048],
                    });
                    s.call(layers::conv::BackwardWeight {
                        layer: SmallStemLayer0,
                        gradient: &mut gradient.stem,
                        temporary: &mut *temporary,
                        x: &b0[..768],
                        dy: &b8[..2048],
                    });
                }
                _ => {}
            }
            loss
        }
        fn batch_statistics(&self, sums: &[f64], samples: usize, gradient: &mut Self) {
            layers::batch_norm::batch_statistics(
                layers::batch_norm::Shape {
                    pixels: 256,
                    eps: 0.00001f32,
                },
                &self.bn,
                &sums[..16],
                samples,
                &mut gradient.bn,
            );
            layers::batch_norm::batch_statistics(
                layers::batch_norm::Shape {
                    pixels: 64,
                    eps: 0.00001f32,
                },
                &self.layers.0.bn1,
                &sums[16..48],
                samples,
                &mut gradient.layers.0.bn1,
            );
            layers::batch_norm::batch_statistics(
                layers::batch_norm::Shape {
                    pixels: 64,
                    eps: 0.00001f32,
                },
                &self.layers.0.bn2,
                &sums[48..80],
                samples,
                &mut gradient.layers.0.bn2,
            );
            layers::batch_norm::batch_statistics(
                layers::batch_norm::Shape {
                    pixels: 64,
                    eps: 0.00001f32,
                },
                &self.layers.0.shortcut.bn,
                &sums[80..112],
                samples,
                &mut gradient.layers.0.shortcut.bn,
            );
            layers::batch_norm::batch_statistics(
                layers::batch_norm::Shape {
                    pixels: 16,
                    eps: 0.00001f32,
                },
                &self.layers.1.bn1,
                &sums[112..144],
                samples,
                &mut gradient.layers.1.bn1,
            );
            layers::batch_norm::batch_statistics(
                layers::batch_norm::Shape {
                    pixels: 16,
                    eps: 0.00001f32,
                },
                &self.layers.1.bn2,
                &sums[144..176],
                samples,
                &mut gradient.layers.1.bn2,
            );
            layers::batch_norm::batch_statistics(
                layers::batch_norm::Shape {
                    pixels: 16,
                    eps: 0.00001f32,
                },
                &self.layers.1.shortcut.bn,
                &sums[176..208],
                samples,
                &mut gradient.layers.1.shortcut.bn,
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
    use ::prelu::runtime::layers::{
        conv as _, batch_norm as _, prelu as _, repeat as _, global_avg_pool as _,
        linear as _, residual as _, conv as _, batch_norm as _, conv as _,
        batch_norm as _, relu as _, conv as _, batch_norm as _, relu as _,
    };
};

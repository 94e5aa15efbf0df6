// struct Net: [4] -> [4] { tanh }

/**

Input [4], output [4].

| key | layer | output | parameters | MACs | state-dict keys |
|---|---|---|--:|--:|---|
| | input | [4] | | | |
| `tanh1` | `tanh` | [4] | 0 | 0 |  |
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
        type Input = [f32; 4];
        type Output = [f32; 4];
        const PARAMETERS: usize = 0;
        const MACS: u64 = 0;
        const SUMMARY: &'static runtime::Summary = &runtime::Summary {
            name: "Net",
            input: &[4],
            output: &[4],
            layers: &[
                summary::LayerSummary {
                    key: "tanh1",
                    declaration: "tanh",
                    inputs: &[None],
                    output: &[4],
                    parameters: 0,
                    macs: 0,
                },
            ],
            parameters: &[],
            buffers: &[],
        };
        const FORMULAS: &'static [formula::Formula] = &[formula::Formula::Tanh];
        const VECTORS: usize = 4;
        const TEMPORARY: usize = runtime::scratch::largest(&[]);
        const TRAINING_LINES: usize = 12;
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
            let [b0] = split(memory, [4]);
            s.call(pack::Pack { xs, y: &mut b0[..4] });
            s.call(layers::tanh::ForwardInPlace {
                layer: layers::tanh::Tanh,
                x: &mut b0[..4],
            });
            s.call(pack::Unpack { x: &b0[..4], ys });
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
            let [b0, b1] = split(memory, [8, 4]);
            s.call(pack::Pack { xs, y: &mut b0[..4] });
            s.call(layers::tanh::Forward {
                layer: layers::tanh::Tanh,
                x: &b0[..4],
                y: &mut b1[..4],
            });
            loss = block
                .loss
                .block(s, &mut b1[..4], block.targets, block.scale, &mut b0[..8]);
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
    use ::prelu::runtime::layers::tanh as _;
};

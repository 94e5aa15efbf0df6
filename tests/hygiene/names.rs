//! Whatever the program calls things, the expansion means its own, and the program's words mean what they mean beside the
//! declaration.
#![forbid(unsafe_code)]
#![deny(missing_docs, unused, warnings, clippy::all, clippy::pedantic)]
#![allow(clippy::float_cmp, clippy::len_without_is_empty, clippy::pub_underscore_fields)]

use renamed::Network;

/// A layer that doubles, under many names.
macro_rules! doubles {
    ($($name:ident)*) => {
        $(
            /// Doubles.
            #[allow(non_camel_case_types)]
            pub struct $name;

            impl<const N: ::core::primitive::usize>
                ::renamed::CustomLayer<[::core::primitive::f32; N], [::core::primitive::f32; N]> for $name
            {
                fn forward<T: ::renamed::Simd>(t: T, _: &[::core::primitive::f32], x: &[T::V], y: &mut [T::V]) {
                    for (y, &x) in ::core::iter::Iterator::zip(y.iter_mut(), x) {
                        *y = ::renamed::Simd::add(t, x, x);
                    }
                }

                fn backward<T: ::renamed::Simd>(
                    t: T,
                    _: &[::core::primitive::f32],
                    _: &mut [::core::primitive::f32],
                    _: &[T::V],
                    dy: &[T::V],
                    dx: &mut [T::V],
                ) {
                    for (dx, &dy) in ::core::iter::Iterator::zip(dx.iter_mut(), dy) {
                        *dx = ::renamed::Simd::add(t, dy, dy);
                    }
                }
            }
        )*
    };
}

/// What a net says of ones.
fn of_ones<N>(net: &N) -> [f32; 4]
where
    N: Network<Input = [f32; 4], Output = [f32; 4]>,
{
    let mut ys = [[0.0; 4]];
    renamed::Workspace::new().predict(net, &[[1.0; 4]], &mut ys).unwrap();
    ys[0]
}

/// Modules of the program's own with a layer in each, called like those of the expansion.
pub mod modules {
    macro_rules! modules {
        ($($name:ident)*) => {
            $(
                /// Of the program's own.
                pub mod $name {
                    doubles! { Twice }
                }
            )*
        };
    }
    modules! {
        alloc baked core formula io kernels layers loss network optim pack prelu renamed runtime scratch simd std summary
        tensor __std
    }

    ::renamed::network! {
        /// A layer of each.
        pub struct Each: [4] -> [4] {
            custom(alloc::Twice) -> [4], custom(baked::Twice) -> [4], custom(self::core::Twice) -> [4],
            custom(formula::Twice) -> [4], custom(io::Twice) -> [4], custom(kernels::Twice) -> [4],
            custom(layers::Twice) -> [4], custom(loss::Twice) -> [4], custom(network::Twice) -> [4],
            custom(optim::Twice) -> [4], custom(pack::Twice) -> [4], custom(prelu::Twice) -> [4],
            custom(self::renamed::Twice) -> [4], custom(runtime::Twice) -> [4], custom(scratch::Twice) -> [4],
            custom(simd::Twice) -> [4], custom(self::std::Twice) -> [4], custom(summary::Twice) -> [4],
            custom(tensor::Twice) -> [4], custom(__std::Twice) -> [4],
        }
    }
}

#[test]
fn a_module_of_the_program_is_the_programs() {
    assert_eq!(of_ones(&modules::Each::zeroed()), [f32::from(2u8).powi(20); 4]);
}

/// Types of the program's own, called like the expansion's parameters and types.
pub mod types {
    doubles! {
        A B E F G I K L M N O P R S T U V X Y Layer Network Parameters Simd Tensor Loss Kernel Geometry Forward Backward
        Option Result Box Vec String Some None Ok Err Clone Copy PartialEq Debug Display FnMut AsRef Prototype PROTOTYPE
        BAKED FILE Custom CustomLayer Call f64 str u8 bool split samples TypesLayer0 TypesCustom1Layer0
    }

    ::renamed::network! {
        /// A layer of each.
        pub struct Types: [4] -> [4] {
            custom(A) -> [4], custom(B) -> [4], custom(E) -> [4], custom(F) -> [4], custom(G) -> [4], custom(I) -> [4],
            custom(K) -> [4], custom(L) -> [4], custom(M) -> [4], custom(N) -> [4], custom(O) -> [4], custom(P) -> [4],
            custom(R) -> [4], custom(S) -> [4], custom(T) -> [4], custom(U) -> [4], custom(V) -> [4], custom(X) -> [4],
            custom(Y) -> [4], custom(Layer) -> [4], custom(Network) -> [4], custom(Parameters) -> [4],
            custom(Simd) -> [4], custom(Tensor) -> [4], custom(Loss) -> [4], custom(Kernel) -> [4],
            custom(Geometry) -> [4], custom(Forward) -> [4], custom(Backward) -> [4], custom(Option) -> [4],
            custom(Result) -> [4], custom(Box) -> [4], custom(Vec) -> [4], custom(String) -> [4], custom(Some) -> [4],
            custom(None) -> [4], custom(Ok) -> [4], custom(Err) -> [4], custom(Clone) -> [4], custom(Copy) -> [4],
            custom(PartialEq) -> [4], custom(Debug) -> [4], custom(Display) -> [4], custom(FnMut) -> [4],
            custom(AsRef) -> [4], custom(Prototype) -> [4], custom(PROTOTYPE) -> [4], custom(BAKED) -> [4],
            custom(FILE) -> [4], custom(Custom) -> [4], custom(CustomLayer) -> [4], custom(Call) -> [4],
            custom(f64) -> [4], custom(str) -> [4], custom(u8) -> [4], custom(bool) -> [4], custom(split) -> [4],
            custom(samples) -> [4], custom(TypesLayer0) -> [4], custom(TypesCustom1Layer0) -> [4],
        }
    }
}

#[test]
fn a_type_of_the_program_is_the_programs() {
    assert_eq!(of_ones(&types::Types::zeroed()), [f32::from(2u8).powi(60); 4]);
}

/// Nothing that the expansion needs is what it is elsewhere.
#[allow(missing_docs, dead_code, unused_macros, non_camel_case_types, non_upper_case_globals, clippy::pedantic)]
pub mod shadows {
    #![no_implicit_prelude]

    macro_rules! nothing {
        (traits $($name:ident)*) => { $(pub trait $name {})* };
        (modules $($name:ident)*) => { $(pub mod $name {})* };
        (constants $($name:ident)*) => { $(pub const $name: ::core::primitive::i32 = 0;)* };
        (statics $($name:ident)*) => { $(pub static $name: ::core::primitive::i32 = 0;)* };
        (units $($name:ident)*) => { $(pub struct $name;)* };
        (macros $($name:ident)*) => { $(macro_rules! $name { () => {}; })* };
        (types $($name:ident)*) => { $(pub struct $name {})* };
    }
    nothing! { types Box Vec String Result Option Scratch Summary Workspace Range f32 f64 usize u64 u8 bool str i32 i64 isize u32 char }
    nothing! { traits Clone Copy PartialEq Debug Display FnMut AsRef Iterator Default Simd Network Parameters Loss Optimizer }
    nothing! { modules alloc core std prelu renamed runtime layers simd summary formula pack kernels scratch io optim }
    nothing! { constants s x y f memory temporary phase gradient sums counts loss seed each other b0 b1 b2 b3 __b }
    nothing! { statics xs ys block samples targets workspace optimizer bytes path parameters }
    nothing! { units Some None Ok Err split }
    nothing! { macros vec assert assert_eq matches panic concat env include_bytes compile_error unreachable debug_assert }

    // Methods of everything, called like those of the expansion.
    pub trait Nosy: ::core::marker::Sized {
        fn floats(self) {}
        fn floats_mut(self) {}
        fn predict(self) {}
        fn call(self) {}
        fn run(self) {}
        fn then(self) {}
        fn len(self) {}
        fn block(self) {}
        fn layer(self) {}
        fn clone(self) {}
        fn eq(self) {}
        fn step(self) {}
        fn gradients(self) {}
        fn calibrate(self) {}
        fn terms(self) {}
        fn value(self) {}
        fn fmt(self) {}
    }
    impl<T> Nosy for T {}
    pub trait Nosier {
        fn floats(&self) {}
        fn floats_mut(&mut self) {}
        fn call(&self) {}
        fn then(&self) {}
        fn len(&self) {}
        fn block(&self) {}
        fn layer(&self) {}
        fn clone(&self) {}
    }
    impl<T: ?::core::marker::Sized> Nosier for T {}

    ::renamed::network! {
        /// Of everything something.
        pub struct Everything: [3, 8, 8] -> [4] {
            const usize: usize = 2;
            block basic(f32, stride = 1) {
                /// Documented.
                main: residual(shortcut = { conv: conv(f32, kernel = 1, stride = stride, bias = false), bn: batch_norm }) {
                    conv1: conv(f32, kernel = 3, stride = stride, padding = 1), bn1: batch_norm, prelu(per_channel),
                    conv2: conv(f32, kernel = (3, 3), padding = same, init = he), bn2: batch_norm,
                },
                prelu,
            }
            stem: conv(4, kernel = 3, padding = 1), act: prelu(per_channel, init = from_data), max_pool(2),
            mix: concat { { conv(4, kernel = 1) }, { max_pool(3, stride = 1, padding = 1), relu }, { } },
            layers: repeat(2) { basic(4, stride = usize) },
            runtime: elu, add(runtime), each: prelu(per_element), layer_norm, upsample(2), avg_pool(2), dropout(0.1),
            core: sequence { global_avg_pool, f32: linear(usize * 2, freeze), selu, fc: linear(4) },
        }
    }

    ::renamed::network! {
        #[weights("../weights/small.f32.safetensors")]
        pub struct usize_: [1, 5, 5] -> [4] { conv: conv(3, kernel = 3), bn: batch_norm, act: prelu(per_channel), fc: linear(4) }
    }
}

#[test]
fn the_expansion_needs_nothing_that_a_program_can_hide() {
    let net = shadows::Everything::new(3);
    let x = [[[1.0; 8]; 8]; 3];
    assert!(net.predict(&x, &mut shadows::Everything::scratch()).iter().all(|y| y.is_finite()));
    assert!(net.core.f32.bias.iter().all(|b| b.is_finite()));
    let mut copy = renamed::Parameters::clone_box(&*net);
    let mut trainer = renamed::Workspace::new();
    let loss = renamed::loss::CrossEntropy;
    let found = net.gradients(&[x, x], &[0, 1], &loss, &mut trainer, &mut copy).unwrap();
    assert!(found.is_finite());
    assert!(shadows::usize_::baked().floats().iter().all(|x| x.is_finite()));
}

/// Nets that are called like what the expansion imports.
#[allow(non_camel_case_types)]
pub mod lower {
    macro_rules! nets {
        ($($name:ident)*) => {
            $(::renamed::network! {
                /// A net.
                pub struct $name: [4] -> [4] { fc: linear(4), conv: sequence { fc: linear(4) }, prelu(init = from_data) }
            })*
        };
    }
    nets! { r#fn usize f32 f64 u64 u8 bool str runtime layers simd summary formula pack baked split s b0 Some None Self_ S L O V }

    ::renamed::network! {
        /// A net with weights.
        #[weights("../weights/small.f32.safetensors")]
        pub struct u32: [1, 5, 5] -> [4] {
            conv: conv(3, kernel = 3), bn: batch_norm, act: prelu(per_channel), fc: linear(4),
        }
    }
}

#[test]
fn a_net_may_be_called_like_what_the_expansion_imports() {
    let _ = (lower::usize::new(1), lower::layers::new(1), lower::Some::new(1), lower::S::new(1));
    assert_eq!(lower::f32::SUMMARY.name, "f32");
    assert!(lower::u32::baked().floats().iter().all(|x| x.is_finite()));
}

/// What groups could be called beside the net is the program's.
#[allow(dead_code)]
pub mod groups {
    /// Of the program's own.
    pub trait UNetDown {}
    /// Of the program's own.
    pub enum UNetUp {}
    /// Of the program's own.
    pub fn u_net_layers() {}
    /// Of the program's own.
    pub struct UNetLayers0;
    pub use UNetLayers0 as UNetLayers;
    pub use std::io::Read as Down;
    pub use std::string::String as Encoder;

    ::renamed::network! {
        /// Groups beside all that.
        pub struct UNet: [4] -> [4] {
            /// See [`UNetDown`].
            down: sequence { /** See [`UNetUp`]. */ fc: linear(3) }, up: sequence { fc: linear(4) }, layers: repeat(2) { linear(4) },
        }
    }
    ::renamed::network! {
        /// With an encoder.
        pub struct Auto: [8] -> [8] { encoder: sequence { fc: linear(2) }, decoder: sequence { fc: linear(8) } }
    }
    ::renamed::network! {
        /// An encoder.
        pub struct AutoEncoder: [8] -> [2] { fc: linear(2), inner: sequence { fc: linear(2) } }
    }
    ::renamed::network! {
        /// An encoder's insides.
        pub struct AutoEncoderInner: [8] -> [2] { inner: sequence { fc: linear(2) } }
    }

    ::renamed::network! {
        /// Keys that are alike.
        #[allow(non_snake_case)]
        pub struct Alike: [4] -> [4] {
            a_b: sequence { fc: linear(4) }, aB: sequence { fc: linear(4) }, ab: sequence { fc: linear(4) },
            a: sequence { b: sequence { fc: linear(4) } }, A: sequence { fc: linear(4) }, AB: sequence { fc: linear(4) },
            a_b_of2: sequence { fc: linear(4) }, __: sequence { fc: linear(4) }, _1: sequence { fc: linear(4) },
            self_: sequence { fc: linear(4) }, f32: sequence { fc: linear(4) }, super_: repeat(2) { linear(4) },
            group: sequence { fc: linear(4) }, group1: sequence { fc: linear(4) }, Self_: sequence { fc: linear(4) },
        }
    }
}

#[test]
fn groups_are_called_like_nothing_of_the_program() {
    let net = groups::UNet::new(1);
    assert_eq!(net.down.fc.weight.len(), 3);
    assert_eq!(groups::Auto::new(1).encoder.fc.bias, groups::Auto::new(1).encoder.fc.bias);
    assert_eq!(groups::AutoEncoder::PARAMETERS, 18 + 6);
    assert_eq!(groups::AutoEncoderInner::PARAMETERS, 18);
    let alike = groups::Alike::zeroed();
    assert_eq!(alike.a_b.fc.bias, alike.a.b.fc.bias);
    assert_eq!(groups::Alike::PARAMETERS, 16 * 20);
    // They can be named.
    let down: groups::__prelu_UNet::Down = net.down;
    assert!(down == net.down);
}

#[test]
fn nets_of_one_name_in_different_functions_are_different_nets() {
    fn first() -> usize {
        struct Local;
        impl renamed::CustomLayer<[f32; 4], [f32; 4]> for Local {
            fn forward<S: renamed::Simd>(_: S, _: &[f32], x: &[S::V], y: &mut [S::V]) {
                y.copy_from_slice(x);
            }
            fn backward<S: renamed::Simd>(_: S, _: &[f32], _: &mut [f32], _: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
                dx.copy_from_slice(dy);
            }
        }
        renamed::network! {
            struct Net: [4] -> [4] { group: sequence { fc: linear(4) }, custom(Local) -> [4], many: repeat(2) { linear(4) } }
        }
        assert!(of_ones(&*Net::new(1)).iter().all(|y| y.is_finite()));
        Net::PARAMETERS
    }
    fn second() -> usize {
        renamed::network! { pub(crate) struct Net: [4] -> [2] { group: sequence { fc: linear(2) } } }
        let inner = || {
            renamed::network! { struct Net: [4] -> [1] { group: sequence { fc: linear(1) } } }
            Net::PARAMETERS
        };
        Net::PARAMETERS + inner()
    }
    struct Holder;
    impl Holder {
        fn net() -> usize {
            renamed::network! { struct Holder: [4] -> [2] { group: sequence { fc: linear(2) } } }
            Holder::PARAMETERS
        }
    }
    assert_eq!([first(), second(), Holder::net()], [60, 15, 10]);
}

/// Nets that macros declare.
pub mod macros {
    doubles! { Double }

    /// Declares a net from its parts.
    #[macro_export]
    macro_rules! declare {
        ($visibility:vis $name:ident, $key:ident, $width:expr, $path:path, $ty:ty) => {
            ::renamed::network! {
                /// Declared elsewhere.
                $visibility struct $name: [$width] -> [$width] {
                    const WIDTH: usize = $width;
                    $key: sequence { fc: linear(WIDTH) }, custom($crate::macros::Double) -> [$width],
                    custom($path) -> [$width], custom($ty) -> [$width],
                }
            }
        };
    }
}

mod uses_macros {
    mod layers {
        doubles! { S }
    }
    use layers::S;

    crate::declare!(pub(super) One, encoder, 4, layers::S, S);
    crate::declare!(pub(crate) OneEncoder, fc, 2 * 2, S, self::layers::S);
    crate::declare!(Private, fc, 4, S, S);

    pub(super) fn private() -> usize {
        Private::PARAMETERS
    }
}

#[test]
fn macros_declare_nets() {
    assert_eq!(of_ones(&*uses_macros::One::new(1)).len(), 4);
    assert_eq!(uses_macros::OneEncoder::PARAMETERS, uses_macros::private());
    declare!(Local, group, 4, macros::Double, macros::Double);
    assert_eq!(Local::new(1).group.fc.bias.len(), 4);
}

/// Nets that are seen from here and there.
pub mod visible {
    /// Further in.
    pub mod further {
        doubles! { Twice }

        /// Innermost.
        pub mod inmost {
            renamed::network! {
                pub(in crate::visible) struct Seen: [4] -> [4] {
                    group: sequence { fc: linear(4) }, custom(super::Twice) -> [4], custom(crate::visible::further::Twice) -> [4],
                }
            }
            renamed::network! { pub(super) struct Near: [4] -> [4] { group: sequence { fc: linear(4) } } }
            renamed::network! { pub(self) struct Mine: [4] -> [4] { group: sequence { fc: linear(4) } } }
            renamed::network! { struct Own: [4] -> [4] { many: repeat(2) { linear(4) } } }
            renamed::network! { pub(crate) struct Wide: [4] -> [4] { group: sequence { fc: linear(4) } } }

            /// Those that are seen here alone.
            #[must_use]
            pub fn own() -> usize {
                Own::zeroed().many.0.linear1.bias.len() + Mine::zeroed().group.fc.bias.len()
            }
        }

        /// One that is seen here.
        #[must_use]
        pub fn near() -> usize {
            inmost::Near::zeroed().group.fc.bias.len()
        }
    }

    /// One that is seen here.
    #[must_use]
    pub fn seen() -> usize {
        further::inmost::Seen::zeroed().group.fc.bias.len()
    }
}

#[deny(unreachable_pub)]
mod unseen {
    renamed::network! {
        /// Nobody sees it.
        pub struct Unseen: [4] -> [4] { group: sequence { fc: linear(4) } }
    }
}

#[test]
fn groups_are_seen_where_their_net_is() {
    use visible::{further, seen};
    assert_eq!([seen(), further::near(), further::inmost::own()], [4, 4, 8]);
    assert_eq!(further::inmost::Wide::zeroed().group.fc.bias, unseen::Unseen::zeroed().group.fc.bias);
}

#[test]
fn a_keyword_is_a_name_wherever_there_are_names() {
    renamed::network! {
        #[allow(clippy::needless_raw_strings)]
        struct r#Raw: [4] -> [4] {
            const r#const: usize = 4;
            const WIDE: usize = r#const;
            block r#while(r#in, r#do = r#WIDE) { r#match: prelu(per_channel), linear(r#in), r#if: linear(r#do) }
            r#match: prelu(per_channel, freeze), prelu(per_channel, tie = r#match), r#type: linear(r#const),
            add(r#type, r#match), concat(r#type), r#loop: sequence { r#for: linear(WIDE), prelu(per_channel, tie = r#match) },
            r#use: r#while(4), r#while(r#in = r#const, r#do = 4), r#fn: residual(shortcut = { r#linear(4) }) { linear(4, r#bias = false) },
            plain: r#prelu, prelu(tie = r#plain), r#dyn: prelu, prelu(tie = r#dyn),
        }
    }
    let keys: Vec<&str> = Raw::SUMMARY.parameters.iter().map(|parameter| parameter.key).collect();
    for key in [
        "match.weight",
        "type.weight",
        "loop.for.weight",
        "use.match.weight",
        "use.if.bias",
        "while2.if.weight",
        "fn.shortcut.linear1.weight",
        "plain.weight",
        "dyn.weight",
    ] {
        assert!(keys.contains(&key), "{key}: {keys:?}");
    }
    assert!(!keys.contains(&"prelu2.weight") && !keys.iter().any(|key| key.contains('#')), "{keys:?}");
    assert_eq!(Raw::zeroed().r#match.weight, [0.0; 4]);
    assert_eq!(Raw::new(1).floats().len(), Raw::PARAMETERS);
}

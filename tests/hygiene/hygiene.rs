//! The expansion stands anywhere: under strict lints, without the standard prelude, in modules, in functions, and with
//! the crate renamed.
#![forbid(unsafe_code)]
#![deny(missing_docs, unused, warnings, clippy::all, clippy::pedantic)]

/// Nets that are called like what the expansion uses.
#[allow(missing_docs)]
pub mod namesakes {
    ::renamed::network! { pub struct Network: [2] -> [2] { batch_norm, prelu(init = from_data) } }
    ::renamed::network! { pub struct Parameters: [2] -> [2] { linear(2) } }
    ::renamed::network! { pub struct Tensor: [2] -> [2] { linear(2) } }
    ::renamed::network! { pub struct Simd: [2] -> [2] { linear(2) } }
    ::renamed::network! { pub struct Summary: [2] -> [2] { linear(2) } }
    ::renamed::network! { pub struct Loss: [2] -> [2] { relu } }
    ::renamed::network! { pub struct Pack: [2] -> [2] { relu } }
    ::renamed::network! { pub struct Box: [2] -> [2] { r#fn: linear(2) } }
    ::renamed::network! { pub struct Raw: [2] -> [2] { r#match: sequence { r#loop: linear(2) } } }
}

/// Names of the standard prelude mean something else here.
pub mod bare {
    #![no_implicit_prelude]
    #![allow(non_camel_case_types)]

    /// Not the standard one.
    pub struct Option;
    /// Not the standard one.
    pub struct Box;
    /// Not the standard one.
    pub struct Some;
    /// Not the trait of vectors.
    pub struct Simd;

    ::renamed::network! {
        /// A net in a module without names.
        #[must_use]
        pub struct S: [2, 6, 6] -> [3] {
            /// Documented.
            const K: usize = 3;
            conv1: conv(4, kernel = K), prelu(per_element), conv_1: conv(2, kernel = 1, bias = false), relu,
            max_pool(2), dropout(0.1), fc: linear(3),
        }
    }

    ::renamed::network! {
        struct Private: [2] -> [2] { relu }
    }

    ::renamed::network! {
        /// Everything that combines layers, and some of it twice.
        pub struct Nested: [2, 6, 6] -> [2] {
            block act() { identity, prelu }
            residual { conv(2, kernel = 1), act }, residual(shortcut = { act }) { elu },
            mix: concat { { relu }, { } }, repeat(2) { add(mix), act }, sequence { sequence { flatten } }, linear(2),
        }
    }

    /// Uses the private net too.
    #[must_use]
    pub fn both() -> f32 {
        let y = S::new(1).predict(&[[[1.0; 6]; 6]; 2], &mut S::scratch());
        y[0] + Private::zeroed().predict(&[1.0, -1.0], &mut Private::scratch())[0]
    }
}

#[test]
fn works_without_names_in_scope() {
    assert!(bare::both().is_finite());
}

#[test]
fn works_inside_a_function() {
    renamed::network! { struct Local: [4] -> [2] { fc: linear(2) } }
    let net = Local::new(1);
    let y = net.predict(&[0.0; 4], &mut Local::scratch());
    assert_eq!(y.map(f32::to_bits), net.fc.bias.map(f32::to_bits));
}

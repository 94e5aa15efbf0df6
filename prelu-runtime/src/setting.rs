//! Settings are refused where they are set: one check, and one message, for all of them.
//!
//! All of it is `const`, so that a setting in a constant or a static is refused by the compiler. That is why the message is put
//! together here: `core` formats no floats while a program is compiled.

/// The numbers that a setting may be, in numbers and in words. NaN is in no range.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    least: f64,
    most: f64,
    words: &'static str,
}

impl Range {
    /// Rates, decays and what is added to a divisor.
    pub const FROM_ZERO: Self = Self::new(0.0, f64::MAX, "at least 0 and finite");
    /// Rates in `f64` that an optimizer is given in `f32`.
    pub const RATE: Self = Self::new(0.0, f32::MAX as f64, "at least 0 and finite as an `f32`");
    /// Bounds, which may be infinite.
    pub const ABOVE_ZERO: Self = Self::new(LEAST_POSITIVE, f64::INFINITY, "above 0");
    /// Divisors.
    pub const POSITIVE: Self = Self::new(LEAST_POSITIVE, f64::MAX, "above 0 and finite");
    /// Divisors that make nothing larger.
    pub const FROM_ONE: Self = Self::new(1.0, f64::MAX, "at least 1 and finite");
    /// Counts.
    pub const COUNT: Self = Self::new(1.0, f64::INFINITY, "at least 1");
    /// Shares.
    pub const SHARE: Self = Self::new(0.0, 1.0, "at least 0 and at most 1");
    /// Shares of what is kept from step to step, which is all that is ever seen where they are 1.
    pub const BELOW_ONE: Self = Self::new(0.0, 1f64.next_down(), "at least 0 and below 1");
    /// Factors that make something smaller.
    pub const SHRINKING: Self = Self::new(LEAST_POSITIVE, 1f64.next_down(), "above 0 and below 1");

    const fn new(least: f64, most: f64, words: &'static str) -> Self {
        Self { least, most, words }
    }

    /// Whether a number is in the range.
    pub const fn contains(&self, value: f64) -> bool {
        self.least <= value && value <= self.most
    }
}

/// What follows zero.
const LEAST_POSITIVE: f64 = 0f64.next_up();

/// Refuses a setting that is out of its range.
///
/// # Panics
/// If it is, with the setting's name, its value and its range.
#[inline]
#[track_caller]
pub const fn check(name: &str, value: f64, range: Range) {
    if !range.contains(value) {
        refuse(name, value, range.words);
    }
}

/// Refuses a setting; `must_be` says what it may be.
///
/// # Panics
/// In any case.
#[cold]
#[inline(never)]
#[track_caller]
pub const fn refuse(name: &str, value: f64, must_be: &str) -> ! {
    let mut text = Text { bytes: [0; 192], len: 0 };
    text.push("`");
    text.push(name);
    text.push("` is ");
    text.push_number(value);
    text.push(", but must be ");
    text.push(must_be);
    panic!("{}", text.as_str())
}

/// A message that is put together while a program is compiled, too. More than there is room for is left out.
struct Text {
    bytes: [u8; 192],
    len: usize,
}

impl Text {
    const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "a setting is out of its range",
        }
    }

    #[inline(never)]
    const fn push(&mut self, text: &str) {
        let (text, mut i) = (text.as_bytes(), 0);
        while i < text.len() {
            self.push_byte(text[i]);
            i += 1;
        }
    }

    const fn push_byte(&mut self, byte: u8) {
        if self.len < self.bytes.len() {
            self.bytes[self.len] = byte;
            self.len += 1;
        }
    }

    /// A number as `core` writes it, but for one with very many zeros, which gets an exponent.
    const fn push_number(&mut self, x: f64) {
        if x.is_nan() {
            return self.push("NaN");
        }
        if x < 0.0 {
            self.push("-");
        }
        if x.is_infinite() {
            return self.push("inf");
        }
        let (digits, exponent) = shortest(x.abs());
        let len = if digits == 0 { 1 } else { digits.ilog10() as i32 + 1 };
        // So many digits are in front of the point; zeros are put in where there are none.
        let point = len + exponent;
        let (point, exponent) = if -9 < point && point < 40 { (point, 0) } else { (1, point - 1) };
        let mut place = if point < 1 { point - 1 } else { 0 };
        while place < len || place < point {
            if place == point {
                self.push(".");
            }
            let there = 0 <= place && place < len;
            let digit = if there { digits / 10u64.pow((len - 1 - place) as u32) % 10 } else { 0 };
            self.push_byte(b'0' + digit as u8);
            place += 1;
        }
        if exponent != 0 {
            self.push("e");
            self.push_number(exponent as f64);
        }
    }
}

/// Digits d and an exponent e, so that d·10ᵉ is a finite number that is not negative: as few digits as read back as the number,
/// or as the `f32` that it is. Of numbers beyond 10²² or below its inverse, 14 digits are right.
#[cold]
#[inline(never)]
const fn shortest(x: f64) -> (u64, i32) {
    if x == 0.0 {
        return (0, 0);
    }
    let mut magnitude = 0;
    while scaled(1.0, magnitude + 1) <= x {
        magnitude += 1;
    }
    while scaled(1.0, magnitude) > x {
        magnitude -= 1;
    }
    let single = x as f32 as f64 == x;
    let slack = if magnitude.abs() > 22 { 1e-14 * x } else { 0.0 };
    let least = magnitude - if single { 8 } else { 16 };
    let mut exponent = magnitude;
    let mut digits = loop {
        let digits = (scaled(x, -exponent) + 0.5) as u64;
        let back = scaled(digits as f64, exponent);
        let reads_back = if single { back as f32 == x as f32 } else { (back - x).abs() <= slack };
        if reads_back || exponent == least {
            break digits;
        }
        exponent -= 1;
    };
    while digits.is_multiple_of(10) {
        digits /= 10;
        exponent += 1;
    }
    (digits, exponent)
}

/// x·10ⁿ. Rounded once where n is within −22 to 22: powers up to that are exact.
#[inline(never)]
const fn scaled(mut x: f64, mut n: i32) -> f64 {
    while n > 22 {
        x *= 1e22;
        n -= 22;
    }
    while n < -22 {
        x /= 1e22;
        n += 22;
    }
    let (mut power, mut i) = (1.0, 0);
    while i < n.abs() {
        power *= 10.0;
        i += 1;
    }
    if n < 0 { x / power } else { x * power }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(x: f64) -> String {
        let mut text = Text { bytes: [0; 192], len: 0 };
        text.push_number(x);
        text.as_str().to_owned()
    }

    #[test]
    fn numbers_are_written_as_core_writes_them() {
        let singles =
            [0.0, 1.0, -1.0, 0.1, -0.1, 0.3, 2.5, 1e-3, -1e-7, 1.5, 16.0, 1e9, 123_456.79, 1.000_000_1, f32::MAX];
        for x in singles.into_iter().chain((1..500).map(|i| (i as f32).sin() * 10f32.powi(i % 9 - 4))) {
            assert_eq!(written(x.into()), format!("{x}"));
        }
        let doubles = [
            0.1,
            -0.1,
            1.1,
            1.0 + f64::EPSILON,
            -1e-9,
            12_345.678_9,
            0.1 + 0.2,
            f64::NAN,
            f64::INFINITY,
            -f64::INFINITY,
        ];
        for x in doubles {
            assert_eq!(written(x), format!("{x}"));
        }
        for (x, text) in [(1e300, "1e300"), (-2.5e-200, "-2.5e-200"), (5e-324, "5e-324"), (1.25e40, "1.25e40")] {
            assert_eq!(written(x), text);
        }
        assert!(written(f64::MAX).starts_with("1.797693134862"), "{}", written(f64::MAX));
    }

    #[test]
    fn a_range_ends_where_it_says() {
        for (range, inside, outside) in [
            (Range::FROM_ZERO, [0.0, f64::MAX], [-5e-324, f64::INFINITY]),
            (Range::RATE, [0.0, f32::MAX.into()], [-5e-324, 3.5e38]),
            (Range::ABOVE_ZERO, [5e-324, f64::INFINITY], [0.0, -1.0]),
            (Range::POSITIVE, [5e-324, f64::MAX], [0.0, f64::INFINITY]),
            (Range::FROM_ONE, [1.0, f64::MAX], [1f64.next_down(), f64::INFINITY]),
            (Range::COUNT, [1.0, u64::MAX as f64], [0.0, -1.0]),
            (Range::SHARE, [0.0, 1.0], [-5e-324, 1f64.next_up()]),
            (Range::BELOW_ONE, [-0.0, 1f64.next_down()], [-5e-324, 1.0]),
            (Range::SHRINKING, [5e-324, 1f64.next_down()], [0.0, 1.0]),
        ] {
            assert!(inside.into_iter().all(|x| range.contains(x)), "{range:?}");
            assert!(!outside.into_iter().chain([f64::NAN]).any(|x| range.contains(x)), "{range:?}");
        }
    }

    #[test]
    #[should_panic = "`rate` is -0.1, but must be at least 0 and finite"]
    fn a_message_has_name_value_and_range() {
        check("rate", (-0.1f32).into(), Range::FROM_ZERO);
    }

    #[test]
    fn a_message_is_put_together_while_a_program_is_compiled() {
        const TEXT: Text = {
            let mut text = Text { bytes: [0; 192], len: 0 };
            text.push_number(-0.1f32 as f64);
            text
        };
        assert_eq!(TEXT.as_str(), "-0.1");
    }
}

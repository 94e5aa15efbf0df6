//! `repeat(n) { … }`: its layers n times, one after the other, each time with parameters of their own, under the keys 0, 1,
//! and so on.

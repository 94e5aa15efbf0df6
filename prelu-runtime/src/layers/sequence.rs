//! `sequence { … }`: layers one after the other, under a key of their own where they have one.

//! `identity`: y = x. Nothing is computed.

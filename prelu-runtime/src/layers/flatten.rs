//! `flatten`: an image as features. The memory is `[C][H][W]` as it was, so nothing is computed.

//! Sounds of a second, as short as a spoken keyword: what a small net that listens has to tell apart.

use super::Dataset;
use super::synthetic::{Hand, sine};
use crate::runtime::rng::Stream;

/// Values of a sound.
const LENGTH: usize = 4000;
/// Seconds from a value to the next.
const STEP: f32 = 1.0 / 4000.0;

/// Sounds of eight classes, made by this crate. Samples are `[1, 4000]`: a second of sound at 4 kHz, of values around 0
/// that are mostly within −1 to 1. Sample `i` is of class `i % 8`.
///
/// Pitch, loudness, beginning, length and the noise beneath are random and say nothing about the class. A sound is made
/// when it is asked for; it is a function of the seed and the index alone, with the same bits on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tones {
    stream: Stream,
    count: usize,
}

impl Tones {
    /// The names of the classes.
    pub const CLASSES: [&str; 8] =
        ["steady", "rising", "falling", "chord", "tremolo", "vibrato", "noise burst", "clicks"];

    /// This many sounds.
    pub const fn new(seed: u64, count: usize) -> Self {
        Self { stream: Stream::new(seed), count }
    }
}

impl Dataset for Tones {
    type Input = [[f32; LENGTH]; 1];
    type Target = usize;

    fn len(&self) -> usize {
        self.count
    }

    fn sample(&self, index: usize, input: &mut Self::Input) -> usize {
        assert!(index < self.count, "there are {} sounds, so none of index {index}", self.count);
        let class = index % Self::CLASSES.len();
        let mut hand = Hand::new(self.stream.of(index as u64));
        let mut voice = Voice::new(&mut hand, class);
        let loudness = hand.between(0.2, 0.7);
        let noise = loudness * hand.between(0.1, 0.8);
        let length = hand.between(0.4, 0.8);
        let start = hand.between(0.0, 1.0 - length);
        for (i, x) in input[0].iter_mut().enumerate() {
            *x = noise * hand.normal();
            let share = (i as f32 * STEP - start) / length;
            if (0.0..1.0).contains(&share) {
                // Its first tenth swells, its second half fades.
                let envelope = (10.0 * share).min(2.0 * (1.0 - share)).min(1.0);
                *x += loudness * envelope * voice.next(&mut hand, share);
            }
        }
        class
    }

    fn writes_all(&self) -> bool {
        true
    }
}

/// A tone, bent and pulsed as its class is, and where it has got to.
struct Voice {
    /// In the middle of the sound, in Hz.
    pitch: f32,
    /// How much higher the end is than the beginning, as a share of the pitch.
    glide: f32,
    /// A second tone's pitch, as a factor.
    second: Option<f64>,
    /// How far the pitch swings, as a share of it.
    vibrato: f32,
    strength: Strength,
    /// Swings of vibrato and strength in a second.
    pulse: f32,
    /// Periods so far, of the tone and of the pulse.
    phase: f64,
    pulse_phase: f64,
}

/// How strong a tone is from moment to moment.
enum Strength {
    Even,
    /// Swings, by this share of it.
    Tremolo(f32),
    /// Slow noise, whose last value this is: with it, the tone is itself a noise, of tones around its pitch.
    Noise(f32),
    /// Strong at the beginning of each pulse.
    Clicks,
}

impl Voice {
    fn new(hand: &mut Hand, class: usize) -> Self {
        let glide = hand.between(0.25, 0.7);
        let second = f64::from(hand.between(1.2, 1.6));
        let vibrato = hand.between(0.03, 0.1);
        let depth = hand.between(0.5, 0.9);
        Self {
            pitch: hand.between(300.0, 1000.0),
            glide: [0.0, glide, -glide, 0.0, 0.0, 0.0, 0.0, 0.0][class],
            second: (class == 3).then_some(second),
            vibrato: if class == 5 { vibrato } else { 0.0 },
            strength: match class {
                4 => Strength::Tremolo(depth),
                6 => Strength::Noise(0.0),
                7 => Strength::Clicks,
                _ => Strength::Even,
            },
            pulse: hand.between(5.0, 12.0),
            phase: f64::from(hand.between(0.0, 1.0)),
            pulse_phase: f64::from(hand.between(0.0, 1.0)),
        }
    }

    /// The next value; `share` is how much of the sound is over.
    fn next(&mut self, hand: &mut Hand, share: f32) -> f32 {
        let swing = |pulse_phase| sine(pulse_phase) as f32;
        let strength = match &mut self.strength {
            Strength::Even => 1.0,
            Strength::Tremolo(depth) => 1.0 - *depth * (0.5 + 0.5 * swing(self.pulse_phase)),
            Strength::Noise(last) => {
                *last += 0.1 * (4.0 * hand.normal() - *last);
                *last
            }
            Strength::Clicks => (1.0 - 8.0 * self.pulse_phase.fract() as f32).max(0.0),
        };
        let tone = match self.second {
            None => sine(self.phase),
            Some(second) => 0.6 * (sine(self.phase) + sine(second * self.phase)),
        };
        let swing = if self.vibrato == 0.0 { 0.0 } else { self.vibrato * swing(self.pulse_phase) };
        let pitch = self.pitch * (1.0 + self.glide * (share - 0.5)) * (1.0 + swing);
        self.phase += f64::from(pitch * STEP);
        self.pulse_phase += f64::from(self.pulse * STEP);
        strength * tone as f32
    }
}

//! A line of JSON for each measurement, with the fields and the method of the programs that it is compared with.

use std::time::Instant;

use prelu::Level;

use crate::peak::peak_of_threads;

/// How many samples a time is the median of, where each is of many calls.
const SAMPLES: usize = 9;
/// What a measurement takes, without its beginning.
const SECONDS: f64 = 0.9;

/// Who is measured, and the peaks seen meanwhile.
pub(crate) struct Timing {
    level: Level,
    threads: usize,
    peer: String,
    version: String,
    /// The metrics to keep to; none means all.
    only: Vec<String>,
    peaks: Vec<f64>,
}

impl Timing {
    /// `named`: whether the name says the level.
    pub(crate) fn new(level: Level, named: bool, threads: usize, only: &str) -> Self {
        let peer = if named { format!("prelu-{level}") } else { "prelu".to_owned() };
        let version = format!("{} {level}", env!("CARGO_PKG_VERSION"));
        let only = only.split(',').filter(|metric| !metric.is_empty()).map(str::to_owned).collect();
        Self { level, threads, peer, version, only, peaks: Vec::new() }
    }

    /// How many threads are measured.
    pub(crate) fn threads(&self) -> usize {
        self.threads
    }

    fn wanted(&self, metric: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == metric)
    }

    /// Times `work` on so many images: of one, every call; of several, nine samples of many calls each.
    pub(crate) fn measure(&mut self, metric: &str, images: usize, mut work: impl FnMut()) {
        if !self.wanted(metric) {
            return;
        }
        let before = self.peaks.len();
        (0..5).for_each(|_| work());
        let (clock, mut calls) = (Instant::now(), 0);
        while clock.elapsed().as_secs_f64() < 0.25 || calls < 3 {
            work();
            calls += 1;
        }
        let call = clock.elapsed().as_secs_f64() / f64::from(calls);
        let mut times = Vec::new();
        if images == 1 {
            let count = ((SECONDS / call) as usize).max(200);
            times.reserve(count);
            for index in 0..count {
                if index % count.div_ceil(SAMPLES) == 0 {
                    self.peak();
                    work();
                }
                let clock = Instant::now();
                work();
                times.push(clock.elapsed().as_secs_f64());
            }
        } else {
            let count = ((SECONDS / SAMPLES as f64 / call) as usize).max(1);
            for _ in 0..SAMPLES {
                self.peak();
                let clock = Instant::now();
                (0..count).for_each(|_| work());
                times.push(clock.elapsed().as_secs_f64() / count as f64);
            }
        }
        times.sort_by(f64::total_cmp);
        let (middle, least) = (times[times.len() / 2], times[0]);
        let fields = format!(
            "\"med_us\": {:.3}, \"min_us\": {:.3}, \"img_s\": {:.1}, \"img_s_best\": {:.1}, \"peak_gflop_s\": {:.1}",
            1e6 * middle,
            1e6 * least,
            images as f64 / middle,
            images as f64 / least,
            median(&self.peaks[before..])
        );
        self.print(metric, &fields, times.len());
    }

    fn peak(&mut self) {
        self.peaks.push(2e-9 * peak_of_threads(self.level, self.threads));
    }

    /// A line with the peak of all threads together, from before each sample of all that was measured; each line has that
    /// from before its own, for clocks change with what is computed.
    pub(crate) fn finish(mut self) {
        if !self.wanted("peak") {
            return;
        }
        while self.peaks.len() < SAMPLES {
            self.peak();
        }
        let (middle, best) = (median(&self.peaks), self.peaks.iter().copied().fold(0.0, f64::max));
        self.print("peak", &format!("\"gflop_s\": {middle:.1}, \"gflop_s_best\": {best:.1}"), self.peaks.len());
    }

    fn print(&self, metric: &str, fields: &str, count: usize) {
        let Self { peer, threads, version, .. } = self;
        println!(
            "{{\"peer\": \"{peer}\", \"metric\": \"{metric}\", \"threads\": {threads}, {fields}, \"n\": {count}, \"ver\": \"{version}\"}}"
        );
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

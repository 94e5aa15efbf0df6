//! The sweep's other side: the same layers with one sample, a part of a block, one more than four blocks, and many.

use super::{BATCH, Case, Direction, Options, total, traffic};
use crate::bandwidth;

/// Samples of a batch.
const BATCHES: [usize; 5] = [1, 7, BATCH, BATCH + 1, 1000];
/// What one sample more than [`BATCH`] may cost at most.
const CLIFF: f64 = 1.35;
/// How often that is measured: a machine that is shared has phases in which all takes longer.
const TURNS: usize = 5;

/// What is said of a direction with a batch.
#[derive(Clone, Copy, Default)]
struct Cell {
    seconds: f64,
    /// The share of the multiply-add peak, of the samples that there are.
    share: f64,
    /// The share of the bandwidth.
    bandwidth: f64,
}

/// A table of shares of the multiply-add peak, and what a batch of one more costs. Gives how many cells are above that.
pub(super) fn compute(options: &Options, cases: &[Case]) -> usize {
    if !options.json {
        let heads = |name: &str| BATCHES.map(|batch| format!("{name} {batch}")).join(" | ");
        println!("| shape | {} | 65 : 64 | {} | 65 : 64 |", heads("forward"), heads("backward"));
        println!("|---|{}", "--:|".repeat(2 * BATCHES.len() + 2));
    }
    let mut above = Vec::new();
    for case in cases.iter().filter(|case| options.wants(&case.label())) {
        let rows = BATCHES.map(|batch| measure(options, case, batch));
        let cliffs = cliffs(options, case);
        let mut texts = Vec::new();
        for (direction, name) in ["forward", "backward"].iter().enumerate() {
            let cells = rows.map(|row| row[direction]);
            let cliff = cliffs[direction];
            if options.json {
                for (cell, batch) in cells.iter().zip(BATCHES) {
                    println!(
                        "{{\"shape\": \"{}\", \"level\": \"{}\", \"direction\": \"{name}\", \"batch\": {batch}, \"us\": {:.3}, \"peak_share\": {:.4}, \"bandwidth_share\": {:.4}}}",
                        case.label(),
                        options.level,
                        1e6 * cell.seconds,
                        cell.share,
                        cell.bandwidth
                    );
                }
            }
            texts.extend(cells.map(|cell| format!("{:.0} %", 100.0 * cell.share)));
            texts.push(format!("{cliff:.2}"));
            if cliff > CLIFF {
                above.push((cliff, format!("{}: {name}", case.label())));
            }
        }
        if !options.json {
            println!("| {} | {} |", case.label(), texts.join(" | "));
        }
    }
    above.sort_by(|a, b| b.0.total_cmp(&a.0));
    if !options.json {
        println!("\nIn {} cells a batch of 65 costs more than {CLIFF} times one of 64:\n", above.len());
        above.iter().for_each(|(cliff, what)| println!("- {cliff:.2}: {what}"));
    }
    above.len()
}

/// What a batch of one sample more costs in each direction: medians of pairs that were measured one after the other.
fn cliffs(options: &Options, case: &Case) -> [f64; 2] {
    let mut pairs = [(); TURNS].map(|()| {
        let [less, more] = [BATCH, BATCH + 1].map(|batch| measure(options, case, batch));
        [0, 1].map(|direction| more[direction].seconds / less[direction].seconds)
    });
    [0, 1].map(|direction| {
        pairs.sort_by(|a, b| a[direction].total_cmp(&b[direction]));
        pairs[TURNS / 2][direction]
    })
}

/// Forward, and backward as a whole, which is of twice the work.
fn measure(options: &Options, case: &Case, batch: usize) -> [Cell; 2] {
    let times = (case.measure)(options.level, batch);
    let lanes = options.level.lanes();
    let macs = case.layers().iter().map(|layer| layer.macs).sum::<u64>();
    let least = batch as f64 * macs as f64 / times.peak;
    let memory = |direction: Direction, lanes: usize| {
        let (activations, weights) = traffic(case, direction, lanes as f64);
        batch.div_ceil(lanes) as f64
            * (activations / bandwidth::copy(options.level, activations as usize)
                + weights / bandwidth::read(options.level, weights as usize))
    };
    let forward = total(&times.forward, |_| true);
    let backward = total(&times.training, |name| name.contains("Backward"));
    let alone = if batch == 1 { 1 } else { lanes };
    [
        Cell { seconds: forward, share: least / forward, bandwidth: memory(Direction::Forward, alone) / forward },
        Cell {
            seconds: backward,
            share: 2.0 * least / backward,
            bandwidth: (memory(Direction::Input, lanes) + memory(Direction::Weight, lanes)) / backward,
        },
    ]
}

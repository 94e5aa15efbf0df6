//! From the graph to programs: the calls in order, and the buffers that they work in.
//!
//! A program is first written over *storages*, one for each thing that must be kept apart. Then storages whose lives do
//! not overlap are put into the same buffer, so that two buffers suffice to predict with a chain of any length.

use crate::check::Graph;
use crate::layers::{Backward, Operation};

/// What the net's methods do.
pub(crate) struct Plan {
    pub(crate) predict: Program,
    pub(crate) train: Program,
    pub(crate) calibrate: Program,
}

/// Steps, and the buffers that they work in, in vectors.
pub(crate) struct Program {
    pub(crate) buffers: Vec<usize>,
    pub(crate) steps: Vec<Step>,
}

/// One line of the expansion.
pub(crate) enum Step {
    /// Samples to lanes.
    Pack { y: Slot },
    /// Lanes to samples.
    Unpack { x: Slot },
    /// A call of a node's operation.
    Call { node: usize, pass: Pass, slots: Vec<(&'static str, Slot)> },
    /// The loss, which turns the output into its gradient.
    Loss { d: Slot, temporary: Slot },
    /// y += x
    Accumulate { x: Slot, y: Slot },
}

/// Which of an operation's calls.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Pass {
    Forward,
    ForwardInPlace,
    Calibrate,
    Backward,
    BackwardWeight,
    BackwardInput,
}

/// A use of memory: at first a storage, in the end the beginning of a buffer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Slot {
    pub(crate) buffer: usize,
    pub(crate) len: usize,
    pub(crate) written: bool,
}

impl Step {
    fn slots(&mut self) -> Vec<&mut Slot> {
        match self {
            Self::Pack { y } => vec![y],
            Self::Unpack { x } => vec![x],
            Self::Call { slots, .. } => slots.iter_mut().map(|(_, slot)| slot).collect(),
            Self::Loss { d, temporary } => vec![d, temporary],
            Self::Accumulate { x, y } => vec![x, y],
        }
    }
}

pub(crate) fn plan(graph: &Graph) -> Plan {
    Plan {
        predict: Writer::new(graph).predict(false),
        train: Writer::new(graph).train(),
        calibrate: Writer::new(graph).predict(true),
    }
}

/// Writes a program over storages.
struct Writer<'a> {
    graph: &'a Graph,
    steps: Vec<Step>,
    storages: Vec<usize>,
    /// The storage of each value.
    values: Vec<Option<usize>>,
    /// What each node keeps for backward.
    saved: Vec<Option<usize>>,
}

impl<'a> Writer<'a> {
    fn new(graph: &'a Graph) -> Self {
        Self {
            graph,
            steps: Vec::new(),
            storages: Vec::new(),
            values: vec![None; graph.values.len()],
            saved: vec![None; graph.nodes.len()],
        }
    }

    fn storage(&mut self, len: usize) -> usize {
        self.storages.push(len);
        self.storages.len() - 1
    }

    fn read(&self, storage: usize) -> Slot {
        Slot { buffer: storage, len: self.storages[storage], written: false }
    }

    fn write(&self, storage: usize) -> Slot {
        Slot { written: true, ..self.read(storage) }
    }

    fn value(&self, value: usize) -> usize {
        self.values[value].expect("values are computed before they are used")
    }

    /// How many read a value: nodes, and the end of the program if it is the result.
    fn readers(&self, value: usize) -> usize {
        self.graph.nodes.iter().filter(|node| node.x == value).count() + usize::from(self.graph.result == value)
    }

    fn pack(&mut self) {
        let input = self.storage(self.graph.values[0]);
        self.values[0] = Some(input);
        self.steps.push(Step::Pack { y: self.write(input) });
    }

    /// The forward call of a node. Where `keep` is false nothing is kept for backward.
    fn forward(&mut self, index: usize, keep: bool) {
        let node = &self.graph.nodes[index];
        let operation = &node.operation;
        let x = self.value(node.x);
        if operation.training_only && !keep {
            self.values[node.y] = Some(x);
            return;
        }
        let needs_x = keep && reads_x(operation);
        let in_place = operation.in_place && !needs_x && self.readers(node.x) == 1;
        let mut slots = Vec::new();
        if in_place {
            self.values[node.y] = Some(x);
            slots.push(("x", self.write(x)));
        } else {
            let y = self.storage(operation.output);
            self.values[node.y] = Some(y);
            slots.push(("x", self.read(x)));
            slots.push(("y", self.write(y)));
        }
        if operation.saved > 0 {
            let saved = self.storage(if keep { operation.saved } else { 0 });
            self.saved[index] = Some(saved);
            slots.push(("saved", self.write(saved)));
        }
        let pass = if in_place { Pass::ForwardInPlace } else { Pass::Forward };
        self.steps.push(Step::Call { node: index, pass, slots });
    }

    fn predict(mut self, calibrate: bool) -> Program {
        self.pack();
        for index in 0..self.graph.nodes.len() {
            let node = &self.graph.nodes[index];
            if calibrate && node.operation.calibrates {
                let slots = vec![("x", self.read(self.value(node.x)))];
                self.steps.push(Step::Call { node: index, pass: Pass::Calibrate, slots });
            }
            self.forward(index, false);
        }
        if calibrate {
            // What follows the last count has no effect.
            while self.steps.last().is_some_and(|step| !matches!(step, Step::Call { pass: Pass::Calibrate, .. })) {
                self.steps.pop();
            }
        } else {
            self.steps.push(Step::Unpack { x: self.read(self.value(self.graph.result)) });
        }
        self.allocate()
    }

    fn train(mut self) -> Program {
        self.pack();
        for index in 0..self.graph.nodes.len() {
            self.forward(index, true);
        }
        let result = self.value(self.graph.result);
        let temporary = self.storage(2 * self.graph.values[self.graph.result]);
        self.steps.push(Step::Loss { d: self.write(result), temporary: self.write(temporary) });

        // Values that depend on parameters: only their gradients are wanted.
        let mut wanted = vec![false; self.graph.values.len()];
        for node in &self.graph.nodes {
            wanted[node.y] = wanted[node.x] || node.operation.parameters;
        }
        let mut gradients = vec![None; self.graph.values.len()];
        gradients[self.graph.result] = Some(result);
        for index in (0..self.graph.nodes.len()).rev() {
            let node = &self.graph.nodes[index];
            let Some(dy) = gradients[node.y] else { continue };
            if let Some(dx) = self.backward(index, dy, wanted[node.x]) {
                match gradients[node.x] {
                    None => gradients[node.x] = Some(dx),
                    Some(sum) => self.steps.push(Step::Accumulate { x: self.read(dx), y: self.write(sum) }),
                }
            }
        }
        self.allocate()
    }

    /// The backward calls of a node; gives the storage of dx, if it is wanted.
    fn backward(&mut self, index: usize, dy: usize, wanted: bool) -> Option<usize> {
        let node = &self.graph.nodes[index];
        let operation = &node.operation;
        let (x, elements) = (self.value(node.x), self.graph.values[node.x]);
        let saved = self.saved[index].map(|saved| ("saved", self.read(saved)));
        let mut call = |pass, slots| self.steps.push(Step::Call { node: index, pass, slots });
        let slot =
            |storages: &[usize], storage: usize, written| Slot { buffer: storage, len: storages[storage], written };
        match operation.backward {
            _ if !wanted && !operation.parameters => None,
            Backward::InPlace { reads_x } => {
                let x = reads_x.then(|| ("x", slot(&self.storages, x, false)));
                let d = ("d", slot(&self.storages, dy, true));
                call(Pass::Backward, saved.into_iter().chain(x).chain([d]).collect());
                wanted.then_some(dy)
            }
            Backward::Apart => {
                self.storages.push(elements);
                let dx = self.storages.len() - 1;
                let d = [("dy", slot(&self.storages, dy, false)), ("dx", slot(&self.storages, dx, true))];
                call(Pass::Backward, saved.into_iter().chain(d).collect());
                Some(dx)
            }
            Backward::Affine { temporary } => {
                let mut slots = vec![("x", slot(&self.storages, x, false)), ("dy", slot(&self.storages, dy, false))];
                if temporary > 0 {
                    self.storages.push(temporary);
                    slots.push(("temporary", slot(&self.storages, self.storages.len() - 1, true)));
                }
                call(Pass::BackwardWeight, slots);
                wanted.then(|| {
                    self.storages.push(elements);
                    let dx = self.storages.len() - 1;
                    let d = vec![("dy", slot(&self.storages, dy, false)), ("dx", slot(&self.storages, dx, true))];
                    call(Pass::BackwardInput, d);
                    dx
                })
            }
        }
    }

    /// Puts storages into buffers: each into the smallest free one that holds it, else into the largest free one, which
    /// grows, else into a new one.
    fn allocate(mut self) -> Program {
        let mut last = vec![0; self.storages.len()];
        for (time, step) in self.steps.iter_mut().enumerate() {
            for slot in step.slots() {
                last[slot.buffer] = time;
            }
        }
        let mut buffers: Vec<usize> = Vec::new();
        let mut busy_until: Vec<Option<usize>> = Vec::new();
        let mut place: Vec<Option<usize>> = vec![None; self.storages.len()];
        for (time, step) in self.steps.iter_mut().enumerate() {
            for slot in step.slots() {
                let storage = slot.buffer;
                slot.buffer = *place[storage].get_or_insert_with(|| {
                    let free = |b: &usize| busy_until[*b].is_none_or(|until| until < time);
                    let fits =
                        (0..buffers.len()).filter(free).filter(|&b| buffers[b] >= slot.len).min_by_key(|&b| buffers[b]);
                    let largest = || (0..buffers.len()).filter(free).max_by_key(|&b| buffers[b]);
                    let buffer = fits.or_else(largest).unwrap_or_else(|| {
                        buffers.push(0);
                        buffers.len() - 1
                    });
                    busy_until.resize(buffers.len(), None);
                    buffers[buffer] = buffers[buffer].max(slot.len);
                    busy_until[buffer] = Some(last[storage]);
                    buffer
                });
            }
        }
        Program { buffers, steps: self.steps }
    }
}

/// Whether backward needs an operation's input.
fn reads_x(operation: &Operation) -> bool {
    matches!(operation.backward, Backward::InPlace { reads_x: true } | Backward::Affine { .. })
}

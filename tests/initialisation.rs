//! How parameters begin, and which of them stay as they are.
#![allow(missing_docs)]

use prelu::loss::Mse;
use prelu::optim::Sgd;
use prelu::{Init, Parameters, Tensor, Trainer, Workspace};

prelu::network! {
    struct Net: [4, 8, 8] -> [3] {
        he_relu: conv(9, kernel = 3, padding = 1, init = he), batch_norm, relu,
        he_prelu: conv(8, kernel = 3, init = he, bias = false), max_pool(2), prelu(per_channel, init = 0.5),
        he_leaky: linear(50, init = he), dropout(0.5), leaky_relu(0.2),
        he_linear: linear(40, init = he),
        lecun: linear(30, init = lecun), selu,
        zeros: linear(20, init = zeros),
        value: linear(10, init = -0.25),
        tenth: linear(9), residual { he_late: linear(9, init = he), identity_like: dropout(0.0) }, elu,
        he_last: linear(3, init = he),
    }
}

#[test]
fn deviations_are_those_of_the_activation_that_follows() {
    let of = |gain: f64, fan_in: f64| Init::Normal((gain / fan_in).sqrt() as f32);
    let wanted = [
        ("he_relu", of(2.0, 36.0)),
        ("he_prelu", of(2.0 / 1.25, 81.0)),
        ("he_leaky", of(2.0 / (1.0 + f64::from(0.2f32).powi(2)), 72.0)),
        ("he_linear", of(1.0, 50.0)),
        ("lecun", of(1.0, 40.0)),
        ("zeros", Init::Constant(0.0)),
        ("value", Init::Constant(-0.25)),
        ("tenth", Init::Uniform((1.0 / 10f64.sqrt()) as f32)),
        ("he_late", of(2.0, 9.0)),
        ("he_last", of(1.0, 9.0)),
    ];
    for (key, init) in wanted {
        let tensor = Net::SUMMARY.parameter(&format!("{key}.weight")).unwrap();
        assert_eq!(tensor.init, init, "{key}");
        if let (false, Some(bias)) = (key == "tenth", Net::SUMMARY.parameter(&format!("{key}.bias"))) {
            assert_eq!(bias.init, Init::Constant(0.0), "{key}");
        }
    }
}

#[test]
fn normal_weights_have_their_deviation() {
    let net = Net::new(1);
    let floats = net.he_leaky.weight.floats();
    let deviation = (floats.iter().map(|w| f64::from(*w).powi(2)).sum::<f64>() / floats.len() as f64).sqrt();
    let want = (2.0f64 / 1.04 / 72.0).sqrt();
    // Of 3600 weights, its own deviation is 1.2 %.
    assert!((deviation / want - 1.0).abs() < 0.05, "{deviation}, not {want}");
    assert!(
        net.he_leaky.bias == [0.0; 50] && net.zeros.weight == [[0.0; 30]; 20] && net.value.weight == [[-0.25; 20]; 10]
    );
    assert!(Net::new(1) == net && Net::new(2) != net);
}

prelu::network! {
    struct Frozen: [3] -> [2] {
        first: linear(5, freeze), act: prelu(freeze = true), second: linear(4, bias = false), third: linear(4, freeze),
        prelu(tie = act), bn: batch_norm(freeze), last: linear(2),
    }
}

#[test]
fn frozen_layers_stay_as_they_are_and_pass_gradients_on() {
    let frozen: Vec<_> = Frozen::SUMMARY.parameters.iter().filter(|t| t.frozen).map(|t| t.key).collect();
    assert_eq!(
        frozen,
        ["first.weight", "first.bias", "act.weight", "third.weight", "third.bias", "bn.weight", "bn.bias"]
    );
    let net = Frozen::new(3);
    let (xs, ts) = ([[0.5, -1.0, 2.0], [1.0, 0.25, -0.5], [-2.0, 1.0, 0.0]], [[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]]);
    let mut gradient = Frozen::zeroed_box();
    Workspace::new().gradients(&*net, &xs, &ts, &Mse::new(), &mut gradient).unwrap();
    assert!(gradient.second.weight.floats().iter().any(|&g| g != 0.0), "gradients go through what is frozen");

    struct Three([[f32; 3]; 3], [[f32; 2]; 3]);
    impl prelu::data::Dataset for Three {
        type Input = [f32; 3];
        type Target = [f32; 2];
        fn len(&self) -> usize {
            3
        }
        fn sample(&self, index: usize, input: &mut [f32; 3]) -> [f32; 2] {
            *input = self.0[index];
            self.1[index]
        }
    }
    let mut trainer = Trainer::new(net.clone(), Sgd::new(0.1).momentum(0.9).weight_decay(0.1), Mse::new());
    for _ in 0..3 {
        trainer.epoch(&Three(xs, ts), |_| std::ops::ControlFlow::Continue(())).unwrap();
    }
    let after = trainer.into_net();
    for tensor in Frozen::SUMMARY.parameters {
        let same = net.floats()[tensor.range()] == after.floats()[tensor.range()];
        assert_eq!(same, tensor.frozen, "{}", tensor.key);
    }
    assert!(after.bn.running_mean != net.bn.running_mean, "statistics are not learned, and move");
}

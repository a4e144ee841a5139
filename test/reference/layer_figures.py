"""
What torchinfo, fvcore and PyTorch say of the architectures named on the command line: parameters and work of each layer, the
reach of its units, and the memory of a training step. The answer is JSON on stdout.
"""

import json
import sys
import warnings

import torch
import torchinfo
from fvcore.nn import FlopCountAnalysis
from step_memory import tensors
from torch.utils.flop_counter import FlopCounterMode
from torch_network import Network

warnings.filterwarnings("ignore")
torch.manual_seed(1)

# Pixels added to each side, so that most units reach no edge; a power of two leaves every parity as it is.
MORE = 512
# Batch sizes at which a training step's memory is measured: one net of which weights take most, one of activations, one between.
BATCHES = {"resnet18": 256, "option-a": 256, "cifar-stem": 64}
# What these do not change cannot be wrong.
SAME_REACH = (torch.nn.BatchNorm2d, torch.nn.ReLU)


def image_of(architecture, batch=1, more=0):
    height, width, channels = architecture["inputShape"]
    return torch.ones(batch, channels, height + more, width + more)


def work(architecture):
    network = Network(architecture).eval()
    image = image_of(architecture)
    info = torchinfo.summary(network, input_data=image, verbose=0, depth=1)
    by_name = {layer.var_name: layer for layer in info.summary_list if layer.depth == 1}
    counted = FlopCountAnalysis(network, image).unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    by_module = counted.by_module_and_operator()
    layers = {}
    for name, _ in network.steps:
        module = network.layer(name)
        key = name.replace("/", "-")
        statistics = sum(value.numel() for key, value in module.named_buffers() if key != "num_batches_tracked")
        layers[name] = {
            "torchinfo": {"params": by_name[key].num_params, "macs": by_name[key].macs},
            "fvcore": {operator: int(count) for operator, count in by_module[key].items()},
            "statistics": statistics,
        }
    with FlopCounterMode(display=False) as forward:
        network.train()
        loss = network(image_of(architecture, 2)).sum()
    with FlopCounterMode(display=False) as backward:
        loss.backward()
    # Batch normalisation needs two values a channel where a map is 1x1: two images, and half of what they take.
    return layers, {"forward": forward.get_total_flops() // 2, "backward": backward.get_total_flops() // 2}


def reach(architecture):
    """First and last pixel, along both axes, at which the image has a gradient from one unit near the middle."""
    network = Network(architecture, thin=True).eval()
    with torch.no_grad():
        for name, value in network.state_dict().items():
            if name.endswith("weight"):
                value.fill_(1.0)
            elif name.endswith("bias"):
                value.fill_(0.0)
    image = image_of(architecture, more=MORE).requires_grad_()
    found = {}
    for name, value in network.outputs(image):
        if isinstance(network.layer(name), SAME_REACH):
            continue
        unit = [size // 2 for size in value.shape[2:]]
        (gradient,) = torch.autograd.grad(value[(0, 0, *unit)], image, retain_graph=True)
        touched = gradient[0].abs().sum(0) > 0
        axes = [touched.any(1), touched.any(0)]
        pixels = [axis.nonzero().flatten() for axis in axes]
        found[name] = {"unit": unit, "pixels": [[int(axis[0]), int(axis[-1])] for axis in pixels]}
    return found


def main():
    answer = {}
    for path in sys.argv[1:]:
        with open(path) as file:
            architecture = json.load(file)
        name = path.rsplit("/", 1)[-1].removesuffix(".json")
        layers, flops = work(architecture)
        for layer, found in reach(architecture).items():
            layers[layer]["reach"] = found
        answer[name] = {
            "flops": flops,
            "memory": {"batch": BATCHES[name], "peak": tensors(architecture, BATCHES[name])} if name in BATCHES else None,
            "layers": layers,
        }
    versions = {"torch": torch.__version__, "torchinfo": torchinfo.__version__}
    json.dump({"versions": versions, "more": MORE, "networks": answer}, sys.stdout)


main()

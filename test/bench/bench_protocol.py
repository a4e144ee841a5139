"""How a measured program in Python talks with the bench; protocol.ts says the same for TypeScript."""

import json
import sys

OUT = sys.stdout
# What libraries print must not get between the answers.
sys.stdout = sys.stderr


def read_job():
    return json.loads(sys.argv[1])


def send(value):
    OUT.write(json.dumps(value) + "\n")
    OUT.flush()


def serve(about, train, evaluate):
    """`train(count)` and `evaluate(count)` give the milliseconds of each step or forward pass, and images in each."""
    send({"ready": about})
    for line in sys.stdin:
        request = json.loads(line)
        milliseconds, images = (train if request["do"] == "train" else evaluate)(request["count"])
        send({"milliseconds": milliseconds, "images": images})
    send({"peakMemoryBytes": peak_memory()})


def peak_memory():
    """Bytes; None on Windows."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024

"""LSTM training: tokens per second of `miaobi train lstm` against Keras' `fit`.

Same layers (embedding 128, two LSTM layers of 320 units, 128 linear, vocabulary), context 256, batch 24, the same
text, dropout 0, Adam with the same settings and the gradient's norm clipped at 1, same threads, float32 in both; then
ours in bfloat16 autocast against the same Keras. (Our last matrix is the embedding's, Keras has one of its own.) Keras
runs in a process of its own, with its own libraries; a callback of its `fit` waits while we train, and the other way
round.

    python -m venv peers && peers/bin/pip install keras tensorflow-cpu    # or jax, or torch; see --backend
    python bench/lab_lstm.py --keras-python peers/bin/python    # goal: at least 1.0 times as fast
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from lab_turns import Contest, Taken, add_dials, collect_text, dials_of, new_studio, print_head
from miaobi.train.data.dataset import TextDataset
from miaobi.train.data.open import open_dataset

EMBEDDING, UNITS, LAYERS, CONTEXT = 128, 320, 2, 256
OPTIONS = {
    "kind": "lstm", "layers": LAYERS, "embedding": EMBEDDING, "units": UNITS, "context": CONTEXT, "dropout": 0.0,
    "optimizer": "adamw", "learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "weight_decay": 0.0, "clip": 1.0,
}  # fmt: skip
PEER = """
import json, os, sys, time

wish = json.loads(sys.argv[1])
import numpy as np
import keras

if keras.backend.backend() == "tensorflow":
    import tensorflow
    tensorflow.config.threading.set_intra_op_parallelism_threads(wish["threads"])
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
elif keras.backend.backend() == "torch":
    import torch
    torch.set_num_threads(wish["threads"])

tokens = np.fromfile(wish["tokens"], np.uint16).astype(np.int32)
rows = (len(tokens) - 1) // wish["context"]
inputs = tokens[: rows * wish["context"]].reshape(rows, -1)
targets = tokens[1 : rows * wish["context"] + 1].reshape(rows, -1)
model = keras.Sequential(
    [keras.Input((wish["context"],), dtype="int32"), keras.layers.Embedding(wish["vocabulary"], wish["embedding"])]
    + [keras.layers.LSTM(wish["units"], return_sequences=True) for _ in range(wish["layers"])]
    + [keras.layers.Dense(wish["embedding"], use_bias=False), keras.layers.Dense(wish["vocabulary"])]
)
model.compile(
    keras.optimizers.Adam(1e-3, beta_1=0.9, beta_2=0.999, global_clipnorm=1.0),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    jit_compile=wish["jit"],
)


class Turns(keras.callbacks.Callback):
    left = 1

    def on_train_batch_end(self, batch, logs=None):
        float((logs or {}).get("loss", 0.0))  # wait for what was only begun
        self.left -= 1
        if self.left:
            return
        if batch or hasattr(self, "began"):
            print(json.dumps([time.perf_counter() - self.began, time.process_time() - self.cpu]), flush=True)
        else:
            print("ready", keras.__version__, keras.backend.backend(), flush=True)
        line = sys.stdin.readline()
        if not line.strip():
            os._exit(0)
        self.left, self.began, self.cpu = int(line), time.perf_counter(), time.process_time()


model.fit(inputs, targets, batch_size=wish["batch"], epochs=10**6, verbose=0, callbacks=[Turns()])
"""


class Keras:
    """A process that trains so many steps for each line it reads."""

    def __init__(self, python: Path, backend: str, wish: dict[str, object]) -> None:
        threads = str(wish["threads"])
        flags = f"--xla_cpu_multi_thread_eigen={'false' if threads == '1' else 'true'}"
        environment = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", "XLA_FLAGS": flags}
        environment |= {"OMP_NUM_THREADS": threads, "TF_NUM_INTRAOP_THREADS": threads}
        environment.pop("PYTHONPATH", None)
        self._process = subprocess.Popen(
            [str(python), "-c", PEER, json.dumps(wish)], env=environment, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE if backend == "tensorflow" else None,
        )  # fmt: skip
        self.version = self._line().removeprefix("ready ")

    def __call__(self, steps: int) -> Taken:
        """Train on."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{steps}\n")
        self._process.stdin.flush()
        return Taken(*json.loads(self._line()))

    def close(self) -> None:
        """End the process."""
        self._process.communicate("\n")

    def _line(self) -> str:
        assert self._process.stdout is not None
        if line := self._process.stdout.readline().strip():
            return line
        raise SystemExit(f"Keras stopped: {self._process.communicate()[1]}")


def main() -> None:
    """Both precisions of ours, and a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keras-python", type=Path, required=True, help="a Python that has Keras")
    parser.add_argument("--backend", default="tensorflow", choices=("tensorflow", "jax", "torch"))
    parser.add_argument("--no-jit", action="store_true", help="Keras without XLA, in place of its own choice")
    parser.add_argument("--batch", type=int, default=24)
    add_dials(parser, block=3, rounds=9)
    wish = parser.parse_args()
    dials = dials_of(wish)
    with tempfile.TemporaryDirectory(prefix="lab-lstm-") as home:
        studio = new_studio(home)
        collect_text(studio, Path(home, "text"), "markov")
        dataset = open_dataset(Path(home), "markov", "text")
        assert isinstance(dataset, TextDataset)
        dataset.tokens("train").astype(np.uint16).tofile(Path(home, "train.bin"))
        asked = {
            "tokens": str(Path(home, "train.bin")), "vocabulary": dataset.tokenizer.get_vocab_size(),
            "embedding": EMBEDDING, "units": UNITS, "layers": LAYERS, "context": CONTEXT, "batch": wish.batch,
            "threads": wish.threads, "jit": False if wish.no_jit else "auto",
        }  # fmt: skip
        peer = Keras(wish.keras_python, wish.backend, asked)
        print_head(f"batch {wish.batch}, Keras {peer.version} in float32", "Keras", "tokens", dials)
        for precision in ("float32", "bfloat16"):
            contest = Contest(dials)
            options = {**OPTIONS, "batch": wish.batch, "precision": precision, "threads": wish.threads}
            contest.run(studio, "lstm", precision, "markov", options, peer)
            print(contest.line(f"ours in {precision}", wish.batch * CONTEXT), flush=True)
        peer.close()


if __name__ == "__main__":
    main()

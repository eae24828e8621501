"""Tuning a tiny language model: it learns, goes on exactly, keeps the adapter alone, and is read by others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tune_models import PAIRS, write_pairs

from miaobi.errors import InputError, Interrupted, UnknownNameError
from miaobi.studio import Studio
from miaobi.train.catalog import find_model
from miaobi.train.events import TrainEvent
from miaobi.train.folder import ModelFolder
from miaobi.train.options import LoopConfig
from miaobi.train.record import read_metrics
from miaobi.train.tune.base import folder_base
from miaobi.train.tune.pairs_data import keep_pairs
from miaobi.train.tune.text import TextTuningTask
from miaobi.train.tune.text_config import TextTuningConfig
from miaobi.train.tune.text_examples import NO_TARGET, Example, Series, padded
from miaobi.train.tune.text_head import Head, RestrictedHead, token_losses

Tune = Callable[..., ModelFolder]


@pytest.fixture
def task(llama: Path, pairs_file: Path, tmp_path: Path) -> Callable[..., TextTuningTask]:
    def build(loop: dict[str, Any] | None = None, **given: Any) -> TextTuningTask:
        base = folder_base(str(llama), llama)
        given = {"rank": 4, "context": 64, "others": 20, "dropout": 0.0, "validation": 0.3, **given}
        config = TextTuningConfig(base=base.id, base_digest=base.digest, **given)
        data = keep_pairs(pairs_file, config.validation, tmp_path / "kept")
        options = LoopConfig(**{"batch": 3, "precision": "float32", **(loop or {})})
        torch.manual_seed(0)
        return TextTuningTask(
            find_model("text_lora"), config, [data], options, torch.device("cpu"), folder=llama, base=base
        )

    return build


def curve(folder: ModelFolder) -> list[dict[str, Any]]:
    return read_metrics(folder.metrics)


# ---------------------------------------------------------------- what is learned


@pytest.mark.parametrize("head", ["full", "restricted"])
def test_it_overfits_one_batch_and_every_adapter_weight_gets_a_gradient(
    task: Callable[..., TextTuningTask], head: str
) -> None:
    tuning = task(head=head, rank=16)
    batch, weights = tuning.batch(0, 3), [w for w in tuning.module.parameters() if w.requires_grad]
    optimizer = torch.optim.Adam(weights, lr=1e-2)
    for step in range(60):
        loss = tuning.loss(batch, step)
        optimizer.zero_grad()
        loss.backward()
        if step == 1:  # at first B is zero, and A has no gradient
            for name, weight in tuning.module.named_parameters():
                if weight.requires_grad:
                    assert weight.grad is not None, name
                    assert weight.grad.abs().max() > 0, name
                else:
                    assert weight.grad is None, name
        optimizer.step()
    assert loss.item() < 0.1
    assert len(weights) == 2 * 2 * 7  # A and B of seven layers in two blocks


def test_the_loss_is_that_of_the_answers_alone(task: Callable[..., TextTuningTask]) -> None:
    """By hand: the mean over pairs of the mean loss of the answer's tokens, with its end."""
    tuning = task(head="full")
    batch = tuning.batch(0, 3)
    examples = [tuning._train[index] for index in tuning._series.at(0, 3)]
    losses = []
    for example in examples:
        ids = torch.tensor([example.ids])
        logits = tuning.module(ids)[0, example.given - 1 : -1]
        losses.append(F.cross_entropy(logits, ids[0, example.given :]))
    assert tuning.loss(batch, 0).item() == pytest.approx(torch.stack(losses).mean().item(), abs=1e-5)
    ends = {tuning.vocabulary.end_id}
    assert {example.ids[-1] for example in examples} == ends
    read = [tuning.vocabulary.text(example.ids[example.given :]) for example in examples]
    assert set(read) <= {answer for _, answer in PAIRS}


def test_the_loss_of_a_batch_is_that_of_its_parts(task: Callable[..., TextTuningTask]) -> None:
    tuning = task()
    whole = tuning.loss(tuning.batch(0, 6), 0)
    parts = [tuning.loss(tuning.batch(at, 2), 0) for at in (0, 2, 4)]
    assert whole.item() == pytest.approx(torch.stack(parts).mean().item(), abs=1e-5)


def test_evaluation_is_over_the_whole_vocabulary_whatever_the_head(task: Callable[..., TextTuningTask]) -> None:
    values = [task(head=head).evaluate(task(head=head).product, whole=True)[0].value for head in ("full", "restricted")]
    assert values[0] == pytest.approx(values[1], abs=1e-6)
    full, restricted = (task(head=head, drawn=0) for head in ("full", "restricted"))
    assert restricted.loss(restricted.batch(0, 3), 0) < full.loss(full.batch(0, 3), 0)


def test_the_restricted_head_knows_every_token_of_the_data(task: Callable[..., TextTuningTask]) -> None:
    tuning = task(head="restricted", others=5, drawn=7)
    known = {token for example in tuning._train for token in example.ids}
    assert tuning._restricted is not None
    places = tuning._restricted.places
    assert all(places[token] >= 0 for token in known)
    assert int((places >= 0).sum()) == len(known) + 5
    assert len(tuning._restricted.at(3).weight) == len(known) + 5 + 7


def test_those_that_are_drawn_stand_for_the_rest() -> None:
    """On average over the batches the sum that a probability is divided by is that over the whole vocabulary."""
    torch.manual_seed(2)
    whole = Head(torch.randn(60, 4), torch.randn(60), None)
    always, hidden = torch.tensor([0, 3, 5, 40]), torch.randn(2, 4)
    restricted = RestrictedHead(whole, always, 12, seed=1)
    sums = torch.stack([restricted.at(position)(hidden).exp().sum(1) for position in range(3000)])
    assert torch.allclose(sums.mean(0), whole(hidden).exp().sum(1), rtol=0.03)
    assert torch.equal(restricted.at(7)(hidden), restricted.at(7)(hidden))
    assert torch.equal(restricted.at(7)(hidden)[:, :4], whole(hidden)[:, always])
    for drawn in (56, 1000):  # all there are
        assert torch.allclose(RestrictedHead(whole, always, drawn, seed=1).at(0)(hidden).exp().sum(1),
                              whole(hidden).exp().sum(1))  # fmt: skip
    assert RestrictedHead(whole, always, 0, seed=1).at(0)(hidden).shape == (2, 4)


def test_the_loss_without_its_memory_is_the_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("miaobi.train.tune.text_head._LOGITS_AT_ONCE", 70)  # three rows at once
    weight, bias = torch.randn(23, 8), torch.randn(23)
    hidden, targets = torch.randn(10, 8, requires_grad=True), torch.randint(23, (10,))
    factors = torch.rand(10)
    for softcap in (None, 2.0):
        head = Head(weight, bias, softcap)
        plain = (F.cross_entropy(head(hidden), targets, reduction="none") * factors).sum()
        (wanted,) = torch.autograd.grad(plain, hidden)
        ours = (token_losses(hidden, targets, head) * factors).sum()
        (found,) = torch.autograd.grad(ours, hidden)
        assert torch.allclose(ours, plain, atol=1e-5)
        assert torch.allclose(found, wanted, atol=1e-5)


def test_batches_are_of_like_length_and_a_round_visits_everything_once() -> None:
    lengths = [(7 * n) % 50 + 1 for n in range(100)]
    series = Series(lengths, 4, seed=1)
    order = series.at(0, 100)
    assert sorted(order) == list(range(100))
    assert series.at(100, 100) != order
    assert series.at(37, 9) == series.at(0, 100)[37:46]
    assert series.at(95, 10) == [*order[95:], *series.at(100, 5)]
    batches = [[lengths[index] for index in order[at : at + 4]] for at in range(0, 100, 4)]
    padding = sum(max(batch) * len(batch) - sum(batch) for batch in batches)
    assert padding < 0.1 * sum(lengths)
    assert [max(batch) for batch in batches] != sorted(max(batch) for batch in batches)


def test_padding_is_no_target() -> None:
    ids, targets = padded([Example((5, 6, 7, 8), 2), Example((5, 9), 1)])
    assert ids.tolist() == [[5, 6, 7], [5, 0, 0]]
    assert targets.tolist() == [[NO_TARGET, 7, 8], [9, NO_TARGET, NO_TARGET]]


# ---------------------------------------------------------------- the run


def test_a_tuned_model_has_everything(tune: Tune, studio: Studio, pairs_file: Path) -> None:
    pairs_file.write_text(pairs_file.read_text(encoding="utf-8") * 2, encoding="utf-8")
    events: list[TrainEvent] = []
    folder = tune(listener=events.append)
    found = {path.name for path in folder.path.iterdir()} - {".lock"}
    assert found == {
        "config.json", "weights.safetensors", "card.json", "checkpoint", "data", "metrics.jsonl", "peft",
        "report.html", "samples.txt", "tensorboard",
    }  # fmt: skip
    config = folder.read_config()
    assert [result["name"] for result in config["outcome"]["results"]] == ["validation loss", "perplexity"]
    assert config["network"]["config"]["base_digest"].startswith("sha256:")
    assert config["parameters"] == sum(tensor.numel() for tensor in load_file(folder.weights).values())
    assert all(".lora_" in name for name in load_file(folder.weights))
    (checkpoint,) = folder.checkpoint.glob("*.safetensors")
    assert checkpoint.stat().st_size < 6 * folder.weights.stat().st_size
    said = [event.said for event in events if event.kind == "noted"]
    assert said[0] == "pairs.jsonl: 10 of the pairs say the same as another and are left out"
    samples = folder.samples.read_text(encoding="utf-8")
    assert "\n\nwritten:\n" in samples
    held_out = [json.loads(line) for line in (folder.path / "data" / "validation.jsonl").read_text().splitlines()]
    assert all(f"held out:\n{pair['answer']}" in samples for pair in held_out[:3])
    page = folder.report.read_text(encoding="utf-8")
    assert "pairs.jsonl" in page
    assert "validation loss" in page
    (entry,) = studio.models()
    assert (entry.model, entry.data, entry.state) == ("text_lora", "pairs.jsonl", "finished at step 6")


@pytest.mark.parametrize("more", [{}, {"ema": 0.9, "accumulate": 2, "head": "full", "dropout": 0.2}])
def test_a_stopped_run_goes_on_exactly(tune: Tune, more: dict[str, Any]) -> None:
    whole = tune("whole", **more)
    asked = iter([False] * 3)
    with pytest.raises(Interrupted, match="miaobi tune text --name part --resume"):
        tune("part", should_stop=lambda: next(asked, True), **more)
    part = tune("part", resume=True)
    assert curve(part) == curve(whole)
    ours, theirs = load_file(part.weights), load_file(whole.weights)
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    assert part.samples.read_bytes() == whole.samples.read_bytes()


def test_the_average_is_evaluated_and_kept_and_the_base_is_shared(task: Callable[..., TextTuningTask]) -> None:
    import copy

    tuning = task()
    average = copy.deepcopy(tuning.product)
    for (name, ours), theirs in zip(tuning.product.named_parameters(), average.parameters(), strict=True):
        assert (ours is theirs) == (not ours.requires_grad), name
    for weight in average.parameters():
        if weight.requires_grad:
            weight.data += 0.1
    assert average.state_dict().keys() == tuning.product.state_dict().keys()
    assert tuning.evaluate(average)[0].value != tuning.evaluate(tuning.product)[0].value


def test_a_resumed_run_refuses_other_pairs_and_another_base(
    tune: Tune, tmp_path: Path, llama: Path, pairs_file: Path
) -> None:
    asked = iter([False] * 3)
    with pytest.raises(Interrupted):
        tune(should_stop=lambda: next(asked, True))
    other = write_pairs(tmp_path / "other.jsonl", PAIRS[:-1])
    with pytest.raises(InputError, match="does not hold the pairs"):
        tune(resume=True, data=other)
    copied = tmp_path / "copy"
    shutil.copytree(llama, copied)
    weights = {name: tensor + 1 for name, tensor in load_file(copied / "model.safetensors").items()}
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(InputError, match="of another run: base"):
        tune(resume=True, base=str(copied))
    tune(resume=True, data=pairs_file)


def test_exports_that_a_killed_run_left_out_are_made_up_for(tune: Tune) -> None:
    folder = tune()
    before = load_file(folder.path / "peft" / "adapter_model.safetensors")
    shutil.rmtree(folder.path / "peft")
    tune(resume=True)
    after = load_file(folder.path / "peft" / "adapter_model.safetensors")
    assert all(torch.equal(before[name], after[name]) for name in before)
    with pytest.raises(InputError, match="is finished: 6 of 6"):
        tune(resume=True)


@pytest.mark.filterwarnings("ignore::FutureWarning")  # PEFT asks for names that transformers is about to drop
def test_peft_reads_the_export(tune: Tune, llama: Path, task: Callable[..., TextTuningTask]) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    folder = tune(learning_rate=0.05)
    base = AutoModelForCausalLM.from_pretrained(llama, dtype=torch.float32)
    ids = torch.tensor([[5, 80, 90, 100]])
    with torch.no_grad():
        bare = base(ids).logits
        theirs = PeftModel.from_pretrained(base, folder.path / "peft")(ids).logits
        tuning = task(alpha=8)
        tuning.product.load_state_dict(load_file(folder.weights))
        ours = tuning.product.eval()(ids)
    assert torch.allclose(theirs, ours, atol=1e-5)
    assert not torch.allclose(theirs, bare, atol=1e-2)


def test_a_tuned_model_is_an_engine_and_says_when_its_base_is_gone(
    tune: Tune, studio: Studio, llama: Path, tmp_path: Path
) -> None:
    from miaobi.base.engine import TextRequest, open_engine
    from miaobi.create.registry import describe_engine, engine_ref
    from miaobi.errors import EngineUnavailableError

    base = tmp_path / "base"
    shutil.copytree(llama, base)
    folder = tune(base=str(base), steps=40, evaluate_every=40, sample_every=40)
    learned = [json.loads(line) for line in (folder.path / "data" / "train.jsonl").read_text().splitlines()]
    engine = open_engine(engine_ref("text:lab/m", studio.settings.home))
    requests = [TextRequest(prompt=pair["prompt"], max_tokens=30, temperature=0) for pair in learned]
    answers = [engine.generate(request) for request in requests]
    right = [found.text == pair["answer"] for found, pair in zip(answers, learned, strict=True)]
    assert sum(right) > len(right) / 2
    found = list(studio.sample("m", prompt=learned[0]["prompt"], beams=2, count=2, tokens=4))
    assert len({sample.text for sample in found}) == 2
    before = describe_engine("text:lab/m", studio.settings.home).fingerprint
    weights = {name: tensor + 1 for name, tensor in load_file(folder.weights).items()}
    save_file(weights, folder.weights)
    assert describe_engine("text:lab/m", studio.settings.home).fingerprint != before
    shutil.rmtree(base)
    with pytest.raises(EngineUnavailableError, match="There is no folder"):
        type(engine).open("m", studio.settings.home)


# ---------------------------------------------------------------- conversations


def test_messages_are_written_as_the_template_says(
    tune: Tune, llama: Path, tmp_path: Path, task: Callable[..., TextTuningTask]
) -> None:
    lines = [
        {"messages": [{"role": "user", "content": prompt.strip()}, {"role": "assistant", "content": answer}]}
        for prompt, answer in PAIRS
    ]
    path = tmp_path / "chat.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    with pytest.raises(InputError, match="Line 1 has messages, and the base has no chat template"):
        tune(data=path)
    from miaobi.train.tune.pairs import read_pairs
    from miaobi.train.tune.text_examples import Encoder
    from miaobi.train.tune.text_model import load_tokenizer

    tokenizer = load_tokenizer(llama)
    tokenizer.chat_template = (
        "{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>\n{% endfor %}"
        "{% if add_generation_prompt %}<assistant>{% endif %}"
    )
    (first, *_) = Encoder(tokenizer, 64, "chat.jsonl").encode(read_pairs(path).pairs)
    assert tokenizer.decode(first.ids[: first.given]) == "<user>Name a bird:</s>\n<assistant>"
    assert tokenizer.decode(first.ids[first.given :]) == "A heron.</s>"
    tokenizer.chat_template = "{{ raise_exception('never') }}"
    with pytest.raises(InputError, match="chat template refuses it"):
        Encoder(tokenizer, 64, "chat.jsonl").encode(read_pairs(path).pairs)


# ---------------------------------------------------------------- what is refused


def test_what_is_too_long_is_named_by_line(tune: Tune, tmp_path: Path, studio: Studio) -> None:
    path = write_pairs(tmp_path / "long.jsonl", [*PAIRS, ("Long?", "The heron calls. " * 40)])
    with pytest.raises(InputError, match=r"Line 11 has \d+ tokens.*64 tokens together: shorten.*--set context=") as no:
        tune(data=path)
    needed = int(str(no.value).rpartition("context=")[2].rstrip("."))
    assert studio.models() == ()
    tune(data=path, context=needed)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"base": "text:llamacpp/gemma-9b"}, "no llama.cpp model called 'gemma-9b'"),
        ({"base": "text:remote/big"}, "'text:remote/big' cannot be tuned"),
        ({"base": "text:transformers/none"}, "There is no folder"),
        ({"base": "none"}, "There is no folder"),
        ({"base": None}, "needs a base and pairs"),
        ({"data": None}, "needs a base and pairs"),
        ({"rank": 0}, "'rank' cannot be used: input should be greater than or equal to 1"),
        ({"head": "half"}, "'head' cannot be used: input should be 'full' or 'restricted'"),
        ({"rnk": 3}, "no setting 'rnk'. Did you mean rank?"),
        ({"base_digest": "x"}, "base_digest"),
        ({"size": "huge"}, "no size 'huge'"),
        ({"name": "../up"}, "cannot be the name of a model"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused(tune: Tune, studio: Studio, given: dict[str, Any], said: str) -> None:
    with pytest.raises((InputError, UnknownNameError), match=said):
        tune(**given)
    assert studio.models() == ()


def test_a_name_that_is_taken_is_refused_before_anything_is_done(tune: Tune) -> None:
    folder = tune()
    kept = (folder.path / "data" / "train.jsonl").read_bytes()
    with pytest.raises(InputError, match="a model 'm' already"):
        tune(data=Path("none.jsonl"))
    assert (folder.path / "data" / "train.jsonl").read_bytes() == kept


def test_a_folder_with_a_pickle_is_refused(tune: Tune, llama: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(llama, folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(InputError, match="has no weights"):
        tune(base=str(folder))
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(InputError, match=r"pytorch_model\.bin is a pickle"):
        tune(base=f"text:transformers/{folder}")
    shutil.copy(llama / "model.safetensors", folder)
    (folder / "config.json").write_text("{")
    with pytest.raises(InputError, match=r"config\.json cannot be read"):
        tune(base=str(folder))


def test_code_in_a_folder_is_not_run(tune: Tune, llama: Path, tmp_path: Path) -> None:
    folder = tmp_path / "custom"
    shutil.copytree(llama, folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "made_up", "auto_map": {"AutoConfig": "code.C", "AutoModelForCausalLM": "code.M"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "code.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(InputError, match="cannot be read by transformers"):
        tune(base=str(folder))
    assert not (tmp_path / "ran").exists()


def test_training_does_not_take_what_is_tuned(studio: Studio) -> None:
    with pytest.raises(InputError, match="`miaobi tune text`"):
        studio.train("text_lora", "m", data="x")
    with pytest.raises(InputError, match="base cannot be set by --set"):
        studio.tune_text("m", settings=["base=x"])


def test_a_missing_extra_is_named(tune: Tune, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from miaobi.errors import EngineUnavailableError

    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(EngineUnavailableError, match=r"missing peft; run: pip install 'miaobi\[lab\]'"):
        tune()

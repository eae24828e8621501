"""Generation with a KV cache: ours against transformers' `generate`, same weights, same greedy text, in one process.

Our Transformer (rotary positions in halves, RMSNorm, normalised queries and keys, SwiGLU, tied embeddings) is the
architecture that transformers calls Qwen3, so the very same weights run in both; the bench first checks that their
logits agree. It then asks both, in turn, for the same number of tokens and compares medians.

    pip install transformers          # for this measurement only
    python bench/lab_generation.py    # goal: at least 1.5 times as fast
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable

import torch

from miaobi.train.language.network import Reader
from miaobi.train.language.torch_network import TorchNetwork
from miaobi.train.language.transformer import TransformerConfig, TransformerModel

CONFIGS = {
    "small": TransformerConfig(dropout=0.0),
    "width 512": TransformerConfig(layers=8, heads=8, width=512, context=256, dropout=0.0),
}
VOCABULARY = 66


def peer_of(model: TransformerModel) -> torch.nn.Module:
    """The same weights as transformers' Qwen3ForCausalLM."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    c = model.config
    config = Qwen3Config(
        vocab_size=VOCABULARY, hidden_size=c.width, intermediate_size=c.hidden, num_hidden_layers=c.layers,
        num_attention_heads=c.heads, num_key_value_heads=c.heads, head_dim=c.width // c.heads, rms_norm_eps=1e-6,
        max_position_embeddings=c.context, rope_theta=c.rotary_base, tie_word_embeddings=True, attention_bias=False,
    )  # fmt: skip
    peer = Qwen3ForCausalLM(config).eval()
    weights = {"model.embed_tokens.weight": model.embedding.weight, "model.norm.weight": model.norm.weight}
    for number, block in enumerate(model.blocks):
        at = f"model.layers.{number}"
        for name, weight in zip("qkv", block.attention.query_key_value.weight.chunk(3), strict=True):
            weights[f"{at}.self_attn.{name}_proj.weight"] = weight
        gate, up = block.feed_forward.input.weight.chunk(2)
        weights |= {
            f"{at}.self_attn.q_norm.weight": block.attention.query_norm.weight,
            f"{at}.self_attn.k_norm.weight": block.attention.key_norm.weight,
            f"{at}.self_attn.o_proj.weight": block.attention.output.weight,
            f"{at}.mlp.gate_proj.weight": gate,
            f"{at}.mlp.up_proj.weight": up,
            f"{at}.mlp.down_proj.weight": block.feed_forward.output.weight,
            f"{at}.input_layernorm.weight": block.attention_norm.weight,
            f"{at}.post_attention_layernorm.weight": block.feed_forward_norm.weight,
        }
    missing, unexpected = peer.load_state_dict(weights, strict=False)
    assert not unexpected
    assert missing in ([], ["lm_head.weight"]), missing
    peer.tie_weights()
    return peer


def ours(model: TransformerModel, prompt: list[int], tokens: int) -> list[int]:
    """Greedy, through the reader that the engine uses."""
    reader, written = Reader(TorchNetwork(model)), []
    (logits,) = reader.read([prompt])
    for _ in range(tokens):
        written.append(int(logits.argmax()))
        (logits,) = reader.read([written[-1:]])
    return written


def theirs(peer: torch.nn.Module, prompt: list[int], tokens: int) -> list[int]:
    """Greedy, through `generate` with its default cache."""
    ids = torch.tensor([prompt])
    with torch.inference_mode():
        out = peer.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False,
            use_cache=True, pad_token_id=0, eos_token_id=None,
        )  # fmt: skip
    return out[0, len(prompt) :].tolist()


def seconds(work: Callable[[], list[int]]) -> tuple[float, list[int]]:
    """Wall time of one call, and what it wrote."""
    began = time.perf_counter()
    written = work()
    return time.perf_counter() - began, written


def main() -> None:
    """Check agreement, then print tokens per second of both and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=160)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    warnings.filterwarnings("ignore")
    for name, config in CONFIGS.items():
        torch.manual_seed(0)
        model = TransformerModel(config, VOCABULARY).eval()
        for weight in model.parameters():
            weight.data.mul_(3 if weight.ndim == 2 else 1)  # spread the logits, so that greedy choices are clear
        peer = peer_of(model)
        prompt = torch.randint(VOCABULARY, (64,)).tolist()
        with torch.inference_mode():
            apart = (model(torch.tensor([prompt])) - peer(torch.tensor([prompt])).logits).abs().max().item()
        assert apart < 1e-4, apart
        times: dict[str, list[float]] = {"ours": [], "transformers": []}
        for number in range(options.runs + 1):
            a, mine = seconds(lambda: ours(model, prompt, options.tokens))  # noqa: B023
            b, other = seconds(lambda: theirs(peer, prompt, options.tokens))  # noqa: B023
            if number:  # the first round warms up
                times["ours"].append(a)
                times["transformers"].append(b)
        agree = sum(x == y for x, y in zip(mine, other, strict=True))
        rates = {who: options.tokens / statistics.median(taken) for who, taken in times.items()}
        ratio = rates["ours"] / rates["transformers"]
        verdict = "met" if ratio >= 1.5 else "MISSED"
        print(
            f"{name}: logits within {apart:.1e}, {agree} of {options.tokens} tokens equal; ours {rates['ours']:.0f} "
            f"tokens/s, transformers {rates['transformers']:.0f}: {ratio:.2f} times (goal 1.5: {verdict})"
        )


if __name__ == "__main__":
    main()

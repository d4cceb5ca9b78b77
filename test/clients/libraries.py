"""Calls of the libraries that read and write by huggingface_hub: see callTable.py.

EMBEDDER names a model of sentence-transformers on the hub. Calls of a library that this Python does not have are left out.
"""

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

from huggingface_hub import HfApi

from callTable import call, make_calls, same

api = HfApi()
folder = Path(tempfile.mkdtemp())
data = "admin/rows"
model = "admin/from-transformers"
rows = [{"text": f"row {n}", "label": n % 2} for n in range(20)]


# datasets


@call("load_dataset, of CSV", "datasets")
def _():
    from datasets import load_dataset

    lines = ["text,label", *(f"{row['text']},{row['label']}" for row in rows)]
    send("admin/rows-csv", {"data.csv": "\n".join(lines).encode()})
    same(load_dataset("admin/rows-csv", split="train").to_list(), rows)


@call("load_dataset, of JSONL", "datasets")
def _():
    import json
    from datasets import load_dataset

    text = lambda some: "".join(json.dumps(row) + "\n" for row in some).encode()
    send(data, {"train.jsonl": text(rows[:15]), "test.jsonl": text(rows[15:])})
    loaded = load_dataset(data)
    same({name: part.to_list() for name, part in loaded.items()}, {"train": rows[:15], "test": rows[15:]})


@call("load_dataset, of Parquet", "datasets")
def _():
    import pyarrow
    import pyarrow.parquet
    from datasets import load_dataset

    for n in range(2):
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows[n * 10 : n * 10 + 10]), folder / f"{n}.parquet")
    send("admin/rows-parquet", {f"data/train-0000{n}-of-00002.parquet": (folder / f"{n}.parquet").read_bytes() for n in range(2)})
    same(load_dataset("admin/rows-parquet", split="train").to_list(), rows)


@call("load_dataset, as a stream", "datasets")
def _():
    from datasets import load_dataset

    same(list(load_dataset(data, split="train", streaming=True)), rows[:15])
    same(list(load_dataset("admin/rows-parquet", split="train", streaming=True)), rows)
    same(list(load_dataset("admin/rows-csv", split="train", streaming=True).take(3)), rows[:3])


@call("load_dataset, of a revision", "datasets")
def _():
    from datasets import load_dataset

    api.create_tag(data, tag="v1", repo_type="dataset")
    api.delete_file("test.jsonl", repo_id=data, repo_type="dataset")
    same(sorted(load_dataset(data, revision="v1")), ["test", "train"])


@call("load_dataset, of configurations", "datasets")
def _():
    from datasets import get_dataset_config_names, load_dataset

    card = "---\nconfigs:\n- config_name: first\n  data_files: a.csv\n- config_name: second\n  data_files: b.csv\n---\n"
    send("admin/rows-configured", {"README.md": card.encode(), "a.csv": b"x\n1\n", "b.csv": b"x\n2\n"})
    same(get_dataset_config_names("admin/rows-configured"), ["first", "second"])
    same(load_dataset("admin/rows-configured", "second", split="train").to_list(), [{"x": 2}])


@call("Dataset.push_to_hub", "datasets")
def _():
    from datasets import Dataset, load_dataset

    Dataset.from_list(rows).push_to_hub("admin/rows-pushed", private=True)
    same(load_dataset("admin/rows-pushed", split="train").to_list(), rows)


# transformers


@call("AutoConfig.push_to_hub", "transformers")
def _():
    from transformers import AutoConfig

    small_bert().push_to_hub(model)
    same(AutoConfig.from_pretrained(model).hidden_size, 16)


@call("AutoTokenizer.push_to_hub", "transformers")
def _():
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(os.environ["EMBEDDER"])
    tokenizer.push_to_hub(model)
    same(AutoTokenizer.from_pretrained(model)("hello there")["input_ids"], tokenizer("hello there")["input_ids"])


@call("AutoModel.push_to_hub", "torch")
def _():
    import torch
    from transformers import AutoModel

    made = AutoModel.from_config(small_bert()).eval()
    made.push_to_hub(model)
    read = AutoModel.from_pretrained(model).eval()
    asked = {"input_ids": torch.tensor([[1, 2, 3]])}
    with torch.no_grad():
        same(torch.equal(read(**asked).last_hidden_state, made(**asked).last_hidden_state), True)


@call("AutoModel.push_to_hub, as a pull request", "torch")
def _():
    from transformers import AutoModel

    AutoModel.from_pretrained(model).push_to_hub(model, create_pr=True)
    AutoModel.from_pretrained(model, revision="refs/pr/1")


@call("AutoModel.from_pretrained, of a private model", "torch")
def _():
    from transformers import AutoModel

    AutoModel.from_config(small_bert()).push_to_hub("admin/kept", private=True)
    same(AutoModel.from_pretrained("admin/kept").config.hidden_size, 16)
    try:
        AutoModel.from_pretrained("admin/kept", token=False, cache_dir=folder / "stranger")
    except OSError:
        return
    raise AssertionError("a stranger read it")


@call("pipeline", "torch")
def _():
    from transformers import pipeline

    same(len(pipeline("feature-extraction", model=model)("hello there")[0][0]), 16)


# sentence-transformers


@call("SentenceTransformer", "sentence_transformers")
def _():
    from sentence_transformers import SentenceTransformer

    same(SentenceTransformer(trained()).encode(["hello", "there"]).shape, (2, 16))


@call("SentenceTransformer.push_to_hub", "sentence_transformers")
def _():
    from sentence_transformers import SentenceTransformer

    SentenceTransformer(trained()).push_to_hub("admin/from-sentences")
    same(SentenceTransformer("admin/from-sentences").encode("hello").shape, (16,))


def send(name, files):
    """Makes that dataset."""
    from huggingface_hub import CommitOperationAdd

    api.create_repo(name, repo_type="dataset")
    api.create_commit(name, [CommitOperationAdd(*file) for file in files.items()], commit_message="rows", repo_type="dataset")


def small_bert():
    from transformers import BertConfig

    sizes = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    return BertConfig(**sizes, vocab_size=2000)


def trained():
    """That model as one for sentences: it lies on the hub."""
    from sentence_transformers import SentenceTransformer, models

    name = "admin/sentences"
    if not api.repo_exists(name):
        made = SentenceTransformer(modules=[models.Transformer(model), models.Pooling(16)])
        made.save(str(folder / "sentences"))
        api.create_repo(name)
        api.upload_folder(repo_id=name, folder_path=folder / "sentences")
    return name


make_calls(lambda module: find_spec(module) is not None)

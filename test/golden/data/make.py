"""Makes the files beside it, with datasets 5.2.0, numpy 2.4.6 and pyarrow 26.0.1: `python make.py SHARED` in this folder.

SHARED is the folder of large references (its data/golden/trainer_orders.json comes from torch 2.15 and HF Trainer 5.23, its
data/ag_news/shuffle_seed42.json from datasets, its data/scripts/rng_ref.py restates both generators)."""

import csv
import hashlib
import io
import json
import os
import struct
import sys
import tempfile

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Dataset, Features, Value, load_dataset_builder

SHARED = sys.argv[1] + "/data/"
sys.path.insert(0, SHARED + "scripts")
import rng_ref  # noqa: E402

datasets.disable_progress_bars()


def save(name, value):
    with open(name, "w") as f:
        json.dump(value, f, ensure_ascii=True, separators=(",", ":"))
        f.write("\n")


# 1. splits of folders
layouts = [
    ["train.csv", "test.csv"],
    ["data/train.csv", "data/test.csv", "data/valid.csv"],
    ["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet", "data/test-00000-of-00001.parquet"],
    [
        "data/train-00000-of-00001-abcdef0123456789.parquet",
        "data/validation-00000-of-00001-abcdef0123456789.parquet",
        "data/random-00000-of-00001-abcdef0123456789.parquet",
    ],
    ["train_0.csv", "train_1.csv", "train_10.csv", "train_2.csv", "test_0.csv", "test_1.csv"],
    ["data/train/shard_0.csv", "data/train/shard_1.csv", "data/test/shard_0.csv"],
    ["my_train_file.csv", "my_val_file.csv"],
    ["training.csv", "dev.csv", "evaluation.csv"],
    ["news-train.jsonl", "news-eval.jsonl"],
    ["train2.csv", "test2.csv"],
    ["trainer.csv", "tests.csv"],
    ["contest.csv", "strain.csv"],
    ["plain_text/train-00000-of-00001.parquet", "plain_text/test-00000-of-00001.parquet", "plain_text/unsupervised-00000-of-00001.parquet"],
    ["news.csv"],
    ["a.csv", "b/c.csv"],
    [".hidden/train.csv", "__pycache__/train.csv", "train.csv", "test.csv"],
    ["validation/a.csv", "training/b.csv", "training/a/b.csv"],
    ["train/a.csv", "my-val/a.csv"],
    ["train part 1.csv", "test part 1.csv"],
    ["split.train.csv", "split.testing.csv"],
    ["training-data/x.csv", "evaluation-data/y.csv"],
    ["data/train-00000-of-00001.csv", "extra/test.csv"],
    ["my_train.csv", "train.csv", "training-x.csv", "test.csv"],
]
cards = [
    (
        ["emoji/a.csv", "emoji/b.csv", "irony/a.csv"],
        "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: emoji/a*\n  - split: test\n    path: emoji/b.csv\n- config_name: irony\n  data_files: irony/*\n",
    ),
    (["x/one.csv", "x/two.csv", "x/y/three.csv"], "configs:\n- config_name: only\n  data_files: '**/*.csv'\n"),
    (["x/one.csv", "x/two.csv", "x/y/three.csv"], "configs:\n- config_name: only\n  data_files:\n  - x/two.csv\n  - x/o*.csv\n"),
    (
        ["p1/a.csv", "p2/a.csv", "t.csv"],
        "configs:\n- config_name: one\n  default: true\n  data_files:\n  - split: train\n    path:\n    - p2/*\n    - p1/*\n  - split: validation\n    path: t.csv\n- config_name: two\n  data_files: t.csv\n",
    ),
    (
        ["s/train-0.csv", "s/train-1.csv", "s/train-x.csv", "s/test.csv"],
        "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: s/train-[0-9].csv\n  - split: test\n    path: s/tes?.csv\n",
    ),
    (["s/train.csv", "s/test.csv", "other/train.csv"], "configs:\n- config_name: default\n  data_dir: s\n"),
]


def splits(files, card=None):
    with tempfile.TemporaryDirectory() as d, tempfile.TemporaryDirectory() as cache:
        for f in files:
            os.makedirs(os.path.dirname(f"{d}/{f}"), exist_ok=True)
            with open(f"{d}/{f}", "w") as out:
                out.write("text,label\na,b\n")
        if card:
            open(f"{d}/README.md", "w").write(f"---\n{card}---\n\n# a card\n")
        builder = load_dataset_builder(d, cache_dir=cache)
        return {str(s): [os.path.relpath(p, d) for p in paths] for s, paths in builder.config.data_files.items()}


out = []
for files in layouts:
    out.append({"files": files, "splits": splits(files)})
for files, card in cards:
    out.append({"files": files, "card": card, "splits": splits(files, card)})
save("split_names.json", out)

# 2. label order
labels = [
    ["World", "Sports", "Business", "Sci/Tech"],
    ["b", "a", "B", "A", "10", "9", " a", "", "é", "e\u0301", "z"],
    ["\ufb01", "\U0001f600", "\uffff", "\U00010000", "z", "\ud7ff", "\ue000"],
    ["negative", "neutral", "positive", "Negative"],
]
save("label_order.json", [{"labels": l, "names": Dataset.from_dict({"label": l}).class_encode_column("label").features["label"].names} for l in labels])

# 3. train_test_split
cases = []
for n, size, seed in [
    (2, 0.1, 42),
    (3, 0.5, 0),
    (10, 0.1, 42),
    (11, 0.1, 42),
    (100, 0.25, 7),
    (100, 13, 42),
    (30, 0.07, 123456789),
    (29, 0.1, 2**40 + 5),
    (1000, 0.1, 42),
]:
    d = Dataset.from_dict({"row": list(range(n))}).train_test_split(test_size=size, seed=seed)
    cases.append({"n": n, "test_size": size, "seed": seed, "train": d["train"]["row"][:], "test": d["test"]["row"][:]})
# ... and its composition with shuffle + select
d = Dataset.from_dict({"row": list(range(200))}).train_test_split(test_size=0.1, seed=42)
comp = {
    "n": 200,
    "test_size": 0.1,
    "seed": 42,
    "max": 15,
    "train": d["train"].shuffle(seed=42).select(range(15))["row"][:],
    "test": d["test"].shuffle(seed=42).select(range(15))["row"][:],
}
save("train_test_split.json", {"cases": cases, "then_sampled": comp})

# 4. odd CSV cells, as Python's csv module writes them and as datasets reads them back
cells = [
    "plain",
    "a, b",
    'say "hi"',
    '"',
    '""',
    '"quoted"',
    "two\nlines",
    "crlf\r\ninside",
    " lead and trail ",
    "\ttab\t",
    "ünï — 日本 😀",
    "it's",
    "=1+1",
    "\\n",
    '\\"',
    "#",
    "\u2028",
    "a;b",
    "x\n\n\ny",
    '""\n""',
    "end",
]
written = []
for name, kw in [("csv", {}), ("tsv", {"delimiter": "\t"}), ("csv", {"quoting": csv.QUOTE_ALL, "lineterminator": "\n"})]:
    text = io.StringIO(newline="")
    w = csv.writer(text, **kw)
    w.writerow(["text", "label"])
    for i, c in enumerate(cells):
        w.writerow([c, "ab"[i % 2]])
    with tempfile.TemporaryDirectory() as d:
        with open(f"{d}/x.csv", "w", newline="") as f:
            f.write(text.getvalue())
        back = datasets.load_dataset("csv", data_files=f"{d}/x.csv", sep=kw.get("delimiter", ","), split="train", cache_dir=d + "/c")
        assert back["text"][:] == cells, [(x, y) for x, y in zip(back["text"][:], cells) if x != y]
    written.append({"extension": name, "content": text.getvalue()})
raw = [
    '\ufefftext,label\r\none,a\r\n\r\n"tw""o",b\r\n\n"three\nlines",a',
    'label,text\nb,first\n\n\na,"second"\n',
    "text,label,\nx,a,\ny,b,z\n",
    "id,text,label\n1,it,0\n2,is,10\n3,ok,9\n",
]
reads = []
for content in raw:
    with tempfile.TemporaryDirectory() as d:
        with open(f"{d}/x.csv", "w", newline="") as f:
            f.write(content)
        back = datasets.load_dataset("csv", data_files=f"{d}/x.csv", split="train", cache_dir=d + "/c")
        reads.append({"content": content, "texts": back["text"][:], "labels": [str(x) for x in back["label"][:]]})
save("csv_cells.json", {"cells": cells, "written": written, "reads": reads})

# 5. orders of rows
s = json.load(open(SHARED + "ag_news/shuffle_seed42.json"))
t = json.load(open(SHARED + "golden/trainer_orders.json"))
sha = lambda a: hashlib.sha256(struct.pack(f"<{len(a)}q", *a)).hexdigest()
numpy = [{"n": p["n"], "seed": p["seed"], "first8": p["first32"][:8], "sha256_int64le": p["sha256_full_int64le"]} for p in s["permutations"]]
for n, seed in [(120000, 2**40 + 5), (7600, 2**53 - 1), (65536, 2**32)]:
    a = np.random.default_rng(seed).permutation(n).tolist()
    numpy.append({"n": n, "seed": seed, "first8": a[:8], "sha256_int64le": sha(a)})
torch = []
for k, v in t.items():
    if k == "note":
        continue
    for e in range(3):
        if "epochs" in v:
            first, h = v["epochs"][e], sha(v["epochs"][e])
        else:
            first, h = v["epochs_first64"][e], v["sha256_int64le"][e]
        assert sha(rng_ref.torch_randperm(v["n"], v["seed"] + e)) == h
        torch.append({"n": v["n"], "seed": v["seed"], "epoch": e, "first8": first[:8], "sha256_int64le": h})
save("permutations.json", {"numpy": numpy, "torch": torch, "train_first3": s["train"]["indices"][:3]})

# 6. Parquet files, as datasets and as pyarrow write them
OUT = "parquet"
os.makedirs(OUT + "/repository/data", exist_ok=True)
names = ["zebra", "apple"]
f = Features({"idx": Value("int32"), "text": Value("string"), "label": ClassLabel(names=names)})


def ds(rows):
    return Dataset.from_dict({"idx": [r[0] for r in rows], "text": [r[1] for r in rows], "label": [r[2] for r in rows]}, features=f)


ds([(0, "one", 0), (1, "zwei \u00fc", 1), (2, "three\nlines", 0)]).to_parquet(OUT + "/repository/data/train-00000-of-00002.parquet")
ds([(3, "four \U0001f600", 1), (4, "one", 0)]).to_parquet(OUT + "/repository/data/train-00001-of-00002.parquet")
ds([(5, "six", 1), (6, "seven", 0)]).to_parquet(OUT + "/repository/data/validation-00000-of-00001.parquet")
ds([(7, "eight", -1)]).to_parquet(OUT + "/repository/data/test-00000-of-00001.parquet")
open(OUT + "/repository/README.md", "w").write("""---
dataset_info:
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': zebra
          '1': apple
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*
  - split: validation
    path: data/validation-*
  - split: test
    path: data/test-*
---
# A tiny dataset, laid out as on the Hub
""")
ds([(0, "fine", 0), (1, "no label", -1), (2, "fine too", 1)]).to_parquet(OUT + "/unlabelled.parquet")
t = pa.table({"text": ["fine", "out of range", "fine"], "label": pa.array([0, 2, 1], pa.int64())}).replace_schema_metadata(
    {"huggingface": '{"info": {"features": {"text": {"dtype": "string", "_type": "Value"}, "label": {"names": ["a", "b"], "_type": "ClassLabel"}}}}'}
)
pq.write_table(t, OUT + "/out_of_range.parquet")
bad = pa.Array.from_buffers(pa.string(), 3, [None, pa.array([0, 2, 5, 7], pa.int32()).buffers()[1], pa.py_buffer(b"ok\xff\xfe\xfdok")])
pq.write_table(pa.table({"text": bad, "label": ["a", "b", "a"]}), OUT + "/not_utf8.parquet")
n = 10
types = {
    "text": [f"t{i}" if i != 3 else None for i in range(n)],
    "string": ["b", "a"] * 5,
    "int8": pa.array([10, -9] * 5, pa.int8()),
    "uint64": pa.array([7, 2**40] * 5, pa.uint64()),
    "bool": [True, False] * 5,
    "double": [1.0, 2.0] * 5,
    "half": [1.0, 2.5] * 5,
    "list": [[1], [2]] * 5,
    "dict": pa.array(["x", "y"] * 5).dictionary_encode(),
}
pq.write_table(pa.table(types), OUT + "/types.parquet", compression="zstd", row_group_size=3)
for c in ["none", "gzip", "brotli", "lz4", "zstd", "snappy"]:
    pq.write_table(pa.table({"text": [f"text number {i} " * 4 for i in range(5)], "label": ["p", "q", "p", "q", "p"]}), f"{OUT}/{c}.parquet", compression=c)

"""stdin: {"source": shared/data/tokenizers, "folder"}; makes tokenizers below the folder, of the real ones there and variants of them; stdout: {"texts", "tokenizers": [{"name", "ids", "short"}]} by AutoTokenizer, "short" cut at 9 tokens."""
import json
import os
import random
import sys

from transformers import AutoTokenizer

given = json.load(sys.stdin)
random.seed(3)
# Scripts whose characters are as old as the tables of Rust's tokenizers.
ranges = [(32, 127), (32, 127), (0xA0, 0x250), (0x370, 0x3FF), (0x400, 0x500), (0x5D0, 0x5EB), (0x621, 0x64B), (0x905, 0x93A), (0xE01, 0xE3B), (0x2010, 0x2060), (0x2190, 0x2300), (0x3041, 0x3097), (0x4E00, 0x5000), (0xAC00, 0xAD00), (0xFF01, 0xFF5F), (0x1D400, 0x1D455), (0x1F300, 0x1F580), (1, 32)]
words = "the The market's don't we've 1,000.50 foo_bar naïve CAFÉ ΟΔΥΣΣΕΥΣ İstanbul ﬁne ⅷ 10⁵ ½ 👩‍👩‍👧 🇩🇪 é http://x.y/z?a=b #tag ``q'' \u200b\u200d \u00ad \ufeff สวัสดี नमस्ते 漢字 カタカナ ｶﾞ".split()
specials = ["<s>", "</s>", "<mask>", "<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]", "|||IP_ADDRESS|||", "   ", "[NEW]", "NEWZQ", "NEWZQ", "new_tok", "Éx"]
spaces = [" ", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u2028", "\u0085", "", "\x1c"]
added = [
    {"content": "NEWZQ", "single_word": True, "lstrip": False, "rstrip": False, "normalized": False},
    {"content": "new_tok", "single_word": True, "lstrip": True, "rstrip": True, "normalized": True},
    {"content": "Éx", "single_word": False, "lstrip": False, "rstrip": True, "normalized": True},
    {"content": "[NEW]", "single_word": False, "lstrip": True, "rstrip": False, "normalized": False},
]


def text():
    chosen = random.sample(ranges, 3)
    letters = lambda: "".join(chr(random.randrange(*random.choice(chosen))) for _ in range(random.randint(1, 9)))
    parts = [random.choice([random.choice(words), random.choice(specials), letters()]) + random.choice(spaces) for _ in range(random.randint(1, 14))]
    return "".join(parts)


texts = [text() for _ in range(1000)] + ["", " ", "\n", "aNEWZQb", "(NEWZQ)", "_NEWZQ_", "NEWZQÉ NEWZQ NEWZQ", "new_tok new_tokx"]


def with_added(tokenizer):
    first = max([token["id"] for token in tokenizer["added_tokens"]] + [len(tokenizer["model"]["vocab"]) - 1]) + 1
    tokenizer["added_tokens"] += [{**token, "id": first + i, "special": False} for i, token in enumerate(added)]


def like_albert(tokenizer):
    replace = [{"type": "Replace", "pattern": {"String": quote}, "content": '"'} for quote in ("``", "''")]
    tokenizer["normalizer"] = {"type": "Sequence", "normalizers": [*replace, {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, tokenizer["normalizer"]]}


def like_deberta(tokenizer):
    spaces = {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}
    tokenizer["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "Strip", "strip_left": True, "strip_right": True}, tokenizer["normalizer"], spaces]}
    tokenizer["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    with_added(tokenizer)


def encoded(name, source, config, change=lambda tokenizer: None):
    folder = os.path.join(given["folder"], name)
    os.makedirs(folder)
    with open(os.path.join(given["source"], source, "tokenizer.json")) as file:
        tokenizer = json.load(file)
    change(tokenizer)
    generic = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>" if source in ("roberta-base", "sp-unigram") else "[PAD]"}
    for file, content in {"tokenizer.json": tokenizer, "tokenizer_config.json": generic | config}.items():
        with open(os.path.join(folder, file), "w") as target:
            json.dump(content, target)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return {"name": name, "ids": tokenizer(texts)["input_ids"], "short": tokenizer(texts, truncation=True, max_length=9)["input_ids"]}


tokenizers = [encoded(name, name, {}) for name in ("bert-base-uncased", "roberta-base", "modernbert-base", "sp-unigram")]
tokenizers += [encoded(f"{name}, added tokens", name, {}, with_added) for name in ("bert-base-uncased", "roberta-base", "modernbert-base", "sp-unigram")]
tokenizers += [
    encoded("BertTokenizer, cased", "bert-base-uncased", {"tokenizer_class": "BertTokenizer", "do_lower_case": False}),
    encoded("RobertaTokenizer, a space before", "roberta-base", {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": True}),
    encoded("cut at the left", "roberta-base", {"truncation_side": "left"}),
    encoded("as ALBERT's", "sp-unigram", {}, like_albert),
    encoded("as DeBERTa's", "sp-unigram", {}, like_deberta),
]
print(json.dumps({"texts": texts, "tokenizers": tokenizers}))

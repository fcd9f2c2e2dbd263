"""Makes cases.json beside it with transformers 5.23.0 and tokenizers 0.23.3: `python make.py` in this folder.

Every case is a model folder (its JSON files) and what AutoTokenizer makes of it: the padding token's id, and the ids of texts.
"""
import json
import os
import tempfile

from transformers import AutoTokenizer

letters = "abcdefghijklmnopqrstuvwxyz" + "αβγδεζηθικλμνξοπρστυφχψως" + "άίόΰßµijǆ" + "éıñABCΣÀ́̇" + "0123456789.,!?'-[]" + "漢字𠀀𠀁丽" + "￼…"
specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
pieces = specials + list(dict.fromkeys(letters)) + ["##" + letter for letter in dict.fromkeys(letters)] + ["the", "##ing", "new"]
base = {
    "version": "1.0",
    "truncation": {"direction": "Right", "max_length": 5, "strategy": "LongestFirst", "stride": 0},
    "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
    "added_tokens": [
        {"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        for i, token in enumerate(specials)
    ],
    "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {token: {"id": token, "ids": [specials.index(token)], "tokens": [token]} for token in ["[CLS]", "[SEP]"]},
    },
    "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    "model": {
        "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
        "vocab": {piece: i for i, piece in enumerate(pieces)},
    },
}
texts = [
    "", " ", "the thing", "The NEW thing, isn't it?", "a\0b\tc\nd\re\u200bf\u00adg\ufeffh", "a\u00a0b\u3000c\u2028d",
    "ΣΑΣ ΌΔΟΣ. ΣΊΣΥΦΟΣ Σ ΑΣ! ΑΣ", "İstanbul ISTANBUL ıI", "ß ẞ ǅ Ĳ K Å", "é e\u0301 e\u0301\u0323 ñ", "漢字𠀀𠀁x丽", "丽丽", "\ufffc\ufffd…",
    "[MASK] and[SEP]the [CLS", "x" * 100 + " " + "x" * 101, "👍🏽 ok", "a" + "\u0301" * 150 + "b",
]


def case(name, replace, others, max_length=None):
    """`replace`: parts of tokenizer.json; `others`: the other files of the folder."""
    with tempfile.TemporaryDirectory() as folder:
        for file, content in {"tokenizer.json": base | replace, **others}.items():
            with open(os.path.join(folder, file), "w") as f:
                json.dump(content, f)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        limit = min(tokenizer.model_max_length, 512) if max_length is None else max_length
        return {
            "name": name, "replace": replace, "others": others, "max_length": max_length, "limit": limit,
            "pad_token_id": tokenizer.pad_token_id, "ids": [tokenizer(text, truncation=True, max_length=limit)["input_ids"] for text in texts],
        }


def bert(**changes):
    return {"normalizer": base["normalizer"] | changes}


distilbert = {"config.json": {"model_type": "distilbert"}}
generic = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}


def config(**content):
    return distilbert | {"tokenizer_config.json": content}


cases = [
    case("no tokenizer_config.json", {}, distilbert),
    case("class says nothing of case: lower-cased, whatever tokenizer.json says", bert(lowercase=False), distilbert),
    case("cased by tokenizer_config.json", {}, config(do_lower_case=False, model_max_length=512)),
    case("accents kept", {}, config(strip_accents=False, tokenizer_class="DistilBertTokenizerFast")),
    case("ideographs together", {}, config(tokenize_chinese_chars=False, tokenizer_class="BertTokenizer")),
    case("the generic class takes tokenizer.json's word", bert(lowercase=False, strip_accents=True, clean_text=False), config(do_lower_case=True, **generic)),
    case("truncated at model_max_length", {}, config(model_max_length=6)),
    case("truncated at max_len, its older name", {}, config(max_len=7)),
    case("truncated at max_length, beyond model_max_length", {}, config(model_max_length=6), max_length=8),
    case("truncated on the left", {}, config(model_max_length=6, truncation_side="left")),
    case("another padding token", {}, config(**(generic | {"pad_token": {"content": "[MASK]", "__type": "AddedToken"}}))),
    case("Lowercase", {"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}]}}, config(**generic)),
    case("Whitespace", {"normalizer": None, "pre_tokenizer": {"type": "Whitespace"}}, config(**generic)),
    case("BertProcessing", {"post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]}}, config(model_max_length=4, **generic)),
    case("no special tokens", {"post_processor": None}, config(model_max_length=4, **generic)),
]
with open("cases.json", "w") as f:
    json.dump({"tokenizer.json": base, "texts": texts, "cases": cases}, f, separators=(",", ":"))

"""Makes deberta_v3/: a tiny spm.model with the special tokens of DeBERTa-v3, and the ids that transformers' converter makes of texts.
Needs transformers, sentencepiece and protobuf.

    python test/golden/deberta_v3.py test/golden/deberta_v3 TEXTS.txt
"""
import json
import os
import sys
from types import SimpleNamespace

import sentencepiece
from tokenizers import AddedToken
from transformers.convert_slow_tokenizer import DebertaV2Converter

folder, source = sys.argv[1:]
rules = os.path.join(folder, "rules.tsv")
with open(rules, "w") as file:
    file.writelines(f"{ord(before):X}\t{' '.join(f'{ord(each):X}' for each in after)}\n" for before, after in [("ﬁ", "fi"), ("Ａ", "A"), ("\u00a0", " "), ("\t", " "), ("…", "...")])
sentencepiece.SentencePieceTrainer.train(
    input=source, model_prefix=os.path.join(folder, "spm"), model_type="unigram", vocab_size=400, normalization_rule_tsv=rules, character_coverage=1.0,
    pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]", unk_piece="[UNK]", minloglevel=2,
)
os.remove(rules)
os.remove(os.path.join(folder, "spm.vocab"))

names = {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "[UNK]": 3}
original = SimpleNamespace(vocab_file=os.path.join(folder, "spm.model"), do_lower_case=False, split_by_punct=False, add_prefix_space=True, convert_tokens_to_ids=names.get)
tokenizer = DebertaV2Converter(original).converted()
tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in ["[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"]])
texts = [
    "A goal in the match.", "", "  two  spaces   and a tab\there ", "ﬁne Ａ… \u00a0no-break", "[MASK] and [SEP] are kept; ☃ is not known", "naïve café Ünïcode", "don't U.S. 1,000", "x" * 40,
]
with open(os.path.join(folder, "ids.json"), "w") as file:
    json.dump([{"text": text, "ids": tokenizer.encode(text).ids} for text in texts], file, ensure_ascii=False, indent=0)

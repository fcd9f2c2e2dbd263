"""Makes rare.json beside it, with tokenizers 0.22: `python rare.py FOLDER` with shared/data/tokenizers as the folder.

Texts of characters that few texts have, and the ids that Rust's tokenizers give them.
"""
import json
import random
import sys

from tokenizers import Tokenizer

random.seed(5)
ranges = [(32, 127), (0xA0, 0x250), (0x370, 0x600), (0x900, 0x980), (0x2000, 0x2070), (0x3040, 0x30FF), (0x4E00, 0x4F00), (0x1F300, 0x1F650), (0xAC00, 0xAC80), (0xFB00, 0xFB10), (1, 32)]
kinds = [[chr(code) for code in range(*each)] for each in ranges]
kinds += [list("  \t\n\r\u00a0\u3000\u2028\u0085\ufeff\u200b\u200d"), list("\u0301\u0308\u0327\u20d7"), ["<s>", "</s>", "<mask>", " the", " don't", "'ll", "123", "1,000.50"], list("ⅷ①㍿ﬁ½²")]


def text():
    chosen = random.sample(kinds, random.randint(1, 4))
    return "".join(random.choice(random.choice(chosen)) for _ in range(random.randint(1, 25)))


texts = [text() for _ in range(400)]
ids = {}
for name in ["bert-base-uncased", "roberta-base", "modernbert-base", "sp-unigram"]:
    tokenizer = Tokenizer.from_file(f"{sys.argv[1]}/{name}/tokenizer.json")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    ids[name] = [tokenizer.encode(each).ids for each in texts]
with open("rare.json", "w") as file:
    json.dump({"texts": texts, "ids": ids}, file, separators=(",", ":"))

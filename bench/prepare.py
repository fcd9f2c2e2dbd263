"""Makes what both contenders start from: a model folder of a well-known shape with weights from a seed, and one file with the rows of
AG News in the order in which Trainer comes to them.

usage: prepare.py SHARED_DATA SHAPE OUT
"""
import json
import sys
from pathlib import Path

import pyarrow.parquet
import torch
from transformers import (AutoModelForSequenceClassification, BertConfig, DistilBertConfig, ModernBertConfig, PreTrainedTokenizerFast)

SEED = 42
LABELS = ['World', 'Sports', 'Business', 'Sci/Tech']
SHAPES = {
    'distilbert-base': DistilBertConfig,
    'bert-base': BertConfig,
    'minilm': lambda **labels: BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536, **labels),
    'modernbert-base': ModernBertConfig,
}
BERT_TOKENS = {'pad_token': '[PAD]', 'unk_token': '[UNK]', 'cls_token': '[CLS]', 'sep_token': '[SEP]', 'mask_token': '[MASK]'}


def write_model(shape, out: Path):
    torch.manual_seed(SEED)
    names = dict(enumerate(LABELS))
    config = SHAPES[shape](id2label=names, label2id={name: i for i, name in names.items()})
    AutoModelForSequenceClassification.from_config(config, dtype=torch.float32).save_pretrained(out)


def write_rows(tokenizer, table, order, path: Path):
    texts, labels = table['text'], table['label']
    unfinished = path.with_suffix('.unfinished')
    with unfinished.open('w') as file:
        for row in order:
            ids = tokenizer(texts[row].as_py(), truncation=True)['input_ids']
            file.write(json.dumps({'input_ids': ids, 'label': labels[row].as_py()}) + '\n')
    unfinished.rename(path)


def main(shared: Path, shape: str, out: Path):
    out.mkdir(parents=True, exist_ok=True)
    write_model(shape, out / 'model')
    family = 'modernbert-base' if shape == 'modernbert-base' else 'bert-base-uncased'
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(shared / f'tokenizers/{family}/tokenizer.json'), model_max_length=512, **BERT_TOKENS,
        model_input_names=['input_ids', 'attention_mask'])
    tokenizer.save_pretrained(out / 'model')
    news = shared / 'ag_news/ag_news_partial/data'
    train = pyarrow.parquet.read_table(news / 'train-00000-of-00001.parquet')
    # accelerate's SeedableRandomSampler: the order of epoch 0.
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(SEED)).tolist()
    write_rows(tokenizer, train, order, out / 'train.jsonl')


if __name__ == '__main__':
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))

"""Makes golden folders of tiny random models with torch and transformers, in the format of shared/data/golden/README.md.

usage: golden.py < [{"folder", "config": {model_type, ...}, "seed", "batch_sizes", "runs": {name: args}, "stored": how the checkpoint is}]
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForSequenceClassification, Trainer, get_scheduler
from transformers.models.modernbert import modeling_modernbert
from transformers.utils import logging

TIMES_NOISE = 20
POSITION_OFFSETS = {'roberta': lambda config: config.pad_token_id + 1, 'xlm-roberta': lambda config: config.pad_token_id + 1, 'mpnet': lambda config: 2}


def softmax_as_given(module, query, key, value, attention_mask, scaling, dropout=0.0, **_):
    """ModernBERT's own attention goes through float32, where masks of float64 are infinite."""
    scores = query @ key.transpose(2, 3) * scaling
    weights = torch.softmax(scores if attention_mask is None else scores + attention_mask, dim=-1)
    return (weights @ value).transpose(1, 2).contiguous(), weights


modeling_modernbert.eager_attention_forward = softmax_as_given


def make_labels(generator, config, rows):
    if config.problem_type == 'regression' or config.num_labels == 1:
        labels = torch.randn([rows, config.num_labels], generator=generator)
        return labels[:, 0] if config.num_labels == 1 else labels
    if config.problem_type == 'multi_label_classification':
        return torch.randint(0, 2, [rows, config.num_labels], generator=generator).float()
    return torch.randint(0, config.num_labels, [rows], generator=generator)


def make_batches(generator, config, sizes):
    batches = []
    longest = config.max_position_embeddings - POSITION_OFFSETS.get(config.model_type, lambda _: 0)(config)
    padding = 0 if config.pad_token_id is None else config.pad_token_id
    for rows in sizes:
        lengths = torch.randint(2, longest + 1, [rows], generator=generator)
        ids = torch.randint(0, config.vocab_size, [rows, int(lengths.max())], generator=generator)
        ids[-1, 1] = padding  # as when a text spells the padding token out
        mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
        batches.append({'input_ids': torch.where(mask == 1, ids, padding), 'attention_mask': mask, 'labels': make_labels(generator, config, rows)})
    return batches


def initialise(model, generator):
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        is_norm_weight = parameter.dim() == 1 and name.endswith('weight')
        with torch.no_grad():
            parameter.copy_(1 + 0.1 * noise if is_norm_weight else 0.1 * noise if parameter.dim() == 1 else 0.15 * noise)


def logits_of(model, batches):
    with torch.no_grad():
        return [model(input_ids=b['input_ids'], attention_mask=b['attention_mask']).logits for b in batches]


def update_gradient(model, micro):
    """Mean over all rows of the effective batch: each micro-batch weighs its share of the rows."""
    model.zero_grad()
    rows = sum(len(b['labels']) for b in micro)
    losses = []
    for b in micro:
        labels = b['labels'].to(model.dtype) if b['labels'].is_floating_point() else b['labels']
        loss = model(input_ids=b['input_ids'], attention_mask=b['attention_mask'], labels=labels).loss
        (loss * len(b['labels']) / rows).backward()
        losses.append(loss.item())
    return {'loss': sum(x * len(b['labels']) / rows for x, b in zip(losses, micro)), 'micro_losses': losses, 'micro_rows': [len(b['labels']) for b in micro]}


def train(model, batches, args):
    names = Trainer.get_decay_parameter_names(None, model)
    decayed = [p for n, p in model.named_parameters() if n in names]
    others = [p for n, p in model.named_parameters() if n not in names]
    groups = [{'params': decayed, 'weight_decay': args['weight_decay']}, {'params': others, 'weight_decay': 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=args['learning_rate'], betas=(args['adam_beta1'], args['adam_beta2']), eps=args['adam_epsilon'])
    warmup = args['warmup_steps'] if args['warmup_steps'] >= 1 else -int(-args['warmup_steps'] * args['max_steps'] // 1)
    scheduler = get_scheduler(args['lr_scheduler_type'], optimizer, warmup, args['max_steps'])
    accumulation = args['gradient_accumulation_steps']
    steps = []
    for step in range(args['max_steps']):
        told = update_gradient(model, batches[step * accumulation:(step + 1) * accumulation])
        if step == 0:
            gradients = {n: (torch.zeros_like(p) if p.grad is None else p.grad.clone()) for n, p in model.named_parameters()}
        limit = args['max_grad_norm'] or float('inf')
        told['grad_norm'] = torch.nn.utils.clip_grad_norm_(model.parameters(), limit).item()
        told['learning_rate'] = scheduler.get_last_lr()[0]
        steps.append({'step': step + 1, **told})
        optimizer.step()
        scheduler.step()
    return steps, gradients


def difference(a, b):
    return (a.double() - b.double()).abs().max().item()


def both(make, batches, args):
    """The run in float32, as the reference, and in float64, for its noise."""
    runs = []
    for dtype in (torch.float32, torch.float64):
        model = make().to(dtype)
        before = logits_of(model, batches)
        steps, gradients = train(model, batches, args)
        runs.append((before, steps, gradients, {n: p.detach() for n, p in model.named_parameters()}, logits_of(model, batches)))
    return runs


def params_tolerance(start, single, double, rates):
    noise = difference(single, double)
    update = difference(double, start)
    return rates if noise > update / 2 else max(TIMES_NOISE * noise, 1e-7)


def store(folder, stored):
    """Rewrites the checkpoint as others have theirs."""
    path = folder / 'model.safetensors'
    tensors = load_file(path)
    if stored == 'older names':
        tensors = {n.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta'): t for n, t in tensors.items()}
    elif stored == 'leftovers':
        others = ['cls.predictions.bias', 'cls.seq_relationship.weight', 'lm_head.dense.weight', 'discriminator_predictions.dense.weight', 'decoder.bias', 'predictions.bias']
        tensors |= {n: torch.randn(3, 4) for n in others} | {'embeddings.position_ids': torch.arange(5)}
    elif stored in ('float16', 'bfloat16'):
        tensors = {n: t.to(getattr(torch, stored)) for n, t in tensors.items()}
    save_file(tensors, path, metadata={'format': 'pt'})


def main(folder, config, seed, batch_sizes, runs, stored='whole'):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(seed)
    written = {**config}
    config = AutoConfig.for_model(config.pop('model_type'), **config)
    reference = AutoModelForSequenceClassification.from_config(config, attn_implementation='eager')
    initialise(reference, generator)
    if stored == 'shards':
        reference.save_pretrained(folder, max_shard_size='10KB')
    else:
        reference.save_pretrained(folder)
        store(folder, stored)
    # As it was given, with older names of fields: save_pretrained writes the newer ones.
    (folder / 'config.json').write_text(json.dumps({**written, 'architectures': [type(reference).__name__]}))

    def make():
        model, told = AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation='eager', dtype=torch.float32, output_loading_info=True)
        assert not told['missing_keys'] and not told['mismatched_keys'], told
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        return model.train()

    start = {n: p.detach().clone() for n, p in make().named_parameters()}
    batches = make_batches(generator, config, batch_sizes)
    told = {}
    for name, args in runs.items():
        (before, steps, gradients, params, after), (before64, _, gradients64, params64, _) = both(make, batches, args)
        rates = sum(step['learning_rate'] for step in steps)
        told[name] = {'args': args, 'steps': steps, 'tolerances': {
            'loss_abs': 1e-5, 'grad_norm_rel': 1e-4, 'params_abs': {n: params_tolerance(start[n], params[n], params64[n], rates) for n in params}}}
        save_file(params, folder / f'params_after_{name}.safetensors', metadata={'format': 'pt'})
        (folder / f'logits_after_{name}.json').write_text(json.dumps({'logits_per_batch': [x.tolist() for x in after]}))
    save_file(gradients, folder / 'grads_step1.safetensors', metadata={'format': 'pt'})
    (folder / 'logits_before.json').write_text(json.dumps({'logits_per_batch': [x.tolist() for x in before]}))
    (folder / 'batches.json').write_text(json.dumps({'batches': [{k: v.tolist() for k, v in b.items()} for b in batches]}))
    (folder / 'meta.json').write_text(json.dumps({'runs': told, 'tolerances': {
        'logits_before_abs': TIMES_NOISE * max(difference(a, b) for a, b in zip(before, before64)),
        'grads_step1_abs': {n: max(TIMES_NOISE * difference(g, gradients64[n]), 1e-5 * g.abs().max().item()) for n, g in gradients.items()},
    }}))


logging.set_verbosity_error()
logging.disable_progress_bar()
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
for each in json.load(sys.stdin):
    main(**each)
print('null')

"""Makes a golden folder of a tiny random model with torch and transformers, in the format of shared/data/golden/README.md.

usage: golden.py < {"folder", "config": {model_type, ...}, "seed", "batch_sizes", "runs": {name: args}}
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForSequenceClassification, get_scheduler

TIMES_NOISE = 20
NOT_DECAYED = ('bias', 'layernorm', 'layer_norm')


def make_batches(generator, config, sizes):
    batches = []
    for rows in sizes:
        lengths = torch.randint(2, config.max_position_embeddings + 1, [rows], generator=generator)
        ids = torch.randint(5, config.vocab_size, [rows, int(lengths.max())], generator=generator)
        mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
        labels = torch.randint(0, config.num_labels, [rows], generator=generator)
        batches.append({'input_ids': ids * mask, 'attention_mask': mask, 'labels': labels})
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
        loss = torch.nn.functional.cross_entropy(model(input_ids=b['input_ids'], attention_mask=b['attention_mask']).logits, b['labels'])
        (loss * len(b['labels']) / rows).backward()
        losses.append(loss.item())
    return {'loss': sum(x * len(b['labels']) / rows for x, b in zip(losses, micro)), 'micro_losses': losses, 'micro_rows': [len(b['labels']) for b in micro]}


def train(model, batches, args):
    decayed = [p for n, p in model.named_parameters() if not any(part in n.lower() for part in NOT_DECAYED)]
    others = [p for n, p in model.named_parameters() if any(part in n.lower() for part in NOT_DECAYED)]
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


def main(folder, config, seed, batch_sizes, runs):
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(seed)
    config = AutoConfig.for_model(config.pop('model_type'), **config, dropout=0, attention_dropout=0, seq_classif_dropout=0,
                                  hidden_dropout_prob=0, attention_probs_dropout_prob=0)
    reference = AutoModelForSequenceClassification.from_config(config, attn_implementation='eager')
    initialise(reference, generator)
    reference.save_pretrained(folder)
    start = {n: p.detach().clone() for n, p in reference.named_parameters()}

    def make():
        return AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation='eager').train()

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
    print(json.dumps(str(folder)))


main(**json.load(sys.stdin))

/** A finished run's folder as its trainer leaves it, small, with labels of the worst kind. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkSettings } from '../../src/protocol/checkSettings.ts'
import type { Evaluation } from '../../src/protocol/evaluation.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import type { RunRecord } from '../../src/runs/runRecord.ts'

export const hostileLabels = ['no', '<script>alert(1)</script>', '![x](https://evil.test/x.png)', '| a | b\n---\n# T `c` {{y}}', 'https://evil.test @mara']

const place = { device: 'cpu', threads: 2, cpu: 'Some CPU', platform: 'linux x64', versions: { finetune: '1.0.0', onnxruntime: '1.30.0', node: '22.0.0' } }

export async function finishedRun(folder: string, {
  labels = hostileLabels, model = '/home/mara/models/base', dataset = '/home/mara/data/tickets.csv', state = 'finished' as RunRecord['state'],
  problemType = 'single_label_classification', measures = {} as Partial<Evaluation>, settings = {} as Record<string, unknown>, device = 'cpu',
} = {}): Promise<void> {
  const time = '2026-01-01T00:00:00.000Z'
  const later = '2026-01-01T01:30:00.000Z'
  const record: RunRecord = {
    format: 1, state, created: time, updated: later, process: { pid: 1, started: time },
    settings: checkSettings({ model_name_or_path: model, dataset, output_dir: folder, push_to_hub: true, ...settings }),
    origins: { model: null, dataset: null }, fingerprints: { data: 'd', model: 'm' }, corrections: [], environment: { ...place, device }, best: null,
  }
  const measured = {
    eval_loss: 0.5, eval_accuracy: 0.9, eval_accuracy_margin: 0.05, eval_f1: 0.88, eval_rows: 50,
    per_class: labels.map((label, index) => ({ label, precision: 0.9, recall: 0.8, f1: 0.85 - index / 100, support: 10 })),
    confusion_matrix: labels.map((_, row) => labels.map((_, column) => row === column ? 8 : 1)),
    ...measures,
  }
  const events: RunEvent[] = [
    {
      type: 'preflight', time, device: 'cpu', device_reason: '', threads: 2, train_rows: 100, eval_rows: 50, label_names: labels, label_rows: labels.map(() => 20),
      max_steps: 20, num_train_epochs: 2, estimated_seconds: 1, memory_bytes: 1, disk_bytes: 1, truncated_share: 0.25, max_length: 128,
    },
    { type: 'evaluate', time: later, epoch: 1, step: 10, training_loss: 0.7, best: true, ...measured },
    { type: 'evaluate', time: later, epoch: 2, step: 20, training_loss: null, best: false, ...measured, eval_loss: null, eval_accuracy: 0.8 },
    { type: 'end', time: later, outcome: 'finished', step: 20, best_step: 10 },
  ]
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await mkdir(join(folder, 'checkpoint-10'), { recursive: true })
  const files = {
    'run.json': JSON.stringify(record), 'events.jsonl': events.map((event) => `${JSON.stringify(event)}\n`).join(''), 'config.json': JSON.stringify({ model_type: 'distilbert', problem_type: problemType }),
    'model.safetensors': 'weights', 'tokenizer.json': '{}', 'onnx/model.onnx': 'onnx', 'predictions.jsonl': 'rows', 'trainer_state.json': '{}',
    'checkpoint-10/model.safetensors': 'older', '.gitignore': '*', 'notes.txt': 'private', 'README.md': 'of somebody else',
  }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
}

/** Events of a made-up run of two epochs, 10 steps each, for tests of what is shown. */
import type { EvaluateEvent, Preflight, Progress } from '../../src/protocol/events.ts'

const time = '2026-01-02T03:04:05.000Z'

export const preflight: Preflight = {
  type: 'preflight', time, device: 'cpu', device_reason: 'no CUDA library was found', threads: 2, train_rows: 160, eval_rows: 1160,
  label_names: ['World', 'Sports', 'Business', 'Sci/Tech'], max_steps: 20, num_train_epochs: 2, estimated_seconds: 24.6,
  memory_bytes: 309.2e6, disk_bytes: 1.26e9, truncated_share: 0.0123, max_length: 128,
}

export function progress(step: number, changes: Partial<Progress> = {}): Progress {
  return { type: 'progress', time, step, max_steps: 20, epoch: step / 10, loss: 1.25, learning_rate: 1e-4, grad_norm: 2, rows_per_second: 412.4, eta_seconds: 20 - step, ...changes }
}

export function evaluation(step: number, accuracy: number, best: boolean): EvaluateEvent {
  return {
    type: 'evaluate', time, step, epoch: step / 10, training_loss: 1.28971, best,
    eval_loss: 1.0503, eval_accuracy: accuracy, eval_accuracy_margin: 0.0264, eval_f1: 0.76, eval_rows: 1160,
    per_class: [{ label: 'World', precision: 0.9, recall: 0.8, f1: 0.847, support: 10 }, { label: 'Sci/Tech', precision: 1, recall: 0.5, f1: 0.667, support: 1150 }],
    confusion_matrix: [[8, 2], [575, 575]],
  }
}

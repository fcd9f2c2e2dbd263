/**
 * Every message for a person's mistake: what happened, where, what to do. One line each, `{name}` for arguments.
 * Codes are `area.what`; keep each area together.
 */
export const messages = {
  // data: files of rows
  // tokenizer
  // model: config.json and weights
  // settings
  // run: the run folder
} as const satisfies Record<string, string>

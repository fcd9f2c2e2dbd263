/** What a classifier is to say of a text, by the names of config.json's `problem_type`. */
export const problemTypes = ['single_label_classification', 'multi_label_classification', 'regression'] as const

/** One label, any number of labels, or a number. */
export type ProblemType = (typeof problemTypes)[number]

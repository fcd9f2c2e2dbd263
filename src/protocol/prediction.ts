/** What a classifier says of one text: the format of transformers' `pipeline('text-classification')`, with the text. */
export interface Prediction {
  text: string
  /** The most likely label. */
  label: string
  /** Its probability. */
  score: number
  /** Labels with their probabilities, most likely first: all of them, or `top_k`. */
  scores: { label: string; score: number }[]
}

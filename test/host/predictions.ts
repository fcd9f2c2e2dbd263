/** Texts that the terminal and the editor classify with one model. */
import { canaryText } from '../e2e/canaryRow.ts'

export const texts = ['Shares of the bank fell after its profit warning', 'The striker scored twice in the final', canaryText]

/** In the person's home: the model, and what the terminal predicted of the texts. */
export const witnessFile = 'predictions.json'

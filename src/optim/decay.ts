/**
 * Which parameters weight decay applies to, as Trainer.get_decay_parameter_names decides (transformers 5.23): not biases and not
 * norms. Trainer also leaves out every nn.LayerNorm module by type; in the supported families the names say it already.
 */
const notDecayed = /bias|layernorm|rmsnorm|(?:^|\.)norm(?:$|\.)|_norm(?:$|\.)/

/** @param name the parameter's full Hugging Face name, such as `distilbert.transformer.layer.0.sa_layer_norm.weight` */
export function isDecayed(name: string): boolean {
  return !notDecayed.test(name.toLowerCase())
}

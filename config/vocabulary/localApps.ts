/*
 * Programs that run models on one's own machine, and the tags by which it is known that they run a model: one group must be there
 * whole. Source: the rules of @huggingface/tasks, as far as tags tell them.
 */

const gguf = [['gguf']];
const mlx = [['mlx', 'text-generation']];
const served = [
  ['transformers', 'text-generation'],
  ['transformers', 'image-text-to-text'],
  ['gguf', 'text-generation'],
];
const pictures = [['diffusers', 'text-to-image']];
const agents = [
  ['gguf', 'conversational'],
  ['mlx', 'conversational'],
];

const groups: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ...['llama.cpp', 'node-llama-cpp', 'ollama', 'localai', 'jan', 'backyard', 'sanctum', 'msty', 'recursechat'].map(
    (app) => [app, gguf] as const,
  ),
  ['vllm', served],
  ['sglang', served],
  ['docker-model-runner', [...gguf, ...served]],
  ['mlx-lm', mlx],
  ['tgi', [['text-generation-inference']]],
  ['lmstudio', [...gguf, ['mlx']]],
  ['atomic-chat', [...gguf, ['mlx']]],
  ['jellybox', [...gguf, ...pictures]],
  ['unsloth', [...gguf, ['unsloth']]],
  ['lemonade', [...gguf, ['ryzenai-hybrid'], ['ryzenai-npu']]],
  ['drawthings', [...pictures, ['diffusers', 'lora']]],
  ['diffusionbee', pictures],
  ['invoke', pictures],
  ['joyfusion', [['coreml', 'joyfusion', 'text-to-image']]],
  ...['pi', 'hermes-agent', 'openclaw'].map((app) => [app, agents] as const),
]);

/** Groups of tags, of which a model that the app runs has one whole; null for an app that is not known. */
export function tagsOfApp(app: string): readonly (readonly string[])[] | null {
  return groups.get(app.toLowerCase()) ?? null;
}

export const localApps: readonly string[] = [...groups.keys()];

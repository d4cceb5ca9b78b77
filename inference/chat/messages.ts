import { z } from 'zod';

const maxMessages = 1000;
const maxContent = 1_000_000;

const words = z.string().max(maxContent);

/** Contents may come in parts; only texts are read here. */
const part = z.object({ type: z.literal('text', { error: 'only parts of type "text" are read here' }), text: words });

/** A message of a chat, in OpenAI's form; what a template does not know it passes over. */
const message = z.looseObject({
  role: z.string().min(1).max(100),
  content: z
    .union([words, z.array(part).max(1000)], { error: 'takes a text, or a list of parts of type "text"' })
    .nullish()
    .transform((content) => (Array.isArray(content) ? content.map(({ text }) => text).join('') : (content ?? ''))),
});

export type ChatMessage = z.output<typeof message>;

export const messages = z.array(message, { error: 'takes a list of {role, content}' }).min(1).max(maxMessages);

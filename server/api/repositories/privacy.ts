import { z } from 'zod';

/** Clients of old say `private`, newer ones `visibility`. */
export const visibilities = z.enum(['public', 'private', 'protected']);
export const privacy = { private: z.boolean().nullish(), visibility: visibilities.nullish() };

/** A protected repository is a private one here. Null where a body says nothing of it. */
export function wantsPrivate({
  visibility,
  private: isPrivate,
}: Partial<z.output<z.ZodObject<typeof privacy>>>): boolean | null {
  return visibility ? visibility !== 'public' : (isPrivate ?? null);
}

import { z } from 'zod';

/** What changes answer that have nothing else to say. */
export const successShape = z.strictObject({ success: z.literal(true) });
export const success = { success: true } as const;

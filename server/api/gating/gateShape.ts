import { z } from 'zod';

/** Whether one asks for the files of a repository, and who answers: nobody has to, or its owner. */
export const gateShape = z.union([z.literal(false), z.enum(['auto', 'manual'])]);

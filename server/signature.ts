import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the hub signs for itself, by its secret. @param purpose a signature for one counts for no other */
export function sign(purpose: string, text: string, secret: Buffer): string {
  return createHmac('sha256', secret).update(`${purpose}:${text}`).digest('base64url');
}

export function isSigned(purpose: string, text: string, signature: string, secret: Buffer): boolean {
  const [given, wanted] = [signature, sign(purpose, text, secret)].map((one) => Buffer.from(one)) as [Buffer, Buffer];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

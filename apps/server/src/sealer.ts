import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts texts that only this server reads again. */
export interface Sealer {
  /** @param context must be the same when the text is opened. @returns base64url. */
  seal(text: string, context: string): string;
  /** @returns undefined when it was sealed with another key or context, or changed. */
  open(sealed: string, context: string): string | undefined;
}

/** @param key 32 bytes. */
export function createSealer(key: Uint8Array): Sealer {
  return {
    seal: (text, context) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(context));
      const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64url');
    },
    open: (sealed, context) => {
      const bytes = Buffer.from(sealed, 'base64url');
      const textStart = nonceBytes + tagBytes;
      try {
        const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes))
          .setAAD(Buffer.from(context))
          .setAuthTag(bytes.subarray(nonceBytes, textStart));
        return decipher.update(bytes.subarray(textStart), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

const hidden = '[removed]';

/**
 * Prefixed keys of the providers, headers, `key=…` pairs, keys and passwords in addresses, and unbroken runs that mix cases and digits as
 * only secrets do.
 */
const secretPatterns: readonly RegExp[] = [
  /\b(?:sk|pk|rk|xai|gsk|key|oct_sk|oct_tok)[-_][A-Za-z0-9*._-]{4,}/g,
  /\bAIza[\w*-]{6,}/g,
  /\bBearer\s+[^\s"',}]+/gi,
  /\b(?:api[-_ ]?key|x-api-key|authorization|access[-_ ]?token|secret)["']?\s*[:=]\s*["']?[^\s"',}]{6,}/gi,
  /[?&](?:key|token|sig|signature|x-(?:amz|goog)-signature)=[^\s&"'<>)]+/gi,
  /(?<=:\/\/)[^\s/@:"']*:[^\s/@"']+(?=@)/g,
  /\b(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)\w{36,}\b/g,
];

/** Removes the key of the call and anything else that looks like a key (runtime-semantics.md 16.2). */
export function redact(text: string, secret?: string): string {
  let clean = text;
  for (const form of formsOf(secret)) clean = clean.replaceAll(form, hidden);
  for (const pattern of secretPatterns) clean = clean.replace(pattern, hidden);
  return clean;
}

/** A key as it is, and as it stands in an address. */
function formsOf(secret: string | undefined): readonly string[] {
  return secret !== undefined && secret.length >= 4 ? [secret, encodeURIComponent(secret)] : [];
}

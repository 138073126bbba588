/** Path separators, control characters and those that turn the direction of the text: what a name shown to people must not hold. */
const unsafeCharacters = /[/\\\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The name a file is stored with: each unsafe character becomes `_` (http-api.md 7.1). */
export function toStoredName(filename: string): string {
  return filename.toWellFormed().replaceAll(unsafeCharacters, '_');
}

/** @returns `type/subtype` in lower case, without parameters. */
export function essenceOf(mediaType: string): string {
  const [essence = ''] = mediaType.split(';', 1);
  return essence.trim().toLowerCase();
}

/** HTML, XML (SVG among it) and scripts: a browser that shows them may run them. */
const activeTypes = /^text\/(html|xsl)$|[/+]xml\b|(java|ecma|live|j)script\b/;

/** `Content-Disposition` of a stored file; what could run in a browser is to be saved, not shown (http-api.md 7.2). */
export function dispositionOf({ filename, mediaType }: { filename: string; mediaType: string }): string {
  const kind = activeTypes.test(mediaType) ? 'attachment' : 'inline';
  return `${kind}; filename*=UTF-8''${encodeExtended(filename)}`;
}

/** RFC 8187, 3.2.1: `encodeURIComponent` leaves four characters as they are that must be escaped. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

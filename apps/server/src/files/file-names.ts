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

/** What browsers show, or play, without guessing at the content and without running anything of it. */
const passiveTypes =
  /^(image\/(jpeg|png|gif|webp|avif|bmp)|(audio|video)\/[\w.+-]+|application\/(pdf|json)|text\/(plain|csv|markdown))$/;

interface NamedFile {
  readonly filename: string;
  readonly mediaType: string;
}

/** `Content-Disposition` of a stored file; what could run in a browser is to be saved, not shown (http-api.md 7.2). */
export function dispositionOf(file: NamedFile): string {
  return toDisposition(activeTypes.test(file.mediaType) ? 'attachment' : 'inline', file);
}

/**
 * How a store delivers a file that cannot be told to send `nosniff` and a sandbox with it, as S3 cannot: shown is only what is known to be
 * harmless, and what could run is not even named as what it is.
 */
export function directDeliveryOf(file: NamedFile): { readonly disposition: string; readonly contentType: string } {
  const { mediaType } = file;
  return {
    disposition: toDisposition(passiveTypes.test(mediaType) ? 'inline' : 'attachment', file),
    contentType: activeTypes.test(mediaType) ? 'application/octet-stream' : mediaType,
  };
}

function toDisposition(kind: 'attachment' | 'inline', { filename }: NamedFile): string {
  return `${kind}; filename*=UTF-8''${encodeExtended(filename)}`;
}

/** RFC 8187, 3.2.1: `encodeURIComponent` leaves four characters as they are that must be escaped. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

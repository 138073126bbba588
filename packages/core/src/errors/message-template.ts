/** Values for the placeholders of a message. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** Fills `{name|fallback}` placeholders from `details`; values other than text and numbers give the fallback. */
export function fillTemplate(template: string, details: ErrorDetails = {}): string {
  return template.replace(/\{(\w+)\|([^}]*)\}/g, (_match, name: string, fallback: string) => {
    const value = Object.hasOwn(details, name) ? details[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : fallback;
  });
}

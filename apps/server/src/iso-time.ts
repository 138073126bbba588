/** Milliseconds since the epoch as the API writes times: RFC 3339 UTC with milliseconds (http-api.md 1.1). */
export function toIsoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

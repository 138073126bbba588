import { z } from 'zod';

/** Opaque data of a model provider, keyed by provider; stored and replayed untouched. */
export const providerMetadataSchema = z.record(z.string(), z.record(z.string(), z.unknown()));
/** Data of one provider that travels with a part: `{ anthropic: { signature: "…" } }`. */
export type ProviderMetadata = z.infer<typeof providerMetadataSchema>;

import { z } from 'zod';

/** Opaque data of a model provider, keyed by provider; stored and replayed untouched. */
export const providerMetadataSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

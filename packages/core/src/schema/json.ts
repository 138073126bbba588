import { z } from 'zod';
import type { JsonValue } from '../language-model/request.ts';

/** Any JSON object, as events and messages carry it: tool arguments, worker input, variables. */
export const jsonObjectSchema = z.record(z.string(), z.unknown());

/** A JSON object of a request body. Only its outside is checked: everything in a parsed body is JSON already. */
export const jsonObjectBodySchema = jsonObjectSchema as unknown as z.ZodRecord<z.ZodString, z.ZodType<JsonValue>>;

/** A JSON value of a request body. */
export const jsonValueBodySchema = z.unknown() as unknown as z.ZodType<JsonValue>;

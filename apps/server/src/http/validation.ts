import { type ErrorIssue, OctavusError } from '@octavus/core';
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify';
import type { z } from 'zod';

/** Checks bodies and queries with their zod schema; what is wrong becomes a VALIDATION_ERROR with all issues. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data) => {
    const result = schema.safeParse(data, { error: sayRequired });
    if (result.success) return { value: result.data };
    return { error: toValidationError(result.error.issues, httpPart === 'body' ? 'a JSON object' : undefined) };
  };
};

/** Answers are made by our own typed code: they are written as they are, the schema is there for the documentation. */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType> = () => JSON.stringify;

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

function sayRequired(issue: RawIssue): string | undefined {
  return issue.input === undefined && issue.code.startsWith('invalid_') ? 'Required' : undefined;
}

/** @param wanted what the whole value should have been, for when it is missing or of another kind. */
function toValidationError(found: readonly z.core.$ZodIssue[], wanted: string | undefined): OctavusError {
  const issues = found.map(({ path, message }) => ({ path: path.join('.'), message }));
  const [first = { path: '', message: 'Invalid' }] = issues;
  const reason = first.path === '' && wanted !== undefined ? `expected ${wanted}` : describeIssue(first);
  return new OctavusError('VALIDATION_ERROR', { reason }, { issues });
}

function describeIssue({ path, message }: ErrorIssue): string {
  return message === 'Required' ? `${path} is required` : `${path}: ${message}`;
}

import { type AgentDiagnostic, OctavusError, type ValidateAgentResponse } from '@octavus/core';
import { validateAgent } from '@octavus/protocol';
import { type EnvironmentSource, readEnvironment } from './environment.ts';

/**
 * Checks a whole definition as the project would run it.
 *
 * @returns its warnings.
 * @throws OctavusError VALIDATION_ERROR with one issue per error, their code, line and column included.
 */
export async function checkPayload(
  source: EnvironmentSource,
  projectId: string,
  payload: unknown,
): Promise<AgentDiagnostic[]> {
  const { errors, warnings } = await reportPayload(source, projectId, payload);
  const [first] = errors;
  if (!first) return warnings;
  const message = `Invalid agent definition: ${first.message}`;
  const issues = errors.map(({ severity: _, path = '', ...issue }) => ({ path, ...issue }));
  throw new OctavusError('VALIDATION_ERROR', {}, { message, issues });
}

/** All findings about a definition, whatever its shape (http-api.md 5.6). */
export async function reportPayload(
  source: EnvironmentSource,
  projectId: string,
  payload: unknown,
): Promise<ValidateAgentResponse> {
  const protocol = isRecord(payload) ? payload.protocol : undefined;
  const environment = await readEnvironment(source, projectId, protocol);
  const { errors, warnings } = validateAgent(payload, { environment });
  return { valid: errors.length === 0, errors: [...errors], warnings: [...warnings] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

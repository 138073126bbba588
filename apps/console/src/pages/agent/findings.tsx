import type { AgentDiagnostic } from '@octavus/core';
import { Badge } from '../../components/layout.tsx';
import type { Place } from './agent-editor.tsx';

export type FileDiagnostic = AgentDiagnostic & { readonly file?: string };

/** Of thousands the first ones are enough to begin with. */
const maxShown = 100;

interface FindingsProps {
  readonly diagnostics: readonly FileDiagnostic[];
  readonly onOpen: (place: Place) => void;
}

/** What is wrong with the agent, file by file. */
export function Findings({ diagnostics, onOpen }: FindingsProps) {
  if (diagnostics.length === 0) return null;
  return (
    <ul aria-label="Findings" className="mt-3 divide-y divide-line rounded-md border border-line bg-surface text-sm">
      {diagnostics.slice(0, maxShown).map(({ severity, message, code, file, line, column }) => (
        <li key={`${file} ${line} ${column} ${code} ${message}`} className="flex flex-wrap items-baseline gap-2 p-2">
          <Badge tone={severity === 'error' ? 'bad' : 'warn'}>{severity}</Badge>
          <span>{message}</span>
          {file !== undefined && (
            <button
              type="button"
              className="underline"
              onClick={() =>
                onOpen({ file, ...(line !== undefined && { line, ...(column !== undefined && { column }) }) })
              }
            >
              {file}
              {line !== undefined && `, line ${line}`}
            </button>
          )}
          {file !== 'settings' && <code className="text-muted">{code}</code>}
        </li>
      ))}
      {diagnostics.length > maxShown && <li className="p-2 text-muted">and {diagnostics.length - maxShown} more</li>}
    </ul>
  );
}

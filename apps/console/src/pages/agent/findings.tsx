import { Badge } from '../../components/layout.tsx';
import type { FileName } from './agent-draft.ts';
import type { FileDiagnostic } from './agent-editor.tsx';

interface FindingsProps {
  readonly diagnostics: readonly FileDiagnostic[];
  readonly onOpen: (file: FileName) => void;
}

/** What is wrong with the agent, file by file. */
export function Findings({ diagnostics, onOpen }: FindingsProps) {
  if (diagnostics.length === 0) return null;
  return (
    <ul aria-label="Findings" className="mt-3 divide-y divide-line rounded-md border border-line bg-surface text-sm">
      {diagnostics.map(({ severity, message, code, file, line, column }) => (
        <li key={`${file} ${line} ${column} ${code} ${message}`} className="flex flex-wrap items-baseline gap-2 p-2">
          <Badge tone={severity === 'error' ? 'bad' : 'warn'}>{severity}</Badge>
          <span>{message}</span>
          {file !== undefined && file !== 'settings' && (
            <button type="button" className="underline" onClick={() => onOpen(file)}>
              {file}
              {line !== undefined && `, line ${line}`}
            </button>
          )}
          <code className="text-muted">{code}</code>
        </li>
      ))}
    </ul>
  );
}

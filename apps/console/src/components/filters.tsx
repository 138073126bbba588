import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { query } from '../api/queries.ts';
import { useProject } from '../use-project.ts';
import { fieldClass } from './controls.tsx';

const filterClass = `${fieldClass} w-48 text-sm`;

/** What stands above a list or figures and says of what they are. */
export function Filters({ children }: { readonly children: ReactNode }) {
  return <div className="mb-4 flex flex-wrap items-end gap-3">{children}</div>;
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}

export function FilterSelect({ label, value, onChange, children }: SelectProps) {
  return (
    <label className="min-w-0 text-sm">
      <span className="mb-1 block text-muted">{label}</span>
      <select className={filterClass} value={value} onChange={({ target }) => onChange(target.value)}>
        {children}
      </select>
    </label>
  );
}

interface AgentFilterProps {
  /** Id of the agent; empty for all. */
  readonly value: string;
  readonly onChange: (agentId: string) => void;
}

/** The agents of the project. Archived ones too: what they did is still there. */
export function AgentFilter({ value, onChange }: AgentFilterProps) {
  const { projectId } = useProject();
  const { data } = useQuery(
    query('GET /console/api/projects/:projectId/agents', { params: { projectId }, query: { include: 'archived' } }),
  );
  const agents = data?.agents ?? [];
  return (
    <FilterSelect label="Agent" value={value} onChange={onChange}>
      <option value="">All agents</option>
      {data && value !== '' && !agents.some(({ id }) => id === value) && <option value={value}>{value}</option>}
      {agents.map(({ id, name, archivedAt }) => (
        <option key={id} value={id}>
          {archivedAt === undefined ? name : `${name} (archived)`}
        </option>
      ))}
    </FilterSelect>
  );
}

interface TimeFilterProps {
  readonly label: string;
  /** In the time zone of the reader, as the field has it; empty for any. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function TimeFilter({ label, value, onChange }: TimeFilterProps) {
  return (
    <label className="min-w-0 text-sm">
      <span className="mb-1 block text-muted">{label}</span>
      <input
        type="datetime-local"
        className={filterClass}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}

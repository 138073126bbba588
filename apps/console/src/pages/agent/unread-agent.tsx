import { Link } from '@tanstack/react-router';
import { Unread } from '../../components/layout.tsx';
import { useProject } from '../../use-project.ts';

interface UnreadAgentProps {
  readonly title: string;
  readonly read: { readonly error: Error | null; readonly refetch: () => unknown };
}

/** Stands for a page of an agent until the agent was read. */
export function UnreadAgent({ title, read }: UnreadAgentProps) {
  const { slug } = useProject();
  const back = (
    <Link to="/p/$project/agents" params={{ project: slug }} className="underline">
      All agents
    </Link>
  );
  return <Unread title={title} what="the agent" read={read} back={back} />;
}

import { Chat } from './chat';
import { openSession } from './octavus';

// A session for every visit.
export const dynamic = 'force-dynamic';

export default async function Page() {
  return <Chat sessionId={await openSession()} />;
}

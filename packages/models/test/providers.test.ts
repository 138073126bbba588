import { describeProvider } from './describe-provider.ts';
import { dialects } from './dialects.ts';

for (const [name, dialect] of Object.entries(dialects)) describeProvider(name, dialect);

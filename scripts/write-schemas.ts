import { writeFile } from 'node:fs/promises';
import { protocolJsonSchema, settingsJsonSchema } from '@octavus/protocol';

/** Writes the JSON Schemas for editors to where they are published from (`npm run schemas`). A test keeps them equal to the declarations. */
const schemas = { 'protocol.json': protocolJsonSchema(), 'settings.json': settingsJsonSchema() };

for (const [name, schema] of Object.entries(schemas)) {
  const file = new URL(`../packages/protocol/schemas/${name}`, import.meta.url);
  await writeFile(file, `${JSON.stringify(schema, null, 2)}\n`);
}

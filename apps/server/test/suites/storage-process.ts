import { writeSync } from 'node:fs';
import { createGroupCommit, type GroupCommit } from '../../src/storage/group-commit.ts';
import { migrateStorage, openStorage } from '../../src/storage/open-storage.ts';
import { aCommit } from './storage-fixtures.ts';

/**
 * A second process for the storage suite.
 *
 * `migrate <url>` prints the migrations it applied. `write <url> <session>…` commits until it is killed, and prints
 * `<session> <length>` after each acknowledged commit.
 */
const [command, url, ...sessionIds] = process.argv.slice(2);
if (command === 'migrate') writeSync(1, (await migrateStorage(url!)).join(' '));
else await write();

async function write(): Promise<void> {
  const storage = await openStorage({ url: url! });
  const group = createGroupCommit(storage.sessions);
  await Promise.all(sessionIds.map((id) => writeForever(group, id)));
}

async function writeForever(group: GroupCommit, id: string): Promise<never> {
  for (let length = 0; ; length += 1) {
    const outcome = await group.commit(aCommit({ id }, { length }));
    if (outcome !== 'committed') throw new Error(`${id} was refused at ${length}`);
    writeSync(1, `${id} ${length + 1}\n`);
  }
}

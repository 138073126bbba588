import { OctavusError, type SkillMatter, skillLimits, skillMatterSchema } from '@octavus/core';
import { parseFrontMatter } from '@octavus/protocol';
import { readZip, type ZipEntry, ZipError } from './read-zip.ts';

/** What an uploaded archive holds, as far as the server looks. */
export interface SkillArchive {
  readonly matter: SkillMatter;
  readonly fileCount: number;
}

/** No SKILL.md is as long. */
const maxManifestBytes = 1024 * 1024;

/**
 * Checks an archive (http-api.md 10.1). Nothing but SKILL.md is unpacked.
 *
 * @throws OctavusError VALIDATION_ERROR that names the entry or the field, PAYLOAD_TOO_LARGE
 */
export function readSkillArchive(archive: Buffer): SkillArchive {
  const entries = refusingBroken(() => readZip(archive));
  assertSmall(entries);
  for (const entry of entries) {
    const problem = problemOf(entry);
    if (problem !== undefined) throw refused(`file: the entry "${entry.name}" ${problem}`, 'file');
  }
  const files = entries.filter(({ name }) => !name.endsWith('/'));
  const manifest = files.find(({ name }) => name === 'SKILL.md');
  if (!manifest) throw refused('file: there is no SKILL.md at the root of the archive', 'file');
  if (manifest.sizeBytes > maxManifestBytes)
    throw new OctavusError('PAYLOAD_TOO_LARGE', { limit: '1 MiB for SKILL.md' });
  return { matter: readMatter(refusingBroken(() => manifest.read()).toString('utf8')), fileCount: files.length };
}

function assertSmall(entries: readonly ZipEntry[]): void {
  if (entries.length > skillLimits.entries) {
    throw new OctavusError('PAYLOAD_TOO_LARGE', { limit: `${skillLimits.entries} entries` });
  }
  const sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  if (sizeBytes > skillLimits.unpackedBytes) throw new OctavusError('PAYLOAD_TOO_LARGE', { limit: '200 MiB unpacked' });
}

/** Whoever unpacks it later writes these names below a folder of its own. */
function problemOf({ name, isLink }: ZipEntry): string | undefined {
  if (isLink) return 'is a symbolic link';
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'has an absolute path';
  if (/[\\\0]/.test(name)) return 'has a name with a character that a path cannot have';
  return name.split('/').includes('..') ? 'leads out of the skill' : undefined;
}

function readMatter(text: string): SkillMatter {
  const matter = parseFrontMatter(text);
  if (matter.state === 'missing') throw refused('SKILL.md: it does not begin with front matter', 'SKILL.md');
  if (matter.state === 'invalid') throw refused(`SKILL.md: ${matter.reason}`, 'SKILL.md');
  const parsed = skillMatterSchema.safeParse(Object.fromEntries(matter.fields), {
    error: ({ input }) => (input === undefined ? 'It is required' : undefined),
  });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: ['SKILL.md', ...path].join('.'), message }));
  const [first] = issues;
  throw new OctavusError('VALIDATION_ERROR', { reason: `${first?.path}: ${first?.message}` }, { issues });
}

function refusingBroken<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw refused(`file: ${error.message}`, 'file');
  }
}

function refused(reason: string, path: string): OctavusError {
  return new OctavusError('VALIDATION_ERROR', { reason }, { issues: [{ path, message: reason }] });
}

import { describe, expect, test } from 'vitest';
import { makeZip, type ZipFile } from '../make-zip.ts';
import type { SessionServer } from '../serve-sessions.ts';
import { serverOn, type WithServer } from './conversations.ts';
import type { TestDatabase } from './storage.ts';

const manifest = (matter: string) => ({ name: 'SKILL.md', content: `---\n${matter}\n---\nPack them.\n` });
const packer = manifest('name: seed-packer\ndescription: Packs seeds\nversion: 1.2.0\nsecrets:\n  - name: SEED_TOKEN');
const script = { name: 'scripts/pack.sh', content: 'echo packed' };

/** Skills on real HTTP and the given database. */
export function describeSkillApi(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe(`skill API: ${name}`, () => {
    const withServer = serverOn(openDatabase);
    describeUpload(withServer);
    describeRefusals(withServer);
    describeSecrets(withServer);
  });
}

/** Sends a form, as browsers and the command line do. */
async function upload(server: SessionServer, archive: Uint8Array | string | undefined, fields = {}, headers = {}) {
  const form = new FormData();
  if (typeof archive === 'string') form.append('file', archive);
  else if (archive) form.append('file', new Blob([new Uint8Array(archive)], { type: 'application/zip' }), 'skill.zip');
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  const response = await fetch(`${server.url}/api/skills`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, ...headers },
    body: form,
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

async function download(server: SessionServer, path: string) {
  const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${server.key}` } });
  return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

function describeUpload(withServer: WithServer): void {
  test('[http.skills.upload] a skill is created, listed and downloaded; the same slug replaces its content and keeps its id', () =>
    withServer({}, async (server) => {
      const first = makeZip([packer, { name: 'scripts/', content: '', mode: 0o40755 }, script]);
      const created = await upload(server, first);
      expect([created.status, created.body]).toEqual([
        201,
        { skillId: expect.stringMatching(/^c[a-z0-9]{23}$/), slug: 'seed-packer', created: true },
      ]);
      const { skillId } = created.body;
      const second = makeZip([manifest('name: seed-packer\ndescription: Packs more')]);
      const updated = await upload(server, second, { visibility: 'project' });
      expect([updated.status, updated.body]).toEqual([200, { skillId, slug: 'seed-packer', created: false }]);
      await upload(server, makeZip([manifest('name: another\ndescription: Does more'), script]));

      const { body } = await server.call('GET', '/api/skills');
      expect(body.skills).toEqual([
        expect.objectContaining({ slug: 'another', visibility: 'private', fileCount: 2 }),
        {
          ...{ id: skillId, slug: 'seed-packer', description: 'Packs more', visibility: 'project', fileCount: 1 },
          ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
        },
      ]);
      for (const path of [`/api/skills/${skillId}/archive`, '/api/skills/seed-packer/archive?by=slug']) {
        const { headers, bytes } = await download(server, path);
        expect(headers.get('content-type')).toBe('application/zip');
        expect(headers.get('content-disposition')).toBe('attachment; filename="seed-packer.zip"');
        expect(bytes.equals(second)).toBe(true);
      }
      expect((await server.call('GET', '/api/skills/seed-packer/archive')).status).toBe(404);
    }));

  test('uploads of one slug at the same moment make one skill', () =>
    withServer({}, async (server) => {
      const archive = makeZip([packer]);
      const answers = await Promise.all(Array.from({ length: 5 }, () => upload(server, archive)));
      expect(new Set(answers.map(({ body }) => body.skillId)).size).toBe(1);
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    }));

  test('an upload that is sent again with its Idempotency-Key is not done again', () =>
    withServer({}, async (server) => {
      const key = { 'idempotency-key': 'once' };
      const first = await upload(server, makeZip([packer]), {}, key);
      const again = await upload(server, makeZip([packer]), {}, key);
      expect([again.status, again.body, again.headers.get('idempotent-replayed')]).toEqual([201, first.body, 'true']);
      const other = await upload(server, makeZip([packer, script]), {}, key);
      expect([other.status, other.body.error.code]).toEqual([400, 'VALIDATION_ERROR']);
    }));

  test('an agent that uses a skill is told when it is not there', () =>
    withServer({}, async (server) => {
      const protocol =
        'skills:\n  seed-packer:\n    description: Packs\nagent:\n  model: offline/default\n  system: system\n  skills: [seed-packer]\n';
      const agent = {
        settings: { slug: 'packer', name: 'P', format: 'interactive' },
        protocol,
        prompts: [{ name: 'system', content: 'x' }],
      };
      const codesOf = async () => {
        const { body } = await server.call('POST', '/api/agents/validate', agent);
        return [...body.errors, ...body.warnings].map(({ code }: { code: string }) => code);
      };
      expect(await codesOf()).toContain('PROTO_SKILL_NOT_INSTALLED');
      await upload(server, makeZip([packer]));
      expect(await codesOf()).not.toContain('PROTO_SKILL_NOT_INSTALLED');
    }));
}

function describeRefusals(withServer: WithServer): void {
  const file = (name: string, more: Partial<ZipFile> = {}) => makeZip([packer, { name, content: 'x', ...more }]);
  const matter = (text: string) => makeZip([manifest(text)]);
  const description = 'description: x';

  test.each<[string, Uint8Array | string | undefined, string]>([
    ['no file', undefined, 'file: Expected a file'],
    ['a text in place of the file', 'x', 'file: Expected a file'],
    ['an empty file', Buffer.alloc(0), 'file: The file is empty'],
    ['no archive', Buffer.from('hello'), 'file: It is no ZIP archive'],
    ['half an archive', makeZip([packer, script]).subarray(60), 'file: The ZIP archive is broken'],
    ['bytes that are others than their checksum', makeZip([{ ...packer, crc: 1 }]), 'file: The ZIP archive is broken'],
    ['more bytes than declared', makeZip([{ ...packer, sizeBytes: 5 }]), 'file: The ZIP archive is broken'],
    ['no SKILL.md', makeZip([script]), 'file: there is no SKILL.md at the root of the archive'],
    [
      'a SKILL.md below',
      makeZip([{ ...packer, name: 'skill/SKILL.md' }]),
      'file: there is no SKILL.md at the root of the archive',
    ],
    ['a way out', file('a/../../b'), 'file: the entry "a/../../b" leads out of the skill'],
    ['an absolute path', file('/etc/passwd'), 'file: the entry "/etc/passwd" has an absolute path'],
    ['a path of Windows', file('C:\\x'), 'file: the entry "C:\\x" has an absolute path'],
    [
      'a way out of Windows',
      file('..\\x'),
      'file: the entry "..\\x" has a name with a character that a path cannot have',
    ],
    ['a symbolic link', file('link', { mode: 0o120777 }), 'file: the entry "link" is a symbolic link'],
    ['no front matter', makeZip([{ name: 'SKILL.md', content: 'x' }]), 'SKILL.md: it does not begin with front matter'],
    ['no name', matter(description), 'SKILL.md.name: It is required'],
    [
      'a name that is no slug',
      matter(`name: No Slug\n${description}`),
      'SKILL.md.name: Expected lower-case letters and digits, joined by dashes',
    ],
    ['no description', matter('name: x'), 'SKILL.md.description: It is required'],
    [
      'a version that is no text',
      matter(`name: x\n${description}\nversion: 1`),
      'SKILL.md.version: Invalid input: expected string, received number',
    ],
    [
      'a secret with a wrong name',
      matter(`name: x\n${description}\nsecrets: [{ name: token }]`),
      'SKILL.md.secrets.0.name: Expected capital letters, digits and _',
    ],
  ])('[http.skills.refused] %s is refused, and nothing is stored', (_title, archive, reason) =>
    withServer({}, async (server) => {
      const { status, body } = await upload(server, archive);
      expect([status, body.error.code, body.error.message]).toEqual([
        400,
        'VALIDATION_ERROR',
        `Invalid request: ${reason}`,
      ]);
      expect((await server.call('GET', '/api/skills')).body).toEqual({ skills: [] });
    }),
  );

  test('too many entries, and more than 200 MiB unpacked, are too large', () =>
    withServer({}, async (server) => {
      const many = Array.from({ length: 2000 }, (_, index) => ({ name: `f${index}`, content: '' }));
      const large = { ...script, sizeBytes: 201 * 1024 * 1024 };
      for (const archive of [makeZip([packer, ...many]), makeZip([packer, large])]) {
        const { status, body } = await upload(server, archive);
        expect([status, body.error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
      }
    }));

  test('a body that is no form is refused by its type', () =>
    withServer({}, async (server) => {
      for (const type of ['application/json', 'multipart/mixed; boundary=x']) {
        const { status, body } = await server.call('POST', '/api/skills', { file: 'x' }, { 'content-type': type });
        expect([status, body.error.message]).toEqual([415, 'Unsupported content type: expected multipart/form-data']);
      }
      const broken = { 'content-type': 'multipart/form-data; boundary=x' };
      expect((await server.call('POST', '/api/skills', 'x', broken)).status).toBe(400);
    }));
}

function describeSecrets(withServer: WithServer): void {
  test('[http.skills.secrets] secrets are set and removed by name, survive an upload, and lie encrypted', () =>
    withServer({}, async (server) => {
      const { skillId } = (await upload(server, makeZip([packer]))).body;
      const path = `/api/skills/${skillId}/secrets`;
      const set = (secrets: object) => server.call('PUT', path, { secrets });
      expect((await set({ SEED_TOKEN: 'one', OLD: 'x' })).body).toEqual({ updated: ['SEED_TOKEN', 'OLD'] });
      expect((await set({ SEED_TOKEN: 'two', OLD: null, NEVER: null })).status).toBe(200);
      await upload(server, makeZip([packer, script]));
      const { skills, storage } = server.services;
      expect(await skills.readSecrets(skillId)).toEqual({ SEED_TOKEN: 'two' });
      const stored = await storage.skills.readSecrets(skillId);
      expect(JSON.stringify([...stored])).not.toContain('two');
      expect(JSON.stringify((await server.call('GET', '/api/skills')).body)).not.toContain('two');

      // A sealed value does not open under another name.
      await storage.skills.setSecrets(skillId, new Map([['MOVED', stored.get('SEED_TOKEN')!]]), 1);
      expect(await skills.readSecrets(skillId)).toEqual({ SEED_TOKEN: 'two' });
    }));

  test('secrets of nobody, with wrong names, too long or too many are refused', () =>
    withServer({}, async (server) => {
      const { skillId } = (await upload(server, makeZip([packer]))).body;
      const statusOf = async (secrets: unknown, id = skillId) =>
        (await server.call('PUT', `/api/skills/${id}/secrets`, { secrets })).status;
      expect(await statusOf({ A: 'x' }, 'cnobody')).toBe(404);
      expect(await statusOf({ a: 'x' })).toBe(400);
      expect(await statusOf({ A: 'ü'.repeat(4097) })).toBe(400);
      expect(await statusOf({ A: 'ü'.repeat(4096) })).toBe(200);
      expect(await statusOf(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`N${n}`, 'x'])))).toBe(400);
      expect(await statusOf(undefined)).toBe(400);
    }));
}

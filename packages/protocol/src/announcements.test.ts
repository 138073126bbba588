import { expect, test } from 'vitest';
import { withAnnouncements } from './announcements.ts';

test('[proto.announced] blocks follow the prompt in a fixed order', () => {
  const text = withAnnouncements('Be kind.', {
    integrations: [{ name: 'maps', description: 'Maps' }],
    skills: [
      { name: 'charts', description: 'Draws\r\ncharts' },
      { name: 'tables', description: 'Makes\ntables' },
    ],
    references: [{ name: 'prices', description: 'Price list' }],
  });
  expect(text).toBe(`Be kind.

<references>
Documents you can open with octavus_reference_read when they are relevant:
- prices: Price list
</references>

<skills>
Skills bundle instructions and scripts for a task. Before using one, read it with octavus_skill_read.
- charts: Draws charts
- tables: Makes tables
Scripts: octavus_skill_list, octavus_skill_run.
</skills>

<integrations>
Integrations that are not connected yet. Call octavus_mcp_activate with the name to load its tools.
- maps: Maps
</integrations>`);
});

test('what skills can do beyond their scripts closes their block', () => {
  const skills = [{ name: 'charts', description: 'Draws charts' }];
  const text = withAnnouncements(undefined, { skills, hasSharedSandbox: true, hasDeviceSkill: true });
  expect(text.split('\n').slice(-4)).toEqual([
    'Scripts: octavus_skill_list, octavus_skill_run.',
    'Free code and files: octavus_code_run, octavus_file_write, octavus_file_read. Save results under /output/.',
    'Skills on the device need octavus_skill_setup once.',
    '</skills>',
  ]);
});

test('nothing to announce leaves the prompt alone', () => {
  expect(withAnnouncements('Be kind.', { references: [] })).toBe('Be kind.');
  expect(withAnnouncements(undefined, {})).toBe('');
});

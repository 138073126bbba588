import type { Place, Report } from '../diagnostics/report.ts';
import { isSlug, maxNameLength } from '../names.ts';
import type { AgentFormat } from '../shape/shape.ts';

/** The settings as far as they are right. */
export interface CheckedSettings {
  readonly slug: string | undefined;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly format: AgentFormat | undefined;
}

interface SettingRule {
  readonly isRequired: boolean;
  readonly maxLength: number;
}

/** Source: protocol-language.md 1.2, 1.3. */
export const settingRules: Readonly<Record<keyof CheckedSettings, SettingRule>> = {
  slug: { isRequired: true, maxLength: maxNameLength },
  name: { isRequired: true, maxLength: 100 },
  description: { isRequired: false, maxLength: 1_000 },
  format: { isRequired: true, maxLength: Number.POSITIVE_INFINITY },
};

export const formats: readonly AgentFormat[] = ['interactive', 'worker'];

/** Checks `settings.json` (1, 3 to 8). */
export function checkSettings(settings: unknown, report: Report): CheckedSettings {
  const none = { slug: undefined, name: undefined, description: undefined, format: undefined };
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    report('SETTINGS_MISSING', { file: 'settings', path: 'settings' }, {});
    return none;
  }
  const known = Object.keys(settingRules);
  for (const key of Object.keys(settings)) {
    if (!known.includes(key)) report('SETTINGS_UNKNOWN_KEY', placeOf(key), { key }, { wrong: key, allowed: known });
  }
  const values = new Map(Object.entries(settings));
  const read = (key: keyof CheckedSettings) => readSetting(key, values.get(key), report);
  const slug = read('slug');
  if (slug !== undefined && !isSlug(slug)) report('SETTINGS_SLUG', placeOf('slug'), { slug });
  return { slug, name: read('name'), description: read('description'), format: readFormat(read('format'), report) };
}

function readSetting(key: keyof CheckedSettings, value: unknown, report: Report): string | undefined {
  const { isRequired, maxLength } = settingRules[key];
  if (value === undefined || value === null) {
    if (isRequired) report('SETTINGS_MISSING_KEY', placeOf(key), { key });
    return undefined;
  }
  if (typeof value !== 'string' || (isRequired && value.trim() === '')) {
    report('SETTINGS_WRONG_TYPE', placeOf(key), { key });
    return undefined;
  }
  if (value.length <= maxLength) return value;
  report('SETTINGS_TOO_LONG', placeOf(key), { key, max: maxLength });
  return undefined;
}

function readFormat(value: string | undefined, report: Report): AgentFormat | undefined {
  const format = formats.find((candidate) => candidate === value);
  if (value !== undefined && format === undefined) {
    report('SETTINGS_FORMAT', placeOf('format'), { value }, { wrong: value, allowed: formats });
  }
  return format;
}

function placeOf(key: string): Place {
  return { file: 'settings', path: `settings.${key}` };
}

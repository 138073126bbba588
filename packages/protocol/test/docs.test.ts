import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createDiagnosticCollector } from '../src/diagnostics/report.ts';
import { parseProtocol } from '../src/parse/parse-protocol.ts';
import { validateAgent } from '../src/validate.ts';
import { docsPages, readExamples, readFences, readPage } from './docs.ts';

const pages = docsPages();
const examples = pages.flatMap(readExamples);

describe('examples of the documentation', () => {
  test.each(examples.map((example) => [`${example.page}:${example.line}`, example] as const))(
    '%s is valid',
    (_, example) => {
      const { format, protocol, prompts } = example;
      const result = validateAgent({
        settings: { slug: 'example', name: 'Example', format },
        protocol,
        prompts: [...prompts].map(([name, content]) => ({ name, content })),
      });
      const problems = [...result.errors, ...result.warnings].filter(({ code, path }) => {
        const isStandIn = path === 'prompts/system' || path === 'prompts/user-message';
        return !(code === 'PROMPT_UNUSED' && isStandIn);
      });
      expect(problems).toEqual([]);
    },
  );

  test('every YAML block parses', () => {
    for (const page of pages) {
      for (const { language, text, line } of readFences(page)) {
        if (language !== 'yaml') continue;
        const collector = createDiagnosticCollector();
        parseProtocol(text, collector.report);
        expect(collector.finish().errors, `${page}:${line}`).toEqual([]);
      }
    }
  });

  test('most pages have a complete example', () => {
    expect(new Set(examples.map(({ page }) => page)).size).toBeGreaterThanOrEqual(9);
    expect(examples.some(({ format }) => format === 'worker')).toBe(true);
  });
});

test('links between the pages lead to a page and a heading', () => {
  for (const page of pages) {
    for (const [, target = '', anchor] of readPage(page).matchAll(/\]\(([a-z-]+\.md)(?:#([a-z0-9-]+))?\)/g)) {
      expect(existsSync(new URL(`../../../docs/protocol/${target}`, import.meta.url)), `${page}: ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(target), `${page}: ${target}`).toContain(anchor);
    }
  }
});

/** Headings as the anchors that Markdown viewers give them. */
function anchorsOf(page: string): string[] {
  return [...readPage(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
}

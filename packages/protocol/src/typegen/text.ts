/** `front-desk` → `FrontDesk`; a leading digit gets an underscore. */
export function pascalCase(slug: string): string {
  const name = slug.replace(/(?:^|-)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
  return /^\d/.test(name) ? `_${name}` : name;
}

/** A key as it stands in an object type. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** A doc comment with its line end, or nothing. */
export function comment(text: string | undefined, indent: string): string {
  const lines = (text ?? '').trim().replaceAll('*/', '*\\/').split('\n');
  if (lines.length === 1) return lines[0] === '' ? '' : `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line.trim()}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

/** A value of the built-in type `file` (protocol-language.md 3.5). */
export function fileInterface(name: string): string {
  const members = [
    'id: string',
    'mediaType: string',
    'url: string',
    'filename?: string',
    'size?: number',
    'width?: number',
    'height?: number',
  ];
  return `/** An uploaded or generated file. */\nexport type ${name} = {\n${members.map((member) => `  ${member};\n`).join('')}};\n`;
}

import { fileURLToPath } from 'node:url';

import ts from 'typescript';

// TypeScript has no types at run time, so the compiler checks values: a value has a type if the compiler accepts it as a
// literal for a constant of that type. It refuses members that are missing, have another type or value, or are not
// declared. In a type, `lox` is the client.
//
// The types of answers accept undeclared members, which a later version may add. Named<T> refuses them.
const named = `
type Named<T> = T extends (infer E)[] ? Named<E>[] : T extends object ? (keyof Members<T> extends never ? T : Members<T>) : T;
type Members<T> = { [K in keyof T as string extends K ? never : K]: Named<T[K]> };
`;

const file = fileURLToPath(new URL('typed.ts', import.meta.url)); // never on disk
const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es5.d.ts'], // enough for the types of JSON; more would make each check slower
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
};

let text = '';
let program: ts.Program | undefined;
const host = ts.createCompilerHost(options);
const onDisk = { exists: host.fileExists, source: host.getSourceFile };
const sources = new Map<string, ts.SourceFile | undefined>(); // parsed once, not for each check
host.fileExists = (name) => name === file || onDisk.exists(name);
host.getSourceFile = (name, version) => {
  if (name === file) return ts.createSourceFile(name, text, version, true);
  if (!sources.has(name)) sources.set(name, onDisk.source(name, version));
  return sources.get(name);
};

/** Throws the compiler's errors if the value doesn't have the type. */
export function checkType(type: string, value: unknown): void {
  text = `import type * as lox from '@backlox/lox';\n${named}export const value: Named<${type}> = ${JSON.stringify(value)};\n`;
  program = ts.createProgram([file], options, host, program);
  const source = program.getSourceFile(file)!;
  const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  if (diagnostics.length === 0) return;
  const messages = diagnostics.map(({ start = 0, length = 0, messageText }) => {
    const place = source.text.slice(start, start + length);
    return `${place.slice(0, 100)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  throw new Error([`not a ${type}:`, ...messages].join('\n'));
}

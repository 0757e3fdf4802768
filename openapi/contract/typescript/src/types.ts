import { fileURLToPath } from 'node:url';

import ts from 'typescript';

// A type of TypeScript is gone when the program runs, so the compiler is asked: a value fits a type if the compiler
// takes it, written as a literal, for a constant of that type. It refuses members that are missing, of another type or
// value, or unknown to the type. `lox` stands for the client.
//
// The types of answers take members that they don't name, for those that a later version adds. Here all must be named.
const named = `
type Named<T> = T extends (infer E)[] ? Named<E>[] : T extends object ? (keyof Members<T> extends never ? T : Members<T>) : T;
type Members<T> = { [K in keyof T as string extends K ? never : K]: Named<T[K]> };
`;

const file = fileURLToPath(new URL('typed.ts', import.meta.url)); // never on disk
const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es5.d.ts'], // all that the types of JSON need; more would make each check slower
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
const sources = new Map<string, ts.SourceFile | undefined>(); // parsed once, not at every check
host.fileExists = (name) => name === file || onDisk.exists(name);
host.getSourceFile = (name, version) => {
  if (name === file) return ts.createSourceFile(name, text, version, true);
  if (!sources.has(name)) sources.set(name, onDisk.source(name, version));
  return sources.get(name);
};

/** Throws what the compiler says against the value as one of the type. */
export function fit(type: string, value: unknown): void {
  text = `import type * as lox from '@backlox/lox';\n${named}export const value: Named<${type}> = ${JSON.stringify(value)};\n`;
  program = ts.createProgram([file], options, host, program);
  const source = program.getSourceFile(file)!;
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  if (found.length === 0) return;
  const said = found.map(({ start = 0, length = 0, messageText }) => {
    const place = source.text.slice(start, start + length);
    return `${place.slice(0, 100)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  throw new Error([`doesn't fit ${type}:`, ...said].join('\n'));
}

import type { Answer } from './call.js';
import type { Values } from './table.js';

/** The variables of a run, and what is filled with them. */
export class Variables {
  readonly #values = new Map<string, unknown>();

  set(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Puts variables in place of their names, everywhere in a value. */
  fill(value: unknown): unknown {
    if (typeof value === 'string') {
      const whole = /^\$\{([^}]+)\}$/.exec(value);
      if (whole) return this.#lookUp(whole[1]!);
      return value.replace(/\$\{([^}]+)\}/g, (_, name: string) => written(this.#lookUp(name)));
    }
    if (Array.isArray(value)) return value.map((element) => this.fill(element));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.fill(member)]));
  }

  /** Fills what is to be a string. */
  text(value: unknown): string {
    return written(this.fill(value));
  }

  #lookUp(name: string): unknown {
    const now = /^now(?:\+(\d+))?$/.exec(name);
    if (now) return new Date(Date.now() + Number(now[1] ?? 0) * 1000).toISOString().replace(/\.\d+/, '');
    if (!this.has(name)) throw new Error(`no variable \${${name}}`);
    return this.#values.get(name);
  }
}

export function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as text: a string as it is, anything else as JSON. */
export function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The number that a value is, or that a string such as a header spells; else NaN. */
export function number(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
}

/** Takes a value from an answer by one of OpenAPI's runtime expressions. */
export function evaluate(expression: string, answer: Answer): unknown {
  const parts = /^\$response\.(?:header\.(?<header>.+)|body(?:#(?<pointer>\/.*)?)?)$/.exec(expression)?.groups;
  if (!parts) throw new Error(`${expression}: must be of $response.body or $response.header`);
  const { header, pointer = '' } = parts;
  if (header !== undefined) {
    const value = answer.headers.get(header);
    if (!value) throw new Error(`no header ${header}`);
    return value;
  }
  let value = answer.body;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      throw new Error(`${expression}: there is no ${name}`);
    }
    value = (value as Values)[name];
  }
  return value;
}

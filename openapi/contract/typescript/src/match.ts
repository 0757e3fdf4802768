import { isObject, number, written } from './values.js';

/**
 * Says what about a value isn't as wanted, or nothing. A value that is undefined is absent: JSON has no such value.
 * A matcher that can't be understood throws, so that `$not` doesn't take it for one that doesn't hold.
 */
export function mismatch(at: string, want: unknown, got: unknown): string | undefined {
  const matcher = matcherOf(want);
  if (matcher) {
    if (holds(...matcher, got)) return undefined;
    return `${at}: expected ${JSON.stringify(want)}, ${came(got)}`;
  }
  if (isObject(want) && isObject(got)) {
    return first(Object.entries(want), ([name, member]) => {
      return mismatch(`${at}.${name}`, member, Object.hasOwn(got, name) ? got[name] : undefined);
    });
  }
  if (Array.isArray(want) && Array.isArray(got)) {
    if (want.length !== got.length) return `${at}: expected ${want.length} elements, ${came(got)}`;
    return first([...want.entries()], ([i, element]) => mismatch(`${at}[${i}]`, element, got[i]));
  }
  return equal(want, got) ? undefined : `${at}: expected ${JSON.stringify(want)}, ${came(got)}`;
}

function came(got: unknown): string {
  return got === undefined ? 'is absent' : `came ${JSON.stringify(got)}`;
}

function first<T>(items: T[], mismatch: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = mismatch(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Takes `{$name: argument}` apart. */
function matcherOf(want: unknown): [name: string, argument: unknown] | undefined {
  if (!isObject(want)) return undefined;
  const [only, ...others] = Object.entries(want);
  return only?.[0].startsWith('$') && others.length === 0 ? only : undefined;
}

function holds(matcher: string, argument: unknown, got: unknown): boolean {
  if (matcher === '$absent') return got === undefined;
  const there = got !== undefined;
  switch (matcher) {
    case '$any':
      return there;
    case '$matches': {
      const found = new RegExp(written(argument));
      return typeof got === 'string' && found.test(got);
    }
    case '$atLeast':
      return number(got) >= bound(argument);
    case '$atMost':
      return number(got) <= bound(argument);
    case '$length':
      return length(got) === bound(argument);
    case '$contains':
      return Array.isArray(got) && got.some((element) => mismatch('', argument, element) === undefined);
    case '$not':
      return there && mismatch('', argument, got) !== undefined;
    default:
      throw new Error(`no matcher ${matcher}`);
  }
}

function bound(argument: unknown): number {
  const n = number(argument);
  if (Number.isNaN(n)) throw new Error(`${JSON.stringify(argument)} is no number`);
  return n;
}

function length(value: unknown): number {
  if (typeof value === 'string') return [...value].length; // characters, not UTF-16 units
  if (Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : -1;
}

/** Compares decoded JSON: numbers by value, times as instants. */
export function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((element, i) => equal(element, b[i]));
  }
  if (isObject(a) && isObject(b)) {
    const members = Object.entries(a);
    return (
      members.length === Object.keys(b).length &&
      members.every(([name, member]) => Object.hasOwn(b, name) && equal(member, b[name]))
    );
  }
  if (a === b) return true;
  return typeof a === 'string' && typeof b === 'string' && instant(a) !== undefined && instant(a) === instant(b);
}

/** The instant that an RFC 3339 text means, however many digits its second has: a Date would keep three. */
function instant(text: string): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!parts) return undefined;
  const seconds = Date.parse(parts[1]! + parts[3]!);
  return Number.isNaN(seconds) ? undefined : `${seconds}.${(parts[2] ?? '').replace(/0+$/, '')}`;
}

// Acts out the scenario of the directory above through the TypeScript client. Its README says what a runner does.
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { Receiver, takeUnknownEvent } from './receiver.js';
import { type Stage, take, taken } from './step.js';
import type { Chapter, Environment, Operation, Payloads } from './table.js';
import { fit } from './types.js';
import { Variables } from './values.js';

async function main(args: string[]): Promise<void> {
  if (args.length !== 1) throw new Error('usage: run ENVIRONMENT.json');
  takeUnknownEvent();
  const environment = JSON.parse(readFileSync(args[0]!, 'utf8')) as Environment;
  const { stage, chapters } = prepare(environment);
  if (environment.listen) {
    stage.receiver = new Receiver();
    await stage.receiver.listen(environment.listen);
  }
  try {
    let lines = 0;
    for (const chapter of chapters) lines = await play(chapter, stage, environment.offers ?? [], lines);
    console.log(`1..${lines}`);
  } finally {
    stage.receiver?.close();
  }
}

/** Reads the scenario and sets the variables that there are from the start. */
function prepare({ scenario, variables: given }: Environment): { stage: Stage; chapters: Chapter[] } {
  const variables = new Variables();
  variables.set('run', randomUUID());
  for (const [name, value] of Object.entries(given)) variables.set(name, value);

  const payloads = new Map<string, Buffer>();
  for (const [name, payload] of Object.entries(read<Payloads>(scenario, 'payloads.yaml', 'Payloads'))) {
    const content = 'text' in payload ? Buffer.from(payload.text) : Buffer.alloc(payload.size, payload.pattern);
    payloads.set(name, content);
    variables.set(`payload.${name}.size`, content.length);
    variables.set(`payload.${name}.sha256`, createHash('sha256').update(content).digest('hex'));
  }

  const files = readdirSync(join(scenario, 'scenario')).filter((file) => file.endsWith('.yaml')).sort();
  if (files.length === 0) throw new Error(`no scenario in ${scenario}`);
  return {
    stage: {
      variables,
      payloads,
      operations: read<Operation[]>(scenario, 'operations.yaml', 'Operation[]'),
      receiver: undefined,
      ended: new Map(),
    },
    chapters: files.map((file) => read<Chapter>(scenario, join('scenario', file), 'Chapter')),
  };
}

/** Reads a file of the scenario. A field that no runner knows would check nothing, so it is refused. */
function read<T>(scenario: string, file: string, type: string): T {
  try {
    const content: unknown = parse(readFileSync(join(scenario, file), 'utf8'));
    fit(`table.${type}`, content);
    return content as T;
  } catch (error) {
    throw new Error(file, { cause: error });
  }
}

/** Takes the steps of a chapter, or passes them over, and returns the number of lines printed so far. */
async function play({ chapter, needs = [], variables, steps }: Chapter, stage: Stage, offers: string[], lines: number) {
  for (const [name, value] of Object.entries(variables ?? {})) stage.variables.set(name, stage.variables.fill(value));
  for (const all of steps) {
    const lacks = [...needs, ...(all.needs ?? [])].find((need) => !offers.includes(need));
    for (const { step, which } of taken(all, stage.operations)) {
      const title = `${++lines} - ${chapter}: ${step.step}${which}`;
      if (lacks !== undefined) {
        console.log(`ok ${title} # SKIP needs ${lacks}`);
        continue;
      }
      try {
        await take(step, stage);
      } catch (error) {
        console.log(`not ok ${title}\n# ${reason(error).replaceAll('\n', '\n# ')}`);
        throw new Error('a step failed');
      }
      console.log(`ok ${title}`);
    }
    stage.ended.set(all.step, Date.now());
  }
  return lines;
}

/** What an error says, and what the errors say that led to it. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}\n${reason(error.cause)}` : error.message;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(reason(error));
  process.exitCode = 1;
}

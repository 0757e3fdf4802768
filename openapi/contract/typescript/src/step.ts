import { setTimeout as sleep } from 'node:timers/promises';

import { type Answer, bytes, call, patience, plain } from './call.js';
import { mismatch } from './match.js';
import { type Receiver, receive } from './receiver.js';
import type { Expectation, Operation, Pause, Step } from './table.js';
import { evaluate, number, type Variables, written } from './values.js';

/** What the steps of a run share. */
export interface Stage {
  variables: Variables;
  payloads: Map<string, Buffer>;
  operations: Operation[];
  receiver: Receiver | undefined;
  ended: Map<string, number>; // when steps ended, by name
}

/** What a step comes to: itself, or one for each operation or each time. */
export function taken(step: Step, operations: Operation[]): { step: Step; which: string }[] {
  if (step.each) {
    return operations
      .filter((line) => (!step.only || step.only.includes(line.call)) && !step.except?.includes(line.call))
      .filter((line) => !step.bodies || line.body != null)
      .map((line) => ({
        step: {
          ...step,
          call: line.call,
          parameters: { ...line.parameters, ...step.parameters },
          body: step.body ?? line.body,
        },
        which: ` ${line.call}`,
      }));
  }
  if (!step.times) return [{ step, which: '' }];
  return Array.from({ length: step.times }, (_, i) => ({ step, which: ` ${i + 1}` }));
}

/** Takes a step, once or until it meets its expectation. */
export async function take(step: Step, stage: Stage): Promise<void> {
  const giveUp = Date.now() + patience;
  for (;;) {
    try {
      return await attempt(step, stage);
    } catch (error) {
      if (!step.eventually || Date.now() > giveUp) throw error;
    }
    await sleep(100);
  }
}

async function attempt(step: Step, stage: Stage): Promise<void> {
  const answer = await act(step, stage);
  if (!answer) return;
  const found = unmet(step.expect ?? {}, answer, stage);
  if (found !== undefined) {
    const headers = JSON.stringify(Object.fromEntries(answer.headers));
    throw new Error(`${found}\nthe answer: ${answer.status} ${headers} ${answer.raw.toString().slice(0, 2000)}`);
  }
  for (const [name, expression] of Object.entries(step.save ?? {})) {
    stage.variables.set(name, evaluate(expression, answer));
  }
}

/** Does what the step says and returns the answer, if there is one. */
async function act(step: Step, stage: Stage): Promise<Answer | undefined> {
  const { variables, payloads, receiver } = stage;
  if (step.call) return call({ ...step, call: step.call }, variables);
  if (step.request) return plain(step.request, variables, payloads);
  if (step.receive) {
    if (!receiver) throw new Error('the environment has no address to listen on');
    return receive(receiver, step.receive, step.expect ?? {}, variables);
  }
  if (step.wait) {
    await sleep(Math.max(0, until(step.wait, stage) - Date.now()));
    return undefined;
  }
  if (step.control) {
    const text = written(variables.fill(step.control));
    const { status, raw } = await plain({ method: 'POST', url: '${control}', text }, variables, payloads);
    if (status !== 204) throw new Error(`control: ${status} ${raw}`);
    return undefined;
  }
  throw new Error('the step does nothing: it needs call, request, receive, wait or control');
}

/** When a wait is over, in milliseconds of Unix time. */
function until(wait: Pause, { variables, ended }: Stage): number {
  if (wait.until) {
    const time = Date.parse(variables.text(wait.until));
    if (Number.isNaN(time)) throw new Error(`wait.until: ${variables.text(wait.until)} is no time`);
    return time;
  }
  const seconds = number(variables.fill(wait.seconds));
  if (Number.isNaN(seconds)) throw new Error(`wait.seconds: ${wait.seconds} is no number`);
  const end = ended.get(wait.after ?? '');
  if (end === undefined) throw new Error(`wait.after: no step "${wait.after}" has ended`);
  return end + seconds * 1000;
}

/** Says what of an answer isn't as expected, or nothing. */
function unmet(expect: Expectation, answer: Answer, { variables, payloads }: Stage): string | undefined {
  if (answer.status !== expect.status) return `status: expected ${expect.status}, came ${answer.status}`;
  for (const [name, want] of Object.entries(expect.headers ?? {})) {
    const found = mismatch(`header ${name}`, variables.fill(want), answer.headers.get(name) ?? undefined);
    if (found !== undefined) return found;
  }
  if (expect.payload) {
    const want = bytes(payloads, expect.payload);
    if (!want.equals(answer.raw)) {
      return `payload: expected the ${want.length} bytes of ${expect.payload}, came ${answer.raw.length} others`;
    }
  }
  return expect.body == null ? undefined : mismatch('body', variables.fill(expect.body), answer.body);
}

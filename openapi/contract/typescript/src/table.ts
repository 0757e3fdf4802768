/** What the scenario's files hold. They are checked against these types as they are read: see types.ts. */

/** Decoded YAML or JSON in which `${…}` stands for variables. */
export type Values = { [name: string]: unknown };

/** What a runner is told. */
export interface Environment {
  scenario: string;
  offers?: string[];
  variables: Values;
  listen?: string;
}

export interface Chapter {
  chapter: string;
  needs?: string[];
  variables?: Values;
  steps: Step[];
}

export interface Step {
  step: string;
  needs?: string[];

  call?: string;
  parameters?: Values;
  body?: unknown;
  key?: string | null;
  request?: Plain;
  receive?: Awaited;
  wait?: Pause;
  control?: Values;

  each?: 'operations';
  only?: string[];
  except?: string[];
  bodies?: boolean;
  times?: number;
  eventually?: boolean;

  expect?: Expectation;
  save?: { [name: string]: string };
}

/** A line of operations.yaml. */
export type Operation = Required<Pick<Step, 'call'>> & Pick<Step, 'parameters' | 'body'>;

/** A request that the client isn't asked to make. */
export interface Plain {
  method: string;
  url: string;
  headers?: Values | string;
  payload?: string;
  text?: string;
}

/** A webhook that is waited for. */
export interface Awaited {
  path: string | number;
  event: string;
  secrets: string[];
}

/** A wait until a time, or for seconds after a step ended. */
export interface Pause {
  until?: string;
  seconds?: string | number;
  after?: string;
}

export interface Expectation {
  status?: number;
  headers?: Values;
  body?: unknown;
  payload?: string;
}

/** The bytes of payloads.yaml, by name. */
export interface Payloads {
  [name: string]: { text: string } | { size: number; pattern: string };
}

// Runs IBM's OpenAPI validator with its default rules on a document: node ibm.mjs DOCUMENT
//
// Every error fails the run, except those below, for the reasons given here and in docs/decisions.md. An error below that no
// longer occurs fails the run, too, so that the list stays right. Warnings are about IBM's own style and are not shown.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const EXPECTED = {
  // The API's paths are in kebab-case.
  'ibm-path-segment-casing-convention': [
    'paths./v1/tenant/api-keys',
    'paths./v1/tenant/api-keys/{id}',
    'paths./v1/tenant/api-keys/{id}/rotate',
    'paths./v1/backups/{id}/upload-url',
    'paths./v1/webhooks/{id}/rotate-secret',
  ],
  // Scopes have a colon, and event types have a full stop.
  'ibm-enum-casing-convention': [
    'components.schemas.RequestedScope.enum',
    'components.schemas.EventTypeFilter.enum',
    'components.schemas.RecordedEventTypeFilter.enum',
    'components.schemas.SubscribableEventType.enum',
  ],
  // A key without scopes has full access. An empty list would mean a key without any right.
  'ibm-required-array-properties-in-response': ['components.schemas.Scopes'],
  // The validator knows only the format url. OpenAPI's registry of formats and the generators know uri.
  'ibm-schema-type-format': [
    'components.schemas.BackupUpload.properties.upload_url',
    'components.schemas.PartUpload.properties.upload_url',
    'components.schemas.BackupDownload.properties.download_url',
  ],
};

const [document] = process.argv.slice(2);
const manifest = createRequire(import.meta.url).resolve('ibm-openapi-validator/package.json');
const program = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin['lint-openapi']);
const options = ['--ruleset', 'default', '--errors-only', '--json', '--file-only-refs'];
const run = spawnSync(process.execPath, [program, ...options, document], { encoding: 'utf8', maxBuffer: 1 << 26 });
let results;
try {
  ({ results } = JSON.parse(run.stdout).error);
} catch {
  process.stderr.write(run.stdout + run.stderr);
  process.exit(1);
}

const missing = new Set(Object.entries(EXPECTED).flatMap(([rule, places]) => places.map((place) => `${rule} ${place}`)));
const expected = new Set(missing);
for (const { rule, path, message, line } of results) {
  const error = `${rule} ${path.join('.').replace(/\.enum\.\d+$/, '.enum')}`;
  missing.delete(error);
  if (expected.has(error)) continue;
  console.error(`${document}:${line}: ${path.join('.')}: ${message} (${rule})`);
  process.exitCode = 1;
}
for (const error of missing) {
  console.error(`the validator no longer reports what ibm.mjs expects: ${error}`);
  process.exitCode = 1;
}

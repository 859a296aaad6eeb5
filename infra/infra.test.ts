import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/run.ts';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const main = read('infra/main.bicep');
const app = read('infra/app.bicep');

/** Names of `param x`, and whether `@secure()` stands above. */
function parameters(bicep: string): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const [, decorators, name] of bicep.matchAll(/((?:^@.*\n)*)^param (\w+)/gm)) if (name) found.set(name, (decorators ?? '').includes('@secure()'));
  return found;
}

describe('the Azure resources', () => {
  it('take every parameter from azd or from a default', () => {
    const given = Object.keys((JSON.parse(read('infra/main.parameters.json')) as { parameters: Record<string, unknown> }).parameters);
    const withDefault = [...main.matchAll(/^param (\w+) \w+ =/gm)].map(([, name]) => name);
    for (const name of parameters(main).keys()) expect([...given, ...withDefault], name).toContain(name);
    for (const name of given) expect([...parameters(main).keys()], name).toContain(name);
  });

  it('hand the module exactly its parameters', () => {
    const handed = [...(/params: \{([\s\S]*?)\n  \}/.exec(main)?.[1] ?? '').matchAll(/^\s+(\w+):/gm)].map(([, name]) => name);
    expect([...handed].sort()).toEqual([...parameters(app).keys()].sort());
  });

  it('mark every secret parameter as secure, in both files', () => {
    for (const file of [main, app]) {
      for (const [name, isSecure] of parameters(file)) if (/secret/i.test(name)) expect(isSecure, name).toBe(true);
    }
  });

  it('put no secret, key or connection string into an output', () => {
    for (const file of [main, app]) {
      for (const [line] of file.matchAll(/^output .*/gm)) expect(line).not.toMatch(/secret|listKeys|connectionString|password/i);
    }
  });

  it('give each role once and list what each is for', () => {
    const roles = [...app.matchAll(/'([0-9a-f]{8}-[0-9a-f-]{27})' \/\/ (.+)/g)];
    expect(roles.map(([, id]) => id)).toEqual([...new Set(roles.map(([, id]) => id))]);
    expect(roles).toHaveLength(6);
    expect(app).not.toMatch(/'(8e3af657-a8ff-443c-a75c-2fe8c4bcb635|b24988ac-6180-42a0-ab88-20f7382dd24c)'/);
  });

  it('carry the tags that azd finds them by', () => {
    expect(main).toContain("'azd-env-name': environmentName");
    const services = [...app.matchAll(/'azd-service-name': '(\w+)'/g)].map(([, name]) => name);
    const named = [...read('azure.yaml').matchAll(/^ {2}(\w+):\n {4}project/gm)].map(([, name]) => name);
    expect(services.sort()).toEqual(named.sort());
  });

  it('use no account keys', () => {
    expect(app).toContain('allowSharedKeyAccess: false');
    expect(app).toContain('DisableLocalAuth: true');
    expect(app).not.toContain('listKeys(');
  });

  it('have the tables and queues that the app names', () => {
    expect(app).toContain("var tables = [ 'state', 'accounts', 'due' ]");
    const queues = /type QueueName = ([^;]+);/.exec(read('functions/src/ports/world.ts'))?.[1]?.match(/'[\w-]+'/g) ?? [];
    for (const queue of queues) expect(app).toContain(queue);
  });

  it('offer the Node version as a parameter, 22 by default', () => {
    expect(main).toMatch(/param nodeVersion string = '22'/);
    expect(app).toContain('version: nodeVersion');
  });
});

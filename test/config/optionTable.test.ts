import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadOptions } from '../../config/loadOptions.js';
import { environmentName, flagName, type OptionName, optionTable } from '../../config/optionTable.js';
import { projectRoot } from '../../config/projectRoot.js';

const names = Object.keys(optionTable) as OptionName[];
const read = (...parts: string[]) => readFileSync(path.join(projectRoot, ...parts), 'utf8');

describe('the table of options', () => {
  it('has a row for each in docs/options.md, with its variable, in the same order', () => {
    const rows = [...read('docs', 'options.md').matchAll(/^\| `([\w.]+)` \| `(\w+)` \|/gm)];
    assert.deepEqual(
      rows.map(([, name, variable]) => [name, variable]),
      names.map((name) => [name, environmentName(name)]),
    );
  });

  it('has the same default in docs/options.md', () => {
    const words: Record<string, unknown> = { none: null, 'made up': null };
    for (const [, name, said] of read('docs', 'options.md').matchAll(/^\| `([\w.]+)` \| `\w+` \| ([^|]+) \|/gm)) {
      const row = optionTable[name as OptionName];
      const isWord = said! in words;
      if (!said!.startsWith('`') && !isWord) continue; // depends on the machine
      const expected = isWord ? null : row.parse(said!.replaceAll('`', ''));
      const found = Array.isArray(row.fallback) && row.fallback.length === 0 ? null : row.fallback;
      assert.deepEqual(expected, found, name);
    }
  });

  it('has a line for each in default.yaml, where comments hold those that depend on the machine', () => {
    const yaml = read('config', 'default.yaml');
    let group = '';
    const found: string[] = [];
    for (const line of yaml.split('\n')) {
      const [, indent, key, value] = /^( *)(?:# )?([a-z]\w*):(.*)$/i.exec(line) ?? [];
      if (key === undefined) continue;
      if (indent === '' && value === '' && names.some((name) => name.startsWith(`${key}.`))) group = key;
      else found.push(indent === '' ? key : `${group}.${key}`);
    }
    assert.deepEqual(found.sort(), [...names].sort());
  });

  it('has the same defaults as default.yaml', () => {
    const options = loadOptions({ flags: {}, environment: {}, workingFolder: tmpdir() }) as unknown as Record<
      string,
      unknown
    >;
    for (const name of names) {
      if (name === 'dataDir') continue; // made absolute
      const value = name.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], options);
      assert.deepEqual(value, optionTable[name].fallback, name);
    }
  });

  it('explains each option in default.yaml: a comment stands above it or above its neighbours', () => {
    const lines = read('config', 'default.yaml').split('\n');
    const unexplained = lines.filter((line, index) => {
      if (!/^ *[a-z]\w*:/i.test(line)) return false;
      for (let above = index; above >= 0 && lines[above]!.trim() !== ''; above--) {
        if (lines[above]!.trim().startsWith('#')) return false;
      }
      return !/^\w+:$/.test(line); // groups explain themselves
    });
    assert.deepEqual(unexplained, []);
  });

  it('has names that stay apart as variables and as flags', () => {
    assert.equal(new Set(names.map((name) => environmentName(name).replaceAll('_', ''))).size, names.length);
    assert.equal(new Set(names.map(flagName)).size, names.length);
    assert.equal(environmentName('dataDir'), 'HUBSTEAD_DATA_DIR');
    assert.equal(flagName('dataDir'), '--data-dir');
  });
});

import assert from 'node:assert/strict';
import { repoKinds } from '../../config/repo.js';
import { nameInTreeProblem } from '../../hooks/policy/paths.js';
import { checkRefs } from '../../hooks/policy/refs.js';
import { parseRefChanges } from '../../hooks/types.js';
import { parseJob } from '../../indexer/inbox/jobFile.js';

const one = '1'.repeat(40);
const two = '2'.repeat(40);

describe('names in a push', () => {
  const refused: readonly string[] = [
    '.',
    '..',
    '.git',
    '.GIT',
    'git~1',
    '.git. .',
    '.g\u200cit',
    '.git::$INDEX_ALLOCATION',
    '.git:stream',
    'GIT~1:x',
    'a\nb',
    'a\u001b[2J',
    'a\u007f',
    'a\u009b2J',
    'a\\b',
    Buffer.from('modèle', 'latin1').toString('utf8'),
  ];
  for (const name of refused)
    it(`${JSON.stringify(name)} is refused`, () => assert.notEqual(nameInTreeProblem(name), null));

  for (const name of ['.gitignore', '.gitattributes', 'git', '.github', 'a:b', 'modèle', '重み.bin', 'a b', 'con'])
    it(`${name} is a name like any other`, () => assert.equal(nameInTreeProblem(name), null));

  it('a ref whose name holds what only Unicode counts as space is checked like any other', () => {
    for (const space of ['\u00a0', '\u3000', '\u2028']) {
      const line = `ref ${one} ${two} refs/notes/a${space}b`;
      assert.deepEqual(parseRefChanges(`${line}\n`), [{ old: one, new: two, name: `refs/notes/a${space}b` }]);
      assert.equal(checkRefs(parseRefChanges(line), 'main')[0]?.severity, 'refusal');
      for (const kind of repoKinds)
        assert.equal(parseJob('1.job', `hubstead-job 1\nrepo ${kind} a b\npusher a\n${line}\n`)?.repo.kind, kind);
      const job = parseJob('1.job', `hubstead-job 1\nrepo model a b\npusher a\n${line}\n`);
      assert.deepEqual(job?.refs, [{ old: one, new: two, name: `refs/notes/a${space}b` }]);
    }
  });
});

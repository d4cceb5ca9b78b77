import assert from 'node:assert/strict';
import { parsePatch } from '../../../server/pages/files/parsePatch.js';

const patch = `diff --git a/README.md b/README.md
index 1111111..2222222 100644
--- a/README.md
+++ b/README.md
@@ -1,3 +1,3 @@ title
 # one
-two
+zwei
 three
\\ No newline at end of file
diff --git a/old name.txt b/new name.txt
similarity index 100%
rename from old name.txt
rename to new name.txt
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
index 1111111..0000000
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-- a list
diff --git a/x.bin b/x.bin
new file mode 100644
index 0000000..1111111
Binary files /dev/null and b/x.bin differ
`;

describe('a patch', () => {
  const [changed, renamed, gone, binary] = parsePatch(patch);

  it('is split into files with numbered lines', () => {
    assert.equal(changed!.path, 'README.md');
    assert.deepEqual(
      changed!.lines.map(({ kind, old, new: fresh, text }) => [kind, old, fresh, text]),
      [
        ['hunk', null, null, '@@ -1,3 +1,3 @@ title'],
        ['context', 1, 1, '# one'],
        ['removed', 2, null, 'two'],
        ['added', null, 2, 'zwei'],
        ['context', 3, 3, 'three'],
        ['hunk', null, null, 'No newline at end of file'],
      ],
    );
  });

  it('names files by what they are called now, deleted and binary ones too', () => {
    assert.deepEqual([renamed!.path, gone!.path, binary!.path], ['new name.txt', 'gone.txt', 'x.bin']);
    assert.equal(gone!.lines.at(-1)!.text, '- a list');
    assert.deepEqual([renamed!.lines, binary!.lines], [[], []]);
  });

  it('gives what there is of a patch that was cut, and nothing of an empty one', () => {
    assert.deepEqual(parsePatch(''), []);
    assert.equal(parsePatch(patch.slice(0, 130)).length, 1);
  });
});

import assert from 'node:assert/strict';
import { numbers } from '../../views/components/pagination.js';
import { formatAge, formatBytes, formatLimit, formatParameters, formatShortCount, plural } from '../../views/format.js';
import { monogramOf } from '../../views/labels.js';

describe('what people read', () => {
  it('shortens counts from 10,000 on', () => {
    assert.deepEqual([0, 999, 9999, 10_000, 12_345, 999_499, 999_999, 3_400_000].map(formatShortCount), [
      '0',
      '999',
      '9,999',
      '10k',
      '12.3k',
      '999k',
      '1M',
      '3.4M',
    ]);
  });

  it('writes parameters and bytes with three digits', () => {
    assert.deepEqual([350, 1000, 14_500_000, 124_439_808, 7_000_000_000].map(formatParameters), [
      '350',
      '1k',
      '14.5M',
      '124M',
      '7B',
    ]);
    assert.deepEqual([0, 999, 1000, 1_340_000_000].map(formatBytes), ['0 B', '999 B', '1 kB', '1.34 GB']);
  });

  it('writes limits as they are set', () => {
    assert.deepEqual([10_485_760, 5_368_709_120, 50_000_000, 512].map(formatLimit), [
      '10 MiB',
      '5 GiB',
      '50 MB',
      '512 B',
    ]);
  });

  it('tells an age', () => {
    const now = Date.UTC(2026, 5, 15);
    const ago = (seconds: number): string => formatAge(now - seconds * 1000, now);
    assert.deepEqual([0, 59, 60, 7200, 86_400, 3 * 86_400, 14 * 86_400, 400 * 86_400].map(ago), [
      'just now',
      'just now',
      '1 minute ago',
      '2 hours ago',
      'yesterday',
      '3 days ago',
      '2 weeks ago',
      'last year',
    ]);
    assert.equal(formatAge(now + 5000, now), 'just now');
  });

  it('counts in words', () => {
    assert.deepEqual(
      [plural(0, 'model'), plural(1, 'model'), plural(1204, 'model')],
      ['0 models', '1 model', '1,204 models'],
    );
  });

  it('shows the first, the last and the neighbouring pages', () => {
    assert.deepEqual(numbers(0, 3), [0, 1, 2]);
    assert.deepEqual(numbers(0, 41), [0, 1, null, 40]);
    assert.deepEqual(numbers(20, 41), [0, null, 19, 20, 21, null, 40]);
    assert.deepEqual(numbers(2, 5), [0, 1, 2, 3, 4]);
    assert.deepEqual(numbers(99, 5), [0, null, 4]);
  });

  it('makes two letters of a library', () => {
    assert.deepEqual(['sentence-transformers', 'transformers'].map(monogramOf), ['ST', 'Tr']);
  });
});

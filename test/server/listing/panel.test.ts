import assert from 'node:assert/strict';
import { facetsOf } from '../../../server/listing/panel.js';
import { emptyListing } from '../../../views/listing.js';

describe('the filter panel', () => {
  const counted = {
    dataset: Array.from({ length: 84 }, (_, number) => ({ value: `dataset:d${number}`, count: 84 - number })),
    task: [{ value: 'fill-mask', count: 2 }],
  };
  const listing = { ...emptyListing('model'), datasets: ['d50', 'none'], sort: 'likes' as const };

  it('shows the most frequent values of a facet and what is chosen, and leads to all of them', () => {
    const datasets = facetsOf(listing, counted).find(({ parameter }) => parameter === 'dataset')!;
    const values = datasets.parts.flatMap((part) => part.values);
    assert.equal(values.length, 22);
    assert.deepEqual(
      values.filter(({ checked }) => checked).map(({ value, count }) => [value, count]),
      [
        ['none', null],
        ['d50', 34],
      ],
    );
    assert.deepEqual(datasets.more, { count: 84, href: '/models?dataset=d50,none&sort=likes&all=dataset' });
  });

  it('shows a facet whole when that is asked', () => {
    const datasets = facetsOf(listing, counted, 'dataset').find(({ parameter }) => parameter === 'dataset')!;
    assert.equal(datasets.parts[0]!.values.length, 85);
    assert.equal(datasets.more, null);
  });

  it('puts tasks under their modality and leaves out facets without values', () => {
    const facets = facetsOf(emptyListing('model'), counted);
    assert.deepEqual(
      facets.map(({ legend }) => legend),
      ['Tasks', 'Datasets'],
    );
    assert.equal(facets[0]!.parts[0]!.heading, 'Text');
  });
});

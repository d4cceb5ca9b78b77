import assert from 'node:assert/strict';
import { isCanonical, modelQueryFromUrl, parseListing } from '../../../server/listing/queryParameters.js';
import { listingUrl } from '../../../views/listing.js';

/** What links in the wild say → the canonical address. */
const forms: readonly (readonly [string, string])[] = [
  ['', '/models'],
  ['search=pubmed+bert', '/models?search=pubmed+bert'],
  ['search=acme%2Fbert', '/models?search=acme/bert'],
  ['search=a&search=b', '/models?search=a+b'],
  ['author=acme', '/models?author=acme'],
  ['pipeline_tag=fill-mask', '/models?pipeline_tag=fill-mask'],
  ['pipeline_tag=fill-mask&pipeline_tag=translation', '/models?pipeline_tag=fill-mask,translation'],
  ['pipeline_tag=structured-data-classification', '/models?pipeline_tag=tabular-classification'],
  ['library=pytorch,nemo', '/models?library=pytorch,nemo'],
  ['library=pytorch%2Cnemo', '/models?library=pytorch,nemo'],
  ['library=pytorch&library=pytorch', '/models?library=pytorch'],
  ['language=language:fr', '/models?language=fr'],
  ['languages=en,zh', '/models?language=en,zh'],
  ['license=license:apache-2.0', '/models?license=apache-2.0'],
  ['license=MIT', '/models?license=mit'],
  ['dataset=dataset:glue', '/models?dataset=glue'],
  ['dataset=dataset%3Aacme%2Freviews', '/models?dataset=acme/reviews'],
  ['metric=f1,wer', '/models?metric=f1,wer'],
  ['metrics=metric:f1', '/models?metric=f1'],
  ['filter=metric:f1', '/models?metric=f1'],
  ['other=base_model:finetune:org/name', '/models?other=base_model:finetune:org/name'],
  ['other=hello%5C%2C+world', '/models?other=hello%5C,+world'],
  ['filter=fsmt', '/models?other=fsmt'],
  ['filter=pytorch,text-classification', '/models?pipeline_tag=text-classification&library=pytorch'],
  ['filter=pytorch&filter=dataset:squad', '/models?library=pytorch&dataset=squad'],
  ['filter=fr', '/models?language=fr'],
  ['filter=license:MIT', '/models?license=mit'],
  ['filter=license:mit,license:isc', '/models?other=license:mit,license:isc'],
  ['filter=license:mit&license=isc', '/models?license=isc&other=license:mit'],
  ['filter=license:mit&license=mit', '/models?license=mit'],
  ['filter=fill-mask&filter=translation', '/models?other=fill-mask,translation'],
  ['filter=Fill-Mask', '/models?pipeline_tag=fill-mask'],
  ['filter=ner', '/models?other=ner'],
  ['filter=vit', '/models?other=vit'],
  ['filter=language:FR', '/models?language=fr'],
  ['filter=PyTorch', '/models?library=pytorch'],
  ['filter=region:us,arxiv:1910.01108', '/models?other=region:us,arxiv:1910.01108'],
  ['library=PyTorch,TensorFlow', '/models?library=pytorch,tf'],
  ['library=library:onnx', '/models?library=onnx'],
  ['library=ONNX&library=onnx', '/models?library=onnx'],
  ['pipeline_tag=ner', '/models?pipeline_tag=token-classification'],
  ['pipeline_tag=sentiment-analysis,text-classification', '/models?pipeline_tag=text-classification'],
  ['pipeline_tag=Fill_Mask', '/models?pipeline_tag=fill-mask'],
  ['dataset=GLUE,glue', '/models?dataset=GLUE'],
  ['language=EN', '/models?language=en'],
  ['inference=warm', '/models?inference=warm'],
  ['inference=loaded&inference=warm', '/models?inference=warm'],
  ['inference=cold', '/models'],
  ['p=1&inference=warm&other=x', '/models?other=x&inference=warm&p=1'],
  ['search=%00', '/models'],
  ['search=a%00b%0A%1B', '/models?search=a+b'],
  ['author=%00ada&library=%00&other=x%07', '/models?author=ada&other=x'],
  ['num_parameters=min:0,max:3B', '/models?num_parameters=max:3B'],
  ['num_parameters=max%3A1500m%2Cmin%3A2000', '/models?num_parameters=min:2K,max:1.5B'],
  ['num_parameters=min:1234567', '/models?num_parameters=min:1234.567K'],
  ['num_parameters=min:x,max:', '/models'],
  ['sort=downloads', '/models'],
  ['sort=lastModified', '/models?sort=modified'],
  ['sort=updated', '/models?sort=modified'],
  ['sort=createdAt', '/models?sort=created'],
  ['sort=nonsense', '/models'],
  ['p=1', '/models?p=1'],
  ['p=0', '/models'],
  ['p=-1', '/models'],
  ['p=x', '/models'],
  ['full=true&withCount=1&utm_source=x', '/models'],
  ['p=2&sort=likes&license=mit&search=x', '/models?search=x&license=mit&sort=likes&p=2'],
  ['pipeline_tag=&library=,,&search=', '/models'],
  ['constructor=x&__proto__=y&toString=z&sort=constructor', '/models'],
];

const datasetForms: readonly (readonly [string, string])[] = [
  ['', '/datasets'],
  ['task_categories=task_categories:translation', '/datasets?task_categories=translation'],
  ['task_categories=structured-data-classification', '/datasets?task_categories=tabular-classification'],
  ['pipeline_tag=fill-mask', '/datasets?task_categories=fill-mask'],
  ['task_categories=ner', '/datasets?task_categories=token-classification'],
  ['filter=license:mit,size_categories:n%3C1K', '/datasets?license=mit&size_categories=n%3C1K'],
  ['inference=warm', '/datasets'],
  ['size_categories=size_categories:n%3C1K,1K%3Cn%3C10K', '/datasets?size_categories=n%3C1K,1K%3Cn%3C10K'],
  ['format=parquet&format=format:csv', '/datasets?format=parquet,csv'],
  ['language=language:fr&license=license:mit', '/datasets?language=fr&license=mit'],
  ['filter=language:fr', '/datasets?language=fr'],
  ['filter=task_categories:translation,format:csv', '/datasets?task_categories=translation&format=csv'],
  ['filter=pytorch', '/datasets?other=pytorch'],
  ['task_ids=sentiment-analysis', '/datasets?other=task_ids:sentiment-analysis'],
  ['multilinguality=multilinguality:monolingual', '/datasets?other=multilinguality:monolingual'],
  ['library=pytorch&dataset=glue&metric=f1&benchmark=official', '/datasets'],
  ['p=1&sort=likes&search=x', '/datasets?search=x&sort=likes&p=1'],
];

describe('addresses of listings', () => {
  for (const [given, canonical] of forms) {
    it(`reads ?${given}`, () => {
      const url = listingUrl(parseListing('model', new URLSearchParams(given)));
      assert.equal(url, canonical);
    });
  }

  it('gives a canonical address back as it is', () => {
    for (const [, canonical] of forms) {
      const query = new URLSearchParams(canonical.split('?')[1]);
      assert.equal(listingUrl(parseListing('model', query)), canonical);
      assert.ok(isCanonical('model', query, query));
    }
  });

  it('keeps a comma that belongs to a tag', () => {
    const listing = parseListing('model', new URLSearchParams('other=hello\\, world,x'));
    assert.deepEqual(listing.other, ['hello, world', 'x']);
  });

  for (const [given, canonical] of datasetForms) {
    it(`reads ?${given} of datasets`, () => {
      const url = listingUrl(parseListing('dataset', new URLSearchParams(given)));
      assert.equal(url, canonical);
      assert.equal(listingUrl(parseListing('dataset', new URLSearchParams(canonical.split('?')[1]))), canonical);
    });
  }

  it('asks the index with AND for tags, OR for tasks and licences', () => {
    const query = modelQueryFromUrl(
      'model',
      new URLSearchParams(
        'library=pytorch&language=fr&dataset=glue&license=mit,isc&pipeline_tag=fill-mask,translation&p=3',
      ),
      {
        scope: { owners: [] },
        limit: 30,
      },
    );
    assert.deepEqual(query.tags, ['pytorch', 'fr', 'dataset:glue']);
    assert.deepEqual(query.licenses, ['mit', 'isc']);
    assert.deepEqual(query.tasks, ['fill-mask', 'translation']);
    assert.equal(query.page, 3);
    assert.equal(query.direction, 'descending');
  });

  it('asks for tags alone where a client filters by them', () => {
    const asked = modelQueryFromUrl('model', new URLSearchParams('filter=fill-mask&filter=license:mit&filter=fr'), {
      scope: 'all',
      limit: 5,
    });
    assert.deepEqual([asked.tasks, asked.licenses], [[], []]);
    assert.deepEqual(asked.tags, ['fr', 'fill-mask', 'license:mit']);
  });

  it('asks for languages as each kind of repository tags them', () => {
    const asked = (kind: 'model' | 'dataset') =>
      modelQueryFromUrl(kind, new URLSearchParams('language=fr,language:en'), { scope: 'all', limit: 5 }).tags;
    assert.deepEqual(asked('model'), ['fr', 'en']);
    assert.deepEqual(asked('dataset'), ['language:fr', 'language:en']);
  });

  it('follows a cursor instead of the page number', () => {
    const query = modelQueryFromUrl('model', new URLSearchParams('p=3'), { scope: 'all', limit: 10, cursor: 'abc' });
    assert.equal(query.cursor, 'abc');
    assert.equal(query.page, undefined);
  });

  it('is bounded: values, their length, the page', () => {
    const many = Array.from({ length: 500 }, (_, i) => `t${i}`).join(',');
    assert.equal(parseListing('model', new URLSearchParams({ other: many })).other.length, 50);
    assert.equal(parseListing('model', new URLSearchParams({ search: 'x'.repeat(5000) })).search.length, 200);
    assert.deepEqual(parseListing('model', new URLSearchParams({ other: 'x'.repeat(5000) })).other, []);
    assert.throws(() => parseListing('model', new URLSearchParams('p=999999999')), { code: 'BAD_REQUEST' });
  });

  it('redirects what says the same in other words, and leaves unknown parameters alone', () => {
    const canonical = new URLSearchParams('library=pytorch,onnx');
    assert.equal(isCanonical('model', new URLSearchParams('library=pytorch&library=onnx'), canonical), false);
    assert.equal(isCanonical('model', new URLSearchParams('library=pytorch,onnx&utm_source=x'), canonical), true);
  });
});

import assert from 'node:assert/strict';
import { load } from 'js-yaml';
import { readWidgetExamples } from '../../../indexer/tags/widgetExamples.js';
import { widgetSections } from '../../../server/docs/widgetSections.js';
import { exampleValues, widgetFields } from '../../../views/widgets/inputs.js';

/** The page of the documentation that shows an example of each widget. */
describe('examples of widgets in the documentation', () => {
  const sections = widgetSections({ 'fill-mask': { id: 'acme/mask', maskToken: '[MASK]' } })
    .split(/^### /m)
    .filter(Boolean)
    .map((text) => {
      const [, task = ''] = /^`([\w-]+)`/.exec(text) ?? [];
      const [, yaml = ''] = /^`{3,}yaml\n(.*?)^`{3,}$/ms.exec(text) ?? [];
      return { task, text, widget: (load(yaml) as { widget: Record<string, unknown>[] }).widget };
    });

  it('are there for each task with a widget, and are taken as a card would give them', () => {
    assert.deepEqual(new Set(sections.map(({ task }) => task)), new Set(Object.keys(widgetFields)));
    for (const { task, widget } of sections) {
      assert.deepEqual(readWidgetExamples(widget, task, 1).problems, [], task);
      assert.ok(Object.keys(exampleValues(task, widget[0]!)).length > 0, task);
    }
  });

  it('lead to a model of this hub, filled in', () => {
    const mask = sections.find(({ task }) => task === 'fill-mask')!;
    assert.match(mask.text, /\[Try it\]\(\/acme\/mask\?text=/);
    assert.match(mask.text, /curl https:\/\/hub\.example\.org\/models\/acme\/mask.+\n.+\[MASK\]/);
  });
});

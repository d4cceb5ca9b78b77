import assert from 'node:assert/strict';
import { HubError } from '../../../../config/errors.js';
import { startWidgetHub, type WidgetHub } from '../../../support/widgetHub.js';

/** What the widget's script hears before the answer to its form is there. */
describe('events of a widget', () => {
  let hub: WidgetHub;
  before(async () => {
    hub = await startWidgetHub([{ name: 'writes', task: 'text-generation' }]);
  });
  after(() => hub.close());

  const post = (accept: string) =>
    fetch(`${hub.url}/ada/writes`, {
      method: 'POST',
      headers: { 'X-Fragment': 'widget', accept },
      body: new URLSearchParams({ text: 'Once' }),
    });
  const eventsOf = async (response: Response): Promise<Record<string, string | number>[]> =>
    (await response.text())
      .split('\n\n')
      .filter(Boolean)
      .map((event) => JSON.parse(event.replace(/^data: /, '')) as Record<string, string | number>);
  const token = (text: string) => ({ row: 0, token: { text, special: false } });

  it('are its place, a frame, the parts of the text and the answer', async () => {
    hub.script = ({ onPlace, onEvent }) => {
      onPlace?.(2);
      onEvent?.(token(' upon'));
      onEvent?.({ row: 1, token: { text: 'Other', special: false } });
      onEvent?.({ row: 0, token: { text: '</s>', special: true } });
      return [{ generated_text: 'Once upon' }];
    };
    const response = await post('text/event-stream, text/html');
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    const [place, frame, part, answer, ...more] = await eventsOf(response);
    assert.deepEqual([place, part, more], [{ position: 2 }, { text: ' upon' }, []]);
    assert.match(String(frame?.html), /^<div data-state="running">.*Once<mark class="written" data-live/);
    assert.match(String(answer?.html), /^<div data-state="done">/);
    assert.equal(hub.calls.at(-1)!.parameters.stream, true);
  });

  it('end with the error that broke it off', async () => {
    hub.script = ({ onEvent }) => {
      onEvent?.(token(' upon'));
      throw new HubError('RUNNER_LOST', { reason: 'no memory' });
    };
    const events = await eventsOf(await post('text/event-stream'));
    assert.match(String(events.at(-1)?.html), /^<div data-state="error">.*no memory/);
  });

  it('are none where the answer comes at once, or nobody asked for them', async () => {
    hub.script = () => [{ generated_text: 'Once' }];
    assert.match((await post('text/event-stream')).headers.get('content-type') ?? '', /^text\/html/);
    hub.script = ({ onEvent }) => {
      assert.equal(onEvent, undefined);
      return [{ generated_text: 'Once' }];
    };
    const plain = await post('*/*');
    assert.match(await plain.text(), /^<div data-state="done">/);
    assert.equal(hub.calls.at(-1)!.parameters.stream, undefined);
  });
});

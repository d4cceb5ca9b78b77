import type { TokenEvent } from '../../../inference/pipelines/writing/writtenText.js';
import type { Question } from '../../inference/calls/askModel.js';
import type { EventStream } from '../../inference/calls/eventStream.js';

/**
 * What `<hub-widget>` is told before the answer is there: `{position}` of a question that waits; for a text that is being
 * written `{html}`, a frame for it, and `{text}` for each part. Nothing at all where the answer comes at once.
 * @param drawFrame the frame as a piece of the page
 */
export function widgetEars(events: EventStream, drawFrame: () => string): Pick<Question, 'onPlace' | 'onEvent'> {
  let isFramed = false;
  return {
    onPlace: (position) => events.send({ position }),
    onEvent: (event) => {
      const { row, token } = event as TokenEvent;
      if (row !== 0 || token.special) return;
      if (!isFramed) events.send({ html: drawFrame() });
      isFramed = true;
      events.send({ text: token.text });
    },
  };
}

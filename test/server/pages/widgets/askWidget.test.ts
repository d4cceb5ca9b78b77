import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { HubError } from '../../../../config/errors.js';
import { askWidget } from '../../../../server/pages/widgets/askWidget.js';
import { startWidgetHub, type WidgetHub } from '../../../support/widgetHub.js';

describe('a form without JavaScript', () => {
  let hub: WidgetHub;
  before(async () => {
    hub = await startWidgetHub([{ name: 'slow', task: 'text-classification' }]);
  });
  after(() => hub.close());

  it('is told that there is no answer yet, before its page looks broken', async () => {
    hub.script = ({ signal }) =>
      new Promise((_, reject) => signal!.addEventListener('abort', () => reject(new HubError('CALL_CANCELLED'))));
    const request = { headers: {}, viewer: { kind: 'anonymous' }, originalUrl: '/ada/slow', query: {} };
    const { result, status } = await askWidget(
      hub.services,
      request as unknown as Request,
      new EventEmitter() as unknown as Response,
      hub.services.catalog.find('model', 'ada', 'slow')!,
      {
        task: 'text-classification',
        values: { text: 'Fine.' },
        file: null,
        example: null,
        newTokens: null,
        listen: null,
        isAtHand: false,
        limitMs: 30,
      },
    );
    assert.equal(status, 503);
    assert.match(JSON.stringify(result), /no answer within 0\.03 seconds.*Send the form again/);
  });
});

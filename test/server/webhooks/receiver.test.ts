import assert from 'node:assert/strict';
import { HubError } from '../../../config/errors.js';
import { checkReceiverUrl, receiverOf } from '../../../server/webhooks/receiver.js';

describe('where a webhook may lead', () => {
  const resolve = (addresses: readonly string[]) => async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

  for (const url of [
    'ftp://example.org/',
    'http://user:secret@example.org/',
    'http://example.org:22/',
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://127.1/',
    'http://0/',
    'http://[::1]:8080/',
    'http://[::ffff:7f00:1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
    'no address',
    `http://example.org/${'x'.repeat(2000)}`,
  ]) {
    it(`is not ${url.slice(0, 60)}`, () => {
      assert.throws(
        () => checkReceiverUrl(url, false),
        (error) => (error as HubError).code === 'ADDRESS_REFUSED',
      );
    });
  }

  it('is no name that leads into a private network, unless the options say so', async () => {
    await assert.rejects(receiverOf('http://inside.example/', false, resolve(['10.0.0.1'])), HubError);
    const target = await receiverOf('http://inside.example/', true, resolve(['10.0.0.1', '169.254.169.254']));
    assert.deepEqual(
      target.addresses.map(({ address }) => address),
      ['10.0.0.1'],
    );
  });

  it('is never where clouds keep secrets, and no name that is not known', async () => {
    await assert.rejects(receiverOf('http://meta.example/', true, resolve(['169.254.169.254'])), HubError);
    await assert.rejects(receiverOf('http://nowhere.example/', true, resolve([])), HubError);
  });

  it('is looked up each time, and the addresses found then are the only ones', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const rebinding = async () => answers.shift()!.map((address) => ({ address, family: 4 }));
    const { addresses } = await receiverOf('http://turns.example/', false, rebinding);
    assert.deepEqual(addresses, [{ address: '93.184.216.34', family: 4 }]);
    await assert.rejects(receiverOf('http://turns.example/', false, rebinding), HubError);
    await assert.rejects(receiverOf('http://localhost/', false), HubError);
    await assert.rejects(receiverOf('http://localhost./', false), HubError);
  });

  it('is any public address', async () => {
    const { addresses } = await receiverOf('https://example.org:8443/x', false, resolve(['93.184.216.34', '10.0.0.1']));
    assert.equal(addresses.length, 1);
  });
});

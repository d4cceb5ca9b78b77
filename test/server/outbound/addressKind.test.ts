import assert from 'node:assert/strict';
import { addressKind } from '../../../server/outbound/addressKind.js';

const rows = {
  public: ['93.184.216.34', '8.8.8.8', '172.32.0.1', '2606:2800:220:1:248:1893:25c8:1946', '2a00:1450:4001:82a::200e'],
  private: [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.8.9.1',
    '::1',
    'fd12:3456::1',
  ],
  never: [
    ...[
      '0.0.0.0',
      '0.1.2.3',
      '169.254.169.254',
      '192.0.0.192',
      '192.0.2.1',
      '192.88.99.1',
      '198.18.0.1',
      '203.0.113.9',
    ],
    ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '100.100.100.200', '168.63.129.16'],
    ...['::', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::7f00:1', '64:ff9b::7f00:1', '64:ff9b:1::1', '::ffff:0:7f00:1'],
    ...['2002:7f00:1::', '2001::1', '2001:db8::1', '3fff::1', '5f00::1', '100::1', 'fe80::1', 'fec0::1', 'ff02::1'],
    ...['fd00:ec2::254', 'localhost', '', '1.2.3'],
  ],
} as const;

describe('what kind an address is', () => {
  for (const [kind, addresses] of Object.entries(rows))
    for (const address of addresses)
      it(`${address || 'nothing'} is ${kind}`, () => assert.equal(addressKind(address), kind));
});

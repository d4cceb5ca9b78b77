import type { ApiFamily } from '../family.js';
import { beginDeviceLogin, deviceToken } from './deviceCode.js';

export const signInFamily: ApiFamily = {
  name: 'Signing in',
  about: 'How a program gets a token from somebody who is before a browser: `hf auth login` does.',
  operations: [beginDeviceLogin, deviceToken],
};

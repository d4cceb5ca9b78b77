import type { Router } from 'express';
import type { Services } from '../services.js';
import type { Family } from './frame/openApi.js';
import type { Description, Operation } from './frame/operation.js';

/**
 * Operations of one subject. Most are served by their rows; a protocol of others has a router, and its rows describe it.
 * `router: null` = served at addresses of their own, before the API or by pages.
 */
export type ApiFamily =
  | (Family & { readonly operations: readonly Operation[] })
  | (Family & {
      readonly operations: readonly Description[];
      readonly router: ((services: Services) => Router) | null;
    });

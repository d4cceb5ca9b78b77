import type { PageRoute } from './pageRoute.js';

/** Pages of one repository: card, files, history, bytes, settings. */
export const repoRoutes: readonly PageRoute[] = [];

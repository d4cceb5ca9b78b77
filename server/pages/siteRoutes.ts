import type { PageRoute } from './pageRoute.js';

/** Pages of the hub itself: everything that is not about one repository. */
export const siteRoutes: readonly PageRoute[] = [];

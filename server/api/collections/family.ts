import type { ApiFamily } from '../family.js';
import { changeOperations } from './change.js';
import { itemOperations } from './items.js';
import { listCollections } from './list.js';

export const collectionsFamily: ApiFamily = {
  name: 'Collections',
  about: 'Lists of repositories that people and organisations make.',
  operations: [listCollections, ...itemOperations, ...changeOperations],
};

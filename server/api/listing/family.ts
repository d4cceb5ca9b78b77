import type { ApiFamily } from '../family.js';
import { infoOperations } from './info.js';
import { listDatasets, listModels, listSpaces, modelsAsJson } from './list.js';
import { quickSearch } from './quickSearch.js';
import { listDatasetTags, listModelTags } from './tagsByType.js';
import { listTasks } from './tasks.js';

export const listingFamily: ApiFamily = {
  name: 'Lists and facts',
  about: 'Finding repositories, and what the hub knows of each.',
  operations: [
    listModels,
    listDatasets,
    listSpaces,
    modelsAsJson,
    quickSearch,
    listModelTags,
    listDatasetTags,
    listTasks,
    ...infoOperations,
  ],
};

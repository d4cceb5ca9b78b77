import { letOthersGoFirst } from './letOthersGoFirst.js';
import { serveSearch } from './serveSearch.js';

letOthersGoFirst();
serveSearch();

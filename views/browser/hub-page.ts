/** What every page has: menus, buttons that copy, suggestions of the search. */
import './copy.js';
import './menus.js';
import './search.js';

/** What every page has: menus and buttons that copy. */
import './copy.js';
import './menus.js';

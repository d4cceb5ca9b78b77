import { testWidgets } from '../support/testWidgets.js';
import { isCommonWidget, widgetRows } from '../support/widgetRows.js';

testWidgets(widgetRows.filter(isCommonWidget));

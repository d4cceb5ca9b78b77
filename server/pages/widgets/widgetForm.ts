import type { Request, Response } from 'express';
import { widgetValues } from '../../../views/widgets/inputs.js';
import type { WidgetView } from '../../../views/widgets/widget.js';
import type { RepoRow } from '../../accounts/types.js';
import { checkFormToken } from '../../csrf.js';
import type { Services } from '../../services.js';
import { readUploadForm, type UploadForm } from '../uploadForm.js';
import { askWidget } from './askWidget.js';
import { type Example, heldExample } from './examplesOf.js';

/** A page that stays blank for longer looks broken. */
const limitMs = 20_000;

/** The whole page after a form without JavaScript: the widget with what was typed and its answer. */
export async function answeredWidget(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  widget: WidgetView,
  examples: readonly Example[],
  { fields, file }: UploadForm,
): Promise<WidgetView> {
  const { task } = widget;
  const values = widgetValues(task, (name) => fields[name]);
  const example = file ? null : heldExample(task, examples, values, fields.example);
  const asked = { task, values, file, example, newTokens: widget.newTokens, listen: null, isAtHand: false, limitMs };
  const { result } = await askWidget(services, request, response, row, asked);
  return { ...widget, values, pinned: true, chosen: null, result };
}

/**
 * The posted form. Strangers' forms carry no token, so that their pages are the same for all of them and may be kept: what
 * such a form asks, anybody may ask. @throws HubError as readForm does
 */
export async function readWidgetForm(services: Services, request: Request, response: Response): Promise<UploadForm> {
  const form = await readUploadForm(request, response);
  if (request.viewer.kind === 'user') checkFormToken(services, request, form.fields);
  return form;
}

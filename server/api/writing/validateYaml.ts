import { z } from 'zod';
import { repoKinds } from '../../../config/repo.js';
import { checkCard } from '../../../indexer/card/fields.js';
import { parseCard } from '../../../indexer/card/frontMatter.js';
import type { CardProblem } from '../../../indexer/card/types.js';
import { isLocalDataset } from '../../maintenance/repoFacts.js';
import { operation } from '../frame/operation.js';

const body = z.object({ content: z.string(), repoType: z.enum(repoKinds).default('model') });
const said = z.array(z.strictObject({ message: z.string() }));

/** Python's client asks before it pushes a README.md, and reads the body before the status. */
export const validateYaml = operation({
  id: 'validateYaml',
  method: 'POST',
  path: '/api/validate-yaml',
  summary: 'Checks the metadata of a README.md, as a push would',
  about: 'Answers 400, in the same form, where `errors` has something: a push or commit would be refused for it.',
  access: 'anyone',
  body: { schema: body, limitBytes: 20_000_000 },
  answer: z.strictObject({ errors: said, warnings: said }),
  handle({ catalog }, { body, request, response }) {
    const card = parseCard(body.content);
    const context = { kind: body.repoType, isLocalDataset: (id: string) => isLocalDataset(catalog, id) };
    const problems = [...card.problems, ...checkCard(card, context)];
    const errors = problems.filter(({ severity }) => severity === 'error').map(asMessage);
    const warnings = problems.filter(({ severity }) => severity === 'warning').map(asMessage);
    if (problems.length === 0 && Object.keys(card.metadata).length === 0) {
      const page = `${request.baseUrlOfHub}/docs/hub/model-cards`;
      warnings.push({ message: `empty or missing yaml metadata in repo card (${page})` });
    }
    if (errors.length === 0) return { errors, warnings };
    const error = errors.map(({ message }) => message).join('\n');
    response.status(400).json({ errors, warnings, error });
    return undefined;
  },
});

function asMessage({ line, message, suggestion }: CardProblem): { message: string } {
  const place = line ? `line ${line}: ` : '';
  return { message: place + message + (suggestion ? `. Did you mean "${suggestion}"?` : '') };
}

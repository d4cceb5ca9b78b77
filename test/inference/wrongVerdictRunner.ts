/** A runner whose referee finds every compiled graph wrong, but for one that is too large to be compared. */
const tell = (message: object) => process.send?.(message);

process.on('message', (message: { type: string; id: number; key: string; isUnverified?: boolean }) => {
  if (message.type === 'start') tell({ type: 'ready' });
  if (message.type !== 'call') return;
  const { id, key } = message;
  const usage = { tokens: 1, batch: 1 };
  tell({ type: 'answer', id, output: [], loadMs: 1, computeMs: 1, graph: 'compiled', label: 'compiled', usage });
  if (!message.isUnverified) return;
  const uncompared = { problem: 'one layer takes too long', isTooLarge: true };
  const wrong = { isEqual: false, maxError: 0.5, cosine: 0.9, worst: 'encoder.layer.3', depth: 6, layers: 6 };
  tell({ type: 'verdict', key, verdict: key === 'large' ? uncompared : wrong });
});

/** The part of a dataset on which a model was evaluated, as it is shown: configuration and split; '' where neither is named. */
export function datasetPart({ config, split }: { readonly config?: string; readonly split?: string }): string {
  return [config, split].filter(Boolean).join(', ');
}

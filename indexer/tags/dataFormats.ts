import type { RevisionFacts, Tag } from './types.js';

/** Formats of the files that hold data, by their endings. */
export const dataFormats: Readonly<Record<string, RegExp>> = {
  parquet: /\.parquet$/i,
  arrow: /\.arrow$/i,
  csv: /\.[ct]sv(\.gz)?$/i,
  json: /\.(jsonl?|ndjson)(\.(gz|zst))?$/i,
  webdataset: /\.tar$/i,
  imagefolder: /\.(jpe?g|png|webp|tiff?|bmp|gif)$/i,
  audiofolder: /\.(wav|flac|mp3|ogg|opus|m4a)$/i,
};

/** Files that describe the data, or whose names begin with a dot. */
const notData = /(^|\/)(\.|(dataset_infos?|dataset_dict|state|package|config)\.json$)/i;
/** Pictures and sounds of the card itself. */
const ofCard = /^(assets?|figures?|img|docs?)\//i;

/** `format:` tags of a dataset, each with the first file that shows it. */
export function formatTags({ files }: RevisionFacts): readonly Tag[] {
  const paths = files.filter(({ type, path }) => type === 'file' && !notData.test(path)).map(({ path }) => path);
  return Object.entries(dataFormats).flatMap(([format, pattern]): Tag[] => {
    const isMedium = format.endsWith('folder');
    const file = paths.find((path) => pattern.test(path) && !(isMedium && (ofCard.test(path) || !path.includes('/'))));
    if (!file) return [];
    return [{ name: `format:${format}`, facet: 'format', evidence: [{ rule: 'file name', file }] }];
  });
}

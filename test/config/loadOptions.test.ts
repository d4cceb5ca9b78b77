import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HubError } from '../../config/errors.js';
import { loadOptions, type OptionSources } from '../../config/loadOptions.js';

describe('loadOptions', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hubstead-options-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  afterEach(() => rmSync(path.join(folder, 'hubstead.yaml'), { force: true }));

  const load = (sources: Partial<OptionSources> = {}) =>
    loadOptions({ flags: {}, environment: {}, workingFolder: folder, ...sources });
  const write = (content: string, name = 'hubstead.yaml') => writeFileSync(path.join(folder, name), content);
  const failure = (run: () => unknown): HubError => {
    try {
      run();
    } catch (error) {
      assert.ok(error instanceof HubError, String(error));
      return error;
    }
    return assert.fail('it was accepted');
  };

  it('needs nothing: the defaults listen on this machine only, with data below the working folder', () => {
    const options = load();
    assert.equal(options.host, '127.0.0.1');
    assert.equal(options.port, 5080);
    assert.equal(options.dataDir, path.join(folder, 'data'));
    assert.equal(options.baseUrl, null);
    assert.equal(options.git.maxBlobBytes, 10 * 1024 * 1024);
    assert.deepEqual(options.trustProxy, []);
    assert.ok(options.inference.threads >= 1 && options.inference.memoryBytes > 0);
  });

  it('lets a file win over the defaults, the environment over the file, flags over the environment', () => {
    write('port: 1\nhost: file\nlog: warn\ngit:\n  maxPushBytes: 1KiB\n');
    const options = load({
      environment: { HUBSTEAD_PORT: '2', HUBSTEAD_HOST: 'environment' },
      flags: { '--port': '3' },
    });
    assert.deepEqual(
      [options.port, options.host, options.log, options.git.maxPushBytes],
      [3, 'environment', 'warn', 1024],
    );
  });

  for (const [place, sources] of [
    ['--config', { flags: { '--config': 'other.yaml' } }],
    ['HUBSTEAD_CONFIG', { environment: { HUBSTEAD_CONFIG: 'other.yaml' } }],
  ] as const) {
    it(`reads the file that ${place} names in place of hubstead.yaml`, () => {
      write('port: 1\n');
      write('port: 9\n', 'other.yaml');
      assert.equal(load(sources).port, 9);
    });
  }

  it('says which file is missing when one was named', () => {
    const error = failure(() => load({ flags: { '--config': 'missing.yaml' } }));
    assert.equal(error.message, 'Option --config: got missing.yaml; it takes a file that exists');
  });

  for (const name of ['HUBSTEAD_DATA_DIR', 'HUBSTEAD_DATADIR']) {
    it(`reads dataDir from ${name}`, () => {
      assert.equal(load({ environment: { [name]: '/srv/hub' } }).dataDir, '/srv/hub');
    });
  }

  for (const name of ['HUBSTEAD_GIT_MAX_PUSH_BYTES', 'HUBSTEAD_GIT_MAXPUSHBYTES']) {
    it(`reads git.maxPushBytes from ${name}`, () => {
      assert.equal(load({ environment: { [name]: '5GB' } }).git.maxPushBytes, 5e9);
    });
  }

  it('leaves variables alone that only begin like options', () => {
    load({ environment: { HUBSTEAD_TEST_SHARED: '/x', HUBSTEAD_TEST_ANYTHING: '1', HUBSTEADY: '1', PATH: '/bin' } });
  });

  it('keeps text as it stands in the file', () => {
    write('admin:\n  password: 0123\n  token: ~\nbaseUrl: null\n');
    assert.deepEqual(load().admin, { password: '0123', token: null });
  });

  it('takes an empty file, and a group whose lines are all commented out', () => {
    write('# nothing\n');
    load();
    write('inference:\n  # threads: 2\n');
    load();
  });

  for (const [text, expected] of [
    ['10', 10],
    ['10MiB', 10 * 2 ** 20],
    ['1.5 kib', 1536],
    ['5GB', 5e9],
    ['0b', 0],
  ] as const) {
    it(`reads the size ${text} as ${expected} bytes`, () => {
      assert.equal(load({ flags: { '--storage-floor-bytes': text } }).storage.floorBytes, expected);
    });
  }

  for (const [words, expected] of [
    ['true yes on 1 TRUE', true],
    ['false no off 0 Off', false],
  ] as const) {
    for (const word of words.split(' ')) {
      it(`reads ${word} as ${expected}`, () => {
        assert.equal(load({ environment: { HUBSTEAD_DEMO: word } }).demo, expected);
      });
    }
  }

  it('reads lists from YAML and from text', () => {
    write('trustProxy: [127.0.0.1, 10.0.0.0/8]\n');
    assert.deepEqual(load().trustProxy, ['127.0.0.1', '10.0.0.0/8']);
    assert.deepEqual(load({ flags: { '--trust-proxy': 'loopback, ::1' } }).trustProxy, ['loopback', '::1']);
  });

  it('drops the slash at the end of baseUrl', () => {
    assert.equal(load({ flags: { '--base-url': 'https://hub.example.org/' } }).baseUrl, 'https://hub.example.org');
  });

  const wrong: readonly (readonly [string, Partial<OptionSources> | string, RegExp])[] = [
    [
      'a port that is no number',
      { environment: { HUBSTEAD_PORT: 'http' } },
      /^Option HUBSTEAD_PORT: got "http"; it takes a whole number from 0 to 65535$/,
    ],
    ['a port out of range', { flags: { '--port': '70000' } }, /--port: got "70000"/],
    ['an empty port', { environment: { HUBSTEAD_PORT: '' } }, /HUBSTEAD_PORT: got ""/],
    [
      'a level that is none',
      'log: loud',
      /log in hubstead.yaml: got "loud"; it takes debug, info, warn, error, silent/,
    ],
    ['a size that is none', { flags: { '--git-max-blob-bytes': '10 parsecs' } }, /takes a size such as/],
    ['a graph that no model can have', { environment: { HUBSTEAD_INFERENCE_GRAPH: 'nonsense' } }, /takes auto, fp32,/],
    ['a size beyond counting', { flags: { '--git-max-blob-bytes': '99999999 TB' } }, /takes a size such as/],
    [
      'a word of the language in place of a unit',
      { flags: { '--git-max-blob-bytes': '1constructor' } },
      /takes a size/,
    ],
    ['a word of the language in place of a switch', { flags: { '--demo': 'constructor' } }, /takes true or false/],
    ['an address that is none', { flags: { '--base-url': 'hub.example.org' } }, /such as https:/],
    ['an address of another kind', { flags: { '--base-url': 'ftp://hub.example.org' } }, /such as https:/],
    ['a proxy that is no address', { flags: { '--trust-proxy': 'proxy.example.org' } }, /addresses or networks/],
    ['a file that is no YAML', 'a: [', /hubstead.yaml/],
    ['a file that is a list', '- a\n- b\n', /lines of the form "name: value"/],
  ];
  for (const [what, sources, expected] of wrong) {
    it(`refuses ${what}`, () => {
      if (typeof sources === 'string') write(sources);
      const error = failure(() => load(typeof sources === 'string' ? {} : sources));
      assert.equal(error.code, 'OPTION_INVALID');
      assert.match(error.message, expected);
    });
  }

  const unknown: readonly (readonly [string, Partial<OptionSources> | string, string])[] = [
    [
      'in the environment',
      { environment: { HUBSTEAD_PROT: '1' } },
      'Unknown option HUBSTEAD_PROT; did you mean HUBSTEAD_PORT?',
    ],
    ['among flags', { flags: { '--data-dri': '1' } }, 'Unknown option --data-dri; did you mean --data-dir?'],
    ['in a file', 'git:\n  maxPushByte: 1\n', 'Unknown option git.maxPushByte; did you mean git.maxPushBytes?'],
    ['in a file, without a value', 'prot:\n', 'Unknown option prot; did you mean port?'],
    ['far from any', { environment: { HUBSTEAD_COLOUR_OF_THE_SKY: '1' } }, 'Unknown option HUBSTEAD_COLOUR_OF_THE_SKY'],
  ];
  for (const [where, sources, expected] of unknown) {
    it(`refuses an unknown option ${where}`, () => {
      if (typeof sources === 'string') write(sources);
      const error = failure(() => load(typeof sources === 'string' ? {} : sources));
      assert.equal(error.code, 'OPTION_UNKNOWN');
      assert.equal(error.message, expected);
    });
  }

  it('never prints a password or token that it cannot take', () => {
    const error = failure(() => load({ flags: { '--admin-pasword': 'secret' } }));
    assert.doesNotMatch(error.message, /secret/);
  });
});

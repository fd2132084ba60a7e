export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP = new RegExp(`^# HELP (${NAME}) (?:[^\\\\]|\\\\[\\\\n])*$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) gauge$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (-?(?:\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|Inf)|\\+Inf|NaN)$`, 's');
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"(,|$)/gy;

/**
 * Reads the text exposition format 0.0.4 as its description has it, and nothing beside it: a family has its HELP and TYPE once and
 * before its samples, its samples stand together, no two have the same labels, every line ends. Throws on anything else.
 */
export const parseExposition = (text: string): ParsedSample[] => {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const samples: ParsedSample[] = [];
  const seen = new Set<string>();
  const closed = new Set<string>();
  let family = '';
  let typed = false;
  for (const line of text.slice(0, -1).split('\n')) {
    const help = HELP.exec(line)?.[1];
    const type = TYPE.exec(line)?.[1];
    if (help !== undefined) {
      if (closed.has(help)) throw new Error(`${help} comes twice`);
      closed.add(help);
      family = help;
      typed = false;
    } else if (type !== undefined) {
      if (type !== family || typed) throw new Error(`a type in the wrong place: ${line}`);
      typed = true;
    } else {
      const [, name, labels = '', value = ''] = SAMPLE.exec(line) ?? [];
      if (name === undefined || name !== family || !typed) throw new Error(`no sample of ${family}: ${line}`);
      const sample = { name, labels: labelsOf(labels), value: Number(value.replace('Inf', 'Infinity')) };
      const key = JSON.stringify([
        name,
        Object.entries(sample.labels)
          .map((pair) => JSON.stringify(pair))
          .toSorted(),
      ]);
      if (seen.has(key)) throw new Error(`twice: ${line}`);
      seen.add(key);
      samples.push(sample);
    }
  }
  return samples;
};

const labelsOf = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    LABEL.lastIndex = at;
    const [, name, value = ''] = LABEL.exec(text) ?? [];
    if (name === undefined || Object.hasOwn(labels, name)) throw new Error(`no labels: ${text}`);
    labels[name] = value.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
  }
  return labels;
};

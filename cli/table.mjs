// A table as people read it: columns as wide as they need, the last one wrapped.

const WIDTH = 100;

const wrap = (text, width) => {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
};

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
export const table = (head, rows) => {
  const widths = head.slice(0, -1).map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const left = widths.reduce((sum, width) => sum + width + 2, 0);
  const line = (row) =>
    wrap(row.at(-1), Math.max(30, WIDTH - left))
      .map((text, i) => (widths.map((width, j) => (i ? '' : row[j]).padEnd(width + 2)).join('') + text).trimEnd())
      .join('\n');
  return [head, ...rows].map(line).join('\n');
};

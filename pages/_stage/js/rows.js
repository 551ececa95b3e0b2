/** What was recorded of a run, row by row as it came: a growing table of float32. */
export class Rows {
  columns = [];
  rows = new Float32Array(0);
  length = 0;

  /** Put `data` (k × columns) at row `from`; 0 starts over. */
  append(columns, from, data) {
    const width = columns.length;
    const rows = data.length / width;
    this.columns = columns;
    const need = (from + rows) * width;
    if (need > this.rows.length) {
      const grown = new Float32Array(Math.max(need, this.rows.length * 2, 1024 * width));
      grown.set(this.rows);
      this.rows = grown;
    }
    this.rows.set(data, from * width);
    this.length = from + rows;
  }
}

// What the browser gives, taken at the start: pages wrap and replace these, and not every
// wrapper works. Where the module is imported on a server most of them are not there.
export const { CompressionStream, fetch, fetchLater, navigator = {}, Promise, Response } = globalThis;

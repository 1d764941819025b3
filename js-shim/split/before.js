// What the page has under the stub's name before the stub is there.
export const before = self.track;

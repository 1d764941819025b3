// Stands for unpack.js in the agent of two files: the module has come by itself.

let module;

export const keep = (streamed) => {
  module = streamed;
};

export const compile = () => {
  if (!module) throw new Error('the module has not come');
  return module;
};

export const prepare = async () => {};

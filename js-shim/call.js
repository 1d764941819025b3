// What a call returns: a promise of what became of it that costs nothing until
// somebody asks. Nothing is known of the agent here: what `_tell` says of a call
// that is decided is the answer.
import { Promise } from './natives.js';

export class Call {
  /** @param tell makes the answer of a call that is decided; never throws */
  constructor(type, args, tell) {
    this._type = type;
    this._args = args;
    this._tell = tell;
  }

  /** Queued, held or refused; `result` is the core's. */
  _decide(result) {
    this._result = result;
    if (this._resolve) this._resolve(this._tell(this));
  }

  then(onDone, onFault) {
    this._promise ||= new Promise((resolve) => {
      this._resolve = resolve;
      if (this._result != null) this._decide(this._result);
    });
    return this._promise.then(onDone, onFault);
  }

  catch(onFault) {
    return this.then(undefined, onFault);
  }

  finally(onEnd) {
    return this.then().finally(onEnd);
  }
}

/** A promise that other code resolves or rejects. A rejection that is not awaited is no error. */
export interface OpenPromise<Value> {
  promise: Promise<Value>;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

export function createOpenPromise<Value>(): OpenPromise<Value> {
  let resolve: OpenPromise<Value>['resolve'] = () => undefined;
  let reject: OpenPromise<Value>['reject'] = () => undefined;
  const promise = new Promise<Value>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

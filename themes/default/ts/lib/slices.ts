// Long work is done in slices, so that keys and pointers are answered between.

/** breath lets the browser answer what waits. */
export const breath = (): Promise<void> => new Promise((go) => setTimeout(go));

/** quiet waits until the browser has nothing better to do. */
export const quiet = (): Promise<void> =>
  new Promise((go) => {
    if ("requestIdleCallback" in window) requestIdleCallback(() => go(), { timeout: 1000 });
    else setTimeout(go, 50);
  });

// Answers the engine's requests to the program that started it.
import { hostRequests, type HostMethod, type HostMethods } from '../shared/contract/host.ts';
import { HashlensError } from '../shared/errors.ts';
import { parsedParams } from '../shared/parsed-params.ts';
import { handlerOf, type Handler, type Handlers } from '../shared/protocol.ts';

/** Checks each request's parameters. */
export function hostHandler(handlers: Handlers<HostMethods>): Handler {
  const handle = handlerOf<HostMethods>(handlers);
  return (method, params, context) => {
    if (!isHostMethod(method)) throw new HashlensError('bad-argument', `There is no method ${method}.`);
    return handle(method, parsedParams(method, hostRequests[method].params, params), context);
  };
}

const isHostMethod = (method: string): method is HostMethod => Object.hasOwn(hostRequests, method);

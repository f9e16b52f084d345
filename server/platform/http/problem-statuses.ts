/** What each status of a problem means here, for the documents. */
export const problemStatuses: Readonly<Record<number, string>> = {
  400: 'The request is malformed; `errors` names every fault',
  401: 'No credential, or none that is valid',
  403: 'The credential may not do this',
  404: 'There is no such thing in your tenant',
  409: 'It is in conflict with what is there, or a request with the same key is under way',
  413: 'The body is larger than 1 MB',
  415: 'The body is not of a type that is taken here',
  422: 'Well formed, but it cannot be done; `errors` says why',
  429: 'Too many requests; wait as long as `Retry-After` says',
  500: 'A fault on our side; quote the trace id',
  503: 'Not now; wait as long as `Retry-After` says',
  504: 'Who was asked did not answer in time',
}

/** What the server allows this page's own style elements by; it makes another one for each page. */
export const cspNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

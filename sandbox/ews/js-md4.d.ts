declare module 'js-md4' {
  /** `arrayBuffer` gives the 16 bytes of the digest. */
  const md4: { arrayBuffer(message: Uint8Array): ArrayBuffer };
  export default md4;
}

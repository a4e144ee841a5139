/** The build puts the text of such a file in the place of its import. */
declare module '*.txt?raw' {
  const text: string;
  export default text;
}

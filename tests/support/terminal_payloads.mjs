/**
 * What steers a terminal that takes it for more than text: sequences that recolour, move, clear, rename,
 * copy, ask or link, in seven bits and in eight, and letters that turn the direction of a line.
 */
export const kTerminalPayloads = [
  '\x1b[31mred', '\x1b[2J\x1b[H', '\x1b[1A\x1b[2K', '\x1b[?1049h', '\x1b[?25l', '\x1b[8m hidden', '\x1b[5n', '\x1b[c', '\x1b[6n',
  '\x1b]0;owned\x07', '\x1b]2;owned\x1b\\', '\x1b]52;c;cm0gLXJmIC8=\x07', '\x1b]8;;https://evil.example\x1b\\bank\x1b]8;;\x1b\\',
  '\x1b]1337;File=inline=1:AAAA\x07', '\x1b]777;notify;a;b\x07', '\x1bP+q544e\x1b\\', '\x1bP$qm\x1b\\', '\x1b_Gf=24;AAAA\x1b\\', '\x1b^x\x1b\\',
  '\x1bc', '\x1b#8', '\x1b(0', '\x1bZ', '\x1b7\x1b8', '\x1b%G', '\u009b31mred', '\u009b2J', '\u009d0;owned\u009c', '\u0090q\u009c', '\u0085next',
  'safe\rEVIL', 'safe\b\b\b\bEVIL', 'bell\x07', '\x0e\x0f', '\x7f\x7f', '\v\f', '\u202egnp.exe', '\u2066x\u2069', '\u200fx', '\u061cx', '\u2028line', '\u2029line',
  'last\x1b',
];

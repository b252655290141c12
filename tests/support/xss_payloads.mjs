/**
 * 300 payloads as they are known from lists and from real attacks, for every field that reaches a
 * screen. Each of them, if a browser takes it for more than text, calls `xss()`.
 */

const kScripts = [
  '<script>xss()</script>', '<SCRIPT>xss()</SCRIPT>', '<ScRiPt>xss()</sCrIpT>',
  '<script >xss()</script >', '<script\n>xss()</script\n>', '<script/x>xss()</script>',
  '<script src=data:text/javascript,xss()></script>', '<script src="data:,xss()"></script>',
  '<script type="text/javascript">xss()</script>', '<script type=module>xss()</script>',
  '<script async>xss()</script>', '<script defer src=//0></script><script>xss()</script>',
  '<<script>xss();//<</script>', '<scr<script>ipt>xss()</scr</script>ipt>',
  '</script><script>xss()</script>', '</title><script>xss()</script>',
  '</textarea><script>xss()</script>', '</style><script>xss()</script>',
  '</noscript><script>xss()</script>', '</template><script>xss()</script>',
  '</xmp><script>xss()</script>', '</iframe><script>xss()</script>',
  '--><script>xss()</script>', ']]><script>xss()</script>', '"><script>xss()</script>',
  "'><script>xss()</script>", '`><script>xss()</script>', '\\"><script>xss()</script>',
  '"/><script>xss()</script>', "'/><script>xss()</script>", '"]]><script>xss()</script>',
  '<script>xss&lpar;&rpar;</script>', '<script>\\u0078ss()</script>',
  '<script>window["xss"]()</script>', '<script>top.xss&&top.xss()</script>',
  '<script>eval(atob("eHNzKCk="))</script>', '<script>setTimeout("xss()")</script>',
  '<script>Function("xss()")()</script>', '<script>[].constructor.constructor("xss()")()</script>',
  '<script>import("data:text/javascript,xss()")</script>',
];

/** Elements that call a handler by themselves, or with the slightest touch. */
const kHandlers = [
  ['img src=x', 'onerror'], ['img src=x:x', 'onerror'], ['image src=x', 'onerror'],
  ['img src="data:image/png;base64,A"', 'onerror'], ['svg', 'onload'], ['svg/', 'onload'],
  ['body', 'onload'], ['body', 'onpageshow'], ['body', 'onhashchange'], ['body', 'onfocus'],
  ['iframe', 'onload'], ['iframe src=about:blank', 'onload'], ['frameset', 'onload'],
  ['object data=x', 'onerror'], ['embed src=x', 'onerror'], ['embed', 'onload'],
  ['video src=x', 'onerror'], ['video><source', 'onerror'], ['video autoplay src=x', 'onloadstart'],
  ['audio src=x', 'onerror'], ['audio><source', 'onerror'], ['audio src=x', 'onloadstart'],
  ['input autofocus', 'onfocus'], ['input autofocus', 'onfocusin'], ['textarea autofocus', 'onfocus'],
  ['select autofocus', 'onfocus'], ['button autofocus', 'onfocus'], ['keygen autofocus', 'onfocus'],
  ['input type=image src=x', 'onerror'], ['details open', 'ontoggle'], ['marquee', 'onstart'],
  ['marquee loop=1', 'onfinish'], ['marquee', 'onbounce'], ['link rel=stylesheet href=x', 'onerror'],
  ['link rel=stylesheet href=data:text/css,', 'onload'], ['style', 'onload'],
  ['style>@import "x"</style><style', 'onerror'], ['script src=x', 'onerror'], ['script src=data:,', 'onload'],
  ['svg><animate attributeName=x dur=1s', 'onbegin'], ['svg><set attributeName=x', 'onbegin'],
  ['svg><animate attributeName=x dur=1ms', 'onend'], ['svg><image href=x', 'onerror'],
  ['svg><script href=x', 'onerror'], ['svg><use href=x', 'onerror'], ['picture><source srcset=x><img', 'onerror'],
  ['img srcset=x', 'onerror'], ['table background=x', 'onerror'], ['bgsound src=x', 'onerror'],
  ['x tabindex=1 id=x autofocus', 'onfocus'], ['div contenteditable autofocus', 'onfocus'],
  ['a href=# autofocus', 'onfocus'], ['dialog open', 'onclose'], ['track src=x default', 'onerror'],
  ['video><track default src=x', 'onerror'], ['body style=height:9999px', 'onscroll'],
  ['x style=animation-name:x', 'onanimationstart'], ['x style=transition:1s', 'ontransitionend'],
  ['x', 'onmouseover'], ['x', 'onpointerover'], ['x', 'onclick'],
];

const kHandlerForms = [
  (tag, on) => `<${tag} ${on}=xss()>`,
  (tag, on) => `"><${tag} ${on}="xss()">`,
  (tag, on) => `<${tag.replaceAll(' ', '/')}/${on.toUpperCase()}='xss()'//`,
];

const kAddresses = [
  'javascript:xss()', 'JaVaScRiPt:xss()', ' javascript:xss()', '\tjavascript:xss()',
  '\u0001javascript:xss()', 'java\tscript:xss()', 'java\nscript:xss()', 'java\rscript:xss()',
  'javascript\t:xss()', 'javascript&colon;xss()', 'javascript&#58;xss()', 'javascript&#x3a;xss()',
  '&#106;avascript:xss()', '&#x6A;avascript:xss()', 'javascript://%0axss()', 'javascript:/*--></title>*/xss()',
  'javascript://https://a.example/%0Axss()', 'javascript:"<script>xss()</script>"',
  'vbscript:xss()', 'livescript:xss()', 'view-source:javascript:xss()', 'feed:javascript:xss()',
  'data:text/html,<script>xss()</script>', 'data:text/html;base64,PHNjcmlwdD54c3MoKTwvc2NyaXB0Pg==',
  'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="xss()"/>',
  'data:text/javascript,xss()', 'blob:javascript:xss()', 'filesystem:javascript:xss()',
  '<a href="javascript:xss()">x</a>', "<a href='java\nscript:xss()'>x</a>", '<a href=&#1;javascript:xss()>x</a>',
  '<a href="data:text/html,<script>xss()</script>">x</a>', '<form action=javascript:xss()><input type=submit>',
  '<button formaction=javascript:xss()>x</button>', '<input type=submit formaction=javascript:xss()>',
  '<iframe src=javascript:xss()></iframe>', '<iframe srcdoc="<script>parent.xss()</script>"></iframe>',
  "<iframe srcdoc='&lt;svg onload=parent.xss()&gt;'></iframe>", '<object data=javascript:xss()></object>',
  '<embed src=javascript:xss()>', '<base href=javascript:xss()//>', '<meta http-equiv=refresh content="0;url=javascript:xss()">',
  '<svg><a xlink:href="javascript:xss()"><text y=20>x</text></a></svg>',
  '<svg><animate xlink:href=#x attributeName=href values=javascript:xss() /><a id=x><text y=20>x</text></a></svg>',
  '<math href="javascript:xss()">x</math>', '<math><maction actiontype=statusline xlink:href=javascript:xss()>x</maction></math>',
  '<area href=javascript:xss()>', '<link rel=import href=data:text/html,<script>xss()</script>>',
  '[x](javascript:xss())', '[x](JaVaScRiPt:xss())', '[x](java\tscript:xss())', '![x](javascript:xss())',
  '![x](x" onerror="xss())', '[x](https://a.example "onmouseover="xss())', '[x](data:text/html,<script>xss()</script>)',
  '[x]: javascript:xss()\n[x]', '<javascript:xss()>', '[`x`](javascript:xss())', '**[x](javascript:xss())**',
  '[x](<javascript:xss()>)', 'https://a.example/"onmouseover="xss()', "https://a.example/'onmouseover='xss()",
  'https://a.example/<img src=x onerror=xss()>', 'https://a.example/`onmouseover=`xss()', 'http://javascript:xss()@a.example/',
  'https://a.example"><svg onload=xss()>', 'mailto:a@b.example?subject="><svg onload=xss()>',
];

/** What passes one cleaner and not the next: mutations, foreign content, comments, odd encodings. */
const kMutations = [
  '<math><mtext></form><form><mglyph><style></math><img src onerror=xss()>',
  '<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=xss() src>">',
  '<svg></p><style><a id="</style><img src=1 onerror=xss()>">', '<noscript><p title="</noscript><img src=x onerror=xss()>">',
  '<math><mi><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=xss()&gt;">',
  '<svg><style><img src=x onerror=xss()></style></svg>', '<svg><title><img src=x onerror=xss()></title></svg>',
  '<svg><desc><img src=x onerror=xss()></desc></svg>', '<svg><foreignObject><iframe onload=xss()></foreignObject></svg>',
  '<template><img src=x onerror=xss()></template>', '<div id="x"></div><template shadowrootmode=open><img src=x onerror=xss()></template>',
  '<!--><img src=x onerror=xss()>-->', '<!-- --!><img src=x onerror=xss()>', '<![CDATA[><img src=x onerror=xss()>]]>',
  '<?xml version="1.0"?><img src=x onerror=xss()>', '<!DOCTYPE x [<!ENTITY x "<img src=x onerror=xss()>">]>&x;',
  '<xmp><img src=x onerror=xss()></xmp>', '<plaintext><img src=x onerror=xss()>', '<listing><img src=x onerror=xss()></listing>',
  '<select><template><img src=x onerror=xss()></template></select>', '<table><caption><img src=x onerror=xss()>',
  '<a id=document><img name=cookie src=x onerror=xss()>', '<form id=x><input name=innerHTML><input name=parentNode onfocus=xss() autofocus>',
  '<img name=getElementById src=x onerror=xss()>', '<a id=Deskbell href=javascript:xss()>', '<form name=Deskbell onsubmit=xss()>',
  '+ADw-script+AD4-xss()+ADw-/script+AD4-', '\u00bcscript\u00bexss()\u00bc/script\u00be', '\uff1cscript\uff1exss()\uff1c/script\uff1e',
  '%3Cscript%3Exss()%3C/script%3E', '%253Cscript%253Exss()%253C/script%253E', '&lt;script&gt;xss()&lt;/script&gt;',
  '&#60;img src=x onerror=xss()&#62;', '&#x3c;svg onload=xss()&#x3e;', '\\x3cscript\\x3exss()\\x3c/script\\x3e',
  '\\u003cscript\\u003exss()\\u003c/script\\u003e', '<\u0000script>xss()</script>', '<img\u000bsrc=x\u000bonerror=xss()>',
  '<img src=x onerror\u000c=xss()>', '\ufeff<script>xss()</script>', '\u202e<script>xss()</script>', '<\u017fcript>xss()</\u017fcript>',
  "<img src=`x`onerror=xss()>", '<img """><script>xss()</script>">', "<img '''><script>xss()</script>'>",
];

/** Templates, styles, queries: where text becomes another language. */
const kLanguages = [
  '{{constructor.constructor("xss()")()}}', '{{$on.constructor("xss()")()}}', '{{x=valueOf.name.constructor.fromCharCode}}',
  '{{ [].pop.constructor("xss()")() }}', '${xss()}', '`${xss()}`', '#{xss()}', '<%= xss() %>', '<%- xss() %>',
  '{{{xss()}}}', '{%raw%}<script>xss()</script>{%endraw%}', '{{customer.name}}<script>xss()</script>', '{{=<% %>=}}<%xss()%>',
  'v-on:load=xss()', '<div v-html="\'<img src=x onerror=xss()>\'">', '<div ng-app ng-csp>{{xss()}}</div>', '<x :is="xss()">',
  '<style>*{display:none!important}</style>', '<style>@import "javascript:xss()";</style>', '<link rel=stylesheet href=javascript:xss()>',
  'red;background:url(javascript:xss())', 'expression(xss())', '#fff}*{background:url(javascript:xss())}', 'url(javascript:xss())',
  '-moz-binding:url(data:text/xml,xss())', 'behavior:url(xss.htc)', '</style><svg onload=xss()>', '}}</style><img src=x onerror=xss()>',
  "';xss();'", '";xss();"', '`;xss();`', '\\";xss();//', "\\';xss();//", "'-xss()-'", '"-xss()-"', "');xss();//", '"));xss();//',
  '\u2028xss()', '\u2029xss()', '*/xss();/*', '//\nxss()', ';xss()//', '});xss();({', '__proto__', 'constructor', 'constructor.prototype',
  '{"__proto__":{"innerHTML":"<img src=x onerror=xss()>"}}', '{"toString":"xss"}', '[object Object]', 'null', 'undefined', 'NaN',
];

function take(list, count) {
  return list.slice(0, count);
}

const kAll = [
  ...kScripts, ...kAddresses, ...kMutations, ...kLanguages,
  ...kHandlers.map(([tag, on]) => kHandlerForms[0](tag, on)),
  ...kHandlers.flatMap(([tag, on]) => kHandlerForms.slice(1).map((form) => form(tag, on))),
];

/** @type {readonly string[]} */
export const kXssPayloads = take([...new Set(kAll)], 300);

/** Runs before anything else in each document: what would call `xss()` is counted. */
export const kXssTrap = `(() => {
  globalThis.xssCalls = 0;
  globalThis.xss = () => { ++globalThis.xssCalls; };
  globalThis.alert = globalThis.prompt = globalThis.confirm = globalThis.xss;
})()`;

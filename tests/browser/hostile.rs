//! What people write is shown as they wrote it, and never runs, whatever they try. The attempts follow the collections of
//! OWASP (https://cheatsheetseries.owasp.org/cheatsheets/XSS_Filter_Evasion_Cheat_Sheet.html) and the known holes of
//! Markdown renderers. Each would set `hacked`.

use serde_json::json;

use crate::house::{House, play};
use crate::member::Member;
use crate::visitor::Visitor;

/// Texts of one line: titles, names, tags, what stands alone in a message.
const LINES: [&str; 12] = [
    "<script>hacked=1</script>",
    "<img src=x onerror=hacked=1>",
    "<svg/onload=hacked=1>",
    "</title><script>hacked=1</script>",
    "</script><script>hacked=1</script>",
    "<!--<script>hacked=1//-->",
    "\"><b onmouseover=hacked=1 autofocus onfocus=hacked=1>",
    "'-hacked=1-'",
    "{{constructor.constructor('hacked=1')()}}",
    "${hacked=1}",
    "javascript:hacked=1",
    "&lt;img src=x onerror=hacked=1&gt;",
];

/// Targets of links that would run something, or bring a document of the writer's.
const TARGETS: [&str; 28] = [
    "javascript:hacked=1",
    "JaVaScRiPt:hacked=1",
    " javascript:hacked=1",
    "\u{1f}javascript:hacked=1",
    "java\tscript:hacked=1",
    "java&#10;script:hacked=1",
    "java&Tab;script&colon;hacked=1",
    "javascript&colon;hacked=1",
    "javascript&#58;hacked=1",
    "javascript&#x3a;hacked=1",
    "&#106;avascript:hacked=1",
    "&#x6A;&#x61;vascript:hacked=1",
    "j&#97;v&#97;script:hacked=1",
    "javascript%3Ahacked=1",
    "%6Aavascript:hacked=1",
    "javascript\\:hacked=1",
    "javascript://%0ahacked=1",
    "javascript:/*--></title></style></script><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+hacked=1//'>",
    "javascript&#0058;hacked=1",
    "java\u{ad}script:hacked=1",
    "jаvascript:hacked=1",
    "ｊavascript:hacked=1",
    "vbscript:hacked=1",
    "data:text/html,<script>top.hacked=1</script>",
    "data:text/html;base64,PHNjcmlwdD50b3AuaGFja2VkPTE8L3NjcmlwdD4=",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='top.hacked=1'/>",
    "blob:http://localhost/hacked",
    "view-source:javascript:hacked=1",
];

/// Markdown and HTML with more than a target to it.
const PIECES: [&str; 34] = [
    "<a href=\"javascript:hacked=1\">press</a>",
    "<a href=javascript&colon;hacked=1>press</a>",
    "<iframe srcdoc=\"<script>top.hacked=1</script>\"></iframe>",
    "<iframe src=\"javascript:top.hacked=1\"></iframe>",
    "<object data=\"javascript:hacked=1\"></object>",
    "<embed src=\"javascript:hacked=1\">",
    "<form action=\"javascript:hacked=1\"><button formaction=\"javascript:hacked=1\">press</button></form>",
    "<input autofocus onfocus=hacked=1>",
    "<details open ontoggle=hacked=1><summary>x</summary></details>",
    "<video><source onerror=hacked=1></video>",
    "<body onload=hacked=1>",
    "<style>@import 'http://localhost:9/x.css'; *{background:url(http://localhost:9/y)}</style>",
    "<link rel=stylesheet href=http://localhost:9/x.css>",
    "<meta http-equiv=refresh content=\"0;url=http://localhost:9/\">",
    "<base href=http://localhost:9/>",
    "<svg><script>hacked=1</script></svg>",
    "<svg><animate onbegin=hacked=1 attributeName=x dur=1s></svg>",
    "<svg><a xlink:href=\"javascript:hacked=1\"><text y=20>press</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=hacked=1></style></mglyph></table></mtext></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=hacked=1>\"></noscript>",
    "<template><img src=x onerror=hacked=1></template>",
    "<img src=x:x onerror=hacked=1//",
    "<<img src=x onerror=hacked=1>>",
    "<img\u{b}src=x\u{c}onerror=hacked=1>",
    "![x](http://localhost:9/tracker.png)",
    "![x](x \"onerror=hacked=1\")",
    "![x](\"onerror=hacked=1)",
    "[x](http://localhost\" onclick=\"hacked=1)",
    "[x](http://localhost 'a\" onmouseover=\"hacked=1')",
    "[x]: javascript:hacked=1\n\n[x]",
    "<javascript:hacked=1>",
    "<http://localhost/\"onmouseover=\"hacked=1>",
    "```\"><img src=x onerror=hacked=1>\n</code></pre><img src=x onerror=hacked=1>\n```",
    "| a |\n|---|\n| <img src=x onerror=hacked=1> [x](javascript:hacked=1) |",
];

/// One text with all of them, in every place that Markdown has for a link.
fn everything() -> String {
    let links = TARGETS.iter().flat_map(|target| {
        [
            format!("[press]({target})"),
            format!("[press](<{target}> \"title\")"),
            format!("<{target}>"),
            format!("**[![x]({target})]({target})**"),
        ]
    });
    let pieces = [&LINES[..], &PIECES].concat().into_iter().map(str::to_owned);
    let nested =
        "> ".repeat(60) + "- ".repeat(60).as_str() + "[press](javascript:hacked=1) <img src=x onerror=hacked=1>";
    let texts: Vec<_> = links.chain(pieces).chain([nested]).filter(|text| !text.chars().any(is_refused)).collect();
    texts.join("\n\n")
}

/// Whether the server refuses it already: then nobody has to show it.
fn is_refused(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// A name that runs something, and that turns the direction of what is around it.
const NAME: &str = "<img src=x onerror=hacked=1> שלום";

/// What of the page is not as harmless as text: where something could run, lead to something that runs, or turn its
/// surroundings around.
const HARMFUL: &str = r"
    const found = [];
    const schemes = ['http:', 'https:', 'mailto:'];
    for (const element of document.querySelectorAll('*')) {
        const shown = element.outerHTML.slice(0, 200);
        for (const { name, value } of element.attributes) {
            if (/^on/i.test(name)) found.push(`a handler: ${shown}`);
            if (/^(href|xlink:href|action|formaction|data|srcdoc|background|ping)$/i.test(name)
                && !schemes.includes(new URL(value, location.href).protocol)) found.push(`an address: ${shown}`);
            if (name === 'src' && new URL(value, location.href).origin !== location.origin) found.push(`a source: ${shown}`);
        }
        if (/^(iframe|object|embed|base|template|foreignobject|mglyph|video|audio|animate)$/i.test(element.localName)
            || element.localName === 'script' && !(element.src || element.type === 'application/json')
            || element.localName === 'meta' && element.httpEquiv
            || element.localName === 'style' && element.textContent.includes('localhost:9')) found.push(`an element: ${shown}`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const { data, parentElement } = texts.currentNode;
        const isApart = parentElement.closest('bdi, [dir=auto], script, textarea');
        if (data.includes('שלום') && !isApart) found.push(`a direction: ${parentElement.outerHTML}`);
    }
    if (window.hacked !== undefined) found.push('something ran');
    return found;
";

/// Waits until all of `texts` are to be read, and holds the page against [`HARMFUL`].
async fn sees_harmless(visitor: &Visitor, texts: &[&str]) {
    for text in texts {
        visitor.sees(text).await;
    }
    visitor.is_quiet().await;
    let found = visitor.browser.run(HARMFUL, &[]).await;
    assert_eq!(found, json!([]), "{}", visitor.browser.driver.current_url().await.unwrap());
}

/// Somebody who tries everything everywhere. Gives the post with all of it, and a conversation with `other`.
fn trouble(house: &House, mallory: &Member, other: &Member) -> (String, String) {
    let post = json!({
        "title": LINES[0], "body": everything(), "categories": ["general"], "tags": ["<img src=x onerror=hacked=1>"],
    });
    let post = mallory.asks(house, "POST", "/posts", post)["id"].as_str().unwrap().to_owned();
    for line in LINES {
        mallory.posts(house, line, line);
    }
    let words = everything();
    let (comment, _) = hearth::text::cut(&words, 10_000);
    let comment = mallory.comments(house, &post, comment);
    let reply = json!({"text": PIECES.join("\n\n").replace(is_refused, ""), "parent": comment});
    mallory.asks(house, "POST", &format!("/posts/{post}/comments"), reply);
    mallory.asks(house, "PATCH", "/me", json!({"name": NAME, "bio": LINES[2]}));
    mallory.asks(house, "PUT", "/categories/general", json!({"name": LINES[3]}));
    let conversation = mallory.talks_with(house, &[other], Some(LINES[4]));
    for line in LINES.iter().chain(&TARGETS).chain(&PIECES).filter(|line| !line.contains(is_refused)) {
        mallory.says(house, &conversation, line);
    }
    mallory.says(house, &conversation, "https://localhost\"onmouseover=\"hacked=1 https://javascript:hacked=1");
    (post, conversation)
}

/// Comments that would keep a browser busy for seconds, or overflow its stack: nested ever deeper, and with more to do for each
/// of their characters the more there are. Each with a part of it that is to be read.
fn heavy() -> [(String, String); 6] {
    let (head, dashes, rows) = ("|a".repeat(2000), "|-".repeat(2000), "|b\n".repeat(600));
    [
        (">".repeat(5000), ">".repeat(4900)),
        (format!("{}cake", "- ".repeat(1300)), format!("{}cake", "- ".repeat(1200))),
        (format!("{}bread", "> - ".repeat(900)), format!("{}bread", "> - ".repeat(800))),
        (format!("{}{}", "*a **b ".repeat(700), " b** a*".repeat(700)), "b** a* b** a*".to_owned()),
        ("***cream** ".repeat(890), "cream".to_owned()),
        (format!("{head}|\n{dashes}|\n{rows}"), head),
    ]
}

#[test]
fn a_comment_that_is_too_much_hides_no_other() {
    play(async |house| {
        let mallory = house.member("Mallory");
        let post = mallory.posts(house, "Leek soup", "With potatoes.");
        mallory.comments(house, &post, "Said before.");
        for (text, _) in heavy() {
            mallory.comments(house, &post, &text);
        }
        mallory.comments(house, &post, "Said after.");
        let eve = house.visitor("Eve").await;
        eve.opens(&format!("/posts/{post}")).await;
        eve.finds("heading", "8 comments").await;
        for text in ["Said before.", "Said after."].into_iter().chain(heavy().iter().map(|(_, part)| part.as_str())) {
            eve.sees(text).await;
        }
    });
}

#[test]
fn what_people_write_never_runs() {
    play(async |house| {
        let mallory = house.member("Mallory");
        let (member, eve) = house.member_visitor("Eve").await;
        let (post, conversation) = trouble(house, &mallory, &member);
        eve.opens_the_feed().await;
        sees_harmless(&eve, &LINES).await;
        eve.opens(&format!("/posts/{post}")).await;
        eve.finds("heading", "2 comments").await;
        sees_harmless(&eve, &[&LINES[..4], &[NAME, PIECES[0], PIECES[2]]].concat()).await;
        for path in ["/u/mallory", "/people"] {
            eve.opens(path).await;
            sees_harmless(&eve, &[NAME, LINES[2]]).await;
        }
        eve.opens(&format!("/chat/{conversation}")).await;
        sees_harmless(&eve, &[LINES[4], PIECES[0], PIECES[20]]).await;
        eve.opens("/new").await;
        eve.finds("checkbox", LINES[3]).await;
        eve.fills("Text", &PIECES[..12].join("\n\n")).await;
        eve.presses("Preview").await;
        sees_harmless(&eve, &PIECES[..1]).await;
    });
}

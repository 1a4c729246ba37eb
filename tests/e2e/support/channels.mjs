// Every way out of a tab that a policy can close, as a function that tries it. `url` takes an ending (`js`, `css` …) and
// gives an address of the recorder that names channel and variant. Functions run inside the browser: they see nothing
// of this file but their argument.

/** In the page. */
export const PAGE_CHANNELS = {
  fetch: (url) => fetch(url("json")),
  "fetch no-cors": (url) => fetch(url("json"), { mode: "no-cors" }),
  "fetch keepalive": (url) => fetch(url("json"), { keepalive: true, method: "POST", body: "x", mode: "no-cors" }),
  XMLHttpRequest: (url) => {
    const request = new XMLHttpRequest();
    request.open("GET", url("json"));
    request.send();
  },
  WebSocket: (url) => new WebSocket(url("ws").replace("http", "ws")),
  EventSource: (url) => new EventSource(url("events")),
  sendBeacon: (url) => navigator.sendBeacon(url("json"), "x"),
  WebTransport: (url) => new WebTransport(url("wt").replace("http:", "https:")),
  image: (url) => (new Image().src = url("svg")),
  "image srcset": (url) => {
    const image = document.createElement("img");
    image.srcset = `${url("svg")} 1x`;
    document.body.append(image);
  },
  "image in SVG": (url) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
    image.setAttribute("href", url("svg"));
    svg.append(image);
    document.body.append(svg);
  },
  "input image": (url) => {
    const input = document.createElement("input");
    input.type = "image";
    input.src = url("svg");
    document.body.append(input);
  },
  "video poster": (url) => {
    const video = document.createElement("video");
    video.poster = url("svg");
    document.body.append(video);
  },
  video: (url) => {
    const video = document.createElement("video");
    video.src = url("mp4");
    document.body.append(video);
    video.load();
  },
  audio: (url) => {
    const audio = new Audio(url("mp3"));
    audio.load();
  },
  track: (url) => {
    const video = document.createElement("video");
    const track = document.createElement("track");
    track.src = url("vtt");
    track.default = true;
    track.kind = "captions";
    video.crossOrigin = "anonymous";
    video.append(track);
    document.body.append(video);
    track.track.mode = "showing";
  },
  "style background": (url) => {
    document.body.style.setProperty("background-image", `url(${url("svg")})`);
  },
  "style cursor": (url) => {
    document.documentElement.style.setProperty("cursor", `url(${url("svg")}), auto`);
  },
  "style element": (url) => {
    const style = document.createElement("style");
    style.textContent = `body::after { content: url(${url("svg")}) }`;
    document.head.append(style);
  },
  "style @import": (url) => {
    const style = document.createElement("style");
    style.textContent = `@import url(${url("css")});`;
    document.head.append(style);
  },
  "constructed style": (url) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`body::before { content: url(${url("svg")}) }`);
    document.adoptedStyleSheets = [sheet];
  },
  stylesheet: (url) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = url("css");
    document.head.append(link);
  },
  font: (url) => {
    const face = new FontFace("hit", `url(${url("woff2")})`);
    document.fonts.add(face);
    face.load().catch(() => {});
  },
  frame: (url) => {
    const frame = document.createElement("iframe");
    frame.src = url("html");
    document.body.append(frame);
  },
  object: (url) => {
    const object = document.createElement("object");
    object.data = url("html");
    document.body.append(object);
  },
  embed: (url) => {
    const embed = document.createElement("embed");
    embed.src = url("html");
    document.body.append(embed);
  },
  form: (url) => {
    const frame = document.createElement("iframe");
    frame.name = "form-target";
    const form = document.createElement("form");
    form.action = url("html");
    form.target = "form-target";
    document.body.append(frame, form);
    form.submit();
  },
  script: (url) => {
    const script = document.createElement("script");
    script.src = url("js");
    document.head.append(script);
  },
  "script module": (url) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = url("js");
    document.head.append(script);
  },
  "import()": (url) => import(url("js")),
  "worker from URL": (url) => new Worker(url("js")),
  "shared worker from URL": (url) => new SharedWorker(url("js")),
  "service worker": (url) => navigator.serviceWorker.register(url("js")),
  worklet: (url) => new AudioContext().audioWorklet.addModule(url("js")),
  "paint worklet": (url) => CSS.paintWorklet.addModule(url("js")),
  prefetch: (url) => {
    const link = document.createElement("link");
    link.rel = "prefetch";
    link.href = url("html");
    document.head.append(link);
  },
  preload: (url) => {
    const link = document.createElement("link");
    link.rel = "preload";
    link.as = "image";
    link.href = url("svg");
    document.head.append(link);
  },
  modulepreload: (url) => {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = url("js");
    document.head.append(link);
  },
  icon: (url) => {
    const link = document.createElement("link");
    link.rel = "icon";
    link.href = url("svg");
    document.head.append(link);
  },
  manifest: (url) => {
    const link = document.createElement("link");
    link.rel = "manifest";
    link.href = url("json");
    document.head.append(link);
  },
  "speculation rules": (url) => {
    const rules = document.createElement("script");
    rules.type = "speculationrules";
    rules.text = JSON.stringify({ prefetch: [{ source: "list", urls: [url("html")], eagerness: "immediate" }] });
    document.head.append(rules);
  },
  "link ping": (url) => {
    const link = document.createElement("a");
    link.href = "#here";
    link.ping = url("json");
    document.body.append(link);
    link.click();
  },
  "cache.add": async (url) => (await caches.open("hit")).add(url("json")),
  fetchLater: (url) => fetchLater(url("json"), { activateAfter: 0 }),
  "markup set as text": (url) => {
    const box = document.createElement("div");
    document.body.append(box);
    box.innerHTML = `<img src="${url("svg")}">`;
  },
};

/** In a worker that the page itself started. */
export const WORKER_CHANNELS = {
  fetch: (url) => fetch(url("json")),
  "fetch no-cors": (url) => fetch(url("json"), { mode: "no-cors" }),
  XMLHttpRequest: (url) => {
    const request = new XMLHttpRequest();
    request.open("GET", url("json"));
    request.send();
  },
  "XMLHttpRequest, waiting": (url) => {
    const request = new XMLHttpRequest();
    request.open("GET", url("json"), false);
    request.send();
  },
  WebSocket: (url) => new WebSocket(url("ws").replace("http", "ws")),
  EventSource: (url) => new EventSource(url("events")),
  WebTransport: (url) => new WebTransport(url("wt").replace("http:", "https:")),
  importScripts: (url) => importScripts(url("js")),
  "import()": (url) => import(url("js")),
  "worker from URL": (url) => new Worker(url("js")),
  font: (url) => {
    const face = new FontFace("hit", `url(${url("woff2")})`);
    self.fonts.add(face);
    face.load().catch(() => {});
  },
  "cache.add": async (url) => (await caches.open("hit")).add(url("json")),
};

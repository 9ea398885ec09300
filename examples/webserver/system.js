// SPDX-License-Identifier: BSD-2-Clause
// The dashboard: asks for the counters each second, and shows them and how they have changed.
"use strict";

const PERIOD_MS = 1000, PATIENCE_MS = 4000, HISTORY = 60;
// Of what components count, these are states and places: they have no rate.
const LEVELS = new Set(["state", "no_carrier", "disk", "mounted", "handles", "blocks", "peer_faults",
	"stopped", "reason", "code", "pc", "lr", "when"]);
// Whoever counts one of these has met a mistake, or had no room.
const DROPS = ["dropped", "rx_dropped", "tx_dropped", "refused", "overruns", "unknown"];
const TROUBLE = new Set([...DROPS, "bad_frames", "bad_slots", "client_bad_slots", "bad_requests",
	"bad_responses", "peer_faults", "line_errors", "lost", "resets", "disk_retries", "stopped",
	"faults", "state", "disk", "mounted"]);
const CLASS_BRK = 0x3c; // of an exception: what a program ends itself with
const SVG = "http://www.w3.org/2000/svg";

const byId = (id) => document.getElementById(id);
let before = null, answeredAt = 0, tiles = null;
const boxes = new Map(), lines = [];

// ---- Words and elements ----

function number(value) {
	return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function bytes(value) {
	const units = ["B", "KiB", "MiB", "GiB", "TiB"];
	let unit = 0;
	for (; value >= 1024 && unit < units.length - 1; unit++)
		value /= 1024;
	return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;

function duration(seconds) {
	const s = Math.floor(seconds);
	if (s < 60)
		return `${s} s`;
	return s < 3600 ? `${Math.floor(s / 60)} min ${s % 60} s`
		: `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
}

function make(name, properties = {}, ...children) {
	const element = Object.assign(document.createElement(name), properties);
	element.append(...children);
	return element;
}

function draw(parent, name, attributes) {
	const element = document.createElementNS(SVG, name);
	for (const [key, value] of Object.entries(attributes))
		element.setAttribute(key, value);
	parent.append(element);
	return element;
}

// ---- Figures ----

// Restarted counters begin anew: what they say then is no rate.
const grown = (now, then, name) => Math.max(0, (now?.[name] ?? 0) - (then?.[name] ?? now?.[name] ?? 0));

function byPd(answer) {
	return {
		pds: new Map(answer.pds.map((pd) => [pd.name, pd])),
		components: new Map(answer.components.map((page) => [page.pd, page])),
	};
}

const clientOf = (page, pd) => page?.clients?.find((client) => client.pd === pd);

// What has changed of each domain and component, a second.
function judge(answer) {
	const now = byPd(answer), then = before ? byPd(before) : now;
	const seconds = before ? Math.max(1e-3, (answer.ticks - before.ticks) / answer.counter_hz) : 1;
	const rate = (pd, name) => grown(now.components.get(pd), then.components.get(pd), name) / seconds;
	const pds = answer.pds.map((pd) => {
		const old = then.pds.get(pd.name);
		const per = (name) => grown(pd, old, name) / seconds;
		return { ...pd, share: per("ticks") / answer.counter_hz, events: per("notifications"),
			called: per("calls"), turns: per("switches"), memory: pd.program_bytes + pd.private_bytes };
	});
	return { answer, now, then, seconds, rate, pds };
}

function ofKind(figures, kind) {
	return figures.answer.components.filter((page) => page.kind === kind);
}

function dropped(answer) {
	let sum = 0;
	for (const page of answer.components)
		for (const words of [page, ...(page.clients ?? [])])
			for (const name of DROPS)
				sum += words[name] ?? 0;
	return sum;
}

// ---- Tiles ----

const TILES = {
	cpu: "Processors in use", packets: "Packets", traffic: "Network", events: "Notifications",
	calls: "Calls", disk: "Read from disk", drops: "Dropped", restarts: "Restarts",
};

function makeTiles() {
	tiles = {};
	for (const [name, title] of Object.entries(TILES)) {
		const value = make("b", { textContent: "–" }), unit = make("span");
		const item = make("li", {}, make("h3", { textContent: title }), value, " ", unit);
		const chart = draw(item, "svg", { viewBox: `0 0 ${HISTORY - 1} 20`,
			preserveAspectRatio: "none", "aria-hidden": "true" });
		tiles[name] = { item, value, unit, values: [], area: draw(chart, "path", { class: "area" }),
			trace: draw(chart, "path", { class: "trace" }) };
		byId("tiles").append(item);
	}
}

function showTile(name, value, text, unit, most) {
	const tile = tiles[name];
	tile.value.textContent = text;
	tile.unit.textContent = unit;
	tile.values.push(value);
	if (tile.values.length > HISTORY)
		tile.values.shift();
	const top = most ?? Math.max(1, ...tile.values), first = HISTORY - tile.values.length;
	const path = tile.values.map((v, i) => `${i ? "L" : "M"}${first + i} ${(19 - 18 * v / top).toFixed(2)}`)
		.join("");
	tile.trace.setAttribute("d", path);
	tile.area.setAttribute("d", `${path}V20H${first}Z`);
}

function showTiles(figures) {
	const { answer, pds, rate } = figures;
	const sum = (list, value) => list.reduce((all, one) => all + value(one), 0);
	const cores = new Set(answer.pds.map((pd) => pd.core)).size;
	const share = sum(pds, (pd) => pd.share) / cores;
	const packets = sum(ofKind(figures, "network_driver"),
		(page) => rate(page.pd, "rx_frames") + rate(page.pd, "tx_frames"));
	const traffic = sum([...ofKind(figures, "network_virt_rx"), ...ofKind(figures, "network_virt_tx")],
		(page) => rate(page.pd, "bytes"));
	const read = 512 * sum(ofKind(figures, "fs_server"), (page) => rate(page.pd, "blocks_read"));
	const events = sum(pds, (pd) => pd.events), calls = sum(pds, (pd) => pd.called);
	const drops = dropped(answer), restarts = sum(answer.pds, (pd) => pd.restarts);
	showTile("cpu", share, percent(share), `of ${cores} core${cores > 1 ? "s" : ""}`, 1);
	showTile("packets", packets, number(packets), "/ s");
	showTile("traffic", traffic, bytes(traffic), "/ s");
	showTile("events", events, number(events), "/ s");
	showTile("calls", calls, number(calls), "/ s");
	showTile("disk", read, bytes(read), "/ s");
	showTile("drops", drops, number(drops), "since the start");
	showTile("restarts", restarts, number(restarts), "since the start");
	tiles.restarts.item.classList.toggle("bad", restarts > 0);
}

// ---- The map: the tool's picture, and what happens in it ----

const numberOf = (element, name) => Number(element.getAttribute(name));

function prepareBox(group) {
	const card = group.querySelector(".card"), facts = group.querySelector(".fact");
	const tags = [...group.querySelectorAll(".tag")];
	const left = numberOf(facts, "x"), right = numberOf(card, "x") + numberOf(card, "width") - 20;
	const top = tags.length ? numberOf(tags[0], "y") + 16 : numberOf(facts, "y") + 5;
	const place = { x: left, y: top + 9, width: right - left, height: 5, rx: 2.5 };
	draw(group, "rect", { ...place, class: "track" });
	return { group, facts, quiet: facts.textContent, width: right - left,
		bar: draw(group, "rect", { ...place, width: 0, class: "bar" }),
		share: draw(group, "text", { x: left, y: top + 31, class: "live share" }),
		events: draw(group, "text", { x: right, y: top + 31, class: "live events",
			"text-anchor": "end" }) };
}

async function loadMap() {
	const answer = await fetch("/overview.svg");
	if (!answer.ok)
		throw new Error(`status ${answer.status}`);
	const text = await answer.text();
	byId("map").append(new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
	for (const group of byId("map").querySelectorAll("g.pd")) {
		// A long name is broken into several lines: the title has it whole.
		const name = group.querySelector("title").textContent;
		boxes.set(name, prepareBox(group));
		group.addEventListener("mouseenter", () => point(name, true));
		group.addEventListener("mouseleave", () => point(name, false));
	}
	for (const group of byId("map").querySelectorAll("g.channel")) {
		const ends = /^(.*) \(id \d+\) and (.*) \(id \d+\):/.exec(
			group.querySelector("title").textContent);
		if (ends)
			lines.push({ group, ends: [ends[1], ends[2]] });
	}
}

function point(name, on) {
	for (const line of lines)
		line.group.classList.toggle("of", on && line.ends.includes(name));
}

// What a component does, in the words of its class.
function work(figures, pd) {
	const page = figures.now.components.get(pd.name);
	const per = (name) => number(figures.rate(pd.name, name));
	switch (page?.kind) {
	case "network_driver":
		if (page.no_carrier)
			return "no carrier: the cable is out";
		return `in ${per("rx_frames")}, out ${per("tx_frames")} packets/s`;
	case "network_virt_rx": case "network_virt_tx": case "network_copy":
		return `${per("frames")} packets/s, ${bytes(figures.rate(pd.name, "bytes"))}/s`;
	case "serial_driver":
		return `in ${per("rx_bytes")}, out ${per("tx_bytes")} bytes/s`;
	case "serial_virt_tx":
		return `${per("lines")} lines/s`;
	case "serial_virt_rx":
		return `${per("bytes")} bytes/s`;
	case "block_driver":
		return `${per("reads")} reads/s, ${per("writes")} writes/s`;
	case "block_virt":
		return `${per("requests")} requests/s`;
	case "fs_server":
		return `read ${bytes(512 * figures.rate(pd.name, "blocks_read"))}/s, kept ${per("cache_hits")}/s`;
	case "supervisor":
		return `${number(page.clients?.length ?? 0)} children`;
	default:
		return null;
	}
}

function showMap(figures) {
	const ran = new Set(), called = new Set();
	for (const pd of figures.pds) {
		const box = boxes.get(pd.name);
		if (pd.turns > 0)
			ran.add(pd.name);
		if (pd.called > 0)
			called.add(pd.name);
		if (!box)
			continue;
		const trouble = pd.restarts > 0 || pd.faults > 0;
		box.bar.setAttribute("width", (box.width * Math.min(1, pd.share)).toFixed(1));
		box.share.textContent = percent(pd.share);
		box.events.textContent = trouble
			? `${pd.faults} fault${pd.faults > 1 ? "s" : ""}, ${pd.restarts} restarts`
			: `${number(pd.events)} notified/s`;
		box.facts.textContent = work(figures, pd) ??
			(pd.called > 0 ? `${number(pd.called)} calls/s, ${bytes(pd.memory)}` : box.quiet);
		box.group.classList.toggle("trouble", trouble);
	}
	for (const { group, ends } of lines)
		group.classList.toggle("active", ran.has(ends[0]) && ran.has(ends[1]) &&
			(!group.classList.contains("call") || ends.some((name) => called.has(name))));
}

// ---- Tables ----

function cell(text, kind = "") {
	return make("td", { textContent: text, className: kind });
}

const count = (value) => cell(number(value), value > 0 ? "bad" : "zero");
const perSecond = (value) => cell(number(value), value > 0 ? "" : "zero");

function reasonOf(figures, pd) {
	const child = clientOf(ofKind(figures, "supervisor")[0], pd.name);
	const code = `0x${(child?.code ?? 0).toString(16)}`;
	const reasons = { 64: "hung", 65: "was killed from here", 1: "used a capability that it has not",
		2: "made a system call that there is not",
		3: child?.code === CLASS_BRK ? "stopped itself" : `exception class ${code}`,
		6: `may not access ${code}` };
	if (!child?.reason)
		return "";
	return (child.stopped ? "left stopped: " : "") + (reasons[child.reason] ?? "another fault") +
		` (pc 0x${child.pc.toString(16)})`;
}

function budget(pd) {
	if (pd.passive)
		return "its callers'";
	return pd.budget_us === pd.period_us ? "no limit" : `${pd.budget_us} of ${pd.period_us} µs`;
}

function showDomains(figures) {
	byId("domains").tBodies[0].replaceChildren(...figures.pds.map((pd) => {
		const bar = make("span");
		bar.style.width = `${(100 * Math.min(1, pd.share)).toFixed(1)}%`;
		return make("tr", {}, make("th", { scope: "row", textContent: pd.name }),
			make("td", {}, make("span", { className: "meter", ariaHidden: "true" }, bar),
				percent(pd.share)),
			perSecond(pd.events), perSecond(pd.called), perSecond(pd.turns), cell(budget(pd)),
			cell(bytes(pd.memory)), count(pd.faults), count(pd.restarts),
			cell(reasonOf(figures, pd), "text"));
	}));
}

// One queue: what one end says that it gave, the other that it took.
function queue(figures, from, to, what, given, taken, lost) {
	const now = figures.now.components;
	const restarted = [from, to].some((name) => figures.now.pds.get(name)?.restarts > 0);
	const waiting = given(now) - taken(now);
	return { from, to, what, lost,
		rate: Math.max(0, taken(now) - taken(figures.then.components)) / figures.seconds,
		// A restart loses what was in flight, and both counts go on.
		waiting: restarted || waiting < 0 ? null : waiting };
}

const total = (page, ...names) => names.reduce((sum, name) => sum + (page?.[name] ?? 0), 0);

function networkQueues(figures, driver, rx, tx) {
	const list = [queue(figures, driver.pd, rx.pd, "received packets",
		(pages) => total(pages.get(driver.pd), "rx_frames"),
		(pages) => total(pages.get(rx.pd), "frames", "bad_frames", "bad_slots"), driver.rx_dropped)];
	for (const copier of ofKind(figures, "network_copy")) {
		const pd = copier.pd.slice("network_copy_".length);
		list.push(queue(figures, rx.pd, copier.pd, `received packets of ${pd}`,
			(pages) => total(clientOf(pages.get(rx.pd), pd), "frames"),
			(pages) => total(pages.get(copier.pd), "frames", "dropped", "bad_slots"),
			total(clientOf(rx, pd), "dropped") + copier.dropped));
	}
	list.push(queue(figures, tx.pd, driver.pd, "packets to send",
		(pages) => total(pages.get(tx.pd), "frames"),
		(pages) => total(pages.get(driver.pd), "tx_frames"), tx.bad_slots));
	return list;
}

function queuesOf(figures) {
	const first = (kind) => ofKind(figures, kind)[0];
	const list = [];
	if (first("network_driver") && first("network_virt_rx") && first("network_virt_tx"))
		list.push(...networkQueues(figures, first("network_driver"), first("network_virt_rx"),
			first("network_virt_tx")));
	const virt = first("block_virt"), disk = first("block_driver");
	if (virt && disk)
		list.push(queue(figures, virt.pd, disk.pd, "requests of the disk",
			// The first one asks what the disk is, and is none of the disk's.
			(pages) => total(pages.get(virt.pd), "requests") - 1,
			(pages) => total(pages.get(disk.pd), "reads", "writes", "flushes", "bad_requests"),
			disk.lost));
	return list;
}

function showQueues(figures) {
	byId("queues").tBodies[0].replaceChildren(...queuesOf(figures).map((q) =>
		make("tr", {}, make("th", { scope: "row", textContent: q.from }), cell(q.to, "text"),
			cell(q.what, "text"), perSecond(q.rate),
			q.waiting === null ? cell("–", "zero") : cell(number(q.waiting), q.waiting ? "" : "zero"),
			count(q.lost))));
}

// ---- Components ----

function counters(now, then, seconds) {
	const list = make("dl");
	for (const [name, value] of Object.entries(now).sort(([a], [b]) => a < b ? -1 : 1)) {
		if (typeof value !== "number" || (value === 0 && !["frames", "bytes"].includes(name)))
			continue;
		const rate = LEVELS.has(name) ? 0 : grown(now, then, name) / seconds;
		list.append(make("dt", { textContent: name.replaceAll("_", " ") }),
			make("dd", { textContent: number(value), className: TROUBLE.has(name) ? "bad" : "" }),
			make("dd", { textContent: rate > 0 ? `${number(rate)} / s` : "", className: "rate" }));
	}
	return list;
}

function showComponents(figures) {
	const sections = figures.answer.components.filter((page) => page.kind !== "supervisor");
	byId("components").replaceChildren(...sections.map((page) => {
		const then = figures.then.components.get(page.pd);
		const section = make("section", {}, make("h3", { textContent: page.pd }),
			counters(page, then, figures.seconds));
		for (const client of page.clients ?? [])
			section.append(make("h4", { textContent: `for ${client.pd}` }),
				counters(client, clientOf(then, client.pd), figures.seconds));
		return section;
	}));
}

// ---- Killing ----

let token; // null: nobody may

async function askToken() {
	token = (await (await fetch("/api/demo", { cache: "no-store" })).json()).token;
	byId("demo").hidden = token === null;
}

async function kill(name) {
	byId("killed").textContent = `Killing ${name} …`;
	try {
		const post = () => fetch(`/api/kill/${encodeURIComponent(name)}`, { method: "POST",
			headers: { "X-Demo-Token": token }, signal: AbortSignal.timeout(PATIENCE_MS) });
		let answer = await post();
		if (answer.status === 403) { // the server has started anew, with another token
			await askToken();
			answer = await post();
		}
		byId("killed").textContent = answer.ok ? `${name} was killed, and has started anew.`
			: answer.status === 429 ? "Not so fast: two in a second." : `${name}: ${answer.status}`;
	} catch {
		byId("killed").textContent = `${name} was killed; the answer was lost with it.`;
	}
}

// Once: a button that is pressed must not be replaced.
function showButtons(figures) {
	const children = ofKind(figures, "supervisor")[0]?.clients ?? [];
	if (!token || byId("kill").childElementCount > 0)
		return;
	byId("kill").append(...children.map(({ pd }) => {
		const button = make("button", { type: "button", textContent: pd });
		button.addEventListener("click", () => kill(pd));
		return button;
	}));
}

// ---- Asking ----

function say(text, state) {
	if (byId("state").className !== state || state === "silent" || text !== byId("state").textContent)
		byId("state").textContent = text;
	byId("state").className = state;
	byId("page").classList.toggle("stale", state === "silent");
}

function show(answer) {
	const figures = judge(answer);
	showTiles(figures);
	showMap(figures);
	showDomains(figures);
	showQueues(figures);
	showComponents(figures);
	showButtons(figures);
	byId("about").textContent = `Board ${answer.board}, configuration ${answer.config}, ` +
		`${answer.pds.length} protection domains, up ${duration(answer.ticks / answer.counter_hz)}.`;
	before = answer;
}

async function ask() {
	try {
		const answer = await fetch("/api/system", { cache: "no-store",
			signal: AbortSignal.timeout(PATIENCE_MS) });
		if (!answer.ok)
			throw new Error(`status ${answer.status}`);
		show(await answer.json());
		answeredAt = Date.now();
		say("Live", "live");
	} catch (error) {
		const since = answeredAt ? ` for ${duration((Date.now() - answeredAt) / 1000)}` : "";
		say(`The server does not answer${since}; the figures are old`, "silent");
	}
}

async function run() {
	makeTiles();
	for (;;) {
		if (boxes.size === 0)
			await loadMap().catch(() => {});
		if (token === undefined)
			await askToken().catch(() => {});
		if (!document.hidden)
			await ask();
		await new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
	}
}

run();

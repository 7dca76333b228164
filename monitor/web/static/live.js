// Keeps a page up to date: on a tick of /api/v1/stream it asks for itself again and puts what is new in place.
// Without this file the page is whole; the browser then reloads it by itself.
"use strict";

(() => {
  const every = 2000; // ms at least from one look to the next
  const fallback = 15000; // ms from look to look while there is no stream
  const silence = 40000; // ms without a word from a stream, which says something every 15 s: it is dead
  const patience = 10000; // ms in which a page must be there
  let stream = null, timer = 0, looked = 0, looking = false, missed = false;

  const busy = () => {
    const selection = document.getSelection();
    if (selection !== null && !selection.isCollapsed) return true;
    // What somebody ticks or writes inside must not be taken away.
    return [...document.querySelectorAll("[data-live] input")].some(
      (field) => field === document.activeElement || field.checked || (field.type === "text" && field.value !== ""),
    );
  };

  const keep = (from, to) => {
    from.querySelectorAll("details[open]").forEach((open) => {
      const same = open.id && to.querySelector(`#${CSS.escape(open.id)}`);
      if (same) same.open = true;
    });
  };

  const put = (fresh) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      if (other === null || other.innerHTML === part.innerHTML) continue;
      const focus = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      keep(part, other);
      part.replaceChildren(...other.childNodes);
      if (focus !== null) part.querySelector(`[href="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
    }
    document.title = fresh.title;
  };

  const look = async () => {
    if (looking || busy() || document.hidden) { missed = true; return; }
    looking = true;
    missed = false;
    looked = Date.now();
    try {
      const answer = await fetch(location.href, {
        headers: { Accept: "text/html" }, signal: AbortSignal.timeout?.(patience),
      });
      if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
      document.documentElement.toggleAttribute("data-stale", !answer.ok);
      if (answer.ok && stream !== null && stream.readyState === EventSource.CLOSED) open(); // was refused
    } catch {
      document.documentElement.toggleAttribute("data-stale", true);
    } finally {
      looking = false;
    }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      timer = 0;
      await look();
      if (timer === 0 && stream !== null) later(); // else there was news meanwhile, or nobody looks
    }, Math.max(0, looked + every - Date.now()));
  };

  const later = () => {
    clearTimeout(timer);
    const isOpen = stream !== null && stream.readyState === EventSource.OPEN;
    timer = setTimeout(soon, missed ? every : isOpen ? silence : fallback);
  };

  const open = () => {
    stream = new EventSource(`${document.documentElement.dataset.root}/api/v1/stream`);
    stream.addEventListener("changed", soon);
    // At once: while posmon is away the browser tries again every 5 s, and would put off whatever is later.
    stream.addEventListener("error", soon);
    later();
  };

  const close = () => {
    stream?.close();
    stream = null;
    clearTimeout(timer);
  };

  // A tab that nobody sees holds no connection: a browser has only six for one place.
  document.addEventListener("visibilitychange", () => {
    close();
    if (!document.hidden) { open(); soon(); }
  });
  addEventListener("pagehide", close);
  if (document.querySelector("[data-live]") && !document.hidden) open();
})();

/// Keeps what is typed on a case at the server while it is typed; without it the forms work as they always did.
///
/// The forms say where (`data-draft`). At the latest a second after a change it is on its way; a browser keeps nothing of it.
package enum DraftScript {
    package static let path = "/assets/drafts.js"
    package static var text: String { "\(source)" }

    private static let source: StaticString = #"""
        "use strict";
        const soon = 1000, again = 4000;
        const reasons = {
          0: "ログインの期限が切れたようです。このまま送ると、ログインのあとで続けられます。",
          403: "このケースに書く許可がないか、別の画面でログインし直したためです。",
          404: "このケースには書けません。",
          409: "このケースには書けません。",
          422: "長すぎるか、マイナンバー（個人番号）と思われる数字があります。",
        };

        for (const form of document.querySelectorAll("form[data-draft]")) {
          const field = form.elements.note, told = form.querySelector("[data-told]");
          // What the server has; nothing of a text that came back refused.
          let kept = "unkept" in field.dataset ? null : field.value;
          let timer = 0, sending = null, leaving = false, waiting = false, failed = false, over = false;

          const tell = (text, isBad) => {
            failed = isBad;
            told.classList.toggle("late", isBad);
            if (told.textContent !== text) told.textContent = text;
          };
          const later = (wait) => { if (!timer && !leaving && !over) timer = setTimeout(keep, wait); };

          const send = async (text) => {
            const data = new FormData(form);
            const body = new URLSearchParams();
            for (const name of ["csrf", "step", "version"]) body.set(name, data.get(name));
            body.set("note", text);
            try {
              const answer = await fetch(form.dataset.draft, {
                method: "POST", body, redirect: "manual", cache: "no-store", keepalive: true,
                signal: AbortSignal.timeout(again),
              });
              if (answer.ok) return null;
              // What is refused stays so on this page, but for what can be mended in the text, or by a log-in elsewhere.
              over = [403, 404, 409].includes(answer.status);
              return { text: reasons[answer.status] ?? "しばらくしてもう一度試します。", isLasting: answer.status in reasons };
            } catch {
              return { text: "サーバーにつながりません。つながるまで試します。", isLasting: false };
            }
          };

          const keep = async () => {
            timer = 0;
            const text = field.value;
            if (sending || leaving || over || text === kept) return;
            sending = send(text);
            const problem = await sending;
            sending = null;
            if (!problem) {
              kept = text;
              tell(text ? "下書きを保存しました。" : "", false);
            } else {
              tell("下書きを保存できていません。" + problem.text, true);
              if (problem.isLasting) return;
            }
            if (field.value !== kept) later(problem ? again : soon);
          };

          field.addEventListener("input", () => later(soon));
          addEventListener("online", keep);
          document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
          addEventListener("pagehide", () => { if (!leaving && !sending && field.value !== kept) send(field.value); });
          addEventListener("pageshow", () => { leaving = false; });
          addEventListener("beforeunload", (event) => { if (!leaving && failed && field.value !== kept) event.preventDefault(); });
          form.addEventListener("submit", (event) => {
            leaving = true;
            clearTimeout(timer);
            timer = 0;
            if (!sending) return;
            // A draft that came after the step would stand there as if nothing had been sent.
            event.preventDefault();
            if (waiting) return;
            waiting = true;
            const button = event.submitter;
            sending.then(() => { waiting = false; form.requestSubmit(button); });
          });
          if (kept === null) later(0);
        }
        """#
}

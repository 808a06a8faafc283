/// Keys for what is done most, beside mouse and Tab; a user can switch them off (WCAG 2.2, 2.1.4).
///
/// Which key does what, the elements say themselves (`aria-keyshortcuts`). No key means anything while somebody types.
package enum KeyScript {
    package static let path = "/assets/keys.js"
    package static var text: String { "\(source)" }

    private static let source: StaticString = #"""
        "use strict";
        const help = document.getElementById("keys");
        const rows = [...document.querySelectorAll("main a.name")];
        const isWriting = (node) => node.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit]), [contenteditable]");
        const row = () => document.activeElement.closest("tr");

        const move = (by) => {
          const here = rows.findIndex((link) => link.closest("tr") === row());
          const next = rows[Math.min(Math.max(here + by, 0), rows.length - 1)];
          next?.focus();
          next?.closest("tr").scrollIntoView({ block: "nearest" });
        };

        const press = (key) => {
          const found = [...document.querySelectorAll("[aria-keyshortcuts]")].find((node) => node.getAttribute("aria-keyshortcuts") === key);
          if (!found) return false;
          // Into sight first: nothing is chosen that nobody sees.
          found.focus();
          if (!isWriting(found)) return found.click(), true;
          // On, behind what stands there.
          found.setSelectionRange(found.value.length, found.value.length);
          return true;
        };

        const act = (key) => {
          switch (key) {
            case "j": return rows.length > 0 && (move(1), true);
            case "k": return rows.length > 0 && (move(-1), true);
            case "x": return row()?.querySelector("input[type=checkbox]")?.click() ?? true;
            case "?": return help.showModal(), true;
            default: return press(key);
          }
        };

        document.addEventListener("keydown", (event) => {
          const at = event.target;
          if (event.isComposing || event.altKey || event.metaKey || help.open || !(at instanceof Element)) return;
          if (isWriting(at)) {
            if (event.key === "Escape") at.blur();
            if (event.key === "Enter" && event.ctrlKey && at.matches("form textarea")) at.form.requestSubmit();
          } else if (!event.ctrlKey && event.key.length === 1 && act(event.key)) {
            event.preventDefault();
          }
        });
        document.getElementById("keys-line").hidden = false;
        document.getElementById("keys-close").addEventListener("click", () => help.close());
        document.getElementById("keys-open").addEventListener("click", () => help.showModal());
        """#
}

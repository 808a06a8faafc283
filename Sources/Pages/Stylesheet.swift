/// The one stylesheet; a file of its own on the server (the pages' content security policy knows no inline style).
///
/// Text and background pairs keep a contrast of at least 4.5:1 (WCAG 2.2 AA), focus is always visible.
package enum Stylesheet {
    package static let path = "/assets/renkei.css"
    package static var text: String { "\(source)" }
    static let html = HTML.literal(source)

    private static let source: StaticString = """
        :root { --ink: #1c2733; --soft: #4d5b69; --line: #d3dbe2; --paper: #ffffff; --ground: #f4f6f8;
          --accent: #1d5a86; --tint: #e8f0f6; --warn: #6b4300; --warn-tint: #fdf3dc; --ok: #1f5f3f; --focus: #b35900;
          --on-accent: #ffffff; --head: #eef2f5; --hover: #f8fafb; --tag: #143f5e; --edge: #77858f; --warn-line: #b58a2e;
          --blue: #3f7ba6; --amber: #a8690a; --grey: #7a8894; --grid: #dde4ea; color-scheme: light dark; }
        @media screen and (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #aebac5; --line: #3a4652; --paper: #1b232b;
          --ground: #12181e; --accent: #8cc4ee; --tint: #1d3a4f; --warn: #ffd58a; --warn-tint: #3a2e12; --ok: #7fd6a8; --focus: #ffb454;
          --on-accent: #0d1820; --head: #232d36; --hover: #202a33; --tag: #cfe6f7; --edge: #7f8e9a; --warn-line: #b58a2e;
          --blue: #6aa9d6; --amber: #d99a3c; --grey: #83919d; --grid: #2b3640; } }
        * { box-sizing: border-box; }
        html { font-size: 100%; }
        body { margin: 0; color: var(--ink); background: var(--ground); line-height: 1.7;
          font-family: "Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif; }
        a { color: var(--accent); text-underline-offset: 0.2em; }
        :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
        .skip { position: absolute; left: -999rem; }
        .skip:focus { left: 1rem; top: 0.5rem; padding: 0.5rem 1rem; background: var(--paper); z-index: 1; }
        .top { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1.5rem; padding: 0.75rem 2rem 0.25rem;
          background: var(--paper); border-bottom: 1px solid var(--line); }
        .brand { font-weight: 700; color: var(--ink); text-decoration: none; }
        .top nav { display: flex; flex-wrap: wrap; gap: 0 1.5rem; flex-basis: 100%; }
        .top nav a { color: var(--soft); white-space: nowrap; text-decoration: none; padding: 0.25rem 0; border: solid transparent; border-width: 3px 0; }
        .top nav a:hover { color: var(--accent); }
        .top nav a[aria-current] { color: var(--accent); border-bottom-color: var(--accent); font-weight: 700; }
        .user { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem; margin-left: auto; color: var(--soft); }
        .banner { padding: 0.75rem 2rem; background: var(--warn-tint); color: var(--warn); border-bottom: 1px solid var(--warn-line); }
        .declared { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1.5rem; }
        main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 2rem 4rem; }
        h1 { font-size: 1.5rem; line-height: 1.4; margin: 0.5rem 0; }
        h2 { font-size: 1.15rem; margin: 2.25rem 0 0.75rem; padding-bottom: 0.25rem; border-bottom: 2px solid var(--line); }
        h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
        p { margin: 0.5rem 0; }
        p, li, caption, h1, h2, h3, th, td, dt, dd, label, summary { word-break: auto-phrase; }
        .lead, .muted { color: var(--soft); }
        .lead { max-width: 48rem; }
        .small, .kana { font-size: 0.8125rem; color: var(--soft); }
        .kana { display: block; line-height: 1.4; font-weight: 400; }
        .mono { font-family: "Noto Sans Mono CJK JP", ui-monospace, monospace; font-size: 0.8125rem; overflow-wrap: anywhere; } .file { overflow-wrap: break-word; }
        .panel { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 1rem 1.5rem; margin: 1rem 0; }
        .panel > :is(h2, h3):first-child { margin-top: 0; }
        details.panel { padding: 0.5rem 1rem; margin: 0.5rem 0; } details.panel[open] { padding-bottom: 1rem; }
        .scroll { overflow-x: auto; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; margin: 0.75rem 0; }
        table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
        caption { text-align: left; padding: 0.5rem 1rem; color: var(--soft); font-size: 0.8125rem; }
        th, td { text-align: left; vertical-align: top; padding: 0.5rem 1rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
        thead th { background: var(--head); font-size: 0.8125rem; color: var(--soft); white-space: nowrap; }
        tbody th { font-weight: 400; min-width: 9rem; }
        tbody tr:hover, tbody tr:focus-within { background: var(--hover); }
        input[type=checkbox] { width: 1.5rem; height: 1.5rem; min-height: 0; margin: 0 0.5rem 0 0; vertical-align: -0.25rem; }
        input[type=radio] { width: 1.25rem; height: 1.25rem; min-height: 0; margin: 0 0.5rem 0 0; vertical-align: -0.25rem; }
        fieldset { border: 1px solid var(--line); border-radius: 4px; padding: 0 1rem 0.75rem; margin: 0.75rem 0; }
        dialog { max-width: 32rem; color: var(--ink); background: var(--paper); border: 1px solid var(--edge); border-radius: 6px; }
        kbd { font: inherit; padding: 0 0.375rem; border: 1px solid var(--edge); border-radius: 3px; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .short { white-space: nowrap; }
        .name { font-weight: 700; }
        .tag { display: inline-block; padding: 0 0.5rem; margin: 0 0.25rem 0.25rem 0; border-radius: 3px; font-size: 0.8125rem;
          background: var(--tint); color: var(--tag); white-space: nowrap; }
        .urgency { display: inline-block; padding: 0 0.5rem; border-radius: 3px; border: 1px solid var(--line); white-space: nowrap;
          font-size: 0.8125rem; color: var(--soft); }
        .urgency.immediate { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 700; }
        .masked { font-size: 0.8125rem; background: var(--head); color: var(--soft); padding: 0 0.5rem; border-radius: 3px; white-space: nowrap; }
        .facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.5rem; margin: 0; }
        .facts dt { color: var(--soft); } .facts dd { margin: 0; }
        .reason { margin: 0.75rem 0; padding-left: 1rem; border-left: 3px solid var(--accent); }
        .sources { list-style: none; margin: 0.25rem 0; padding: 0; font-size: 0.8125rem; color: var(--soft); }
        .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; margin: 1rem 0; padding: 0; }
        .figures > div { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem 1rem; }
        .figures dt { color: var(--soft); font-size: 0.8125rem; }
        .figures dd { margin: 0; font-size: 1.5rem; font-weight: 700; font-variant-numeric: tabular-nums; }
        .pass { color: var(--ok); } .fail { color: var(--warn); font-weight: 700; }
        button { font: inherit; white-space: nowrap; padding: 0.5rem 1.25rem; border-radius: 4px; border: 1px solid var(--accent); background: var(--accent);
          color: var(--on-accent); cursor: pointer; }
        button.quiet { background: var(--paper); color: var(--accent); padding: 0.25rem 0.75rem; }
        label { display: block; margin-top: 1rem; font-weight: 700; }
        input, select, textarea { font: inherit; width: 100%; padding: 0.5rem 0.75rem; border: 1px solid var(--edge); border-radius: 4px;
          color: var(--ink); background: var(--paper); } input, select { min-height: 2.875rem; }
        .login { max-width: 26rem; margin: 4rem auto; }
        .qr { display: block; width: 15rem; margin: 1rem auto; }
        .login button { margin-top: 1.5rem; width: 100%; }
        .alert { border-left: 3px solid var(--warn-line); padding: 0.25rem 0.75rem; background: var(--warn-tint); color: var(--warn); }
        .filter { display: flex; flex-wrap: wrap; align-items: end; gap: 0.5rem 1rem; } .filter label { margin-top: 0; } .filter p { max-width: 16rem; margin: 0; }
        .filters { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.75rem 0; }
        .filters a { padding: 0.25rem 0.5rem; border-radius: 4px; text-decoration: none; }
        .filters a[aria-current] { background: var(--tint); font-weight: 700; }
        .late { color: var(--warn); font-weight: 700; } .written { white-space: pre-wrap; overflow-wrap: anywhere; }
        .step { margin: 0.75rem 0; max-width: 40rem; } .step label { margin-top: 0.5rem; } .step button { margin-top: 0.5rem; }
        .step label > * { font-weight: 400; }
        .pages { display: flex; gap: 1.5rem; margin: 1rem 0; }
        figure { margin: 1rem 0; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 1rem; }
        figcaption { color: var(--soft); font-size: 0.8125rem; }
        svg { display: block; width: 100%; height: auto; }
        svg text { fill: var(--ink); font-size: 15px; } svg .soft { fill: var(--soft); }
        .drawing { overflow-x: auto; } .drawing svg { min-width: 44rem; max-width: 60rem; }
        .bar-accepted, .up { fill: var(--blue); } .bar-duplicate, .rest { fill: var(--grey); } .bar-rejected, .down { fill: var(--amber); }
        .hidden { fill: var(--paper); stroke: var(--grey); stroke-dasharray: 3 2; }
        .grid { stroke: var(--grid); } .axis { stroke: var(--soft); } .mark { stroke: var(--ink); stroke-width: 2; stroke-dasharray: 6 4; }
        svg .strong { font-weight: 700; } .solid, .dashed { fill: none; stroke: var(--blue); stroke-width: 3; }
        .dashed { stroke: var(--amber); stroke-dasharray: 8 5; }
        details { margin: 0.75rem 0; } summary { color: var(--accent); cursor: pointer; padding: 0.25rem 0; }
        .letter { max-width: 48rem; } .letter p:first-child { margin-bottom: 3rem; }
        .contents { columns: 18rem; padding-left: 1.25rem; }
        .watermark { position: fixed; inset: 0; z-index: 1; pointer-events: none; overflow: hidden; opacity: 0.08; font-size: 2rem;
          line-height: 6rem; white-space: nowrap; transform: rotate(-20deg) scale(1.4); }
        .sheet { background: var(--paper); border: 1px solid var(--line); padding: 1rem 1.5rem; margin: 1rem 0; }
        .sheet h2 { margin-top: 0; }
        .dense th, .dense td { padding: 0.25rem 0.5rem; font-size: 0.8125rem; } .dense tbody th { min-width: 0; } .dense .short { white-space: normal; }
        .sheet th, .sheet td { border: 1px solid var(--edge); } .blank { min-width: 12rem; height: 3.5rem; }
        .key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; font-size: 0.8125rem; color: var(--soft); }
        .key svg { display: inline-block; width: 0.875rem; height: 0.875rem; margin-right: 0.375rem; vertical-align: -0.0625rem; }
        @media (max-width: 72rem) { th, td { padding-left: 0.625rem; padding-right: 0.625rem; } }
        @media (max-width: 56rem) {
          .cards table, .cards caption, .cards tbody, .cards tr, .cards th, .cards td { display: block; }
          .cards thead { display: none; } .cards tr { padding: 0.75rem 1rem; border-top: 1px solid var(--line); }
          .cards tbody th { padding: 0 0 0.25rem; border: 0; }
          .cards td { display: grid; grid-template-columns: 7rem 1fr; padding: 0.125rem 0; border: 0; text-align: left; overflow-wrap: anywhere; }
          .cards td::before { content: attr(data-title); color: var(--soft); font-size: 0.8125rem; }
          .cards td > * { grid-column: 2; justify-self: start; } .cards .short, .cards .number { white-space: normal; } }
        @media (max-width: 40rem) { main, .top, .banner { padding-left: 1rem; padding-right: 1rem; } button { white-space: normal; }
          .facts { grid-template-columns: 1fr; } .facts dd { margin-bottom: 0.5rem; } }
        @page { size: A4; margin: 14mm 12mm; } @page wide { size: A4 landscape; } .wide { page: wide; }
        @media print { details::details-content { content-visibility: visible; display: block; } body { background: #ffffff; font-size: 10pt; } .top nav, .user button, .skip, .pages, .screen { display: none; }
          main { max-width: none; padding: 0; } .scroll { overflow: visible; } tr, .panel, figure { break-inside: avoid; }
          .sheet, .sheet .scroll { border: 0; padding: 0; margin: 0; } .sheet + .sheet { break-before: page; }
          thead { display: table-header-group; } a { color: inherit; text-decoration: none; } }
        """
}

/// The mark in the browser's tab: two rings that hold together.
package enum Icon {
    package static let path = "/assets/icon.svg"
    package static var text: String { "\(source)" }

    private static let source: StaticString = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#1d5a86" stroke-width="4">
        <circle cx="11" cy="16" r="8"/><circle cx="21" cy="16" r="8"/></svg>
        """
}

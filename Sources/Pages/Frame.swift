package import Domain

/// What surrounds the content of every page behind the log-in.
package struct Frame: Sendable {
    package enum Place: Sendable {
        case queue, search, spotChecks, support, run, extracts, rejected, review, policy, rules, audit, users
        case emergency, unlock, declarations, consents, none
    }

    /// The places the person may go; the menu offers no others.
    package var places: Set<Place>
    /// Whose data this is; empty before the first night.
    package var municipality: String
    /// The person who is logged in.
    package var user: String
    /// Goes into the log-out form.
    package var csrf: String
    package var today: Day
    /// The last night ended without a publication: when (already written for people) and why.
    package var failedNight: FailedNight?
    /// What waits at a place for this reader.
    package var waiting: [Place: Int]
    /// What the reader declared and still runs; on every page.
    package var declared: [Declared]
    /// Whether keys do something, as the reader wishes.
    package var hasKeys: Bool

    /// A declaration that runs for the reader.
    package struct Declared: Sendable {
        package var number: Int
        /// What it is, such as 緊急の確認.
        package var title: String
        package var minutesLeft: Int
        /// A time of day, already written for people.
        package var until: String

        package init(number: Int, title: String, minutesLeft: Int, until: String) {
            self.number = number
            self.title = title
            self.minutesLeft = minutesLeft
            self.until = until
        }
    }

    package struct FailedNight: Sendable {
        package var at: String
        /// `nil` for who does not run the night.
        package var message: String?
        /// The day of the data that stays in service.
        package var asOf: Day?

        package init(at: String, message: String?, asOf: Day?) {
            self.at = at
            self.message = message
            self.asOf = asOf
        }
    }

    package init(
        municipality: String, user: String, csrf: String, today: Day, places: Set<Place>,
        failedNight: FailedNight? = nil, waiting: [Place: Int] = [:], declared: [Declared] = [],
        hasKeys: Bool = true
    ) {
        self.hasKeys = hasKeys
        self.municipality = municipality
        self.places = places
        self.user = user
        self.csrf = csrf
        self.today = today
        self.failedNight = failedNight
        self.waiting = waiting
        self.declared = declared
    }

    /// - Parameters:
    ///   - scripts: paths of our own; a page does its work without them.
    ///   - keys: of the page, for who has them.
    func page(
        _ title: String, at place: Place, scripts: [String] = [], keys: KeyHelp? = nil,
        @HTMLBuilder content: () -> HTML
    ) -> String {
        let keys = hasKeys ? keys : nil
        return Self.document(title, scripts: scripts + (keys == nil ? [] : [KeyScript.path])) {
            tag("header", .class("top")) {
                tag("a", .class("brand"), .href("/")) { "renkei こどもデータ連携" }
                if !municipality.isEmpty { tag("span", .class("muted")) { municipality } }
                tag("form", .class("user"), .init("method", "post"), .init("action", "/logout")) {
                    tag("a", .href(LogInsPage.path)) { user }
                    tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", csrf))
                    tag("button", .init("type", "submit"), .class("quiet")) { "ログアウト" }
                }
                tag("nav", .init("aria-label", "主なページ")) {
                    if places.contains(.queue) { link("/cases", "確認の一覧", isHere: place == .queue) }
                    if places.contains(.search) {
                        keys == nil
                            ? link(SearchPage.path, "探す", isHere: place == .search)
                            : tag("a", .href(SearchPage.path), .init("aria-keyshortcuts", "/")) { "探す" }
                    }
                    if places.contains(.spotChecks) {
                        link(
                            SpotCheckListPage.path, SpotCheckListPage.title, isHere: place == .spotChecks)
                    }
                    if places.contains(.support) {
                        link(SupportListPage.path, SupportListPage.title, isHere: place == .support)
                    }
                    if places.contains(.run) { link("/runs/latest", "夜間処理の報告", isHere: place == .run) }
                    if places.contains(.extracts) {
                        link("/extracts", ExtractsPage.title, isHere: place == .extracts)
                    }
                    if places.contains(.rejected) {
                        link(RejectedPage.path, RejectedPage.title, isHere: place == .rejected)
                    }
                    if places.contains(.review) {
                        link(ReviewListPage.path, ReviewListPage.title, isHere: place == .review)
                    }
                    if places.contains(.policy) {
                        link(PolicyPage.path, PolicyPage.title, isHere: place == .policy)
                    }
                    if places.contains(.rules) {
                        link(RulesPage.path, RulesPage.title, isHere: place == .rules)
                    }
                    if places.contains(.emergency) { link(.emergency, "/emergencies", "緊急の確認", place) }
                    if places.contains(.unlock) { link(.unlock, "/unlocks", "支援措置の開示", place) }
                    if places.contains(.audit) { link("/audit", "閲覧の記録", isHere: place == .audit) }
                    if places.contains(.users) {
                        link(UsersPage.path, UsersPage.title, isHere: place == .users)
                    }
                    if places.contains(.declarations) { link(.declarations, "/declarations", "緊急の申告", place) }
                    if places.contains(.consents) {
                        link(ConsentsPage.path, ConsentsPage.title, isHere: place == .consents)
                    }
                }
            }
            if let failedNight { banner(failedNight) }
            for declared in declared { banner(declared) }
            tag("main", .id("main")) {
                content()
                if let keys { keys.html(csrf: csrf) }
            }
        }
    }

    /// What says which key an element has, for who has keys.
    func key(_ key: String) -> [Attribute] { hasKeys ? [.init("aria-keyshortcuts", key)] : [] }

    /// With how much waits there.
    private func link(_ place: Place, _ path: String, _ text: String, _ here: Place) -> HTML {
        let count = waiting[place] ?? 0
        return link(path, count > 0 ? "\(text)（\(count)）" : text, isHere: place == here)
    }

    private func link(_ path: String, _ text: String, isHere: Bool) -> HTML {
        isHere
            ? tag("a", .href(path), .init("aria-current", "page")) { text } : tag("a", .href(path)) { text }
    }

    private func banner(_ failed: FailedNight) -> HTML {
        tag("div", .class("banner"), .init("role", "status")) {
            tag("strong") { "昨夜の処理は公開されませんでした。" }
            if let asOf = failed.asOf { "\(asOf.wareki)時点のデータを表示しています。" }
            "\(failed.message ?? "データ連携担当が確かめます。")（\(failed.at)）"
        }
    }

    private func banner(_ declared: Declared) -> HTML {
        tag("div", .class("banner declared"), .init("role", "status")) {
            tag("strong") { "\(declared.title)の申告中です（K-\(declared.number)）。" }
            tag("span") { "あと\(declared.minutesLeft)分（\(declared.until)まで）" }
            tag("a", .href("/declarations/\(declared.number)")) { "記録を見る" }
            tag(
                "form", .init("method", "post"),
                .init("action", "/declarations/\(declared.number)/end")
            ) {
                tag("input", .init("type", "hidden"), .init("name", "csrf"), .init("value", csrf))
                tag("button", .init("type", "submit"), .class("quiet")) { "終える" }
            }
        }
    }

    /// Where a page's stylesheet is.
    enum Style { case linked, inlined }

    static func document(
        _ title: String, style: Style = .linked, scripts: [String] = [], @HTMLBuilder body: () -> HTML
    ) -> String {
        tag("html", .init("lang", "ja")) {
            tag("head") {
                tag("meta", .init("charset", "utf-8"))
                tag(
                    "meta", .init("name", "viewport"), .init("content", "width=device-width, initial-scale=1")
                )
                tag("title") { "\(title)｜renkei" }
                switch style {
                case .linked:
                    tag("link", .init("rel", "stylesheet"), .href(Stylesheet.path))
                    tag("link", .init("rel", "icon"), .init("type", "image/svg+xml"), .href(Icon.path))
                case .inlined: tag("style") { Stylesheet.html }
                }
                for path in scripts { tag("script", .init("type", "module"), .init("src", path)) }
            }
            tag("body") {
                tag("a", .class("skip"), .href("#main")) { "本文へ進む" }
                body()
            }
        }.document()
    }
}

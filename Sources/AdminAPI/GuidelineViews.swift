package import Domain
package import Pages
package import Policy
package import Store

/// A guideline in words, for commands and pages alike: who may do what, why, and what another one would change.
package enum GuidelineViews {
    /// Of a purpose: items down, roles across, with what each may do.
    package static func section(
        of purpose: Purpose, _ uses: [Access], _ guideline: Guideline
    ) -> PrintedTables.Section {
        let here = uses.filter { $0.purpose == purpose.id }
        let seen = guideline.roles.keys.sorted().filter { role in here.contains { $0.role == role } }
        let items = guideline.catalogue.items.keys.sorted().filter { purpose.items.contains($0) }
        let rows: [ItemCode?] = items.map(Optional.some) + (here.contains { $0.item == nil } ? [nil] : [])
        return PrintedTables.Section(
            title: purpose.title,
            text:
                "\(purpose.description)（根拠: \(purpose.articles.joined(separator: "、"))。期間: \(purpose.validFrom)から"
                + "\(purpose.validTo.map { "\($0)まで" } ?? "")。\(purpose.council)）",
            columns: ["項目", "秘密の種類"] + seen.map { guideline.title($0) },
            rows: rows.map { item in
                [
                    item.map { guideline.title($0) } ?? "（項目によらない操作）",
                    item.flatMap { guideline.catalogue[$0]?.sensitivity.rawValue } ?? "",
                ] + seen.map { role in cell(here.filter { $0.role == role && $0.item == item }) }
            })
    }

    private static func cell(_ uses: [Access]) -> String {
        guard !uses.isEmpty else { return "—" }
        return uses.map { use in
            let usual = use.open ?? use.protected ?? []
            let more = (use.protected ?? []).filter { !usual.contains($0) }
            var words = usual.isEmpty ? "" : "（\(usual.titles)）"
            if use.open == nil { words += "（支援措置の対象者だけ）" }
            if use.protected == nil { words += "（支援措置の対象者を除く）" }
            if !more.isEmpty { words += "［支援措置: \(more.titles)］" }
            return use.action.title + words
        }.joined(separator: "、")
    }

    // MARK: one item

    /// Of `row`.
    package static let columns = ["役割", "操作", "利用目的", "ふつうは", "支援措置の対象者では"]

    package static func row(_ use: Access, _ guideline: Guideline) -> [String] {
        [
            guideline.title(use.role), use.action.title,
            guideline.title(use.purpose) + (use.isDeclared ? "（申告中だけ）" : ""), words(use.open),
            words(use.protected),
        ]
    }

    package static func words(_ obligations: [Obligation]?) -> String {
        obligations.map { $0.isEmpty ? "可" : "可（\($0.titles)）" } ?? "不可"
    }

    // MARK: one decision

    /// Some of every kind: what is asked is what a user in the range gets.
    private static let anyScopes: Set<Scope> = [.school("why"), .department("why"), .age(0...0)]

    /// A question by somebody of these roles, who wrote a reason and comes with a second person where that is demanded.
    ///
    /// - Parameter items: empty: all there are.
    package static func request(
        roles: [RoleID], _ action: Action, items: Set<ItemCode>, for purpose: PurposeID,
        in situation: Situation, of guideline: Guideline, on day: Day
    ) -> AccessRequest {
        let isSystem = roles.contains { guideline.roles[$0]?.isSystem == true }
        let actor = isSystem ? Actor.system("nightly") : .user("policy-why")
        return AccessRequest(
            actor: actor, roles: roles, action: action,
            items: items.isEmpty ? Set(guideline.catalogue.items.keys) : items, purpose: purpose,
            standing: situation.standing, on: day, isScheduled: situation.isScheduled,
            declared: .supposed(
                situation.isDeclared ? .emergency : .unlock, by: actor, for: purpose,
                second: .user("policy-why-2")),
            scopes: situation.remit == .unknown ? [] : anyScopes, remit: situation.remit)
    }

    package static func word(_ one: StatementVerdict) -> String {
        let effect =
            switch one.effect {
            case .permit: "許可"
            case .forbid: "禁止"
            case .oblige: "義務"
            }
        return one.verdict == .undecidable
            ? "\(effect)（判断できないため\(one.effect == .permit ? "数えない" : "数える")）" : effect
    }

    // MARK: past reads

    /// What became of past reads and refusals that were asked again.
    package static func sentence(_ reads: ReplayedReads) -> String {
        "これまでの閲覧 \(reads.replayed)件を問い直すと、\(reads.refused)件が拒まれ、\(reads.changes.count - reads.refused)件で見える項目が減り、"
            + "\(reads.widened)件で見えるものが増えます。断られた閲覧 \(reads.refusals)件のうち、\(reads.granted.count)件が許されます。"
            + (reads.unknown > 0 ? "役割が分からないため問い直せない閲覧: \(reads.unknown)件。" : "")
    }

    /// Reads that would be answered otherwise, the first of each kind.
    package static func lines(_ reads: ReplayedReads, _ old: Guideline, atMost count: Int) -> [String] {
        let granted = reads.granted.prefix(count).map {
            "許される: \(AccessViews.line($0, in: old).sentence)"
        }
        let changed = reads.changes.prefix(count).map { change in
            let sentence = AccessViews.line(change.record, in: old).sentence
            let lost = change.lost.map { AccessWording.part($0) ?? old.title(ItemCode($0)) }
            return "\(change.isRefused ? "拒まれる" : "減る（\(lost.joined(separator: "、"))）"): \(sentence)"
        }
        let more = reads.changes.count - count
        return granted + changed + (more > 0 ? ["ほか \(more)件（--json ですべて示します）"] : [])
    }

    // MARK: two guidelines

    /// What no point of the decisions shows: who is drawn at random.
    package static func drawn(_ old: Guideline, _ new: Guideline) -> (before: String, after: String)? {
        func words(_ guideline: Guideline) -> String {
            guideline.purposes["support"]?.spotCheck.map {
                "毎月\($0.perMonth)人（\($0.ages.lowerBound)〜\($0.ages.upperBound)歳）"
            } ?? "行わない"
        }
        let (before, after) = (words(old), words(new))
        return before == after ? nil : (before, after)
    }

    /// Whether other reading counts as unusual.
    package static func isAnalysisChanged(_ old: Guideline, _ new: Guideline) -> Bool {
        (try? old.analysisLimits) != (try? new.analysisLimits)
    }

    /// What matters most, first.
    package static func headline(_ headline: GuidelineHeadline, _ old: Guideline, _ new: Guideline)
        -> [String]
    {
        func line(_ count: Int, _ words: String) -> String { "\(count == 0 ? "  " : "★ ")\(words): \(count)" }
        var lines = [
            "まず確かめること（★は守りが弱くなるところ。数は 役割 × 操作 × 利用目的 × 項目 の組）",
            line(headline.masksFallen, "支援措置の対象者について、伏せなくなるもの"),
            line(headline.openedToProtected, "支援措置の対象者にも新しく開くもの"),
            line(headline.refusalsFallen, "利用停止を求めた人について、止まらなくなるもの"),
            line(headline.consentsFallen, "同意がなくてもできるようになるもの"),
            line(headline.gains.count, "できることの増える役割と利用目的"),
        ]
        for gain in headline.gains {
            let role = (new.roles[gain.role] == nil ? old : new).title(gain.role)
            let purpose = (new.purposes[gain.purpose] == nil ? old : new).title(gain.purpose)
            let items = gain.items.map { (new.catalogue[$0] == nil ? old : new).title($0) }
            lines.append(
                "    \(role) / \(purpose): \(gain.actions.map(\.title).joined(separator: "・"))"
                    + (items.isEmpty ? "" : "（\(items.joined(separator: "、"))）"))
        }
        lines.append("  狭まるもの: \(headline.narrowed)")
        let relieved = new.roles.keys.sorted().filter {
            (old.roles[$0] == nil || old.demandsSecondFactor(of: [$0])) && !new.demandsSecondFactor(of: [$0])
        }
        if !relieved.isEmpty {
            lines.append(
                "★ 確認コードなし（パスワードだけ）でログインできるようになる役割: " + relieved.map(new.title).joined(separator: "、"))
        }
        if isAnalysisChanged(old, new) { lines.append("★ 監査記録の分析の基準（audit/analysis.json5）が変わります") }
        return lines
    }

    /// What changes in the same way in the same situations is one line.
    package static func lines(_ difference: GuidelineDifference, _ old: Guideline, _ new: Guideline)
        -> [String]
    {
        struct Point: Hashable {
            let kind: GuidelineDifference.Kind
            let role: RoleID
            let action: Action
            let purpose: PurposeID
            let before: [Obligation]
            let after: [Obligation]
            let situations: [Situation]
        }
        struct Place: Hashable {
            let point: Point
            let item: ItemCode?
        }
        var situations: [Place: [Situation]] = [:]
        var order: [Place] = []
        for change in difference.changes {
            let place = Place(
                point: Point(
                    kind: change.kind, role: change.role, action: change.action, purpose: change.purpose,
                    before: change.before, after: change.after, situations: []), item: change.item)
            if situations[place] == nil { order.append(place) }
            situations[place, default: []].append(change.situation)
        }
        var items: [Point: [ItemCode]] = [:]
        var points: [Point] = []
        for place in order {
            let point = Point(
                kind: place.point.kind, role: place.point.role, action: place.point.action,
                purpose: place.point.purpose, before: place.point.before, after: place.point.after,
                situations: situations[place] ?? [])
            if items[point] == nil { points.append(point) }
            items[point, default: []] += [place.item].compactMap(\.self)
        }
        return points.map { point in
            let told = new.roles[point.role] == nil ? old : new
            let what = (items[point] ?? []).map { (new.catalogue[$0] == nil ? old : new).title($0) }
            let change =
                switch point.kind {
                case .gained: "できるようになる" + (point.after.isEmpty ? "" : "（\(point.after.titles)）")
                case .revoked: "できなくなる"
                case .obliged: "義務が変わる（\(all(point.before)) → \(all(point.after))）"
                }
            let purpose = (new.purposes[point.purpose] == nil ? old : new).title(point.purpose)
            var parts: [String] = [told.title(point.role), point.action.title, purpose]
            if !what.isEmpty { parts.append(what.joined(separator: "、")) }
            let when = point.situations.map(\.description)
            var cases = when.prefix(2).joined(separator: " ｜ ")
            if when.count > 2 { cases += " ほか\(when.count - 2)通り" }
            return "  \(change): \(parts.joined(separator: " / "))（\(cases)）"
        }
    }

    private static func all(_ obligations: [Obligation]) -> String {
        obligations.isEmpty ? "なし" : obligations.titles
    }
}

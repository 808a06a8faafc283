internal import Domain

/// How values of the domain are written for people, in one place.
package enum Wording {
    static func difficulty(_ difficulty: Difficulty) -> String {
        // A bare 虐待 beside a child's name reads as a verdict; the page says what the staff looks at.
        difficulty == .abuse ? "養育（虐待の予防）" : difficulty.rawValue
    }

    static func urgency(_ urgency: Urgency) -> String {
        switch urgency {
        case .immediate: "本日中に確認"
        case .soon: "今週中に確認"
        case .normal: "順に確認"
        case .offer: "支援のご案内"
        }
    }

    static func sex(_ sex: Sex?) -> Field {
        switch sex {
        case .male: .text("男")
        case .female: .text("女")
        case nil: .absent
        }
    }

    /// The age today, as a range where the birth date is not known to the day; months below three years.
    static func age(_ birth: PartialDate, today: Day) -> String {
        let months = birth.range.upperBound.ageInMonths(on: today)
        if birth.exactDay != nil, months < 36 {
            return months < 12 ? "\(max(0, months))か月" : "\(months / 12)歳\(months % 12)か月"
        }
        let youngest = birth.range.upperBound.age(on: today)
        let oldest = birth.range.lowerBound.age(on: today)
        return youngest == oldest ? "\(oldest)歳" : "\(youngest)〜\(oldest)歳"
    }

    static func value(_ value: FactValue, unit: String?) -> String {
        switch value {
        case .code(let label): label
        case .number(let number): figure(number) + (unit ?? "")
        case .day(let day): day.wareki
        }
    }

    static func gate(_ code: String) -> String {
        switch code {
        case "row-ledger": "行の照合"
        case "protection-rows": "支援措置の行"
        case "rejected-rows": "却下した行の割合"
        case "row-drop": "前回からの行の減り"
        case "row-rise": "前回からの行の増え"
        case "identity-churn": "人の統合と分割"
        case "unlinked-protection": "住民記録に結び付かない支援措置"
        case "protection-fall": "支援措置の対象者の減り方"
        case "flag-growth": "該当者の増え方"
        case "flag-fall": "該当者の減り方"
        case "older-day": "基準日の後戻り"
        default: code
        }
    }

    static func stage(_ code: String) -> String {
        switch code {
        case "freeze": "抽出ファイルの固定"
        case "read": "読み込みと対応づけ"
        case "link": "名寄せ"
        case "flag": "規則の判定"
        case "check": "公開前の点検"
        case "publish": "公開"
        default: code
        }
    }

    /// Why a rule could not tell of a person.
    static func gap(_ code: String) -> String {
        switch code {
        case "no-source": "記録元がない"
        case "stale-source": "届かないか古い"
        case "withheld": "規定により伏せる"
        case "birth-unknown": "生年月日が不明"
        case "due-unknown": "時期が不明"
        case "undated": "記録に日付がない"
        case "rejected-rows": "受け付けられない行がある"
        default: code
        }
    }

    static func freshness(_ source: SourceFreshness, on day: Day) -> String {
        guard let asOf = source.asOf else { return "\(source.title)：データが届いていません" }
        let state = source.isFresh(on: day) ? "" : "（更新が遅れています）"
        return "\(source.title)：\(asOf.wareki)現在\(state)"
    }

    /// A match weight in words; one bit doubles the odds that two records are one person.
    static func link(weight: Double?) -> String {
        switch weight {
        case nil: "この人の記録はほかの記録との照合によらず登録されています"
        case .some(20...): "氏名・生年月日などがよく一致しています"
        case .some(10...): "氏名・生年月日などが一致しています"
        default: "一致が弱いため、氏名と生年月日を確かめてください"
        }
    }

    /// A whole number without a fraction, others with one digit.
    static func figure(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e15 else { return "—" }
        if number == number.rounded() { return String(Int(number)) }
        let tenths = Int((abs(number) * 10).rounded())
        guard tenths > 0 else { return "0" }
        return "\(number < 0 ? "-" : "")\(tenths / 10).\(tenths % 10)"
    }

    /// A weight with its sign: `+7.1`.
    static func bits(_ weight: Double) -> String {
        let figure = figure(weight)
        return figure == "0" || figure == "—" || weight < 0 ? figure : "+" + figure
    }

    /// A share in percent, with one digit of fraction, near none and all with two: `4.0%`, `99.98%`; 100 only where it is all, 0 only
    /// where it is none.
    package static func share(_ share: Double) -> String {
        guard share.isFinite, share >= 0, share <= 1 else { return "—" }
        if share == 0 || share == 1 { return share == 0 ? "0%" : "100%" }
        if (0.01...0.99).contains(share) { return "\(fraction(Int((share * 1000).rounded()), places: 1))%" }
        return "\(fraction(min(max(Int((share * 10_000).rounded()), 1), 9_999), places: 2))%"
    }

    /// `digits` after the point: `3.12` of 312 and 2.
    private static func fraction(_ digits: Int, places: Int) -> String {
        let whole = (0..<places).reduce(1) { whole, _ in whole * 10 }
        let rest = String(digits % whole)
        return "\(digits / whole)." + String(repeating: "0", count: places - rest.count) + rest
    }

    /// A count as far as it is told: `1,204`, `10未満`, `91〜99`.
    static func count(_ count: GuardedShare.Count) -> String {
        if count.least == count.most { return Self.count(count.least) }
        return count.most < GuardedShare.limit
            ? "\(GuardedShare.limit)未満" : "\(Self.count(count.least))〜\(Self.count(count.most))"
    }

    /// The share of those with the property, as far as it is told.
    static func share(_ share: GuardedShare) -> String {
        let (all, with) = (share.all, share.with)
        guard all.least == all.most, all.least > 0 else { return "—" }
        // Rounded outwards, but all are not told where some may be missing.
        let low = with.least * 1000 / all.least
        let high = min((with.most * 1000 + all.least - 1) / all.least, with.most < all.least ? 999 : 1000)
        guard with.least < with.most else {
            let exact = (with.least * 1000 + all.least / 2) / all.least
            return "\(fraction(min(exact, high), places: 1))%"
        }
        return "\(fraction(low, places: 1))〜\(fraction(high, places: 1))%"
    }

    /// With commas: `12,345`.
    static func count(_ number: Int) -> String {
        var groups: [String] = []
        var rest = String(number.magnitude)[...]
        while rest.count > 3 {
            groups.insert(String(rest.suffix(3)), at: 0)
            rest = rest.dropLast(3)
        }
        return (number < 0 ? "-" : "") + ([String(rest)] + groups).joined(separator: ",")
    }
}

/// A value as far as the reader may see it.
package enum Field: Sendable, Hashable {
    case text(String)
    /// Hidden because of 支援措置.
    case masked
    /// The reader's role has no permission for the item.
    case withheld
    /// No source gives it.
    case absent

    var html: HTML {
        switch self {
        case .text(let text): tag("bdi") { text }
        case .masked: tag("span", .class("masked")) { "非表示（支援措置）" }
        case .withheld: tag("span", .class("muted")) { "権限により非表示" }
        case .absent: tag("span", .class("muted")) { "データなし" }
        }
    }
}

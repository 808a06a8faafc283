import AdminAPI
import Domain
import Foundation
import Store

/// A row's fate for people and machines.
struct RowView: Encodable {
    struct RecordPart: Encodable {
        let subject: String
        let person: String?
        let items: [String]
    }

    let file: String
    let line: Int
    let title: String
    let fate: String
    let reason: String?
    let column: String?
    let fix: String?
    let correctedBy: String?
    let correctedOn: Day?
    /// Of a correction at a person's request (訂正): `N-1`; empty where several may be it.
    let correction: String?
    let records: [RecordPart]

    init(_ row: RowExplanation) {
        file = row.file
        line = row.line
        title = row.title
        correctedBy = row.correction?.actor
        correctedOn = row.correction?.on
        correction = row.isRectified ? row.rectification.map { "N-\($0)" } ?? "" : nil
        records = row.records.map {
            RecordPart(
                subject: $0.subject == .child ? "本人・こども" : "保護者", person: $0.person?.rawValue,
                items: $0.items.map(\.rawValue))
        }
        switch row.fate {
        case .accepted: (fate, reason, column, fix) = ("受付", nil, nil, nil)
        case .rejected(let rejection):
            (fate, reason, column, fix) = ("却下", rejection.message, rejection.column, rejection.fix)
        case .duplicate(let line): (fate, reason, column, fix) = ("重複", "\(line)行目と同じ内容です。", nil, nil)
        case .outside(let why): (fate, reason, column, fix) = ("対象外の行", why, nil, nil)
        case .superseded(let why): (fate, reason, column, fix) = ("置換", why, nil, nil)
        }
    }

    var text: String {
        var lines = ["\(title) \(file) \(line)行目: \(fate)"]
        if let reason { lines.append("  理由: \(column.map { "列「\($0)」 " } ?? "")\(reason)") }
        if let fix { lines.append("  対処: \(fix)") }
        if let correctedBy, let correctedOn {
            lines.append(
                correction.map {
                    "  訂正の請求を受けて訂正しました（\($0.isEmpty ? "" : $0 + "、")\(correctedOn)、\(correctedBy)）。"
                } ?? "  担当課から戻された行で直しました（\(correctedOn)、\(correctedBy)）。")
        }
        for record in records {
            lines.append(
                "  \(record.subject) → \(record.person ?? "（示せません）")  項目 \(record.items.joined(separator: "、"))"
            )
        }
        return lines.joined(separator: "\n")
    }
}

/// A person's rows and links for people and machines.
struct PersonView: Encodable {
    struct RecordPart: Encodable {
        let title: String
        let file: String
        let line: Int
        /// The day the extract was made for.
        let asOf: Day?
        /// The day of the night that first brought any of it.
        let known: Day?
        /// Of somebody protected there is none.
        let weight: Double?
    }

    struct LinkPart: Encodable {
        let left: String
        let right: String
        /// Likewise.
        let weight: Double?
        let isAutomatic: Bool
        let levels: [LevelPart]
    }

    struct LevelPart: Encodable {
        let comparison: String
        let level: String
        let weight: Double
    }

    let person: String
    /// Since when what is told here was in service.
    let knownSince: Date?
    /// Whether these are rows of today that were known then, since the run of that day is not kept.
    let isOfToday: Bool
    let records: [RecordPart]
    let links: [LinkPart]

    init(_ person: PersonExplanation) {
        self.person = person.person.rawValue
        knownSince = person.publishedAt
        isOfToday = person.isOfToday
        records = person.records.map {
            RecordPart(
                title: $0.title, file: $0.file, line: $0.line, asOf: $0.asOf, known: $0.known,
                weight: $0.linkWeight.value)
        }
        links = person.links.map { link in
            LinkPart(
                left: link.left.rawValue, right: link.right.rawValue, weight: link.weight,
                isAutomatic: link.isAutomatic,
                levels: link.levels.map {
                    LevelPart(comparison: $0.comparison, level: $0.level, weight: $0.weight)
                })
        }
    }

    var text: String {
        var lines = ["\(person)（行 \(records.count)件、つながり \(links.count)件）"]
        if let knownSince { lines.append("  \(knownSince.japaneseTime)からの公開による") }
        if isOfToday {
            lines.append(
                "  その実行は残っていないため、今の公開にある行のうち、そのときまでに届いていたものだけです。その後になくなった行と、当時のつながりは分かりません。")
        }
        for record in records {
            let days = [
                record.asOf.map { "\($0)時点" }, record.known.map { "\($0)に届きました" },
            ].compactMap(\.self).joined(separator: "、")
            lines.append(
                "  \(record.title) \(record.file):\(record.line)" + (days.isEmpty ? "" : "（\(days)）"))
        }
        for link in links {
            lines.append(
                "  \(link.left) と \(link.right): "
                    + (link.weight.map { "重み \(signed($0))" } ?? "重みは示しません・支援措置")
                    + "（\(link.isAutomatic ? "自動" : "確認待ち")）"
            )
            for level in link.levels {
                lines.append("    \(signed(level.weight))  \(level.comparison): \(level.level)")
            }
        }
        return lines.joined(separator: "\n")
    }

    private func signed(_ weight: Double) -> String { String(format: "%+.1f", weight) }
}

/// The rows behind one flag.
struct FlagLineageView: Encodable {
    struct FactPart: Encodable {
        let item: String
        let kind: String
        /// 起きた日: the first and the last day it can be.
        let on: [Day]?
        /// 届いた日: the day of the night that first brought it.
        let known: Day?
        let file: String
        let line: Int
    }

    let rule: String
    let version: Int
    let since: Day
    let facts: [FactPart]
    let others: [String]
    let sources: [SourceFreshness]

    init(_ flag: FlagExplanation) {
        rule = flag.rule.rawValue
        version = flag.version
        since = flag.since
        sources = flag.sources
        others = flag.others.map(\.rawValue)
        facts = flag.facts.map {
            FactPart(
                item: $0.item.rawValue, kind: $0.kind,
                on: $0.on.map { [$0.range.lowerBound, $0.range.upperBound] }, known: $0.known,
                file: $0.position.file, line: $0.position.line)
        }
    }

    var text: String {
        guard !RuleID(rule).isByHand else { return "職員が登録しました（\(rule)）。規則によるものではありません。" }
        var lines = ["規則 \(rule)（第\(version)版）"]
        for fact in facts {
            let on = fact.on.map { Set($0).sorted().map(\.description).joined(separator: "〜") }
            lines.append(
                "    \(fact.item).\(fact.kind)  起きた日 \(on ?? "記録なし")  届いた日 \(fact.known?.description ?? "記録なし")"
                    + "  \(fact.file):\(fact.line)")
        }
        if !others.isEmpty {
            lines.append("    次の規則の該当にもとづきます: \(others.joined(separator: "、"))（それぞれを explain flag で調べてください）")
        }
        if facts.isEmpty, others.isEmpty { lines.append("    もとになった行はありません（「ないこと」による該当です）") }
        for source in sources {
            lines.append("    調べた抽出: \(source.title)（基準日 \(source.asOf?.description ?? "届いていません")）")
        }
        return lines.joined(separator: "\n")
    }
}

/// A case with its flags and its person's rows.
struct CaseLineageView: Encodable {
    let id: String
    let state: String
    let flags: [FlagLineageView]
    let person: PersonView

    init(_ lineage: CaseExplanation) {
        id = lineage.id.rawValue
        state = lineage.state.rawValue
        flags = lineage.flags.map(FlagLineageView.init)
        person = PersonView(lineage.person)
    }

    var text: String {
        (["\(id) \(state)"] + flags.map { "  " + $0.text } + [person.text]).joined(separator: "\n")
    }
}

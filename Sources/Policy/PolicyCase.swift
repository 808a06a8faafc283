package import Domain

/// One line of a table of policy cases: a question, and the answer officials expect.
package struct PolicyCase: Sendable {
    /// The columns of such a table.
    package static let columns = ["役割", "操作", "利用目的", "項目", "場合", "答え", "義務", "わけ"]

    package let role: RoleID
    package let action: Action
    package let purpose: PurposeID
    package let item: ItemCode?
    package let situation: Situation
    package let isPermitted: Bool
    package let obligations: Set<Obligation>
    /// Why officials expect it.
    package let reason: String

    /// - Parameter cells: by column.
    /// - Throws: `policy.case` where a word is none of the guideline's.
    package init(_ cells: [String: String], in guideline: Guideline) throws(Fault) {
        func cell(_ name: String) -> String { cells[name] ?? "" }
        role = RoleID(cell("役割"))
        purpose = PurposeID(cell("利用目的"))
        guard guideline.roles[role] != nil else { throw Self.unknown("役割", role.rawValue) }
        guard guideline.purposes[purpose] != nil else { throw Self.unknown("利用目的", purpose.rawValue) }
        guard let action = Action(rawValue: cell("操作")) else { throw Self.unknown("操作", cell("操作")) }
        self.action = action
        item = cell("項目").isEmpty ? nil : ItemCode(cell("項目"))
        guard (item == nil) != action.concernsItems, item.map({ guideline.catalogue[$0] != nil }) ?? true
        else {
            throw Self.unknown("項目", cell("項目"))
        }
        situation = try Self.situation(cell("場合"))
        switch cell("答え") {
        case "許可": isPermitted = true
        case "不許可": isPermitted = false
        default: throw Self.unknown("答え", cell("答え"))
        }
        var obligations: Set<Obligation> = []
        for word in cell("義務").split(separator: "・") {
            guard let obligation = Obligation(rawValue: String(word)) else {
                throw Self.unknown("義務", String(word))
            }
            obligations.insert(obligation)
        }
        self.obligations = obligations
        reason = cell("わけ")
    }

    /// `支援措置・利用停止・定時・申告・範囲外`, in any number; empty: an ordinary person in the range of somebody who asks.
    package static func situation(_ words: String) throws(Fault) -> Situation {
        var standing = PersonStanding()
        var situation = Situation(standing: standing, remit: .within)
        var isKnown = true
        for word in words.split(separator: "・") {
            switch word {
            case "支援措置": standing.isProtected = true
            case "同意": standing.consent = .given
            case "利用停止": standing.consent = .refused
            case "不明": isKnown = false
            case "定時": situation.isScheduled = true
            case "申告": situation.isDeclared = true
            case "範囲外": situation.remit = .outside
            case "範囲不明": situation.remit = .unknown
            default: throw unknown("場合", String(word))
            }
        }
        situation.standing = isKnown ? standing : nil
        return situation
    }

    private static func unknown(_ column: String, _ word: String) -> Fault {
        Fault(
            .configuration, code: "policy.case", message: "\(column)「\(word)」は定められていないか、ここには書けません。",
            field: column,
            fix: "docs/policy.md の表の書き方と、Guidelines の言葉を確かめてください。")
    }
}

extension Guideline {
    /// The answer to a case, other than expected; `nil` where it is as expected.
    package func objection(to one: PolicyCase, on day: Day) -> String? {
        let purpose = purposes[one.purpose]
        guard let role = table.place(of: one.role), let action = Action.places[one.action],
            let place = table.place(of: one.purpose)
        else { return "定められていない言葉があります。" }
        let answer =
            purpose?.isActive(on: day) == true
            ? self.answer(
                at: .init(
                    role: role, action: action, purpose: place,
                    item: one.item.flatMap(table.place(of:)) ?? table.items.count,
                    situation: one.situation.position),
                of: table) : PointAnswer()
        if answer.isPermitted != one.isPermitted {
            let statements = answer.statements.isEmpty ? "規定なし" : answer.statements.joined(separator: "、")
            return
                "\(one.isPermitted ? "許可" : "不許可")のはずが、\(answer.isPermitted ? "許可" : "不許可")です（\(statements)）。"
        }
        guard answer.isPermitted, answer.obligations != one.obligations else { return nil }
        let words = answer.obligations.map(\.rawValue).sorted().joined(separator: "・")
        return "義務が違います（今は \(words.isEmpty ? "なし" : words)）。"
    }
}

package import Domain

extension Guideline {
    /// Compares the table that decides with the reference over every role, action, purpose, item and situation.
    ///
    /// - Returns: how many points were compared.
    /// - Throws: `policy.mismatch` with the first point of which they say different things: such a guideline must not come into force.
    @discardableResult
    package func compareEvaluators() throws(Fault) -> Int { try compare(table) }

    /// - Parameter table: the one to be doubted.
    func compare(_ table: DecisionTable) throws(Fault) -> Int {
        let reference = ReferenceEvaluator(self)
        var points = 0
        for (role, roleID) in table.roles.enumerated() {
            for (action, word) in Action.allCases.enumerated() {
                for (purpose, purposeID) in table.purposes.enumerated() {
                    let bearing = reference.bearing(role: roleID, action: word, purpose: purposeID)
                    // Whatever no statement permits is denied, whichever statements forbid it besides.
                    let mayPermit = bearing.contains { $0.statement.effect == .permit }
                    // Most cells are closed, and ask of no item.
                    lazy var items: [(place: Int, code: ItemCode?, bearing: [ReferenceEvaluator.Bearing])] =
                        word.concernsItems
                        ? table.items.enumerated().map { ($0, $1, reference.narrowed(bearing, to: $1)) }
                        : [(table.items.count, nil, reference.narrowed(bearing, to: nil))]
                    var compared: Set<Likeness> = []
                    for (place, situation) in Situation.allCases.enumerated() {
                        points += word.concernsItems ? table.items.count : 1
                        let row = table.row(
                            ofRole: role, action: action, purpose: purpose, situation: place)
                        if !mayPermit, table.grantsNothing(inRow: row) { continue }
                        let reaches = reference.reaches(roleID, action: word, in: situation)
                        guard compared.insert(Likeness(row, reaches ? situation : nil)).inserted else {
                            continue
                        }
                        for item in items {
                            let point = DecisionTable.Point(
                                role: role, action: action, purpose: purpose, item: item.place,
                                situation: place)
                            let isOpen = item.bearing.contains { $0.statement.effect == .permit }
                            let expected =
                                isOpen && reaches
                                ? reference.answer(
                                    item.bearing, item: item.code, purpose: purposeID, in: situation)
                                : PointAnswer()
                            guard table.grants(point) == expected.isPermitted,
                                !isOpen || answer(at: point, of: table) == expected
                            else {
                                throw mismatch(roleID, word, purposeID, item.code, situation)
                            }
                        }
                    }
                }
            }
        }
        return points
    }

    /// Situations in which table and reference have nothing to say that they did not say before: the table reads the same row, and
    /// the reference asks, of a role that reaches the person, everything but where the person belongs, and of another nothing.
    private struct Likeness: Hashable {
        let row: Int
        let situation: Situation?

        init(_ row: Int, _ situation: Situation?) {
            self.row = row
            var situation = situation
            situation?.remit = .within
            self.situation = situation
        }
    }

    /// What the table says of a point, in the reference's words.
    func answer(at point: DecisionTable.Point, of table: DecisionTable) -> PointAnswer {
        let row = table.row(at: point)
        guard !row.statements.isEmpty else { return PointAnswer() }
        let bearing = row.statements.filter { table.itemsOfStatement[$0].contains(point.item) }
        let isPermitted = row.permits.contains(point.item) && !row.forbids.contains(point.item)
        let asks = bearing.filter { isPermitted && statements[$0].statement.effect != .forbid }
        return PointAnswer(
            isPermitted: isPermitted,
            obligations: asks.reduce(into: []) { $0.formUnion(statements[$1].statement.obligations) },
            statements: row.isAsked(point.item) ? bearing.map { statements[$0].statement.id } : [])
    }

    private func mismatch(
        _ role: RoleID, _ action: Action, _ purpose: PurposeID, _ item: ItemCode?, _ situation: Situation
    ) -> Fault {
        Fault(
            .configuration, code: "policy.mismatch",
            message: "二つの判定の答えが合いません（役割 \(role)、操作 \(action.rawValue)、利用目的 \(purpose)、"
                + "項目 \(item?.rawValue ?? "なし")、\(situation)）。この決まりは使えません。",
            file: "Guidelines", fix: "今の決まりのまま続けられます。この表示を開発元に伝えてください。")
    }
}

extension Situation: CustomStringConvertible {
    /// For officials: `支援措置、利用停止、定時`.
    package var description: String {
        var words: [String] = []
        switch standing {
        case nil: words.append("本人の状態が不明")
        case .some(let standing):
            if standing.isProtected { words.append("支援措置") }
            switch standing.consent {
            case .given: words.append("同意あり")
            case .refused: words.append("利用停止")
            case .notRecorded: break
            }
        }
        if isScheduled { words.append("定時の処理") }
        if isDeclared { words.append("緊急の申告中") }
        switch remit {
        case .within: break
        case .outside: words.append("範囲の外")
        case .unknown: words.append("範囲が不明")
        }
        return words.isEmpty ? "通常" : words.joined(separator: "、")
    }
}

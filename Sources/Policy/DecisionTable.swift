package import Domain

/// Every decision a guideline can come to, worked out once, so that one is a look-up.
///
/// The space is finite on purpose: role × action × purpose × `Situation` makes a cell, a cell's row says which items are permitted
/// and which are forbidden, and equal rows are kept once. Outside its range a role forbids whatever is asked. The day is no part of it: whether a purpose is in force is asked first.
package struct DecisionTable: Sendable {
    /// What the statements that count in a cell come to.
    struct Row: Sendable {
        /// Positions of the statements that count, ascending.
        let statements: [Int]
        let permits: ItemBits
        let forbids: ItemBits
        /// The items that are in question at all: those of the purpose.
        let asked: ItemBits

        func isAsked(_ item: Int) -> Bool { asked.contains(item) }
    }

    /// One point of the space, by positions in the table's vocabularies.
    package struct Point: Sendable, Hashable {
        package var role: Int
        package var action: Int
        package var purpose: Int
        /// `items.count` for an action that is about no item.
        package var item: Int
        package var situation: Int

        package init(role: Int, action: Int, purpose: Int, item: Int, situation: Int) {
            self.role = role
            self.action = action
            self.purpose = purpose
            self.item = item
            self.situation = situation
        }
    }

    /// The vocabularies, each in the order of ids.
    package let roles: [RoleID]
    package let purposes: [PurposeID]
    package let items: [ItemCode]
    private let places: (roles: [RoleID: Int], purposes: [PurposeID: Int], items: [ItemCode: Int])
    /// The items of each statement, where it counts.
    let itemsOfStatement: [ItemBits]
    /// Where each cell's row is.
    private let rowOfCell: [Int32]
    private let rows: [Row]
    /// Words of what is granted, row by row.
    private let granted: [UInt64]
    private let width: Int

    init(
        catalogue: Catalogue, purposes: [PurposeID: Purpose], roles: [RoleID: Role],
        statements: [CompiledStatement]
    ) {
        let items = catalogue.items.keys.sorted()
        self.roles = roles.keys.sorted()
        self.purposes = purposes.keys.sorted()
        self.items = items
        func places<ID: Hashable>(_ ids: [ID]) -> [ID: Int] {
            Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
        }
        let placeOf = places(items)
        self.places = (places(self.roles), places(self.purposes), placeOf)
        let count = items.count + 1
        let itemsOfStatement = statements.map { statement in
            ItemBits(
                places: count,
                statement.items.compactMap { placeOf[$0] }
                    + (statement.bearsOnActionsWithoutItems ? [items.count] : []))
        }
        self.itemsOfStatement = itemsOfStatement
        width = (count + 63) / 64

        let roleCount = self.roles.count
        let isBounded = self.roles.map { roles[$0]?.scope != .city }
        var rowOfCell: [Int32] = []
        var rows: [Row] = []
        var known: [RowKey: Int32] = [:]
        func number(of key: RowKey, _ row: () -> Row) -> Int32 {
            if let number = known[key] { return number }
            rows.append(row())
            known[key] = Int32(rows.count - 1)
            return Int32(rows.count - 1)
        }
        for action in Action.allCases {
            for (place, id) in self.purposes.enumerated() {
                let purpose = purposes[id]
                let asked = ItemBits(
                    places: count,
                    action.concernsItems ? (purpose?.items ?? []).compactMap { placeOf[$0] } : [items.count])
                let speaking = statements.indices.filter {
                    statements[$0].statement.actions.contains(action)
                        && statements[$0].counts(statements[$0].speaks(of: id))
                }
                let naming = self.roles.map { role in
                    speaking.filter { statements[$0].counts(statements[$0].speaks(of: role)) }
                }
                let whose = action.concernsItems ? place : -1
                let closed = number(of: RowKey(purpose: whose, statements: nil)) {
                    Row(statements: [], permits: ItemBits(places: count), forbids: asked, asked: asked)
                }
                var open: [Int32] = []
                for situation in Situation.allCases where situation.remit == .within {
                    let isOpen = purpose?.refusal(in: situation) == nil
                    for speaking in naming {
                        let counting =
                            isOpen
                            ? speaking.filter {
                                statements[$0].counts(statements[$0].statement.condition.holds(in: situation))
                                    && !itemsOfStatement[$0].intersection(asked).isEmpty
                            } : []
                        open.append(
                            number(of: RowKey(purpose: whose, statements: counting)) {
                                Row(counting, of: statements, items: itemsOfStatement, asked: asked)
                            })
                    }
                }
                for remit in Remit.allCases {
                    let isWithin = remit == .within && action.heedsScope
                    rowOfCell += open.enumerated().map { index, row in
                        isBounded[index % roleCount] && !isWithin ? closed : row
                    }
                }
            }
        }
        self.rowOfCell = rowOfCell
        self.rows = rows
        granted = rows.flatMap { row in
            var granted = row.permits
            granted.subtract(row.forbids)
            return granted.words
        }
    }

    private struct RowKey: Hashable {
        let purpose: Int
        /// `nil`: outside the role's range.
        let statements: [Int]?
    }

    /// Whether a role alone is granted an item: one look-up.
    package func grants(_ point: Point) -> Bool {
        granted[row(of: point) * width + point.item / 64] >> UInt64(point.item % 64) & 1 == 1
    }

    func row(at point: Point) -> Row { rows[row(of: point)] }

    private func row(of point: Point) -> Int {
        row(
            ofRole: point.role, action: point.action, purpose: point.purpose, situation: point.situation)
    }

    func row(ofRole role: Int, action: Int, purpose: Int, situation: Int) -> Int {
        Int(
            rowOfCell[
                ((action * purposes.count + purpose) * Situation.count + situation) * roles.count + role])
    }

    func grantsNothing(inRow row: Int) -> Bool {
        granted[row * width..<(row + 1) * width].allSatisfy { $0 == 0 }
    }

    func place(of role: RoleID) -> Int? { places.roles[role] }
    func place(of purpose: PurposeID) -> Int? { places.purposes[purpose] }
    func place(of item: ItemCode) -> Int? { places.items[item] }
}

extension DecisionTable.Row {
    init(_ counting: [Int], of statements: [CompiledStatement], items: [ItemBits], asked: ItemBits) {
        var permits = ItemBits(places: 64 * asked.words.count)
        var forbids = permits
        for index in counting {
            switch statements[index].statement.effect {
            case .permit: permits.formUnion(items[index])
            case .forbid: forbids.formUnion(items[index])
            case .oblige: break
            }
        }
        self.init(
            statements: counting, permits: permits.intersection(asked), forbids: forbids.intersection(asked),
            asked: asked)
    }
}

extension Action {
    /// Place in `allCases`.
    package static let places = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}

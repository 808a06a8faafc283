internal import Domain
internal import Policy

/// The open cases, or the ended ones, in each reader's order, kept from one list to the next; what changed since is put in its place.
///
/// An order follows from these cases, the publication, the ring, what persons said, the reader's range and what policy answers
/// to each kind of person: where one of them differs, another order is made. Not for two threads at a time.
final class OpenQueue {
    enum Kind {
        case open
        /// Ended by people.
        case ended

        func holds(_ state: CaseState) -> Bool { self == .open ? state.isOpen : state.isAnswered }

        /// The states it holds, as SQL lists them.
        var states: String {
            CaseState.allCases.filter(holds).map { "'\($0.rawValue)'" }.joined(separator: ", ")
        }
    }

    let kind: Kind
    /// Orders kept: readers with the same roles and range share one.
    private static let limit = 8
    /// Beyond that many changes, reading everything is sooner done.
    private static let changeLimit = 2000
    /// Cases of which is kept what was shown: some pages of each order.
    private static let listedLimit = 2000

    /// By slot; `nil`: not of this kind any more.
    private var rows: [CaseRow?] = []
    private var outlines: [[FlagOutline]] = []
    private var slots: [CaseID: Int] = [:]
    /// The newest of a person's open cases; of persons who became one there may be two for a while.
    private var slotsByPerson: [PersonID: Int] = [:]
    private var orders: [QueueOrder] = []
    /// By slot; goes when the case changes, and with publication or ring.
    private var listed: [Int: ListedCase] = [:]
    /// By slot, of those that were asked for; goes likewise.
    private var births: [Int: PartialDate?] = [:]
    private let publication: Int?
    private let ring: KeyRing
    /// The latest entry of `queue_change` that is in.
    private var number: Int

    /// Reads every case of the kind.
    ///
    /// - Parameter run: the one in service; `nil`: nothing was published.
    init(
        _ kind: Kind, of publication: PublicationInfo?, _ run: RunStore?, ring: KeyRing, in database: Database
    ) throws {
        self.kind = kind
        self.publication = publication?.sequence
        self.ring = ring
        number = try Self.latestChange(in: database)
        let flags = publication == nil ? [:] : try CaseFlag.outlines(kind, in: database)
        for row in try CaseRow.all(kind, in: database) where !ring.isShredded(row.person) {
            place(try protected(row, in: run), flags[row.id] ?? [])
        }
    }

    func isOf(_ publication: PublicationInfo?, _ ring: KeyRing) -> Bool {
        self.publication == publication?.sequence && self.ring === ring
    }

    /// Takes in what changed since the last call.
    ///
    /// - Returns: `false` where that is too much, or not written down any more.
    func catchUp(_ run: RunStore?, in database: Database) throws -> Bool {
        let latest = try Self.latestChange(in: database)
        guard latest != number else { return true }
        var changed: Set<CaseID> = []
        var next = number + 1
        var isWhole = latest > number && latest - number <= Self.changeLimit
        guard isWhole else { return false }
        try database.statement("SELECT number, case_id FROM queue_change WHERE number > ? ORDER BY number")
            .rows(number) {
                isWhole = isWhole && $0.int(0) == next
                next += 1
                changed.insert(CaseID($0.text(1)))
            }
        guard isWhole, next == latest + 1 else { return false }
        for id in changed {
            let row = try CaseRow.one(id, in: database)
            if let row, kind.holds(row.state), !ring.isShredded(row.person) {
                let flags = publication == nil ? [] : try CaseFlag.all(of: id, in: database)
                place(try protected(row, in: run), flags.map(FlagOutline.init))
            } else if let slot = slots[id] {
                rows[slot] = nil
                listed[slot] = nil
                births[slot] = nil
            }
            if let slot = slots[id] { for order in orders { order.stale.insert(slot) } }
        }
        number = latest
        return true
    }

    /// The order of one reader.
    ///
    /// - Parameter remit: whether a person lies in the reader's range.
    func order(
        _ standings: inout Standings, remit: (PersonID) throws -> Remit
    ) throws -> QueueOrder {
        let key = QueueOrder.Key(standings)
        var fitting: QueueOrder?
        for kept in orders where fitting == nil && kept.key == key {
            // What is asked in vain is not to be told as what decided.
            var asked = standings
            guard try kept.answers.allSatisfy({ try asked.permitted($0.key) == $0.value }) else { continue }
            (fitting, standings) = (kept, asked)
        }
        let order = fitting ?? QueueOrder(key: key, stale: Set(rows.indices))
        // One that fails half-way is not kept.
        orders.removeAll { $0 === order }
        try bringUp(order, &standings, remit)
        orders.insert(order, at: 0)
        if orders.count > Self.limit { orders.removeLast() }
        return order
    }

    /// The case at a place of an order.
    func row(_ place: QueueOrder.Place) -> CaseRow? { rows[place.slot] }

    /// The places of an order that a filter leaves.
    ///
    /// - Parameter birth: of a person; asked for where ages matter.
    func places(
        _ filter: CaseFilter, of order: QueueOrder, birth: (PersonID) throws -> PartialDate?
    ) throws -> [Int] {
        try order.places(filter) { place in
            if let known = births[place.slot] { return known?.told(place.birth) }
            let found = try rows[place.slot].flatMap { try birth($0.person) }
            births.updateValue(found, forKey: place.slot)
            return found?.told(place.birth)
        }
    }

    /// Takes births from the index of names, so that the first filter by age opens nobody.
    func keepBirths(of names: NameIndex, in run: RunStore) throws {
        for (slot, row) in rows.enumerated() {
            guard let row, births[slot] == nil, let number = try run.number(of: row.person),
                let place = names.slot(ofNumber: number)
            else { continue }
            births.updateValue(names.birth(at: place), forKey: slot)
        }
    }

    /// A person's open case, where it stands in an order.
    func openCase(of person: PersonID, in order: QueueOrder) -> CaseID? {
        guard let slot = slotsByPerson[person], order.shows(slot), let row = rows[slot], row.person == person
        else { return nil }
        return row.id
    }

    /// What was shown of a case last.
    func listed(_ place: QueueOrder.Place) -> ListedCase? { listed[place.slot] }

    func keep(_ case: ListedCase, at place: QueueOrder.Place) {
        if listed.count >= Self.listedLimit { listed = [:] }
        listed[place.slot] = `case`
    }

    /// Of a case that ended, the queue remembers the day it ended; a measure that came since counts as much.
    private func protected(_ row: CaseRow, in run: RunStore?) throws -> CaseRow {
        guard kind == .ended, !row.isProtected, let run else { return row }
        var row = row
        row.isProtected = try run.standing(of: row.person)?.isProtected == true
        return row
    }

    private func place(_ row: CaseRow, _ flags: [FlagOutline]) {
        if let slot = slots[row.id] {
            rows[slot] = row
            outlines[slot] = flags
        } else {
            slots[row.id] = rows.count
            rows.append(row)
            outlines.append(flags)
        }
        guard let slot = slots[row.id] else { return }
        listed[slot] = nil
        births[slot] = nil
        slotsByPerson[row.person] = slot
    }

    private func bringUp(
        _ order: QueueOrder, _ standings: inout Standings, _ remit: (PersonID) throws -> Remit
    ) throws {
        guard !order.stale.isEmpty else { return }
        var fresh: [QueueOrder.Place] = []
        for slot in order.stale {
            guard let row = rows[slot] else { continue }
            let question = Standings.Question(
                standing: standings.standing(of: row.person, isProtected: row.isProtected),
                remit: try remit(row.person))
            let answer = try standings.permitted(question)
            order.answers.updateValue(answer, forKey: question)
            guard let permitted = answer, permitted.person == nil || permitted.person == row.person,
                let sight = CaseSight(row, outlines[slot], permitted: permitted.items.contains),
                kind.holds(sight.state)
            else { continue }
            let key =
                kind == .open
                ? sight.cursor(of: row.id)
                : CaseCursor(
                    urgency: 0, rank: 0, since: -(row.endedOn ?? sight.openedOn).number, id: row.id)
            fresh.append(
                .init(
                    key: key, slot: slot, queue: row.work.queue, holder: row.work.holder,
                    offeredTo: row.work.offeredTo, due: row.work.due,
                    signs: order.number(of: .init(difficulties: sight.difficulties, rules: sight.standing)),
                    birth: permitted.birth))
        }
        order.merge(fresh)
    }

    private static func latestChange(in database: Database) throws -> Int {
        try database.statement("SELECT seq FROM sqlite_sequence WHERE name = 'queue_change'").first {
            $0.int(0)
        } ?? 0
    }
}

/// A line of the queue as one grant showed it, kept for whoever is granted the same.
struct ListedCase {
    /// As the run in service has the person.
    let isProtected: Bool
    let grant: Grant
    let summary: CaseSummary
    /// Names of what was shown.
    let fields: Set<String>
    /// As the trail names the person.
    let pseudonym: Pseudonym
}

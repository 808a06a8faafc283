internal import Domain
internal import Policy

/// The open cases in each reader's order, kept from one list to the next; what changed since is put in its place.
///
/// An order follows from the open cases, the publication, the ring, what persons said, the reader's range and what policy answers
/// to each kind of person: where one of them differs, another order is made. Not for two threads at a time.
final class OpenQueue {
    /// Orders kept: readers with the same roles and range share one.
    private static let limit = 8
    /// Beyond that many changes, reading everything is sooner done.
    private static let changeLimit = 2000
    /// Cases of which is kept what was shown: some pages of each order.
    private static let listedLimit = 2000

    /// By slot; `nil`: not open any more.
    private var rows: [CaseRow?] = []
    private var outlines: [[FlagOutline]] = []
    private var slots: [CaseID: Int] = [:]
    /// The newest of a person's open cases; of persons who became one there may be two for a while.
    private var slotsByPerson: [PersonID: Int] = [:]
    private var orders: [QueueOrder] = []
    /// By slot; goes when the case changes, and with publication or ring.
    private var listed: [Int: ListedCase] = [:]
    private let publication: Int?
    private let ring: KeyRing
    /// The latest entry of `queue_change` that is in.
    private var number: Int

    /// Reads every open case.
    init(of publication: PublicationInfo?, ring: KeyRing, in database: Database) throws {
        self.publication = publication?.sequence
        self.ring = ring
        number = try Self.latestChange(in: database)
        let flags = publication == nil ? [:] : try CaseFlag.outlines(in: database)
        for row in try CaseRow.open(in: database) where !ring.isShredded(row.person) {
            place(row, flags[row.id] ?? [])
        }
    }

    func isOf(_ publication: PublicationInfo?, _ ring: KeyRing) -> Bool {
        self.publication == publication?.sequence && self.ring === ring
    }

    /// Takes in what changed since the last call.
    ///
    /// - Returns: `false` where that is too much, or not written down any more.
    func catchUp(in database: Database) throws -> Bool {
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
            let row = try CaseRow.openOne(id, in: database)
            if let row, !ring.isShredded(row.person) {
                let flags = publication == nil ? [] : try CaseFlag.all(of: id, in: database)
                place(row, flags.map(FlagOutline.init))
            } else if let slot = slots[id] {
                rows[slot] = nil
                listed[slot] = nil
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
                sight.state.isOpen
            else { continue }
            fresh.append(.init(key: sight.cursor(of: row.id), slot: slot, queue: row.work.queue))
        }
        order.merge(fresh)
    }

    private static func latestChange(in database: Database) throws -> Int {
        try database.statement("SELECT seq FROM sqlite_sequence WHERE name = 'queue_change'").first {
            $0.int(0)
        } ?? 0
    }
}

/// The open cases that readers of one kind see, in the order in which they see them.
final class QueueOrder {
    /// What two readers with the same order have in common, besides policy's answers.
    struct Key: Equatable {
        let reach: Reach
        let consents: [PersonID: Consent]

        init(_ standings: Standings) {
            reach = standings.reach
            consents = standings.consents
        }
    }

    /// A case in the order.
    struct Place {
        let key: CaseCursor
        let slot: Int
        let queue: CaseQueue?
    }

    let key: Key
    /// Policy's answer to every kind of person among the open cases; `nil`: denied.
    var answers: [Standings.Question: Standings.Permitted?] = [:]
    /// Cases that changed since the order was made.
    var stale: Set<Int>
    private(set) var places: [Place] = []
    private(set) var queues: [CaseQueue: Int] = [:]
    private var shown: Set<Int> = []

    init(key: Key, stale: Set<Int>) {
        self.key = key
        self.stale = stale
    }

    /// - Parameter fresh: what stands of `stale` now.
    func merge(_ fresh: [Place]) {
        let fresh = fresh.sorted { $0.key < $1.key }
        let kept = stale.count > places.count ? [] : places.filter { !stale.contains($0.slot) }
        places = []
        places.reserveCapacity(kept.count + fresh.count)
        var rest = fresh[...]
        for place in kept {
            while let first = rest.first, first.key < place.key { places.append(rest.removeFirst()) }
            places.append(place)
        }
        places += rest
        queues = places.reduce(into: [:]) { if let queue = $1.queue { $0[queue, default: 0] += 1 } }
        shown = Set(places.lazy.map(\.slot))
        stale = []
    }

    /// Whether the case at a slot stands in it.
    func shows(_ slot: Int) -> Bool { shown.contains(slot) }

    /// The part after a cursor.
    func places(after cursor: CaseCursor?) -> ArraySlice<Place> {
        guard let cursor else { return places[...] }
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].key <= cursor { low = middle + 1 } else { high = middle }
        }
        return places[low...]
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

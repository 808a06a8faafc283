import Domain

@testable import Identity

func mint(_ founder: RecordKey, _ attempt: Int) -> PersonID {
    PersonID("P-\(founder.rawValue)" + (attempt == 0 ? "" : "#\(attempt)"))
}

func keys(_ text: String) -> [RecordKey] { text.split(separator: " ").map { RecordKey(String($0)) } }

extension IdentityState {
    /// The state after nights whose clusters are written as `a b | c`.
    init(after nights: String...) {
        self.init()
        for night in nights { self = self.night(night).state }
    }

    func night(_ clusters: String) -> IdentityNight {
        night(clusters: clusters.split(separator: "|").map { keys(String($0)) }, mint: mint)
    }
}

// What shows that events and state are whole.
extension IdentityState {
    /// The exact state before `events`, which must be those that led to this one, in their order.
    mutating func undo(_ events: [IdentityEvent]) {
        for event in events.reversed() {
            switch event {
            case .new(let person): given.remove(person)
            case .merged(_, let absorbed): aliases[absorbed] = nil
            case .revived(let person, let survivor, let merge):
                aliases[person] = Alias(survivor: survivor, merge: merge)
            case .split: break
            case .absent(let person): absent.remove(person)
            case .returned(let person): absent.insert(person)
            case .moved(let record, let from, _): homes[record] = from
            case .decided(let pair, _): verdicts[pair] = nil
            case .withdrawn(let pair, let verdict): verdicts[pair] = verdict
            }
        }
    }

    /// The state as bytes: equal states give equal bytes.
    var canonicalBytes: [UInt8] {
        var lines = homes.map { "record \($0.key) \($0.value)" }
        lines += aliases.map { "alias \($0.key) \($0.value.survivor) \($0.value.merge)" }
        lines += absent.map { "absent \($0)" }
        lines += given.map { "given \($0)" }
        lines += verdicts.map { "verdict \($0.key.left) \($0.key.right) \($0.value.rawValue)" }
        return lines.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
            .flatMap { $0 + [0x0A] }
    }
}

extension IdentityNight {
    /// Without the moves of single records.
    var changes: [IdentityEvent] { events.filter { if case .moved = $0 { false } else { true } } }
}

/// The same rules once more, written for reading: history is a list of the merges that stand, every figure is counted
/// anew by looking through everything, and whoever has the best claim of all is served next.
struct NaiveIdentity {
    var homes: [RecordKey: PersonID] = [:]
    /// The merges that stand, the oldest first.
    var merges: [(absorbed: PersonID, survivor: PersonID)] = []
    var given: [PersonID] = []
    /// Every record that ever was a person's, by looking at each night.
    var everUnder: [PersonID: Set<RecordKey>] = [:]

    func home(of record: RecordKey) -> PersonID? { homes[record] }

    /// The id, what absorbed it, what absorbed that, and so on.
    func line(from id: PersonID) -> [PersonID] {
        guard let next = merges.first(where: { $0.absorbed == id }) else { return [id] }
        return [id] + line(from: next.survivor)
    }

    func person(of record: RecordKey) -> PersonID? { home(of: record).flatMap { line(from: $0).last } }

    /// The clusters that hold a record through `id`, but not through `other`.
    private func clusters(_ all: [[RecordKey]], through id: PersonID, not other: PersonID? = nil) -> [Int] {
        all.indices.filter { cluster in
            all[cluster].contains { record in
                guard let home = home(of: record) else { return false }
                let line = line(from: home)
                return line.contains(id) && !(other.map(line.contains) ?? false)
            }
        }
    }

    mutating func night(_ all: [[RecordKey]]) -> [PersonID] {
        let before = merges
        // From the newest on, again and again, until a whole pass takes none back.
        var isChanging = true
        while isChanging {
            isChanging = false
            for merge in before.reversed()
            where merges.contains(where: { $0 == merge }) && isApart(merge, all) {
                merges.removeAll { $0 == merge }
                isChanging = true
            }
        }
        var persons = [PersonID?](repeating: nil, count: all.count)
        let ids = given
        let lines = all.map { $0.compactMap { home(of: $0) }.map { line(from: $0) } }
        func claims(_ id: PersonID, _ cluster: Int) -> (records: Int, own: Int) {
            (lines[cluster].count { $0.contains(id) }, lines[cluster].count { $0.first == id })
        }
        let wasLiving = ids.filter { id in !merges.contains { $0.absorbed == id } }
        let byFounder = all.indices.sorted { (all[$0].min() ?? "") < (all[$1].min() ?? "") }
        func best(of candidates: [PersonID]) -> (id: PersonID, cluster: Int)? {
            var found: (id: PersonID, cluster: Int, rank: (Int, Int))?
            for id in candidates.sorted() where !persons.contains(id) {
                for cluster in byFounder where persons[cluster] == nil {
                    let claim = claims(id, cluster)
                    guard claim.records > 0 else { continue }
                    if found.map({ (claim.records, claim.own) > $0.rank }) ?? true {
                        found = (id, cluster, (claim.records, claim.own))
                    }
                }
            }
            return found.map { ($0.id, $0.cluster) }
        }
        while let next = best(of: wasLiving) { persons[next.cluster] = next.id }
        let claimed = merges
        var sleeping = ids.filter { !wasLiving.contains($0) }
        // Claims are of the merges as they stood before any of these woke.
        var woken: [PersonID] = []
        while let next = best(of: sleeping) {
            persons[next.cluster] = next.id
            woken.append(next.id)
            sleeping.removeAll { $0 == next.id }
        }
        merges = claimed.filter { !woken.contains($0.absorbed) }
        for cluster in all.indices.sorted(by: { (all[$0].min() ?? "") < (all[$1].min() ?? "") })
        where persons[cluster] == nil {
            let founder = all[cluster].min() ?? ""
            let id = (0...).lazy.map { mint(founder, $0) }.first { !given.contains($0) }
            persons[cluster] = id
            if let id { given.append(id) }
        }
        let result = persons.compactMap { $0 }
        var added: [(absorbed: PersonID, survivor: PersonID)] = []
        for id in wasLiving.sorted() where !result.contains(id) {
            let holding = all.indices.filter { cluster in
                all[cluster].contains { home(of: $0).map { claimed.line(from: $0).contains(id) } ?? false }
            }
            let most = holding.max { a, b in
                let (x, y) = (rank(a, id, all, claimed), rank(b, id, all, claimed))
                return x == y ? (all[a].min() ?? "") > (all[b].min() ?? "") : x < y
            }
            if let most { added.append((id, result[most])) }
        }
        // One taken back and made again keeps its age.
        let again = added.filter { merge in before.contains { $0 == merge } }
        merges = before.filter { merge in
            merges.contains { $0 == merge } || again.contains { $0 == merge }
        }
        merges += added.filter { merge in !again.contains { $0 == merge } }
        for (cluster, records) in all.enumerated() {
            for record in records {
                if person(of: record) != result[cluster] {
                    homes[record] = result[cluster]
                }
            }
        }
        // Also who stays away: an alias says that all of a person's records are the survivor's.
        for (record, home) in homes {
            everUnder[line(from: home).last ?? home, default: []].insert(record)
        }
        return result
    }

    private func rank(
        _ cluster: Int, _ id: PersonID, _ all: [[RecordKey]],
        _ merges: [(absorbed: PersonID, survivor: PersonID)]
    ) -> (Int, Int) {
        let known = all[cluster].compactMap { home(of: $0) }
        return (known.count { merges.line(from: $0).contains(id) }, known.count { $0 == id })
    }

    private func isApart(_ merge: (absorbed: PersonID, survivor: PersonID), _ all: [[RecordKey]]) -> Bool {
        let side = clusters(all, through: merge.absorbed)
        let own = all.indices.filter { all[$0].contains { home(of: $0) == merge.survivor } }
        let rest = own.isEmpty ? clusters(all, through: merge.survivor, not: merge.absorbed) : own
        return !side.isEmpty && !rest.isEmpty && !side.contains(where: rest.contains)
    }
}

extension [(absorbed: PersonID, survivor: PersonID)] {
    func line(from id: PersonID) -> [PersonID] {
        guard let next = first(where: { $0.absorbed == id }) else { return [id] }
        return [id] + line(from: next.survivor)
    }
}

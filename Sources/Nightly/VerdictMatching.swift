import Domain
import Identity
import Linkage
import Store

/// Finds tonight's records that people's verdicts are about, and tells what became of the verdicts.
struct VerdictMatching {
    private let verdicts: [KeptVerdict]
    private let keys: WorkspaceKeys
    /// By key of a record, the sides of verdicts it stands for; likewise by key of a number.
    private var byKey: [String: [Side]] = [:]
    private var byNumber: [String: [Side]] = [:]
    /// By verdict's place, tonight's records of its two sides.
    private var found: [(left: Found, right: Found)]

    private struct Side: Hashable {
        let verdict: Int
        let isLeft: Bool
    }

    /// What came tonight of one side of a verdict.
    private struct Found {
        /// Records that say what they said.
        var same: Set<Int> = []
        /// Records of the same person that say something else now: with the number, and with birth and given name.
        var edited: Set<Int> = []
        /// The number came with somebody else's birth or given name.
        var hasStranger = false

        /// While the very record comes, another one with its number is another record.
        var records: Set<Int> { same.isEmpty ? edited : same }
        var isStranger: Bool { records.isEmpty && hasStranger }
    }

    init(_ verdicts: [KeptVerdict], keys: WorkspaceKeys) {
        self.verdicts = verdicts
        self.keys = keys
        found = Array(repeating: (Found(), Found()), count: verdicts.count)
        for (place, verdict) in verdicts.enumerated() {
            for (side, isLeft) in [(verdict.left, true), (verdict.right, false)] {
                byKey[side.key, default: []].append(Side(verdict: place, isLeft: isLeft))
                if let number = side.number {
                    byNumber[number, default: []].append(Side(verdict: place, isLeft: isLeft))
                }
            }
        }
    }

    /// Whether any verdict may be about a record.
    func mayConcern(
        _ key: RecordKey, _ number: PersonNumber?, in origin: Entities.Origin, subject: Subject
    ) -> Bool {
        guard !verdicts.isEmpty else { return false }
        if byKey[key.rawValue] != nil { return true }
        guard !byNumber.isEmpty, let number else { return false }
        return byNumber[keys.numberKey(source: origin.source, subject: subject, number)] != nil
    }

    /// A record is known by what it says, or, where an address or a family name in it has changed since, by its source's
    /// number; but a number that goes with somebody else's birth or given name now is that person's.
    mutating func look(
        at entity: (key: String, identifiers: Identifiers), of record: Int, in origin: Entities.Origin,
        subject: Subject
    ) {
        guard !verdicts.isEmpty else { return }
        for side in byKey[entity.key] ?? [] { change(side) { $0.same.insert(record) } }
        guard !byNumber.isEmpty, let number = entity.identifiers.number,
            let sides = byNumber[keys.numberKey(source: origin.source, subject: subject, number)]
        else { return }
        let marks = keys.marks(source: origin.source, entity.identifiers)
        for side in sides {
            let kept = side.isLeft ? verdicts[side.verdict].left : verdicts[side.verdict].right
            change(side) { found in
                if kept.marks.isDisjoint(with: marks) {
                    found.hasStranger = true
                } else {
                    found.edited.insert(record)
                }
            }
        }
    }

    private mutating func change(_ side: Side, _ change: (inout Found) -> Void) {
        if side.isLeft { change(&found[side.verdict].left) } else { change(&found[side.verdict].right) }
    }

    private func pairs(of place: Int) -> [PairVerdicts.Pair] {
        found[place].left.records.flatMap { left in
            found[place].right.records.filter { $0 != left }.map { PairVerdicts.Pair(left, $0) }
        }
    }

    /// Tonight's records of which somebody has said something.
    var records: Set<Int> {
        found.reduce(into: []) { $0.formUnion($1.left.records.union($1.right.records)) }
    }

    /// What people have said of tonight's records.
    var pairs: PairVerdicts {
        var pairs = PairVerdicts()
        for (place, verdict) in verdicts.enumerated() {
            if verdict.isSame {
                pairs.same.formUnion(self.pairs(of: place))
            } else {
                pairs.different.formUnion(self.pairs(of: place))
            }
        }
        return pairs
    }

    /// The verdicts as identity knows them: that what was said of two records holds is looked at where it counts.
    func events(_ key: (Int) -> RecordKey) -> [IdentityEvent] {
        var state = IdentityState()
        var events: [IdentityEvent] = []
        for (place, verdict) in verdicts.enumerated() {
            for pair in pairs(of: place) {
                guard let pair = RecordPair(key(pair.left), key(pair.right)) else { continue }
                let change = state.deciding(pair, verdict.isSame ? .same : .different)
                state.apply(change)
                events += change
            }
        }
        return events
    }

    /// Counts what became of the verdicts and tells of each that does not hold.
    ///
    /// - Parameter unheeded: the pairs whose verdict tonight's persons go against.
    /// - Returns: `nil` where none is in force.
    func settle(
        _ outcome: LinkageOutcome, unheeded: [RecordPair], log: NightLog, _ key: (Int) -> RecordKey
    ) -> VerdictCounts? {
        guard !verdicts.isEmpty else { return nil }
        let conflicts = Dictionary(
            outcome.conflicts.map { ($0.pair, $0.reason) }, uniquingKeysWith: { first, _ in first })
        let unheeded = Set(unheeded)
        var counts = VerdictCounts()
        for (place, verdict) in verdicts.enumerated() {
            let pairs = pairs(of: place)
            // Where two verdicts of a pair contradict each other, it is "the same" that cannot be done.
            let fails = pairs.contains { pair in
                guard conflicts[pair] == nil else { return verdict.isSame }
                return RecordPair(key(pair.left), key(pair.right)).map(unheeded.contains) ?? false
            }
            if pairs.isEmpty {
                counts.resting += 1
                if found[place].left.isStranger || found[place].right.isStranger {
                    log.notice(verdict.notice("使いませんでした。同じ番号の記録の生年月日か名前が、判断したときと違うためです。番号の付け替えではないか、"))
                }
            } else if fails {
                counts.conflicting.append(verdict.id)
                let reason = pairs.compactMap { conflicts[$0] }.first?.words ?? "ほかの判断と食い違います。"
                log.notice(verdict.notice("使えませんでした。\(reason)"))
            } else {
                counts.heeded += 1
            }
        }
        return counts
    }
}

extension KeptVerdict {
    /// What an official should read about a verdict that was not used.
    fileprivate func notice(_ why: String) -> String {
        "確認の判断 V-\(id)（\(isSame ? "同じ人" : "別の人")）は\(why)"
            + "「renkei review show V-\(id)」で確かめ、誤りなら「renkei review withdraw V-\(id)」で取り消してください。"
    }
}

extension VerdictConflict.Reason {
    fileprivate var words: String {
        switch self {
        case .unique: "ほかの判断と合わせると、住民記録など、1人に1行の抽出の2行が1人になります。"
        case .contradicted: "「別の人」という判断と食い違います。"
        }
    }
}

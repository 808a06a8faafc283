import Domain
import Identity
import Linkage
import Store

/// Finds tonight's records that people's verdicts are about, and tells what became of the verdicts.
struct VerdictMatching {
    private let verdicts: [KeptVerdict]
    private let keys: WorkspaceKeys
    /// By key of a record or of its number: the sides of verdicts it stands for.
    private var sides: [String: [Side]] = [:]
    private let knowsNumbers: Bool
    /// By verdict's place, tonight's records of its two sides.
    private var found: [(left: Set<Int>, right: Set<Int>)]

    private struct Side: Hashable {
        let verdict: Int
        let isLeft: Bool
    }

    init(_ verdicts: [KeptVerdict], keys: WorkspaceKeys) {
        self.verdicts = verdicts
        self.keys = keys
        found = Array(repeating: ([], []), count: verdicts.count)
        for (place, verdict) in verdicts.enumerated() {
            for (side, isLeft) in [(verdict.left, true), (verdict.right, false)] {
                for key in [side.key, side.number].compactMap(\.self) {
                    sides[key, default: []].append(Side(verdict: place, isLeft: isLeft))
                }
            }
        }
        knowsNumbers = verdicts.contains { $0.left.number != nil || $0.right.number != nil }
    }

    /// A record is known by what it says, or, where an address or a name in it has changed since, by its source's number.
    mutating func look(
        at entity: (key: String, identifiers: Identifiers), of record: Int, in origin: Entities.Origin
    ) {
        guard !verdicts.isEmpty else { return }
        var names = [entity.key]
        if knowsNumbers, let number = entity.identifiers.number {
            names.append(keys.numberKey(source: origin.source, number))
        }
        for side in names.flatMap({ sides[$0] ?? [] }) {
            if side.isLeft {
                found[side.verdict].left.insert(record)
            } else {
                found[side.verdict].right.insert(record)
            }
        }
    }

    private func pairs(of place: Int) -> [PairVerdicts.Pair] {
        found[place].left.flatMap { left in
            found[place].right.filter { $0 != left }.map { PairVerdicts.Pair(left, $0) }
        }
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
    func events(of records: [RecordKey]) -> [IdentityEvent] {
        var state = IdentityState()
        var events: [IdentityEvent] = []
        for (place, verdict) in verdicts.enumerated() {
            for pair in pairs(of: place) {
                guard let pair = RecordPair(records[pair.left], records[pair.right]) else { continue }
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
        _ outcome: LinkageOutcome, unheeded: [RecordPair], of records: [RecordKey], log: NightLog
    ) -> VerdictCounts? {
        guard !verdicts.isEmpty else { return nil }
        let conflicts = Dictionary(
            outcome.conflicts.map { ($0.pair, $0.reason) }, uniquingKeysWith: { first, _ in first })
        let unheeded = Set(unheeded)
        var counts = VerdictCounts()
        for (place, verdict) in verdicts.enumerated() {
            let pairs = pairs(of: place)
            if pairs.isEmpty {
                counts.resting += 1
            } else if pairs.contains(where: { pair in
                RecordPair(records[pair.left], records[pair.right]).map(unheeded.contains) ?? false
            }) {
                counts.conflicting.append(verdict.id)
                let reason = pairs.compactMap { conflicts[$0] }.first?.words ?? "ほかの判断と食い違います。"
                log.notice(
                    "確認の判断 V-\(verdict.id)（\(verdict.isSame ? "同じ人" : "別の人")）は使えませんでした。\(reason)"
                        + "「renkei review show V-\(verdict.id)」で確かめ、誤りなら「renkei review withdraw V-\(verdict.id)」で取り消してください。"
                )
            } else {
                counts.heeded += 1
            }
        }
        return counts
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

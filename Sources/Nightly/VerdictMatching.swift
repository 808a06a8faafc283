import Domain
import Identity
import Linkage
import Store

/// Finds tonight's records that people's verdicts are about, and tells what became of the verdicts.
struct VerdictMatching {
    private let verdicts: [KeptVerdict]
    /// Of each verdict the left record, then the right one.
    private var matching: KeptRecordMatching

    init(_ verdicts: [KeptVerdict], keys: WorkspaceKeys) {
        self.verdicts = verdicts
        matching = KeptRecordMatching(verdicts.flatMap { [$0.left, $0.right] }, keys: keys)
    }

    /// Whether any verdict may be about a record.
    func mayConcern(
        _ key: RecordKey, _ number: PersonNumber?, in origin: Entities.Origin, subject: Subject
    ) -> Bool {
        matching.mayConcern(key, number, in: origin, subject: subject)
    }

    mutating func look(
        at entity: (key: String, identifiers: Identifiers), of record: Int, in origin: Entities.Origin,
        subject: Subject
    ) {
        matching.look(at: entity, of: record, in: origin, subject: subject)
    }

    private func sides(of place: Int) -> [KeptRecordMatching.Found] {
        [matching.found[2 * place], matching.found[2 * place + 1]]
    }

    private func pairs(of place: Int) -> [PairVerdicts.Pair] {
        let sides = sides(of: place)
        return sides[0].records.flatMap { left in
            sides[1].records.filter { $0 != left }.map { PairVerdicts.Pair(left, $0) }
        }
    }

    /// Tonight's records of which somebody has said something.
    var records: Set<Int> {
        matching.found.reduce(into: []) { $0.formUnion($1.records) }
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
                if sides(of: place).contains(where: \.isStranger) {
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

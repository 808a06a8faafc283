internal import Domain

/// Where a pair's weight comes from, line by line.
extension TableLinker {
    /// The prior, each comparison's level, and what rarity adds; the lines add up to the pair's weight.
    ///
    package func explain(_ pair: TablePair) -> [EvidenceLine] {
        var rows = PackedRows()
        rows.take([pair.left, pair.right], 2, of: program)
        var lines = [
            EvidenceLine(comparison: "事前の見込み", level: "何も比べる前の見込み", weight: log2Odds(model.prior))
        ]
        for (place, comparison) in model.comparisons.enumerated() {
            let level = comparison.levels[pair.pattern[place]]
            var weight = 0.0
            if !level.isNull, let m = level.m, let u = level.u { weight = matchWeight(m: m, u: u) }
            lines.append(EvidenceLine(comparison: comparison.name, level: level.label, weight: weight))
            guard level.termFrequencyColumn != nil else { continue }
            // The scorer's own words: with this adjustment alone, and with none.
            let with = TableScorer(model.adjusted(at: place, pair.pattern[place]), program)
            let without = TableScorer(model.adjusted(at: nil, 0), program)
            let rarity =
                with.weight(pair.pattern, rows, left: 0, right: 1)
                - without.weight(pair.pattern, rows, left: 0, right: 1)
            if rarity != 0 {
                lines.append(
                    EvidenceLine(
                        comparison: comparison.name, level: rarity > 0 ? "珍しい値で一致" : "よくある値で一致",
                        weight: rarity))
            }
        }
        return lines
    }

    /// The first blocking rule that makes a pair; `nil` where none does.
    package func firstRule(making one: Int, _ other: Int) -> TableModel.Rule? {
        var walk = BlockWalk(blocking)
        return walk.firstRule(making: one, other).map { model.rules[$0] }
    }
}

extension TableModel {
    /// The same with the term frequency of one level, or of none.
    fileprivate func adjusted(at place: Int?, _ level: Int) -> TableModel {
        var model = self
        for other in model.comparisons.indices {
            for number in model.comparisons[other].levels.indices where other != place || number != level {
                model.comparisons[other].levels[number].termFrequencyColumn = nil
            }
        }
        return model
    }
}

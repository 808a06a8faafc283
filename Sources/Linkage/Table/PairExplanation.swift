internal import Domain

/// Where a pair's weight comes from, line by line.
extension TableLinker {
    /// The prior, each comparison's level, and what rarity adds; the lines add up to the pair's weight.
    package func explain(_ pair: TablePair) -> [EvidenceLine] {
        var rows = PackedRows()
        rows.take([pair.left, pair.right], 2, of: program)
        var lines = [
            EvidenceLine(comparison: "事前の見込み", level: "何も比べる前の見込み", weight: log2Odds(model.prior))
        ]
        for (place, comparison) in model.comparisons.enumerated() {
            let level = comparison.levels[pair.pattern[place]]
            lines.append(
                EvidenceLine(comparison: comparison.name, level: level.label, weight: level.weight ?? 0))
            let rarity = scorer.rarity(of: place, pair.pattern, rows, left: 0, right: 1)
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

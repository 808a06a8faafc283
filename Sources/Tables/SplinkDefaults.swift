internal import Foundation
internal import Linkage

extension TableModel.Comparison {
    /// The same with the m and u that Splink 4 and 5 take where training found none: m is 0.95 at the strongest level, and the rest in
    /// equal parts at the others; u is what makes their weights 10 bits, and -5 to 3 bits in equal steps from the weakest on.
    ///
    /// Levels without a value, such as those for missing cells, are not counted.
    func withSplinkDefaults() -> TableModel.Comparison {
        var comparison = self
        let places = levels.indices.filter { !levels[$0].isNull }
        for (rank, place) in places.enumerated() {
            let isStrongest = rank == 0
            // 0 is the weakest.
            let value = places.count - 1 - rank
            let m = isStrongest ? 0.95 : (1 - 0.95) / Double(places.count - 1)
            let weight =
                isStrongest ? 10 : places.count == 2 ? -5 : -5 + 8 * Double(value) / Double(places.count - 2)
            comparison.levels[place].m = levels[place].m ?? m
            comparison.levels[place].u = levels[place].u ?? m / exp2(weight)
        }
        return comparison
    }
}

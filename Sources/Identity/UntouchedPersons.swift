/// Who is exactly who he or she was: clusters of last night's records of one person, all of them and no other.
///
/// Such a person keeps the id whatever else happens, and no event tells of it, as long as neither a merge nor a record that
/// stayed away has to do with it; so only the others have to be looked at, by `IdentityState.night`, and the outcome is the
/// same.
package struct UntouchedPersons: Sendable {
    /// By cluster, the number of the person it is; -1 for a cluster to look at.
    package private(set) var personOf: [Int32]
    /// By person of last night, whether it is one of these.
    package private(set) var isUntouched: [Bool]

    /// - Parameters:
    ///   - clusters: tonight's, of tonight's records.
    ///   - before: by tonight's record, the number of the person it was last night; -1 where it did not come then.
    ///   - sizes: by person of last night, how many of its records came then.
    ///   - entangled: persons that merges or records that stayed away have to do with.
    ///   - judged: tonight's records of which somebody has said something.
    package init(
        clusters: [[Int]], before: [Int32], sizes: [Int32], entangled: Set<Int>, judged: Set<Int>
    ) {
        personOf = Array(repeating: -1, count: clusters.count)
        isUntouched = Array(repeating: false, count: sizes.count)
        for (number, cluster) in clusters.enumerated() {
            guard let first = cluster.first, before[first] >= 0 else { continue }
            let person = Int(before[first])
            guard cluster.count == Int(sizes[person]), cluster.allSatisfy({ before[$0] == before[first] }),
                !entangled.contains(person), judged.isEmpty || judged.isDisjoint(with: cluster)
            else { continue }
            (personOf[number], isUntouched[person]) = (before[first], true)
        }
    }
}

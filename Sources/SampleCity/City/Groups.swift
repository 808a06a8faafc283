/// Whom linkage finds hard, so that its measure can be told group by group.
extension Household {
    /// Each person's groups, person by person; `set` is equal for those who belong together.
    var groups: [(person: Person, group: String, set: String)] {
        let children = people.filter { $0.role == .child }
        return people.flatMap { person -> [(Person, String, String)] in
            var groups: [(Person, String, String)] = []
            if person.role == .child {
                if children.contains(where: { $0.serial != person.serial && $0.birth == person.birth }) {
                    groups.append((person, "twins", "\(index)-\(person.birth)"))
                }
                if children.count > 1 { groups.append((person, "siblings", "\(index)")) }
            }
            if nation != nil { groups.append((person, "foreign", "")) }
            if person.residentSince > person.birth { groups.append((person, "moved-in", "")) }
            if isSingleParent { groups.append((person, "single-parent", "")) }
            if person.formerFamily != nil { groups.append((person, "family-name-changed", "")) }
            return groups
        }
    }
}

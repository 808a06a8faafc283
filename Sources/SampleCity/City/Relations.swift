internal import Domain

/// Relations to the head of the household (続柄), as the register writes them.
///
/// The register knows only 世帯主, 妻, 夫, 子, 父, 母 and chains of them: a grandchild is 子の子.
enum Relations {
    static func write(into people: inout [Person], elderIsHead: Bool) {
        let elder = people.firstIndex { $0.role == .grandfather || $0.role == .grandmother }
        let parent = people.firstIndex { $0.role == .father || $0.role == .mother } ?? 0
        let head = elderIsHead ? elder ?? parent : parent
        for place in people.indices {
            people[place].relation =
                place == head
                ? "世帯主"
                : head == elder
                    ? underElder(people[place].role, parent: people[parent].role)
                    : underParent(people[place].role)
        }
    }

    private static func underParent(_ role: Person.Role) -> String {
        switch role {
        case .father: "夫"
        case .mother: "妻"
        case .child: "子"
        case .grandfather: "父"
        case .grandmother: "母"
        }
    }

    private static func underElder(_ role: Person.Role, parent: Person.Role) -> String {
        switch role {
        case .father: "子"
        case .mother: parent == .mother ? "子" : "子の妻"
        case .child: "子の子"
        case .grandfather: "夫"
        case .grandmother: "妻"
        }
    }
}

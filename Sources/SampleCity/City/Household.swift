internal import Domain

/// People who live together, with what departments may know of them.
struct Household {
    let index: Int
    var people: [Person]
    var home: Home
    /// Where they lived before they moved within the city.
    var formerHome: Home?
    /// Came to the city, or founded.
    var arrived: Day
    /// Mobile number, by which departments call; invented and not assignable.
    var phone: String
    /// `nil` for Japanese.
    var nation: Nation?
    var isSingleParent: Bool
    var hasLowIncome: Bool
    var hasPublicAssistance: Bool
    var isOnRegister: Bool
    var protection: Protection?

    /// 支援措置 for the whole household at a parent's request.
    struct Protection {
        var isProvisional: Bool
        var from: Day
        /// When it would run out unless renewed; nothing ends by this date.
        var until: Day
        /// Ended explicitly.
        var released: Day?
        var otherParty: PersonName
    }

    var mother: Int? { people.firstIndex { $0.role == .mother } }
    var father: Int? { people.firstIndex { $0.role == .father } }

    /// The parent departments deal with; every household has one.
    func guardian(preferring role: Person.Role) -> Person {
        people.first { $0.role == role } ?? people.first { $0.role == .mother || $0.role == .father }
            ?? people[0]
    }

    /// Indices of the people under 18, in order of birth.
    func children(on day: Day) -> [Int] {
        people.indices.filter { people[$0].role == .child && people[$0].age(on: day) < 18 }
    }

    var hasLeft: Bool {
        people.allSatisfy { if case .movedOut = $0.standing { true } else { false } }
    }

    /// Gets 児童扶養手当.
    var hasSingleParentAllowance: Bool {
        isSingleParent && isOnRegister && !hasLeft && (hasLowIncome || index % 3 > 0)
    }

    /// School aid was never asked for: then what entitles to it goes on.
    var hasNoSchoolAid: Bool { people.contains { $0.signs.contains(.noSchoolAid) } }

    /// Gets 生活保護 as a resident.
    var isOnPublicAssistance: Bool { hasPublicAssistance && isOnRegister && !hasLeft }

    /// 世帯番号, ten digits.
    func number(of city: City) -> String { city.number(index, multiplier: 7_368_787) }
}

package import Domain

/// The kind of range (範囲) that users of a role must be bound to.
package enum ScopeKind: String, Sendable, Codable, CaseIterable, Comparable {
    /// The whole city: nobody need be bound to anything.
    case city
    /// Extracts and rows of departments.
    case department
    /// Pupils of schools.
    case school
    /// Children of some ages; who has age 0 has the mothers too.
    case age

    package static func < (left: ScopeKind, right: ScopeKind) -> Bool { left.rawValue < right.rawValue }

    /// For people.
    package var title: String {
        switch self {
        case .city: "市全体"
        case .department: "課"
        case .school: "学校"
        case .age: "年齢"
        }
    }
}

/// One thing that a user is bound to, written as `school:若葉野市立朝露町小学校`, `department:学務課` or `age:0-6`.
package enum Scope: Sendable, Hashable {
    /// As mappings and items name it.
    case department(String)
    /// As the records that tell a pupil's school write it.
    case school(String)
    /// Completed years; both ends inclusive.
    case age(ClosedRange<Int>)

    /// `nil` where the text is none.
    package init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch ScopeKind(rawValue: parts[0]) {
        case .department: self = .department(parts[1])
        case .school: self = .school(parts[1])
        case .age:
            let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
                (0...120).contains(first), (first...120).contains(last)
            else { return nil }
            self = .age(first...last)
        case .city, nil: return nil
        }
    }

    package var text: String {
        switch self {
        case .department(let name): "\(kind.rawValue):\(name)"
        case .school(let name): "\(kind.rawValue):\(name)"
        case .age(let ages): "\(kind.rawValue):\(ages.lowerBound)-\(ages.upperBound)"
        }
    }

    package var kind: ScopeKind {
        switch self {
        case .department: .department
        case .school: .school
        case .age: .age
        }
    }
}

/// Whether what is asked about lies in the range of who asks.
package enum Remit: String, Sendable, Codable, CaseIterable {
    case within, outside
    /// Cannot be told; decided as outside.
    case unknown
}

/// Where a person stands in the city, as far as ranges go by it; as the run in service says.
package struct PersonPlace: Sendable, Hashable {
    /// As the records of items with `scope: "school"` name it; several: nobody can tell.
    package var schools: Set<String>
    package var birth: PartialDate?
    /// Has records of items with `scope: "age"`: of pregnancy and birth.
    package var isMother: Bool
    /// The day by which ages are counted.
    package var asOf: Day

    package init(schools: Set<String> = [], birth: PartialDate?, isMother: Bool = false, asOf: Day) {
        self.schools = schools
        self.birth = birth
        self.isMother = isMother
        self.asOf = asOf
    }
}

/// How far somebody reaches: what their roles demand, and what they were given for it.
package struct Reach: Sendable, Hashable {
    /// The ranges that the roles demand; all of them must hold, so that a second role never widens.
    package let required: Set<ScopeKind>
    package let given: Set<Scope>
    /// The items whose records tell where a person belongs, and for which kind of range.
    package let tellers: [ItemCode: ScopeKind]

    init(required: Set<ScopeKind>, given: Set<Scope>, tellers: [ItemCode: ScopeKind]) {
        self.required = required.subtracting([.city])
        self.given = given
        self.tellers = tellers
    }

    /// Of somebody whose roles demand nothing.
    package static let city = Reach(required: [], given: [], tellers: [:])

    /// Whether it must be looked up where a person belongs.
    package var isBounded: Bool { !required.isEmpty }

    /// The kinds that are demanded and were not given: who lacks one reaches nobody.
    package var missing: Set<ScopeKind> { required.subtracting(given.map(\.kind)) }

    /// Of whoever may be in the range.
    package var inside: Remit { missing.isEmpty ? .within : .unknown }

    /// - Parameter place: `nil`: not known.
    package func remit(of place: PersonPlace?) -> Remit {
        remit { kind in
            guard let place else { return .unknown }
            switch kind {
            case .city: return .within
            // No person belongs to a department.
            case .department: return .unknown
            case .school:
                guard place.schools.count == 1, let school = place.schools.first else { return .unknown }
                return given.contains(.school(school)) ? .within : .outside
            case .age: return remit(ofAgeAt: place)
            }
        }
    }

    /// Of an extract or its rows.
    ///
    /// - Parameter department: whose it is; `nil`: not known.
    package func remit(ofDepartment department: String?) -> Remit {
        remit { kind in
            switch kind {
            case .city: .within
            case .department:
                department.map { given.contains(.department($0)) ? .within : .outside } ?? .unknown
            // Whose row it is cannot be told.
            case .school, .age: .unknown
            }
        }
    }

    private func remit(_ each: (ScopeKind) -> Remit) -> Remit {
        guard missing.isEmpty else { return .unknown }
        let remits = required.map(each)
        return remits.contains(.outside) ? .outside : remits.contains(.unknown) ? .unknown : .within
    }

    private func remit(ofAgeAt place: PersonPlace) -> Remit {
        let ages: [ClosedRange<Int>] = given.compactMap { if case .age(let ages) = $0 { ages } else { nil } }
        if place.isMother, ages.contains(where: { $0.contains(0) }) { return .within }
        guard let birth = place.birth?.range else { return .unknown }
        let possible = birth.upperBound.age(on: place.asOf)...birth.lowerBound.age(on: place.asOf)
        if possible.allSatisfy({ age in ages.contains { $0.contains(age) } }) { return .within }
        return possible.contains { age in ages.contains { $0.contains(age) } } ? .unknown : .outside
    }
}
